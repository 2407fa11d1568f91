"""Files that are read again and again: what was found, and what was made of it, is kept as long as it would come out the same.

`contents` reads a file that nobody writes without a stream, and `rewrite` changes bytes of one so; `derive` keeps what somebody makes of a file (a
compiled procedure, an image's name). Who may not read the file, or write it, is refused as if it were opened. Source: none, these are ways of $OPEN,
$GET and $PUT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.files.attributes import Organization
from vmsemu.files.mount import DiskDevice
from vmsemu.files.retention import retain
from vmsemu.security.access import READ, WRITE
from vmsemu.services.file_changes import FileChanges
from vmsemu.services.file_names import PERMANENT_NAMES, Dependencies, FileError, ParsedSpec, entry_name
from vmsemu.services.file_search import FoundFile
from vmsemu.services.record_file import RecordFile
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.files.directory import Entry
    from vmsemu.files.volume import Volume

Spec = str | FileSpec
T = TypeVar("T")


@dataclass(slots=True)
class Lookup:
    """What looking a name up came to, and all that decided it: what the logical names on the way meant, and what each directory had of the name.

    `places` are the entries of the directories that were looked into, each with the generation of its volume's tree; the file is in the last, if
    there is one.
    """

    names: Dependencies
    places: list[tuple[Volume, int, Mapping[str, Entry], str, Entry | None]]
    found: FoundFile | None
    version: int


class KeptFiles(FileChanges):
    """The part of ProcessFiles that remembers."""

    open: Callable[..., RecordFile]
    permanent: Callable[[str], Any]
    permanent_stream: Callable[[str], Any]
    _process_stream: Callable[[str], Any]

    # -- looking up ----------------------------------------------------------------------------------------------------------------

    def existing(self, spec: Spec) -> FoundFile | None:
        """The file of a name without wildcards; None when the file or its directory is missing. Errors: the others of search."""
        known = self._known(spec, "")
        if known is not None:
            found = known.found
            return FoundFile(found.spec, found.header, found.volume, found.device, found.directory) if found is not None else None
        try:
            return self._looked_up(spec, "", self.names.candidates(spec))
        except FileError as error:
            if error.matches(RMS.DNF):
                return None
            raise

    def _known(self, spec: Spec, default: Spec) -> Lookup | None:
        """What looking up came to before, for anybody with the same rights, when it would come to the same for this process now."""
        known = self.names.lookup(spec, default, self.security.credentials)
        if known is None:
            return None
        for volume, tree, entries, name, entry in known.places:
            if volume.tree != tree or volume.guarded or entries.get(name) is not entry:
                return None
        found = known.found
        if found is not None and entry is not None:  # those of the last place
            fid = found.header.fid
            if entry.fids[-1] != fid or entry.versions[-1] != known.version:
                return None
            try:
                found.header = volume.header(fid)
            except VmsError:
                return None
        return known

    def _looked_up(self, spec: Spec, default: Spec, candidates: tuple[ParsedSpec, ...]) -> FoundFile | None:
        """Look up a name without wildcards; None when there is no such file. Errors: the others of search."""
        try:
            found = self._first_existing(candidates)
        except FileError as error:
            if not error.matches(RMS.FNF):
                raise
            found = None
        self._remember(spec, default, candidates, found)
        return found

    def _remember(self, spec: Spec, default: Spec, candidates: tuple[ParsedSpec, ...], found: FoundFile | None) -> None:
        """Keep what looking up came to, unless there was more to it than logical names and directories of disks."""
        decided_by = self.names.dependencies(spec, default)
        if (
            decided_by is None
            or any(name in PERMANENT_NAMES for name, _ in decided_by)
            or candidates[0].spec.node
            or candidates[0].spec.version != ";"
        ):
            return
        places = []
        for parsed in candidates:
            try:
                volume, directory = self.searcher.directory(parsed)
            except FileError:
                return
            entries = volume.directory(directory)
            name = entries.name_key(entry_name(volume, parsed.spec))
            entry = entries.entries.get(name)
            here = found is not None and volume is found.volume and directory == found.directory
            if volume.tree is None or volume.guarded or (entry is None) is here:
                return
            places.append((volume, volume.tree, entries.entries, name, entry))
            if here:
                break
        lookup = Lookup(decided_by, places, found, found.version if found is not None else 0)
        self.names.keep_lookup(spec, default, self.security.credentials, lookup)

    # -- reading -------------------------------------------------------------------------------------------------------------------

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
        if not self.security.file_allowed(volume, header, READ):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        if header.attributes.organization is not Organization.SEQUENTIAL:
            raise RMS.IOP.error()
        retain(volume, header)
        return volume.read_at(header, 0, header.size) if header.size <= longest else None

    def read_before(self, found: FoundFile) -> bool:
        """May somebody who knows what is in a file go without opening it: who asks may read it, and nobody has it open? That is a use of it."""
        volume, header = found.volume, found.header
        if header.fid.number in volume.open_files or volume.tree is None:
            return False
        if not self.security.file_allowed(volume, header, READ):
            return False
        if volume.attributes.maximum_retention:
            retain(volume, header)
        return True

    def taken(self, found: FoundFile, kind: str) -> Any:
        """What is kept of a file under the name `kind`, once, for who may read the file; None when nothing is kept of what the file is now."""
        volume = found.volume
        known = volume.derived.take(volume, found.header, kind) if volume.tree is not None else None
        return known if known is not None and self.read_before(found) else None

    def rewrite(self, found: FoundFile, pieces: Sequence[tuple[int, bytes]]) -> None:
        """Put bytes in place of those at some offsets of a sequential file, as who opens it, writes them and closes it. Errors: as open."""
        volume = found.volume
        header = volume.file_of(found.header.fid)
        if header is None or volume.tree is None or volume.write_locked or header.fid.number in volume.open_files or header.is_directory:
            with self.open(found, update=True) as file:
                for at, data in pieces:
                    file.sequential.write_bytes(at, data)
            return
        if not self.security.file_allowed(volume, header, READ | WRITE):
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
        found = self._on_disk(spec, default)
        if found is not None:
            volume = found.volume
            known = volume.derived.get(volume, found.header, kind) if volume.tree is not None else None
            if known is not None and self.read_before(found):
                return found.spec, known
        with self.open(spec if found is None else found, default=default, shared=shared) as file:
            made = make(file)
        if found is not None and found.volume.tree is not None:
            found.volume.derived.keep(found.volume, found.header, kind, made)
        return file.spec, made

    def _on_disk(self, spec: str, default: str) -> FoundFile | None:
        """A file on a disk; None when the specification means something else. Errors: as open."""
        known = self._known(spec, default)
        if (known is None or self.permanent != self._process_stream) and self.permanent_stream(spec) is not None:
            return None
        if known is not None:
            found = known.found
        else:
            candidates = self.names.candidates(spec, default)
            first = candidates[0]
            if not isinstance(self.names.device(first), DiskDevice) or first.spec.has_wildcards:
                return None
            found = self._looked_up(spec, default, candidates)
        if found is None:
            raise FileError(RMS.FNF(), self.names.candidates(spec, default)[-1].spec)
        return found
