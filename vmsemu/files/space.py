"""The blocks of a volume: who has how many of them, and who may have more. Headers are changed here and written by whoever asked."""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.uic import Uic
from vmsemu.files.header import FileHeader
from vmsemu.files.quota import DiskQuotas
from vmsemu.tables.facilities import RMS, SS


class VolumeSpace:
    """The part of Volume that gives blocks to files and takes them back, on the account of their owners."""

    blocks: int
    cluster: int
    quotas: DiskQuotas | None = None
    may_exceed_quota: Callable[[], bool] = staticmethod(lambda: True)  # whoever acts now
    _used = 0

    @property
    def free_blocks(self) -> int:
        return self.blocks - self._used

    def clusters(self, blocks: int) -> int:
        """Blocks rounded up to whole clusters."""
        return -(-blocks // self.cluster) * self.cluster

    def room_for(self, header: FileHeader) -> int:
        """How many blocks more the file could be given."""
        free = self.blocks - self._used
        return free if self.quotas is None else min(free, self.quotas.room(header.owner, new=False))

    def extend(self, header: FileHeader, blocks: int) -> None:
        """Allocate at least up to `blocks` blocks to the file. Errors: RMS.FUL with SS.DEVICEFULL, RMS.EXT with SS.EXDISKQUOTA."""
        wanted = self.clusters(blocks)
        more = wanted - header.allocated
        if more <= 0:
            return
        if more > self.blocks - self._used:
            raise RMS.FUL.error(cause=SS.DEVICEFULL)
        if self.quotas is not None and header.fid != self.quotas.header.fid:
            if more > self.quotas.room(header.owner, new=False):
                raise RMS.EXT.error(cause=SS.EXDISKQUOTA)
            self.quotas.charge(header.owner, more)
        self._used += more
        header.allocated = wanted

    def release(self, header: FileHeader, blocks: int) -> None:
        """Give back what is allocated beyond `blocks` blocks."""
        wanted = self.clusters(blocks)
        if wanted < header.allocated:
            if self.quotas is not None:
                self.quotas.charge(header.owner, wanted - header.allocated)
            self._used -= header.allocated - wanted
            header.allocated = wanted

    def change_owner(self, header: FileHeader, owner: Uic) -> None:
        """Give a file to another owner, who is charged for it. Errors: SS.EXDISKQUOTA."""
        if self.quotas is not None and owner != header.owner:
            blocks = header.allocated + 1
            if blocks > self.quotas.room(owner, new=True):
                raise SS.EXDISKQUOTA.error()
            self.quotas.charge(header.owner, -blocks)
            self.quotas.charge(owner, blocks)
        header.owner = owner

    def _check_new(self, owner: Uic, blocks: int) -> None:
        """May a file of so many blocks be made for `owner`? Errors: RMS.CRE with SS.EXDISKQUOTA."""
        assert self.quotas is not None
        if blocks + 1 > self.quotas.room(owner, new=True):
            raise RMS.CRE.error(cause=SS.EXDISKQUOTA)

    def _count(self, header: FileHeader, sign: int) -> None:
        """A file came (1) or went (-1): its blocks, and one that its owner is charged for the header."""
        self._used += sign * header.allocated
        if self.quotas is not None:
            self.quotas.charge(header.owner, sign * (header.allocated + 1))
