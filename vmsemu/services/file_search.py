"""$SEARCH: the files that a specification with wildcards, search lists and `...` stands for, in the order VMS finds them.

Directories are walked from the top down in order of name, each before those below it; files come in directory order, versions from the highest
down. All elements of a search list are searched. The names of a directory are taken when it is reached, so files may be deleted meanwhile.

Source: RMS Reference Manual, $SEARCH; User's Manual, "Using wildcards with file specifications".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.directory import directory_text
from vmsemu.base.extended import is_wild, matcher, unescape, upper
from vmsemu.base.filespec import FileSpec
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import VAR_CR
from vmsemu.files.header import NO_TIME, NO_VERSION_LIMIT, FileHeader, FileId
from vmsemu.files.mount import DiskDevice
from vmsemu.files.volume import MFD, Volume
from vmsemu.security.access import EXECUTE, READ, WRITE
from vmsemu.services.file_names import FileError, FileNames, ParsedSpec, entry_name
from vmsemu.services.file_security import FileSecurity
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.files.directory import Directory

MAXIMUM_DEPTH = 16
KEPT_PATHS = 1000
_ON_VOLUME = {WRITE: EXECUTE}  # who enters files in a directory must be allowed to create them on the volume


@dataclass(slots=True)
class FoundFile:
    """A file that was found: its resultant specification, its header, and where it is entered.

    A `lost` one is only an entry: its file was deleted by another of its names, and the header says nothing.
    """

    spec: FileSpec
    header: FileHeader
    volume: Volume
    device: DiskDevice
    directory: FileId
    lost: bool = False

    @property
    def name_type(self) -> str:
        """`NAME.TYPE`, as the directory has it."""
        return self.spec.name + self.spec.type

    @property
    def version(self) -> int:
        return int(self.spec.version[1:])

    @property
    def version_limit(self) -> int:
        """How many versions of its name its directory keeps; of a directory, the default of its files. 0 is no limit."""
        if self.header.is_directory:
            return self.header.version_limit
        entry = self.volume.directory(self.directory).entry(self.name_type)
        return 0 if entry is None or entry.limit == NO_VERSION_LIMIT else entry.limit

    def __str__(self) -> str:
        return self.spec.to_text()


class Sticky:
    """What sticks in a list of specifications: each gives the next its device, directory, name and type."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last: FileSpec | None = None


class FileSearch:
    """The searches of one process."""

    def __init__(self, names: FileNames, security: FileSecurity) -> None:
        self.names = names
        self.security = security

    def search(self, candidates: tuple[ParsedSpec, ...], lost: bool = False) -> Iterator[FoundFile]:
        """All files of all candidates, with `lost` also entries without files. When there is none, the error of the last candidate is raised.

        fidelity: that with wildcards a directory which one element of a search list lacks matters only when all lack it is inferred.
        """
        found = False
        error: VmsError | None = None
        for parsed in candidates:
            try:
                for file in self._search_one(parsed, lost):
                    found = True
                    yield file
            except FileError as refused:
                if refused.matches(RMS.PRV) and len(candidates) == 1:
                    raise
                searched = error is not None and error.matches(RMS.FNF) and (parsed.wild_directory or parsed.spec.has_wildcards)
                error = error if searched and refused.matches(RMS.DNF) else refused
            else:
                error = FileError(RMS.FNF(), parsed.spec)
        if not found and error is not None:
            raise error

    def lookup(self, parsed: ParsedSpec, lost: bool = False) -> FoundFile:
        """The one file of a candidate without wildcards. Errors: RMS.FNF, as existing."""
        found = self.existing(parsed, lost)
        if found is None:
            raise FileError(RMS.FNF(), parsed.spec)
        return found

    def existing(self, parsed: ParsedSpec, lost: bool = False) -> FoundFile | None:
        """The one file of a candidate without wildcards; None when its directory has no such file. Errors: RMS.DNF, RMS.PRV, those of FileNames.volume.

        fidelity: that a lost entry is to everybody but DIRECTORY as if it were not there is inferred; RMS would fail when it opens the file.
        """
        volume, directory = self.directory(parsed)
        spec = parsed.spec
        version = spec.version_number
        name = entry_name(volume, spec)
        entry = volume.directory(directory).entry(name) if version is not None else None
        fid = entry.find(version or 0) if entry is not None else None
        if fid is None or entry is None:
            return None
        header = volume.file_of(fid)
        if header is None and not lost:
            return None
        if entry.spelling != spec.name + spec.type:
            spec = spelled(spec, entry.spelling)
        if version is None or version <= 0:
            spec = FileSpec(
                spec.node, spec.device, spec.directory, spec.name, spec.type, f";{entry.versions[entry.index(version or 0) or 0]}"
            )
        return FoundFile(spec, header or _no_header(fid), volume, parsed.device, directory, header is None)  # type: ignore[arg-type]

    def directory(self, parsed: ParsedSpec, wanted: int = EXECUTE) -> tuple[Volume, FileId]:
        """The directory of a candidate without wildcards in it. Errors: RMS.DNF with SS.NOSUCHFILE, RMS.PRV with SS.NOPRIV."""
        device = parsed.device
        volume = device.volume if isinstance(device, DiskDevice) and device.volume is not None else self.names.volume(parsed)
        security = self.security
        key = (parsed.root, parsed.shown, wanted, security.credentials)
        if volume.tree is not None and not volume.guarded:
            known = volume.allowed.get(key)
            if known is not None and known[0] == volume.tree:
                return volume, known[1]
        path = directory_path(volume, parsed.root + parsed.shown)
        fid = volume.find_directory(path)
        if fid is None:
            raise FileError(RMS.DNF(cause=SS.NOSUCHFILE), parsed.spec)
        if volume.guarded and not security.volume_allowed(volume, _ON_VOLUME.get(wanted, READ)):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), parsed.spec)
        if not security.path_allowed(volume, path) or not security.allowed(volume.header(fid), wanted):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), parsed.spec)
        if volume.tree is not None and not volume.guarded:
            if len(volume.allowed) >= KEPT_PATHS:
                volume.allowed.clear()
            volume.allowed[key] = volume.tree, fid
        return volume, fid

    def _search_one(self, parsed: ParsedSpec, lost: bool) -> Iterator[FoundFile]:
        spec = parsed.spec
        version = spec.version_number
        pattern = spec.name + spec.type if not self.names.extended else upper(spec.name + spec.type)
        wild_name = is_wild(pattern)
        if not (parsed.wild_directory or wild_name or version is None):
            yield self.lookup(parsed, lost)
            return
        for volume, shown, fid in self._directories(parsed, READ if wild_name else EXECUTE):
            directory = volume.directory(fid)
            text = spec.directory if not parsed.wild_directory else directory_text(shown)
            for name in directory.matching(pattern):
                yield from self._versions(parsed, volume, directory, text, name, version, lost)

    def _versions(
        self, parsed: ParsedSpec, volume: Volume, directory: Directory, text: str, name: str, version: int | None, lost: bool
    ) -> Iterator[FoundFile]:
        entry = directory.entries.get(name)
        if entry is None:
            return
        if version is None:
            wanted = list(zip(reversed(entry.versions), reversed(entry.fids), strict=True))
        else:
            at = entry.index(version)
            if at is None:
                return
            wanted = [(entry.versions[at], entry.fids[at])]
        spec, device = parsed.spec, parsed.device
        stem, dot, type_ = entry.spelling.rpartition(".")
        for number, fid in wanted:
            header = volume.file_of(fid)
            if header is None and not (lost and entry.find(number) == fid):
                continue  # deleted since the directory was read, or an alias left behind
            found = FileSpec(spec.node, spec.device, text, stem, dot + type_, f";{number}")
            yield FoundFile(found, header or _no_header(fid), volume, device, directory.fid, header is None)  # type: ignore[arg-type]

    # -- directories ---------------------------------------------------------------------------------------------------------------

    def _directories(self, parsed: ParsedSpec, wanted: int) -> Iterator[tuple[Volume, tuple[str, ...], FileId]]:
        """The directories a candidate means: (volume, components shown, directory). Errors: as directory()."""
        if not parsed.wild_directory:
            volume, fid = self.directory(parsed, wanted)
            yield volume, parsed.shown, fid
            return
        volume = self.names.volume(parsed)
        if volume.guarded and not self.security.volume_allowed(volume, READ):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), parsed.spec)
        fixed = _leading(parsed.shown)
        start = volume.find_directory(directory_path(volume, parsed.root + fixed))
        if start is None:
            raise FileError(RMS.DNF(cause=SS.NOSUCHFILE), parsed.spec)
        seen: set[int] = set()
        refused = False
        any_found = False
        for shown, fid in self._walk(volume, start, fixed, parsed.shown[len(fixed) :]):
            if fid.number in seen:
                continue
            seen.add(fid.number)
            any_found = True
            if self.security.allowed(volume.header(fid), wanted):
                yield volume, shown, fid
            else:
                refused = True
        if not any_found:
            raise FileError(RMS.DNF(cause=SS.NOSUCHFILE), parsed.spec)
        if refused and len(seen) == 1:
            raise FileError(RMS.PRV(cause=SS.NOPRIV), parsed.spec)

    def _walk(
        self, volume: Volume, fid: FileId, shown: tuple[str, ...], pattern: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], FileId]]:
        """Depth first, each directory before those below it, in order of name."""
        if not pattern:
            yield shown, fid
            return
        head, rest = pattern[0], pattern[1:]
        if head == "...":
            yield from self._walk(volume, fid, shown, rest)
            if len(shown) < MAXIMUM_DEPTH:
                for name, below in self._subdirectories(volume, fid):
                    yield from self._walk(volume, below, (*shown, name), pattern)
        elif is_wild(head):
            matches = matcher(head)
            for name, below in self._subdirectories(volume, fid):
                if matches(upper(unescape(name))):
                    yield from self._walk(volume, below, (*shown, name), rest)
        else:
            found = volume.lookup(fid, (head if volume.structure == 5 else upper(head)) + ".DIR", 1)
            if found is not None and volume.header(found).is_directory:
                yield from self._walk(volume, found, (*shown, head), rest)

    def _subdirectories(self, volume: Volume, fid: FileId) -> list[tuple[str, FileId]]:
        if not self.security.allowed(volume.header(fid), READ):
            return []
        out = []
        for name, below in volume.directory(fid).subdirectories():
            try:
                if below.number != MFD.number and volume.header(below).is_directory:
                    out.append((name, below))
            except VmsError:
                continue  # an entry that leads to no file
        return out


def _no_header(fid: FileId) -> FileHeader:
    """In place of the header of a lost entry."""
    return FileHeader(fid, "", Uic(0, 0), Protection(0, 0, 0, 0), VAR_CR, NO_TIME, NO_TIME)


def _leading(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The components before the first wildcard."""
    for at, part in enumerate(parts):
        if part == "..." or is_wild(part):
            return parts[:at]
    return parts


def directory_path(volume: Volume, path: tuple[str, ...]) -> tuple[str, ...]:
    """Components as the volume looks them up: in upper case below structure level 5."""
    return path if volume.structure == 5 else tuple(map(upper, path))


def spelled(spec: FileSpec, name: str) -> FileSpec:
    """The specification with name and type as the directory spells them."""
    stem, dot, type_ = name.rpartition(".")
    return FileSpec(spec.node, spec.device, spec.directory, stem, dot + type_, spec.version)
