"""A folder of the host as a volume (DNFS): what services and images ask of a volume, answered from the folder at each question.

Theory of operation. The folder is the truth and may change at any time, so headers are made from the host's status whenever they are asked
for, and the names of a directory are read again when the host says that they changed. A file number belongs to a path as long as the
volume is mounted. Text files have stream-LF records, all others are 512-byte blocks; both are the host's bytes as they are. Records of
other formats are written as lines. A new file takes its name when it is closed, so that its name never stands for half a file; what had the
name before is replaced, for a host file has the version 1 only. Changes to a file that is there are made in place.

Left out, and refused: relative and indexed files, access control lists, owners, version limits, expiration and backup dates, aliases.
The rest of the refusals stands in host/folder.py. Source: the proposal of this project; TCP/IP Services User's Guide, "NFS client", for the idea.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files import contents, host_modes
from vmsemu.files.attributes import BLOCK, DIRECTORY_ATTRIBUTES, FIX_512, STMLF_CR, VAR_CR, Organization, RecordAttributes, RecordFormat
from vmsemu.files.control import Share
from vmsemu.files.directory import Directory, is_directory_name
from vmsemu.files.header import DIRECTORY, MARKDEL, NO_VERSION_LIMIT, FileHeader, FileId
from vmsemu.files.home_block import VolumeAttributes
from vmsemu.files.host_folder import HostFile, HostFolder, HostPath, HostStatus
from vmsemu.files.host_listings import ONLY_VERSION, HostListings, Node
from vmsemu.files.host_names import DIRECTORY_TYPE, folder_name, host_name, vms_name
from vmsemu.files.volume import ALL_ACCESS, MFD, Volume
from vmsemu.store.port import Store
from vmsemu.tables.facilities import RMS, SS

SAMPLE = 32 * 1024
MAXIMUM_BLOCKS = 0x7FFFFFFF
_LIMITS = (0, ONLY_VERSION, NO_VERSION_LIMIT)
_PIECE = 64 * contents.CHUNK
_LINES = (RecordFormat.VAR, RecordFormat.VFC, RecordFormat.STM, RecordFormat.STMCR, RecordFormat.STMLF)
_NOT_TEXT = bytes(code for code in range(32) if code not in (7, 8, 9, 10, 11, 12, 13, 27)) + b"\x7f"


class HostMedium:
    """The volume's part in the node's commits: the host keeps what it has at once, so there is never anything to commit."""

    dirty = False

    def __init__(self, folder: HostFolder) -> None:
        self.close = folder.close

    def commit(self) -> None:
        pass


class HostVolume(Volume):
    """A mounted folder. Files belong to `owner`; protection comes from the mode bits."""

    store: Store
    tree = None
    structure = 5

    def __init__(self, folder: HostFolder, clock: Callable[[], VmsTime], label: str, owner: Uic, *, writable: bool) -> None:
        self.folder = folder
        self.store = HostMedium(folder)  # type: ignore[assignment]
        self.clock = clock
        self.label = label
        self.owner = owner
        self.protection = ALL_ACCESS
        self.attributes = VolumeAttributes()
        self.write_locked = not writable
        self.open_files = {}
        self.when_idle = None
        self.cluster = 1
        self.blocks = min(folder.space()[0], MAXIMUM_BLOCKS)
        self.maximum_files = MAXIMUM_BLOCKS
        self.created = folder.status(()).created
        self._names = HostListings(folder)
        self._streams: dict[int, HostFile] = {}
        self._unborn: dict[int, FileHeader] = {}

    # -- the volume ----------------------------------------------------------------------------------------------------------------

    @property
    def free_blocks(self) -> int:
        return min(self.folder.space()[1], MAXIMUM_BLOCKS)

    def room_for(self, header: FileHeader) -> int:
        return self.free_blocks

    def extend(self, header: FileHeader, blocks: int) -> None:
        """The host allocates as bytes come; here it is only asked whether there is room. Errors: RMS.FUL."""
        if blocks > header.allocated:
            if blocks - header.allocated > self.free_blocks:
                raise RMS.FUL.error(cause=SS.DEVICEFULL)
            header.allocated = blocks

    def release(self, header: FileHeader, blocks: int) -> None:
        header.allocated = min(header.allocated, blocks)

    def change_owner(self, header: FileHeader, owner: Uic) -> None:
        if owner != header.owner:
            raise SS.UNSUPPORTED.error()

    def describe(self, *, label: str | None = None, owner: Uic | None = None, protection: Protection | None = None) -> None:
        raise SS.UNSUPPORTED.error()

    def set_attributes(self, attributes: VolumeAttributes) -> None:
        raise SS.UNSUPPORTED.error()

    def headers(self) -> Iterator[FileHeader]:
        raise SS.UNSUPPORTED.error()

    # -- names ---------------------------------------------------------------------------------------------------------------------

    def directory(self, fid: FileId) -> Directory:
        """The names in a folder, read again when they changed."""
        return self._names.directory(fid)

    def find_directory(self, path: tuple[str, ...]) -> FileId | None:
        here = MFD
        for name in path:
            found = self.directory(here).find(name + DIRECTORY_TYPE, ONLY_VERSION)
            if found is None or not self.header(found).is_directory:
                return None
            here = found
        return here

    # -- headers -------------------------------------------------------------------------------------------------------------------

    def header(self, fid: FileId) -> FileHeader:
        """The header as the host's file is now. Errors: SS.NOSUCHFILE, those of the folder."""
        control = self.open_files.get(fid.number)
        if control is not None:
            return control.header
        if fid.number in self._unborn:
            return self._unborn[fid.number]
        node = self._names.node(fid.number)
        status = self.folder.status(node.path)
        if status.is_folder:
            return self._directory_header(fid, node, status)
        if node.known_as != (*status.identity, status.size, status.revised):
            node.attributes = self._guess(node.path, status)
            node.known_as = (*status.identity, status.size, status.revised)
        blocks = -(-status.size // BLOCK)
        return FileHeader(
            fid, f"{vms_name(node.path[-1])};{ONLY_VERSION}", self.owner, host_modes.protection(status.mode, is_folder=False),
            node.attributes, status.created, status.revised, revision=1, size=status.size, allocated=blocks,
            longest=512 if node.attributes is FIX_512 else 0, version_limit=ONLY_VERSION, backlink=FileId(node.parent, 1, 0),
        )  # fmt: skip

    def _directory_header(self, fid: FileId, node: Node, status: HostStatus) -> FileHeader:
        name = vms_name(node.path[-1], is_folder=True) if node.path else "000000.DIR"
        return FileHeader(
            fid, f"{name};1", self.owner, host_modes.protection(status.mode, is_folder=True), DIRECTORY_ATTRIBUTES, status.created,
            status.revised, revision=1, size=BLOCK, allocated=1, longest=512, version_limit=ONLY_VERSION, characteristics=DIRECTORY,
            backlink=FileId(node.parent, 1, 0),
        )  # fmt: skip

    def _guess(self, path: HostPath, status: HostStatus) -> RecordAttributes:
        """Text, when the beginning has no characters that text has not and has the end of a line; a file that may not be read is blocks."""
        try:
            stream = self.folder.open(path, write=False)
        except VmsError:
            return FIX_512
        try:
            sample = stream.read(0, min(SAMPLE, status.size))
        finally:
            stream.close()
        text = len(sample.translate(None, _NOT_TEXT)) == len(sample) and (b"\n" in sample or status.size < SAMPLE)
        return STMLF_CR if text else FIX_512

    def write_header(self, header: FileHeader) -> None:
        """Give the host what it can keep of a header: mode bits, and the revision date of a file that nobody has open.

        Errors: SS.UNSUPPORTED for the rest.
        """
        self._check_writable()
        number = header.fid.number
        if number in self._unborn:
            return
        path = self._names.path(number)
        status = self.folder.status(path)
        if header.owner != self.owner or header.acl or header.expires or header.backup or header.version_limit not in _LIMITS:
            raise SS.UNSUPPORTED.error()
        if header.protection != host_modes.protection(status.mode, is_folder=status.is_folder):
            self.folder.set_mode(path, host_modes.mode(header.protection, status.mode, is_folder=status.is_folder))
        if number not in self.open_files and header.revised != status.revised:
            self.folder.set_revised(path, header.revised)

    def set_version_limit(self, directory: FileId, name: str, limit: int) -> None:
        raise SS.UNSUPPORTED.error()

    # -- entries -------------------------------------------------------------------------------------------------------------------

    def check_aliases(self) -> None:
        """A file of a folder has the one name. Errors: SS.UNSUPPORTED."""
        raise SS.UNSUPPORTED.error()

    def enter(self, directory: FileId, name: str, version: int, fid: FileId) -> None:
        self.check_aliases()

    def remove(self, directory: FileId, name: str, version: int) -> None:
        """Take an entry out of the listing; `delete` takes the file away, and puts the entry back when it cannot."""
        self._take_out(directory, name, version)

    def next_version(self, directory: FileId, name: str, version: int) -> int:
        """Always 1. Errors: RMS.FEX when just that version was asked for and is there."""
        if version == ONLY_VERSION and self.directory(directory).find(name, ONLY_VERSION) is not None:
            raise RMS.FEX.error()
        return ONLY_VERSION

    def create(
        self, directory: FileId, name: str, version: int = 0, *, owner: Uic = Uic(1, 4), protection: Protection = Protection.DEFAULT,
        attributes: RecordAttributes = VAR_CR, acl: tuple[str, ...] = (), allocation: int = 0, characteristics: int = 0,
        data: bytes = b"", longest: int = 0,
    ) -> FileHeader:  # fmt: skip
        """Begin a new file, which replaces what has its name when it is closed. It is written afterwards: with `data` it is refused.

        Errors: SS.UNSUPPORTED, RMS.ORG for other organizations, RMS.FNM with SS.BADFILENAME for names the host cannot have, RMS.FLK, RMS.FEX, RMS.FUL.
        """
        self._check_writable()
        if data:
            raise SS.UNSUPPORTED.error()
        if attributes.organization is not Organization.SEQUENTIAL:
            raise RMS.ORG.error()
        self.next_version(directory, name, version)
        old = self.directory(directory).find(name, ONLY_VERSION)
        if old is not None and (old.number in self.open_files or self.header(old).is_directory):
            raise RMS.FLK.error(cause=SS.ACCONFLICT) if old.number in self.open_files else RMS.FEX.error()
        path = self._names.path(old.number) if old is not None else self._new_path(directory, host_name(name))
        if allocation > self.free_blocks:
            raise RMS.FUL.error(cause=SS.DEVICEFULL)
        stream = self.folder.create(path, host_modes.mode(protection, 0, is_folder=False))
        fid = FileId(self._names.number(path), 1, 0)
        now = self.clock()
        name = vms_name(path[-1])
        header = FileHeader(
            fid, f"{name};{ONLY_VERSION}", self.owner, protection, _as_lines(attributes), now, now, allocated=allocation, backlink=directory
        )
        self._streams[fid.number] = stream
        self._unborn[fid.number] = header
        self._names.new[fid.number] = name
        self._names.added(directory, name, fid.number)
        return header

    def _new_path(self, directory: FileId, name: str | None) -> HostPath:
        if name is None:
            raise RMS.FNM.error(cause=SS.BADFILENAME)
        return (*self._names.path(directory.number), name)

    def create_directory(
        self, parent: FileId, name: str, *, owner: Uic = Uic(1, 4), protection: Protection = Protection.DEFAULT,
        version_limit: int = 0, acl: tuple[str, ...] = (), allocation: int = 1,
    ) -> FileHeader:  # fmt: skip
        """Make a folder. Errors: RMS.FEX, RMS.FNM, those of the folder."""
        self._check_writable()
        path = self._new_path(parent, folder_name(name + DIRECTORY_TYPE))
        self.next_version(parent, name + DIRECTORY_TYPE, ONLY_VERSION)
        self.folder.make_folder(path, host_modes.mode(protection, 0, is_folder=True))
        fid = FileId(self._names.number(path), 1, 0)
        self._names.added(parent, vms_name(path[-1], is_folder=True), fid.number)
        return self.header(fid)

    def delete(self, fid: FileId) -> None:
        """Delete a file or an empty folder of the host. Errors: SS.NOSUCHFILE, SS.DIRNOTEMPTY, those of the folder."""
        self._check_writable()
        node = self._names.node(fid.number)
        unborn = self._unborn.get(fid.number)
        if unborn is not None:
            unborn.characteristics |= MARKDEL
            if fid.number not in self.open_files:
                self.finish(unborn)
            return
        try:
            self.folder.delete(node.path, folder=self.header(fid).is_directory)
        except VmsError:
            self._names.doubt(FileId(node.parent, 1, 0))  # the entry is there again
            raise
        self._names.removed(FileId(node.parent, 1, 0))

    def rename(self, directory: FileId, name: str, version: int, to: FileId, new_name: str, new_version: int) -> FileHeader:
        """Rename the host's file; a file that has the new name is replaced. Errors: SS.NOSUCHFILE, RMS.FLK, RMS.FEX, those of the folder."""
        self._check_writable()
        fid = self.directory(directory).find(name, version)
        if fid is None:
            raise SS.NOSUCHFILE.error()
        is_directory = self.header(fid).is_directory
        old = self.directory(to).find(new_name, ONLY_VERSION)
        if old == fid:
            return self.header(fid)
        if fid.number in self.open_files or (old is not None and old.number in self.open_files):
            raise RMS.FLK.error(cause=SS.ACCONFLICT)
        if old is not None and (is_directory or self.header(old).is_directory):
            raise RMS.FEX.error()
        if is_directory and not is_directory_name(new_name):
            raise SS.UNSUPPORTED.error()
        new = folder_name(new_name) if is_directory else host_name(new_name)
        path = self._names.path(old.number) if old is not None else self._new_path(to, new)
        self.folder.rename(self._names.path(fid.number), path)
        self._names.forget_path(self._names.path(fid.number))
        return self.header(FileId(self._names.number(path), 1, 0))

    # -- contents ------------------------------------------------------------------------------------------------------------------

    def _stream(self, number: int, *, write: bool) -> HostFile:
        """The host's open file behind a file that is open here."""
        found = self._streams.get(number)
        if found is None:
            control = self.open_files.get(number)
            wanted = write or (control is not None and any(access.write for access in control.accesses))
            found = self._streams[number] = self.folder.open(self._names.path(number), write=wanted)
        return found

    def read(self, fid: FileId, offset: int, length: int) -> bytes:
        header = self.header(fid)
        return self.read_at(header, offset, length if header.is_directory else min(length, header.size - offset))

    def read_at(self, header: FileHeader, offset: int, length: int) -> bytes:
        """Bytes of a file; beyond what the host has (it may have been cut meanwhile) they are zeros."""
        if header.characteristics & DIRECTORY:
            return self.directory(header.fid).render()[offset : offset + length]
        if length <= 0:
            return b""
        stream = self._stream(header.fid.number, write=False)
        data = stream.read(offset, length)
        self._done(header.fid.number)
        return data.ljust(length, b"\0")

    def write(self, header: FileHeader, offset: int, data: bytes, *, whole: bool = False) -> None:
        self._check_writable()
        self._stream(header.fid.number, write=True).write(offset, data)
        header.allocated = max(header.allocated, -(-(offset + len(data)) // BLOCK))
        self._done(header.fid.number)

    def truncate(self, header: FileHeader, size: int) -> None:
        self._check_writable()
        self._stream(header.fid.number, write=True).truncate(size)
        header.size = size
        self._done(header.fid.number)

    def finish(self, header: FileHeader) -> None:
        """The last stream was closed: a new file gets its name, what was changed becomes durable."""
        number = header.fid.number
        stream = self._streams.pop(number, None)
        unborn = self._born(number)
        if stream is None:
            return
        try:
            if not header.characteristics & MARKDEL:
                stream.keep()
        except VmsError:
            self._names.doubt(header.backlink)
            raise
        finally:
            stream.close()
        if unborn is not None:
            self._names.changed(header.backlink)

    def _born(self, number: int) -> FileHeader | None:
        """A file is no longer being made."""
        self._names.new.pop(number, None)
        return self._unborn.pop(number, None)

    def _done(self, number: int) -> None:
        """A file was used that nobody has open here: keep what was written, and let go of it."""
        if number in self.open_files or number in self._unborn:
            return
        stream = self._streams.pop(number)
        try:
            stream.keep()
        finally:
            stream.close()

    def file_closed(self) -> None:
        """Let go of the host's files behind those that were given up. A new one leaves nothing behind, what had its name stays."""
        for number in [n for n in self._streams if n not in self.open_files]:
            unborn = self._born(number)
            self._streams.pop(number).close()
            if unborn is not None:
                self._names.doubt(unborn.backlink)
        super().file_closed()

    def copy_contents(self, source: FileHeader, target: FileHeader, source_volume: Volume | None = None) -> None:
        """The bytes of `source` when the host keeps them as they are, else its records as lines. Errors: RMS.FUL."""
        self._check_writable()
        self.extend(target, source.used_blocks)
        number = target.fid.number
        path = self._names.path(number)
        stream = self._streams.pop(number, None) if number in self._unborn else None
        if stream is None:
            stream = self.folder.create(path, host_modes.mode(target.protection, 0, is_folder=False))
        at = 0
        try:
            for piece in _pieces(source_volume or self, source):
                stream.write(at, piece)
                at += len(piece)
            stream.keep()
        finally:
            stream.close()
            self._born(number)
        self._names.changed(target.backlink)
        status = self.folder.status(path)
        target.size, target.revised = status.size, status.revised

    def give_contents(self, source: FileHeader, store: Store, target: int) -> None:
        """Put the host's bytes into the rows of a file of another volume."""
        at = 0
        for piece in _pieces(self, source):
            contents.write(store, target, at, piece)
            at += len(piece)


def _pieces(volume: Volume, source: FileHeader) -> Iterator[bytes]:
    """The bytes of a file as the host keeps them."""
    from vmsemu.files.rms import open_file

    if source.attributes.format not in _LINES or source.attributes.format is RecordFormat.STMLF:
        for at in range(0, source.size, _PIECE):
            yield volume.read_at(source, at, min(_PIECE, source.size - at))
        return
    records = open_file(volume, source.fid, share=Share.ALL)
    try:
        pending = bytearray()
        while not records.at_end():
            pending += records.get() + b"\n"
            if len(pending) >= _PIECE:
                yield bytes(pending)
                pending.clear()
        yield bytes(pending)
    finally:
        records.close()


def _as_lines(attributes: RecordAttributes) -> RecordAttributes:
    """What a new file becomes: records of any length are lines, fixed and undefined ones stay as they are."""
    return STMLF_CR if attributes.format in _LINES else attributes
