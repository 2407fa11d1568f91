"""Files that are read again and again: what was found, and what was made of it, is kept as long as it would come out the same.

`contents` reads a file that nobody writes without a stream, and `rewrite` changes bytes of one so; `derive` keeps what somebody makes of a file (a
compiled procedure, an image's name). Who may not read the file, or write it, is refused as if it were opened. Source: none, these are ways of $OPEN,
$GET and $PUT.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from vmsemu.base.filespec import FileSpec
from vmsemu.files.attributes import Organization
from vmsemu.files.mount import DiskDevice
from vmsemu.files.retention import retain
from vmsemu.security.access import READ, WRITE
from vmsemu.services.file_changes import FileChanges
from vmsemu.services.file_names import FileError
from vmsemu.services.file_search import FoundBefore, FoundFile
from vmsemu.services.record_file import RecordFile
from vmsemu.tables.facilities import RMS, SS

T = TypeVar("T")
_REMEMBERED = 100


class KeptFiles(FileChanges):
    """The part of ProcessFiles that remembers."""

    open: Callable[..., RecordFile]
    permanent: Callable[[str], Any]
    permanent_stream: Callable[[str], Any]
    _process_stream: Callable[[str], Any]
    _found_before: dict[tuple[str, str], FoundBefore]

    def contents(self, found: FoundFile, longest: int) -> bytes | None:
        """The bytes of a sequential file, as who opens it, reads them and closes it; None when there are more than `longest`. Errors: as open."""
        volume = found.volume
        if volume.tree is None or found.header.fid.number in volume.open_files or found.header.is_directory:
            with self.open(found) as file:
                size = file.sequential.end()
                return file.sequential.read_bytes(0, size) if size <= longest else None
        header = volume.file_of(found.header.fid)
        if header is None:
            raise FileError(RMS.FNF(), found.spec)
        if not self.security.allowed(header, READ) or not self.security.volume_allowed(volume, READ):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        if header.attributes.organization is not Organization.SEQUENTIAL:
            raise RMS.IOP.error()
        retain(volume, header)
        return volume.read_at(header, 0, header.size) if header.size <= longest else None

    def taken(self, found: FoundFile, kind: str) -> Any:
        """What is kept of a file under the name `kind`, once, for who may read the file; None when nothing is kept of what the file is now."""
        volume, header = found.volume, found.header
        known = volume.derived.take(volume, header, kind) if volume.tree is not None else None
        if known is None or not self.security.allowed(header, READ) or not self.security.volume_allowed(volume, READ):
            return None
        retain(volume, header)
        return known

    def rewrite(self, found: FoundFile, pieces: Sequence[tuple[int, bytes]]) -> None:
        """Put bytes in place of those at some offsets of a sequential file, as who opens it, writes them and closes it. Errors: as open."""
        volume = found.volume
        header = volume.file_of(found.header.fid)
        if header is None or volume.tree is None or volume.write_locked or header.fid.number in volume.open_files or header.is_directory:
            with self.open(found, update=True) as file:
                for at, data in pieces:
                    file.sequential.write_bytes(at, data)
            return
        if not self.security.allowed(header, READ | WRITE) or not self.security.volume_allowed(volume, READ | WRITE):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        if header.attributes.organization is not Organization.SEQUENTIAL:
            raise RMS.IOP.error()
        retain(volume, header)
        for at, data in pieces:
            if at + len(data) > header.size:
                raise RMS.EOF.error()
            volume.write(header, at, data)
        if pieces:
            header.revised = volume.clock()
            header.revision += 1
            volume.write_header(header)

    def derive(self, spec: str, default: str, kind: str, make: Callable[[RecordFile], T], *, shared: bool = False) -> tuple[FileSpec, T]:
        """Open a file, give it to `make`, close it: the resultant specification and what `make` returned. Errors: as open, those of `make`.

        What was made is kept under the name `kind` and given again, to whoever may read the file, as long as nobody writes it.
        """
        found = self._still_there(spec, default) or self._looked_up(spec, default)
        if found is not None:
            volume, header = found.volume, found.header
            known = volume.derived.get(volume, header, kind) if volume.tree is not None else None
            if known is not None and self.security.allowed(header, READ) and self.security.volume_allowed(volume, READ):
                retain(volume, header)
                return found.spec, known
        with self.open(spec if found is None else found, default=default, shared=shared) as file:
            made = make(file)
        if found is not None and found.volume.tree is not None:
            found.volume.derived.keep(found.volume, found.header, kind, made)
        return file.spec, made

    def _looked_up(self, spec: str, default: str) -> FoundFile | None:
        """A file on a disk; None when the specification means something else. Errors: as open."""
        candidates = self.names.candidates(spec, default)
        first = candidates[0]
        if self.permanent_stream(spec) is not None or not isinstance(self.names.device(first), DiskDevice) or first.spec.has_wildcards:
            return None
        if len(candidates) > 1:
            return self._first_existing(candidates)
        found = self.searcher.lookup(first)
        volume = found.volume
        if self.permanent == self._process_stream and volume.tree is not None and not volume.guarded:
            entry = volume.directory(found.directory).entry(found.name_type)
            if len(self._found_before) >= _REMEMBERED:
                self._found_before.clear()
            if entry is not None:
                self._found_before[spec, default] = FoundBefore(
                    self.names.state(), self.security.credentials, volume.tree, entry, first, found
                )
        return found

    def _still_there(self, spec: str, default: str) -> FoundFile | None:
        """What this process found by that name before, when looking it up would come to the same."""
        before = self._found_before.get((spec, default))
        if before is None:
            return None
        found = before.found
        volume = found.volume
        if (
            before.tree != volume.tree
            or volume.guarded
            or before.credentials is not self.security.credentials
            or before.names != self.names.state()
            or volume.directory(found.directory).entry(found.name_type) is not before.entry
            or before.entry.find(before.parsed.spec.version_number or 0) != found.header.fid
        ):
            del self._found_before[spec, default]
            return None
        found.header = volume.header(found.header.fid)
        return found
