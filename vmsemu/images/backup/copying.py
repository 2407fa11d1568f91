"""The copies: one file after the other, then the passes over all of them that verify, record and delete."""

from __future__ import annotations

from dataclasses import dataclass, field

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.uic import Uic
from vmsemu.files.header import NOBACKUP
from vmsemu.images.backup.facility import BACKUP, cause_of
from vmsemu.images.backup.inputs import check_input
from vmsemu.images.backup.outputs import Output, subdirectory
from vmsemu.images.backup.verifying import compare
from vmsemu.images.context import ImageContext
from vmsemu.services.file_copies import copy_directory, copy_file, overlay_file
from vmsemu.services.file_search import directory_path
from vmsemu.services.rms import FileError, FoundFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.parsed import ParameterItem


@dataclass
class Copying:
    """One copy operation. `done` holds what was copied, and the copies; `worst` the status of what failed last."""

    ctx: ImageContext
    output: Output
    log: bool
    done: list[tuple[FoundFile, FoundFile]] = field(default_factory=list)
    worst: ConditionValue | None = None

    def failed(self, error: VmsError) -> None:
        """Tell of a failure and go on."""
        self.worst = self.ctx.put_message(error)

    # -- copying -------------------------------------------------------------------------------------------------------------------

    def copy(self, asked: FileSpec, found: FoundFile, item: ParameterItem) -> None:
        """Copy one file or directory. Errors: BACKUP.OPENIN, BACKUP.OPENOUT."""
        if found.header.is_directory:
            self._make_directories(subdirectory(found, self.output.directory(asked, found.spec)), found)
            return
        check_input(self.ctx, found, item)
        data = not found.header.characteristics & NOBACKUP or "NOBACKUP" in item.values("IGNORE")
        spec = self.output.wanted
        try:
            spec = self.output.spec(asked, found.spec)
            self._make_directories(self.output.directory(asked, found.spec))
            copy = self._overlaid(found, spec, data) or self._new(found, spec, data)
        except VmsError as error:
            raise BACKUP.OPENOUT.error(spec, cause=cause_of(error)) from None
        if not data:
            self.ctx.put_message(BACKUP.NOBACKUP(found.spec))
        else:
            self.done.append((found, copy))

    def _overlaid(self, found: FoundFile, spec: FileSpec, data: bool) -> FoundFile | None:
        """/OVERLAY: the file that is there, written over; None when there is none."""
        if not self.output.item.present("OVERLAY") or not self.ctx.files.exists(spec):
            return None
        target = self.ctx.files.find(spec)
        overlay_file(self.ctx.files, found, target, data=data)
        self._tell("OVERLAID", target.spec)
        return target

    def _new(self, found: FoundFile, spec: FileSpec, data: bool) -> FoundFile:
        item, files = self.output.item, self.ctx.files
        owner = self.output.owner(found, self._parent_owner(spec))
        if not files.security.may_own(owner):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), spec)
        truncate = self.ctx.cli.present("TRUNCATE")
        try:
            copy = copy_file(files, found, spec, owner, supersede=item.present("REPLACE"), truncate=truncate, data=data)
        except VmsError as error:
            if not error.matches(RMS.FEX) or not item.present("NEW_VERSION"):
                raise
            copy = copy_file(files, found, spec.with_version(""), owner, supersede=False, truncate=truncate, data=data)
        self._tell("CREATED", copy.spec)
        return copy

    def _parent_owner(self, spec: FileSpec) -> Uic | None:
        parsed = self.ctx.files.candidates(spec)[0]
        volume = self.ctx.files.names.volume(parsed)
        fid = volume.find_directory(directory_path(volume, parsed.path))
        return volume.header(fid).owner if fid is not None else None

    def _make_directories(self, parts: tuple[str, ...], source: FoundFile | None = None) -> None:
        """Make what is missing of a directory, the last one as `source` is. Errors: BACKUP.OPENOUT."""
        parts = self.output.on_volume(parts)
        for depth in range(1, len(parts) + 1):
            spec = self.output.directory_spec(parts[:depth])
            model = source if depth == len(parts) else None
            if self.ctx.files.directory_exists(spec):
                continue
            try:
                owner = self.output.owner(model, None) if model is not None else None
                if copy_directory(self.ctx.files, spec, model, owner):
                    self._tell("CREDIR", spec)
            except VmsError as error:
                raise BACKUP.OPENOUT.error(spec, cause=cause_of(error)) from None

    def _tell(self, ident: str, spec: FileSpec) -> None:
        if self.log:
            self.ctx.put_message(BACKUP.definitions[ident](spec))

    # -- passes --------------------------------------------------------------------------------------------------------------------

    def verify(self) -> None:
        """/VERIFY: what differs from its copy is not recorded or deleted afterwards."""
        self.ctx.put_message(BACKUP.STARTVERIFY())
        good = []
        for found, copy in self.done:
            try:
                compare(self.ctx, found, copy)
            except VmsError as error:
                self.failed(error)
                continue
            good.append((found, copy))
            self._tell("COMPARED", copy.spec)
        self.done = good

    def record(self) -> None:
        """/RECORD: the date of this backup goes into the headers of the input files."""
        for found, _ in self.done:
            try:
                self.ctx.files.modify(found, backup=self.ctx.now)
            except VmsError as error:
                self.failed(BACKUP.RECORDERR.error(found.spec, cause=cause_of(error)))

    def delete(self) -> None:
        """/DELETE: the input files go once they were copied."""
        for found, _ in self.done:
            try:
                self.ctx.files.erase(found)
            except VmsError as error:
                self.failed(BACKUP.DELETEERR.error(found.spec, cause=cause_of(error)))
                continue
            self._tell("DELETED", found.spec)
