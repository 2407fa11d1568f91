"""RMS as a process uses it: every file operation by name, with logical names, defaults, wildcards, protection and version rules.

The parts: file_names.py ($PARSE), file_search.py ($SEARCH), file_security.py (access, owner, protection), record_file.py (an open file),
file_changes.py ($ERASE, $RENAME, directories), kept_files.py (what is read again and again). Errors about a file are FileError and carry the expanded
specification as `spec`.

Source: RMS Reference Manual; DCL Dictionary for what commands expect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import VAR_CR, Organization, RecordAttributes
from vmsemu.files.control import Share
from vmsemu.files.directory import Entry
from vmsemu.files.header import NO_VERSION_LIMIT, FileHeader, FileId
from vmsemu.files.indexed import INDEXED_VAR, IndexedFile, with_buckets
from vmsemu.files.keys import KeyDefinition
from vmsemu.files.mount import Device, DiskDevice, NullDevice
from vmsemu.files.relative import RelativeFile, with_bucket
from vmsemu.files.retention import retain
from vmsemu.files.rms import at_once, check_attributes, open_file, open_new
from vmsemu.files.volume import Volume
from vmsemu.security.access import DELETE, READ, WRITE
from vmsemu.services.device_security import device_allowed
from vmsemu.services.file_names import MAXIMUM_TRANSLATIONS, PERMANENT_NAMES, FileError, FileNames, ParsedSpec, about, entry_name
from vmsemu.services.file_search import FileSearch, FoundFile, Sticky, directory_path, spelled
from vmsemu.services.file_security import FileSecurity
from vmsemu.services.kept_files import KeptFiles
from vmsemu.services.record_file import NullFile, RecordFile, Stream, StreamFile, abandon
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.services.process import Process

__all__ = ["FileError", "FoundFile", "ProcessFiles", "RecordFile", "Sticky"]

Spec = str | FileSpec
_NORMAL = RMS.NORMAL.value
_RELATIVE, _SEQUENTIAL = Organization.RELATIVE, Organization.SEQUENTIAL


class ProcessFiles(KeptFiles):
    """The files of one process."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.names = FileNames(process)
        self.security = FileSecurity(process)
        self.searcher = FileSearch(self.names, self.security)
        self._opened: dict[int, RecordFile] = {}
        self._serial = 0
        # The command interpreter puts its own in place: what it has SYS$INPUT and SYS$OUTPUT open on now.
        self.permanent: Callable[[str], Any] = self._process_stream
        self.held: Callable[[Any], Any] = lambda stream: stream  # DCL keeps its hand on terminals that images open

    # -- names ---------------------------------------------------------------------------------------------------------------------

    def parse(self, spec: Spec, default: Spec = "", related: Spec = "") -> FileSpec:
        """The specification with everything filled in, as it is displayed; no device or directory need exist. Errors: RMS.SYN, DIR, ..."""
        return self.names.candidates(spec, default, related)[0].spec

    def parse_all(self, spec: Spec, default: Spec = "", related: Spec = "") -> list[FileSpec]:
        """As parse, for every element of a search list."""
        return [parsed.spec for parsed in self.names.candidates(spec, default, related)]

    def candidates(self, spec: Spec, default: Spec = "", related: Spec = "") -> tuple[ParsedSpec, ...]:
        """As parse_all, with the real device and directory behind concealed names."""
        return self.names.candidates(spec, default, related)

    def exists(self, spec: Spec, default: Spec = "", related: Spec = "") -> bool:
        """Is there such a file that may be looked up?"""
        try:
            next(self.search(spec, default, related), None)
        except VmsError:
            return False
        return True

    def directory_exists(self, spec: Spec, default: Spec = "") -> bool:
        """Do the device and the directory exist (F$PARSE without SYNTAX_ONLY; SHOW DEFAULT)? A device without files needs none."""
        return any(self.place_exists(parsed) for parsed in self.names.candidates(spec, default))

    def place_exists(self, parsed: ParsedSpec) -> bool:
        """As directory_exists, for one element of a search list."""
        try:
            if not isinstance(self.names.device(parsed), DiskDevice):
                return True
            volume = self.names.volume(parsed)
            return parsed.wild_directory or volume.find_directory(directory_path(volume, parsed.path)) is not None
        except VmsError:
            return False

    def device_of(self, spec: Spec, default: Spec = "") -> Device:
        """The device a specification leads to. Errors: RMS.DEV, those of parse."""
        return self.names.device(self.names.candidates(spec, default)[0])

    @property
    def default_device(self) -> str:
        """SYS$DISK, one level translated: what SHOW DEFAULT shows before the directory."""
        found = self.process.names.translate("SYS$DISK")
        return found.equivalence if found is not None else ""

    @property
    def default_directory(self) -> str:
        return self.process.default_directory

    @property
    def default(self) -> str:
        """`DKA0:[SMITH]`, as SHOW DEFAULT shows it."""
        return self.default_device + self.process.default_directory

    def set_default(self, spec: Spec) -> None:
        """SET DEFAULT: device, directory or both; nothing need exist. Errors: RMS.SYN for a file name, those of parse."""
        parsed = self.names.candidates(spec)[0]
        if parsed.spec.name or parsed.spec.type != "." or parsed.spec.version != ";" or parsed.wild_directory:
            raise FileError(RMS.SYN(), parsed.spec)
        if parsed.spec.device != self.default_device:
            self.process.names.define("SYS$DISK", [parsed.spec.device], attributes=["CRELOG"])
        self.process.default_directory = parsed.spec.directory

    # -- searching -----------------------------------------------------------------------------------------------------------------

    def search(
        self, spec: Spec, default: Spec = "", related: Spec = "", stickiness: Sticky | None = None, lost: bool = False
    ) -> Iterator[FoundFile]:
        """Every file that matches, in order. With `stickiness` a specification of a list takes what it leaves out from the one before.

        With `lost` also entries whose files were deleted by another name.
        Errors, at the first file: RMS.FNF, RMS.DNF with SS.NOSUCHFILE, RMS.DEV with SS.NOSUCHDEV, RMS.PRV with SS.NOPRIV, those of parse.
        """
        if stickiness is not None and stickiness.last is not None:
            related = stickiness.last
        candidates = self.names.candidates(spec, default, related)
        if stickiness is not None:
            stickiness.last = candidates[0].spec
        return self.searcher.search(candidates, lost)

    def find(self, spec: Spec, default: Spec = "", related: Spec = "") -> FoundFile:
        """The first file that matches. Errors: as search."""
        candidates = self.names.candidates(spec, default, related)
        if len(candidates) == 1 and not candidates[0].spec.has_wildcards:
            return self.searcher.lookup(candidates[0])
        for found in self.searcher.search(candidates):
            return found
        raise FileError(RMS.FNF(), candidates[-1].spec)

    # -- opening -------------------------------------------------------------------------------------------------------------------

    def open(
        self,
        spec: Spec | FoundFile,
        *,
        default: Spec = "",
        related: Spec = "",
        write: bool = False,
        append: bool = False,
        update: bool = False,
        shared: bool = False,
        share: Share | None = None,
        locking: bool = False,
    ) -> RecordFile:
        """Open an existing file. `append` and `update` imply `write`; `append` starts at the end of the file.

        `shared` lets others read and write meanwhile; `share` says it exactly. Without them readers let others read, writers nobody.
        With `locking`, records of a file that others may write are locked as they are read (files/locking.py).
        Errors: as search; RMS.WLD for wildcards, RMS.FLK with SS.ACCONFLICT, RMS.PRV with SS.NOPRIV.
        """
        write = write or append or update
        if shared:
            share = Share.ALL
        if isinstance(spec, FoundFile):
            found = spec
        else:
            candidates = self.names.candidates(spec, default, related)
            first = candidates[0]
            if (special := self._open_device(spec, first, "r" if not write else "rw")) is not None:
                return special
            if first.spec.has_wildcards:
                raise FileError(RMS.WLD(), first.spec)
            found = self.searcher.lookup(first) if len(candidates) == 1 else self._first_existing(candidates)
        wanted = READ | WRITE if write else READ
        if not self.security.file_allowed(found.volume, found.header, wanted):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        try:
            stream = open_file(found.volume, found.header.fid, write=write, append=append, share=share, locking=locking)
        except VmsError as error:
            raise about(error, found.spec) from None
        retain(found.volume, found.header)
        return self._opened_file(stream, found.spec)

    def _open_device(self, spec: Spec, parsed: ParsedSpec, mode: str) -> RecordFile | None:
        """A process-permanent file or a device without files; None when it is a disk. Errors: RMS.DEV."""
        stream = self.permanent_stream(spec) if isinstance(spec, str) else None
        if stream is not None:
            return self._opened_file(StreamFile(self.process.uic, self.held(stream)), parsed.spec)
        if isinstance(parsed.device, DiskDevice):
            return None
        device = self.names.device(parsed)
        if isinstance(device, DiskDevice):
            return None
        if isinstance(device, NullDevice):
            return self._opened_file(NullFile(self.process.uic), FileSpec(device=parsed.spec.device))
        if not device_allowed(self.process, device, READ if mode == "r" else WRITE if mode == "w" else READ | WRITE):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), FileSpec(device=parsed.spec.device))
        open_stream = getattr(device, "open_stream", None)
        if open_stream is None:
            raise FileError(RMS.DEV(), parsed.spec)
        stream = self.held(open_stream(self.process, mode))
        return self._opened_file(StreamFile(self.process.uic, stream), FileSpec(device=parsed.spec.device))

    def permanent_stream(self, spec: str) -> Any:
        """The stream behind SYS$OUTPUT and its like, and names that DCL opened, also through other logical names; None for something else."""
        if "." in spec or "[" in spec or not (spec.isascii() and spec.strip(":").replace("$", "").replace("_", "").isalnum()):
            return None
        word = spec.upper().removesuffix(":")
        for _ in range(MAXIMUM_TRANSLATIONS):
            stream = self.permanent(word)
            if stream is not None:
                return stream
            entry = self.process.names.translate(word)
            if entry is None or not entry.translations:
                return None
            word = entry.equivalence.upper().removesuffix(":")
        return None

    def _process_stream(self, name: str) -> Any:
        """What the process itself has open under a process-permanent name; None for other names."""
        process = self.process
        if name not in PERMANENT_NAMES:
            return None
        if name == "SYS$INPUT":
            return process.input
        if name == "SYS$COMMAND":
            return process.command or process.input
        return process.error or process.output if name == "SYS$ERROR" else process.output

    def _opened_file(self, stream: Stream, spec: FileSpec, purged: bool = False) -> RecordFile:
        self._serial += 1
        file = RecordFile(stream, spec, self._serial, self._file_closed, RMS.FILEPURGED.value if purged else _NORMAL)
        self._opened[self._serial] = file
        return file

    def _file_closed(self, file: RecordFile) -> None:
        self._opened.pop(file.serial, None)

    def open_indexed(self, spec: Spec | FoundFile, default: Spec = "", *, write: bool = False, shared: bool = True) -> RecordFile:
        """Open an indexed file, shared unless told otherwise. Errors: as open; RMS.ORG for another organization."""
        file = self.open(spec, default=default, write=write, shared=shared)
        if not isinstance(file.file, IndexedFile):
            file.close()
            raise FileError(RMS.ORG(), file.spec)
        return file

    def open_record_device(self, name: str, mode: str = "rw") -> Any:
        """A stream on a device without files (terminal, mailbox, NLA0:). Errors: RMS.DEV."""
        device = self.device_of(name if name.endswith(":") else name + ":")
        open_stream = getattr(device, "open_stream", None)
        if open_stream is None:
            raise FileError(RMS.DEV(), FileSpec(device=device.name))
        return open_stream(self.process, mode)

    # -- creating ------------------------------------------------------------------------------------------------------------------

    def create(
        self,
        spec: Spec,
        *,
        default: Spec = "",
        related: Spec = "",
        attributes: RecordAttributes = VAR_CR,
        protection: Protection | str | None = None,
        owner: Uic | None = None,
        allocation: int = 0,
        characteristics: int = 0,
        supersede: bool = False,
        read: bool = False,
        shared: bool = False,
        share: Share | None = None,
        maximum_number: int = 0,
    ) -> RecordFile:
        """Create a file and open it: the next version, or the explicit one (`supersede` replaces it when it is there).

        The file's `status` is RMS.FILEPURGED when the version limit took the oldest version away. A relative file is opened for update, and
        `maximum_number` limits its records. A `protection` in text changes the classes that it names of what the file would be given.
        Errors: RMS.FEX, RMS.DNF, RMS.PRV, RMS.FUL with SS.DEVICEFULL, RMS.WLD, RMS.VER, RMS.CRE, those of parse.
        """
        check_attributes(attributes)
        if attributes.organization is _RELATIVE:
            attributes = with_bucket(attributes)
        parsed = self.names.candidates(spec, default, related)[0]
        if (special := self._open_device(spec, parsed, "rw" if read else "w")) is not None:
            return special
        made, volume, resultant, purged = self._make(parsed, attributes, protection, owner, allocation, supersede, characteristics)
        share = Share.ALL if shared else share if share is not None else Share.NONE
        if attributes.organization is _SEQUENTIAL:
            stream: Stream = open_new(volume, made, read=read, share=share)
        elif attributes.organization is _RELATIVE:
            stream = RelativeFile.lay_out(volume, made, maximum_number, share=share)
        else:
            stream = open_file(volume, made.fid, write=True, share=share)
        return self._opened_file(stream, resultant, purged)

    def create_with(
        self, spec: Spec, data: bytes, *, attributes: RecordAttributes, protection: Protection, owner: Uic | None
    ) -> FoundFile | None:  # fmt: skip
        """As create, for a sequential file that has these bytes and is closed. None when it must be created, written and closed step by step."""
        check_attributes(attributes)
        parsed = self.names.candidates(spec)[0]
        device = parsed.device
        if not isinstance(device, DiskDevice) or device.volume is None or not at_once(device.volume):
            return None
        if isinstance(spec, str) and self.permanent_stream(spec) is not None:
            return None
        made, volume, resultant, _ = self._make(parsed, attributes, protection, owner, 0, False, data=data)
        return FoundFile(resultant, made, volume, device, made.backlink)

    def create_indexed(
        self,
        spec: Spec,
        keys: Sequence[KeyDefinition],
        *,
        default: Spec = "",
        attributes: RecordAttributes = INDEXED_VAR,
        protection: Protection | str | None = None,
        owner: Uic | None = None,
        allocation: int = 0,
        characteristics: int = 0,
        supersede: bool = False,
        shared: bool = True,
    ) -> RecordFile:
        """Create an indexed file and open it. Errors: as create; RMS.NPK, RMS.DTP, RMS.SIZ, RMS.SEG, RMS.FLG, RMS.POS for the keys."""
        if not keys:
            raise RMS.NPK.error()
        check_attributes(attributes)
        for number, key in enumerate(keys):
            key.check(number, attributes.maximum_size)
        parsed = self.names.candidates(spec, default)[0]
        made, volume, resultant, purged = self._make(
            parsed, with_buckets(attributes), protection, owner, allocation, supersede, characteristics
        )
        stream = IndexedFile.lay_out(volume, made, keys, share=Share.ALL if shared else Share.NONE)
        return self._opened_file(stream, resultant, purged)

    def _make(
        self, parsed: ParsedSpec, attributes: RecordAttributes, protection: Protection | str | None, owner: Uic | None, allocation: int,
        supersede: bool, characteristics: int = 0, data: bytes = b"",
    ) -> tuple[FileHeader, Volume, FileSpec, bool]:  # fmt: skip
        """Enter a new file, empty or closed with its `data`: (header, volume, resultant specification, was a version purged)."""
        spec = parsed.spec
        if spec.has_wildcards:
            raise FileError(RMS.WLD(), spec)
        version = spec.version_number or 0
        if version < 0:
            raise FileError(RMS.VER(), spec)
        volume, directory = self.searcher.directory(parsed, WRITE)
        name = entry_name(volume, spec, creating=True)
        header = volume.header(directory)
        entry = volume.directory(directory).entry(name)
        previous = volume.file_of(entry.fids[-1]) if entry is not None else None
        security = self.security
        owner = owner if owner is not None else security.new_owner(header, previous)
        if not isinstance(protection, Protection):
            default = security.new_protection(header, previous)
            protection = Protection.from_text(protection, default) if protection else default
        if supersede and version and volume.lookup(directory, name, version) is not None:
            self._remove_version(volume, directory, name, version, spec)
        if version and _too_many_higher(volume.directory(directory).entry(name), version):
            raise FileError(RMS.CRE(cause=SS.TOOMANYVER), spec)
        try:
            made = volume.create(
                directory, name, version, attributes=attributes, allocation=allocation, characteristics=characteristics, data=data,
                owner=owner, protection=protection, acl=security.new_acl(header, previous, owner, protection),
            )  # fmt: skip
        except VmsError as error:
            raise about(error, spec) from None
        retain(volume, made)
        name, _, number = made.name.rpartition(";")
        spec = FileSpec(spec.node, spec.device, spec.directory, spec.name, spec.type, ";" + number)
        if name != spec.name + spec.type:
            spec = spelled(spec, name)
        return made, volume, spec, self._purge_excess(volume, directory, name)

    def _purge_excess(self, volume: Volume, directory: FileId, name: str) -> bool:
        """Delete the lowest version when there are more than the version limit, unless it is open. True when it went.

        A limit that was set below the number of versions that are there keeps that number (SET FILE/VERSION_LIMIT).
        """
        entry = volume.directory(directory).entry(name)
        assert entry is not None
        if len(entry.versions) <= entry.limit or entry.limit == NO_VERSION_LIMIT:
            return False
        version, fid = entry.versions[0], entry.fids[0]
        found = volume.file_of(fid)
        if found is not None and (fid.number in volume.open_files or not self.security.allowed(found, DELETE)):
            return False
        volume.remove(directory, name, version)
        if found is not None:  # else its file was deleted by another name
            volume.delete(fid)
        return found is not None

    # -- rundown -------------------------------------------------------------------------------------------------------------------

    @property
    def mark(self) -> int:
        """A mark for close_since: files opened later have a higher one."""
        return self._serial

    def opened(self) -> list[RecordFile]:
        """The files that are open, in the order in which they were opened."""
        return list(self._opened.values())

    def close_since(self, mark: int) -> None:
        """Image rundown: close what was opened after `mark`."""
        for serial, file in list(self._opened.items()):
            if serial > mark:
                self._close_quietly(file)

    def close_all(self) -> None:
        """Process rundown."""
        self.close_since(0)

    def _close_quietly(self, file: RecordFile) -> None:
        """Close as well as it goes: on a full disk what could not be written is lost, and the file is closed nevertheless."""
        try:
            file.close()
        except VmsError:
            abandon(file)


def _too_many_higher(entry: Entry | None, version: int) -> bool:
    """Would the version limit take away the very version that is made?"""
    return entry is not None and len(entry.versions) >= entry.limit and version < entry.versions[0]
