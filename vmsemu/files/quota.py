"""Disk quotas: how many blocks each owner may have on a volume. They stand in QUOTA.SYS, 32 bytes for each owner.

Theory of operation. A volume with QUOTA.SYS;1 in its MFD has its quotas enabled when it is mounted; what everybody has is counted then, as after
a crash the file may tell something else. Every file is charged to its owner: its
allocated blocks and one for its header. A new file must fit into the owner's permanent quota; a file that is there may grow into the
overdraft as well. Owners without an entry get nothing; [0,0] is the pattern for new entries. Who has EXQUOTA is charged, never refused.
While quotas are disabled nothing is charged; REBUILD counts what there is.

Source: System Manager's Manual, "Using disk quotas"; System Management Utilities, SYSMAN DISKQUOTA; Files-11, DQFDEF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import TYPE_CHECKING

from vmsemu.base.uic import Uic
from vmsemu.files import contents
from vmsemu.files.attributes import fixed
from vmsemu.files.header import FileHeader, FileId
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.files.volume import Volume

FILE_NAME = "QUOTA.SYS"
TEMPLATE = Uic(0, 0)
DEFAULT_PERMANENT, DEFAULT_OVERDRAFT = 1000, 100
_RECORD = Struct("<IIIII12x")
_ACTIVE = 1
_NO_BOUNDS = 1 << 32
_MFD = FileId(4, 4, 0)


@dataclass(slots=True)
class QuotaEntry:
    """Blocks in use, permitted for good, and permitted beyond that to files that are there; and the place of the record in QUOTA.SYS."""

    usage: int
    permanent: int
    overdraft: int
    record: int = 0


class DiskQuotas:
    """The quotas of a volume that are enabled."""

    def __init__(self, volume: Volume, header: FileHeader) -> None:
        self.volume = volume
        self.header = header
        self.entries: dict[Uic, QuotaEntry] = {}
        self._records = 0
        self._spare: list[int] = []
        data = contents.read(volume.store, header.fid.number, 0, header.size)
        for at in range(0, len(data) - _RECORD.size + 1, _RECORD.size):
            flags, uic, usage, permanent, overdraft = _RECORD.unpack_from(data, at)
            if flags & _ACTIVE:
                self.entries[Uic.from_long(uic)] = QuotaEntry(usage, permanent, overdraft, self._records)
            else:
                self._spare.append(self._records)
            self._records += 1

    @classmethod
    def create(cls, volume: Volume) -> DiskQuotas:
        """Make QUOTA.SYS with its pattern entry. Errors: RMS.FEX, RMS.FUL, RMS.WLK."""
        header = volume.create(_MFD, FILE_NAME, 1, owner=volume.owner, attributes=fixed(_RECORD.size))
        volume.set_version_limit(_MFD, FILE_NAME, 1)
        quotas = cls(volume, header)
        quotas.put(TEMPLATE, QuotaEntry(0, DEFAULT_PERMANENT, DEFAULT_OVERDRAFT, -1))
        return quotas

    def __iter__(self) -> Iterator[tuple[Uic, QuotaEntry]]:
        """All entries, in order of UIC."""
        return iter(sorted(self.entries.items(), key=lambda item: item[0].to_long()))

    def require(self, owner: Uic) -> QuotaEntry:
        """Errors: SS.NODISKQUOTA."""
        entry = self.entries.get(owner)
        if entry is None:
            raise SS.NODISKQUOTA.error()
        return entry

    def add(self, owner: Uic, permanent: int | None, overdraft: int | None) -> QuotaEntry:
        """A new entry, with the pattern's limits where none are given. Errors: SS.DUPDSKQUOTA, RMS.FUL."""
        if owner in self.entries:
            raise SS.DUPDSKQUOTA.error()
        pattern = self.entries.get(TEMPLATE) or QuotaEntry(0, DEFAULT_PERMANENT, DEFAULT_OVERDRAFT)
        entry = QuotaEntry(
            0, pattern.permanent if permanent is None else permanent, pattern.overdraft if overdraft is None else overdraft, -1
        )  # fmt: skip
        self.put(owner, entry)
        return entry

    def put(self, owner: Uic, entry: QuotaEntry) -> None:
        """Write an entry, one that is new (`record` -1) into the first free place. Errors: RMS.FUL."""
        if entry.record < 0:
            entry.record = self._spare.pop(0) if self._spare else self._records
            self._records = max(self._records, entry.record + 1)
        self.entries[owner] = entry
        self._write(entry.record, _RECORD.pack(_ACTIVE, owner.to_long(), entry.usage, entry.permanent, entry.overdraft))

    def remove(self, owner: Uic) -> QuotaEntry:
        """Take an entry out. Errors: SS.NODISKQUOTA."""
        entry = self.require(owner)
        del self.entries[owner]
        self._spare.append(entry.record)
        self._write(entry.record, bytes(_RECORD.size))
        return entry

    def _write(self, record: int, data: bytes) -> None:
        volume, header = self.volume, self.header
        end = (record + 1) * _RECORD.size
        volume.write(header, record * _RECORD.size, data)
        if end > header.size:
            header.size = end
            volume.write_header(header)

    # -- charging ------------------------------------------------------------------------------------------------------------------

    def room(self, owner: Uic, *, new: bool) -> int:
        """How many blocks more the owner may have: for a new file, or for one that is there; without bounds for whoever has EXQUOTA."""
        if self.volume.may_exceed_quota():
            return _NO_BOUNDS
        entry = self.entries.get(owner)
        return max(0, entry.permanent + (0 if new else entry.overdraft) - entry.usage) if entry is not None else 0

    def charge(self, owner: Uic, blocks: int) -> None:
        """Count blocks that were allocated, or given back (negative)."""
        entry = self.entries.get(owner)
        if entry is not None and blocks:
            entry.usage = max(0, entry.usage + blocks)
            self.put(owner, entry)

    def rebuild(self, *, write: bool = True, add: bool = False) -> None:
        """Count again what everybody has; without `write` only in memory. With `add` owners without an entry are given one."""
        used: dict[Uic, int] = {}
        for header in self.volume.headers():
            if header.fid != self.header.fid:
                used[header.owner] = used.get(header.owner, 0) + header.allocated + 1
        for owner in used if add else ():
            if owner not in self.entries:
                self.add(owner, None, None)
        for owner, entry in list(self.entries.items()):
            if entry.usage != used.get(owner, 0):
                entry.usage = used.get(owner, 0)
                if write:
                    self.put(owner, entry)


def enable_quotas(volume: Volume) -> None:
    """Errors: SS.QFACTIVE when they are, SS.NOQFILE without QUOTA.SYS."""
    if volume.quotas is not None:
        raise SS.QFACTIVE.error()
    volume.quotas = find_quotas(volume)
    if volume.quotas is None:
        raise SS.NOQFILE.error()


def delete_quota_file(volume: Volume) -> None:
    """Errors: SS.QFACTIVE while quotas are enabled, SS.NOQFILE without QUOTA.SYS."""
    if volume.quotas is not None:
        raise SS.QFACTIVE.error()
    header = volume.file_of(volume.directory(_MFD).find(FILE_NAME, 1))
    if header is None:
        raise SS.NOQFILE.error()
    volume.remove(_MFD, FILE_NAME, 1)
    volume.delete(header.fid)


def find_quotas(volume: Volume) -> DiskQuotas | None:
    """The quotas of a volume that has QUOTA.SYS, with the right counts."""
    header = volume.file_of(volume.directory(_MFD).find(FILE_NAME, 1))
    if header is None:
        return None
    quotas = DiskQuotas(volume, header)
    quotas.rebuild(write=False)
    return quotas
