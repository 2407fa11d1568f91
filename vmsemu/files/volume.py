"""A Files-11 volume on a store: file headers, directories, versions, contents, and the blocks they take.

Theory of operation. Every change is written to the store in the call that makes it; the store's transaction makes a tick's changes one.
Each call that changes something first checks everything that can refuse it (space, header slots, versions) and writes only then, so a
refusal leaves nothing half written. Memory holds headers and directories that were used; the store alone is the truth, and a volume
that is mounted again after a crash is the last committed one.

Rows, by first byte: V the volume; H number: a header, or what is left of a deleted one; D directory key: one version; C number chunk:
contents; I number ...: the rows of an indexed file (see files/indexed.py). Numbers are big-endian, so rows sort as their files do.

Left out: the placement of blocks on the disk, volume sets. Errors of the file system come as SS conditions; RMS wraps them.
Source: Files-11 On-Disk Structure level 2; I/O User's Reference, "ACP-QIO interface".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush
from struct import Struct
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files import contents
from vmsemu.files.attributes import BLOCK, DIRECTORY_ATTRIBUTES, VAR_CR, Organization, RecordAttributes
from vmsemu.files.derived import Derived
from vmsemu.files.directory import Directory, Entry, is_directory_name, split_key
from vmsemu.files.header import CONTIG, DIRECTORY, MARKDEL, NO_VERSION_LIMIT, FileHeader, FileId, deleted_bytes, peek
from vmsemu.files.home_block import HomeBlock, VolumeAttributes
from vmsemu.files.quota import find_quotas
from vmsemu.files.space import VolumeSpace
from vmsemu.store.port import Store, StoreError
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.files.control import FileControl

MFD = FileId(4, 4, 0)
RESERVED = 10
MAXIMUM_VERSION = 32767
CACHED_HEADERS = 20_000
CACHED_DIRECTORIES = 1_000
DEFAULT_EXTENSION = 5

ALL_ACCESS = Protection.from_word(0)

_NUMBER = Struct(">cI")
_ROW = Struct("<IHBH")


def header_key(number: int) -> bytes:
    return _NUMBER.pack(b"H", number)


class Volume(VolumeSpace):
    """A mounted volume. `clock` gives the time for the dates of files; `structure` is the level of its structure, 2 or 5 (extended names).

    `guarded` tells that there is somebody who may not do everything on it.
    """

    structure = 2
    guarded = False
    tree: int | None = 0
    """Grows with every change of a directory's header or place, and when directories are read anew, so callers may keep what they found out about
    paths and the entries of directories; None: ask each time."""

    def __init__(self, store: Store, clock: Callable[[], VmsTime]) -> None:
        self.store = store
        self.clock = clock
        self.write_locked = False
        self.open_files: dict[int, FileControl] = {}
        self.derived = Derived()
        self.allowed: dict[object, tuple[int, FileId]] = {}
        self.when_idle: Callable[[], None] | None = None
        home = HomeBlock.read(store)
        if home is None:
            raise StoreError("The medium holds no volume. It was not changed. Initialize it first.")
        self.blocks, self.cluster, self.maximum_files, self.created = home.blocks, home.cluster, home.maximum_files, home.created
        self.label, self.owner, self.protection = home.label, home.owner, home.protection
        self.structure = home.structure
        self.attributes = VolumeAttributes.read(store)
        self._headers: dict[int, FileHeader] = {}
        self._directories: dict[int, Directory] = {}
        self._paths: dict[tuple[str, ...], FileId | None] = {(): MFD}
        self._free: list[int] = []
        self._deleted: dict[int, int] = {}
        self._next = 1
        self._used = 0
        self.files = 0
        self._survey()
        self._guard()
        self.quotas = find_quotas(self)

    @classmethod
    def initialize(cls, store: Store, label: str, *, now: VmsTime, blocks: int = 8380080, owner: Uic = Uic(1, 1), **options: Any) -> None:
        """Write an empty volume with its reserved files. `blocks` is the size of the medium; the options are those of files/initialize.py."""
        from vmsemu.files.initialize import initialize

        initialize(store, label, blocks, owner, now, **options)

    def _guard(self) -> None:
        self.guarded = self.protection != ALL_ACCESS or bool(self.attributes.acl)

    def describe(self, *, label: str | None = None, owner: Uic | None = None, protection: Protection | None = None) -> None:
        """Change the home block. Errors: RMS.WLK."""
        self._check_writable()
        self.label = self.label if label is None else label
        self.owner = self.owner if owner is None else owner
        self.protection = self.protection if protection is None else protection
        HomeBlock(
            self.label, self.blocks, self.cluster, self.maximum_files, self.owner, self.protection, self.created, self.structure
        ).write(self.store)  # fmt: skip
        self._guard()

    def set_attributes(self, attributes: VolumeAttributes) -> None:
        """Change the defaults of the volume. Errors: RMS.WLK."""
        self._check_writable()
        self.attributes = attributes
        attributes.write(self.store)
        self._guard()

    def headers(self) -> Iterator[FileHeader]:
        """The headers of all files but the reserved ones, in order of number."""
        for key, data in list(self.store.scan(header_key(RESERVED + 1), b"I")):
            if peek(data)[0]:
                yield self._header(int.from_bytes(key[1:5], "big"))

    def _survey(self) -> None:
        """Read every header's size once: what is in use, which numbers are free, what was marked for deletion when the machine stopped."""
        marked = []
        for key, data in self.store.scan(b"H", b"I"):
            number = int.from_bytes(key[1:5], "big")
            in_use, value, deleted = peek(data)
            if in_use:
                self._used += value
                self.files += 1
                if deleted:
                    marked.append(number)
            else:
                self._free.append(number)
                self._deleted[number] = value
            self._next = number + 1
        heapify(self._free)
        for number in marked:
            self._discard(self._header(number))

    def _check_writable(self) -> None:
        if self.write_locked:
            raise RMS.WLK.error(cause=SS.WRITLCK)

    # -- headers -------------------------------------------------------------------------------------------------------------------

    def _header(self, number: int) -> FileHeader:
        found = self._headers.get(number)
        if found is None:
            control = self.open_files.get(number)
            if control is not None:
                return control.header
            data = self.store.get(header_key(number))
            if data is None or data[0] == 0:
                raise SS.NOSUCHFILE.error()
            if len(self._headers) >= CACHED_HEADERS:
                self._headers.clear()
            found = self._headers[number] = FileHeader.from_bytes(number, data)
        return found

    def header(self, fid: FileId) -> FileHeader:
        """The header of a file. Errors: SS.NOSUCHFILE, SS.FILESEQCHK when the number was used again."""
        found = self._headers.get(fid.number) or self._header(fid.number)
        if found.fid.sequence != fid.sequence:
            raise SS.FILESEQCHK.error()
        return found

    def file_of(self, fid: FileId | None) -> FileHeader | None:
        """The header behind a directory entry; None when there is no entry, or its file was deleted by another of its names."""
        try:
            return self.header(fid) if fid is not None else None
        except VmsError:
            return None

    def write_header(self, header: FileHeader) -> None:
        """Write what was changed in a header."""
        self._check_writable()
        if header.characteristics & DIRECTORY and self.tree is not None:
            self.tree += 1
        self.store.put(_NUMBER.pack(b"H", header.fid.number), header.to_bytes())

    def _new_fid(self) -> FileId:
        if self._free:
            number = heappop(self._free)
            return FileId(number, self._deleted.pop(number) % 0xFFFF + 1, 0)
        if self._next > self.maximum_files:
            raise RMS.CRE.error(cause=SS.IDXFILEFULL)
        self._next += 1
        return FileId(self._next - 1, 1, 0)

    # -- directories ---------------------------------------------------------------------------------------------------------------

    def directory(self, fid: FileId) -> Directory:
        """The entries of a directory file."""
        found = self._directories.get(fid.number)
        if found is None:
            if len(self._directories) >= CACHED_DIRECTORIES:
                self._directories.clear()
                self._forget_paths()
            found = self._directories[fid.number] = Directory(fid, self.structure == 5)
            found.load(self._directory_rows(fid.number))
        return found

    def _directory_rows(self, number: int) -> Iterator[tuple[str, int, FileId, int, str]]:
        prefix = _NUMBER.pack(b"D", number)
        for key, value in self.store.scan(prefix, _NUMBER.pack(b"D", number + 1)):
            name, version = split_key(key[5:])
            file, sequence, rvn, limit = _ROW.unpack_from(value)
            yield name, version, FileId(file, sequence, rvn), limit, value[_ROW.size :].decode("latin-1")

    def find_directory(self, path: tuple[str, ...]) -> FileId | None:
        """The directory file of a path of names below the MFD; None when there is none."""
        paths = self._paths
        if path in paths:
            return paths[path]
        above = self.find_directory(path[:-1])
        fid = self.directory(above).find(path[-1] + ".DIR", 1) if above is not None else None
        if fid is not None and not self.header(fid).is_directory:
            fid = None
        if len(paths) > 10_000:
            paths.clear()
            paths[()] = MFD
        paths[path] = fid
        return fid

    def lookup(self, directory: FileId, name: str, version: int = 0) -> FileId | None:
        """The file of NAME.TYPE;version in a directory; 0 is the highest, -n counts down from it."""
        return self.directory(directory).find(name, version)

    def set_version_limit(self, directory: FileId, name: str, limit: int) -> None:
        """Set how many versions of NAME.TYPE there may be (0: no limit); what is there already stays."""
        self._check_writable()
        entries = self.directory(directory)
        entry = entries.entry(name)
        if entry is None:
            raise SS.NOSUCHFILE.error()
        entry.limit = limit or NO_VERSION_LIMIT
        for version, fid in zip(entry.versions, entry.fids, strict=True):
            self._put_entry(entries, entries.key(name, version), fid, entry)

    def _put_entry(self, entries: Directory, key: bytes, fid: FileId, entry: Entry) -> None:
        row = _ROW.pack(fid.number, fid.sequence, fid.rvn, entry.limit)
        if self.structure == 5:
            row += entry.spelling.encode("latin-1")
        self.store.put(_NUMBER.pack(b"D", entries.fid.number) + key, row)

    def _reserve_entry(self, entries: Directory, name: str, key: bytes) -> None:
        """Make sure the directory can take one more version. Errors: RMS.FUL."""
        if entries.would_split(name, key):
            self.extend(self.header(entries.fid), entries.blocks + 1)

    def enter(self, directory: FileId, name: str, version: int, fid: FileId) -> None:
        """Enter a file under NAME.TYPE;version. Errors: SS.DUPFILENAME, RMS.FUL."""
        self._check_writable()
        entries = self.directory(directory)
        if entries.find(name, version) is not None:
            raise SS.DUPFILENAME.error()
        key = entries.key(name, version)
        self._reserve_entry(entries, name, key)
        self._enter(entries, name, version, key, fid)

    def _enter(self, entries: Directory, name: str, version: int, key: bytes, fid: FileId) -> None:
        """Enter a version that is not there, with room for it."""
        header = self.header(entries.fid)
        leads_below = is_directory_name(name)
        entry = entries.add(name, version, fid, (not leads_below and header.version_limit) or NO_VERSION_LIMIT, key)
        self._put_entry(entries, key, fid, entry)
        self._resize_directory(header, entries)
        if leads_below:
            self._forget_paths()

    def check_aliases(self) -> None:
        """May a file have another number of entries than one? Errors: SS.UNSUPPORTED on volumes where it may not."""

    def remove(self, directory: FileId, name: str, version: int) -> None:
        """Take an entry out of a directory; the file itself stays. Errors: SS.NOSUCHFILE."""
        entries, key = self._take_out(directory, name, version)
        self.store.delete(_NUMBER.pack(b"D", directory.number) + key)
        self._resize_directory(self.header(directory), entries)
        if is_directory_name(name):
            self._forget_paths()

    def _take_out(self, directory: FileId, name: str, version: int) -> tuple[Directory, bytes]:
        """Take an entry out of the listing of a directory: that listing, and the key of the entry. Errors: SS.NOSUCHFILE, RMS.WLK."""
        self._check_writable()
        entries = self.directory(directory)
        key = entries.remove(name, version)
        if not key:
            raise SS.NOSUCHFILE.error()
        return entries, key

    def _resize_directory(self, header: FileHeader, entries: Directory) -> None:
        size = entries.blocks * BLOCK
        if header.size != size:  # nothing that decides about paths
            header.size = size
            self.store.put(_NUMBER.pack(b"H", header.fid.number), header.to_bytes())

    def _forget_paths(self) -> None:
        self._paths = {(): MFD}
        if self.tree is not None:
            self.tree += 1

    # -- making and deleting files ---------------------------------------------------------------------------------------------------

    def next_version(self, directory: FileId, name: str, version: int) -> int:
        """The version a new file gets: `version`, or one above the highest for 0.

        Errors: RMS.FEX when that version is there; RMS.CRE with SS.BADFILEVER above 32767.
        """
        return self._next_version(self.directory(directory), name, version)

    def _next_version(self, entries: Directory, name: str, version: int) -> int:
        if version == 0:
            version = entries.highest(name) + 1
            if version > MAXIMUM_VERSION:
                raise RMS.CRE.error(cause=SS.BADFILEVER)
        elif not 0 < version <= MAXIMUM_VERSION:
            raise RMS.CRE.error(cause=SS.BADFILEVER)
        elif entries.find(name, version) is not None:
            raise RMS.FEX.error()
        return version

    def create(
        self, directory: FileId, name: str, version: int = 0, *, owner: Uic = Uic(1, 4), protection: Protection = Protection.DEFAULT,
        attributes: RecordAttributes = VAR_CR, acl: tuple[str, ...] = (), allocation: int = 0, characteristics: int = 0,
        data: bytes = b"", longest: int = 0,
    ) -> FileHeader:  # fmt: skip
        """Make a file and enter it as NAME.TYPE;version (0: the next): an empty one, or one that was written with `data` and closed.

        Errors: RMS.FEX, RMS.CRE, RMS.FUL, RMS.WLK.
        """
        self._check_writable()
        entries = self.directory(directory)
        version = self._next_version(entries, name, version)
        key = entries.key(name, version)
        allocated = self.clusters(max(allocation, -(-len(data) // BLOCK)))
        if allocated + self.cluster > self.blocks - self._used:
            self._check_room(entries, name, key, allocated)
        if self.quotas is not None:
            self._check_new(owner, allocated)
        self._reserve_entry(entries, name, key)
        fid = self._new_fid()
        now = self.clock()
        spelling = name if self.structure == 2 else self._spelled(directory, name)
        header = FileHeader(
            fid, f"{spelling};{version}", owner, protection, attributes, now, now,
            acl=acl, characteristics=characteristics, backlink=directory, allocated=allocated,
        )  # fmt: skip
        self._count(header, 1)
        self.files += 1
        self._headers[fid.number] = header
        if data:
            header.size, header.longest, header.revision = len(data), longest, 1
            contents.write_chunks(self.store, fid.number, 0, data)
        self.store.put(_NUMBER.pack(b"H", fid.number), header.to_bytes())
        self._enter(entries, name, version, key, fid)
        return header

    def _spelled(self, directory: FileId, name: str) -> str:
        """The name as it will stand in the directory: all versions are spelled as the first one was."""
        if self.structure == 2:
            return name
        entry = self.directory(directory).entry(name)
        return entry.spelling if entry is not None else name

    def _check_room(self, entries: Directory, name: str, key: bytes, needed: int) -> None:
        """Near the end of the space: refuse unless file and directory entry both fit."""
        if entries.would_split(name, key):
            needed += max(0, self.clusters(entries.blocks + 1) - self.header(entries.fid).allocated)
        if needed > self.blocks - self._used:
            raise RMS.FUL.error(cause=SS.DEVICEFULL)

    def create_directory(
        self, parent: FileId, name: str, *, owner: Uic = Uic(1, 4), protection: Protection = Protection.DEFAULT, version_limit: int = 0,
        acl: tuple[str, ...] = (), allocation: int = 1,
    ) -> FileHeader:  # fmt: skip
        """Make the directory file NAME.DIR;1. Errors: RMS.FEX, RMS.FUL."""
        header = self.create(
            parent, name + ".DIR", 1, owner=owner, protection=protection, attributes=DIRECTORY_ATTRIBUTES, acl=acl,
            allocation=max(allocation, 1), characteristics=DIRECTORY | CONTIG,
        )  # fmt: skip
        header.size = BLOCK
        header.longest = 512
        header.version_limit = version_limit
        self.write_header(header)
        self._directories[header.fid.number] = Directory(header.fid, self.structure == 5)
        self._forget_paths()
        return header

    def delete(self, fid: FileId) -> None:
        """Delete a file that has no entry any more. While somebody has it open it is only marked for deletion.

        Errors: SS.NOSUCHFILE, SS.DIRNOTEMPTY.
        """
        self._check_writable()
        header = self.header(fid)
        if header.is_directory and self.directory(fid).entries:
            raise SS.DIRNOTEMPTY.error()
        if fid.number in self.open_files:
            header.characteristics |= MARKDEL
            self.write_header(header)
        else:
            self._discard(header)

    def _discard(self, header: FileHeader) -> None:
        number = header.fid.number
        contents.delete_all(self.store, number, header)
        self.store.put(_NUMBER.pack(b"H", number), deleted_bytes(header.fid.sequence))
        self._headers.pop(number, None)
        self._directories.pop(number, None)
        self._deleted[number] = header.fid.sequence
        heappush(self._free, number)
        self._count(header, -1)
        self.files -= 1

    def file_closed(self) -> None:
        """The last stream of a file was closed; a volume that waits to be dismounted is told when that was its last file."""
        if self.when_idle is not None and not self.open_files:
            self.when_idle()

    def finish(self, header: FileHeader) -> None:
        """The last stream on a file was closed: carry out a deletion that waited for it."""
        if header.characteristics & MARKDEL:
            self._discard(header)

    def rename(self, directory: FileId, name: str, version: int, to: FileId, new_name: str, new_version: int) -> FileHeader:
        """Move an entry, and the name and backlink in the header with it. Errors: SS.NOSUCHFILE, SS.DUPFILENAME, RMS.FUL."""
        self._check_writable()
        fid = self.directory(directory).find(name, version)
        if fid is None:
            raise SS.NOSUCHFILE.error()
        if (directory, name, version) == (to, new_name, new_version):
            return self.header(fid)
        self.enter(to, new_name, new_version, fid)
        self.remove(directory, name, version)
        header = self.header(fid)
        header.name = f"{self._spelled(to, new_name)};{new_version}"
        header.backlink = to
        self.write_header(header)
        return header

    # -- contents ------------------------------------------------------------------------------------------------------------------

    def read(self, fid: FileId, offset: int, length: int) -> bytes:
        """Bytes of the file, up to its end; what was never written reads as zeros. A directory reads as its blocks."""
        header = self.header(fid)
        if header.is_directory:
            return self.directory(fid).render()[offset : offset + length]
        return contents.read(self.store, fid.number, offset, min(length, header.size - offset))

    def read_at(self, header: FileHeader, offset: int, length: int) -> bytes:
        """Bytes of an open file, also beyond the end of file that its header tells (a writer's own bytes)."""
        if header.characteristics & DIRECTORY:
            return self.directory(header.fid).render()[offset : offset + length]
        return contents.read(self.store, header.fid.number, offset, length)

    def write(self, header: FileHeader, offset: int, data: bytes, *, whole: bool = False) -> None:
        """Write bytes of the file, allocating blocks as needed. Does not move the end of file. Errors: RMS.FUL, RMS.WLK.

        `whole` says that `data` begins a chunk, and that nothing stands behind it in its last one.
        """
        self._check_writable()
        if offset + len(data) > header.allocated * BLOCK:
            self.extend(header, -(-(offset + len(data)) // BLOCK))
        if whole:
            contents.write_chunks(self.store, header.fid.number, offset, data)
        else:
            contents.write(self.store, header.fid.number, offset, data)

    def truncate(self, header: FileHeader, size: int) -> None:
        """Move the end of file down to `size` bytes and forget what lies beyond; allocated blocks stay."""
        self._check_writable()
        contents.truncate(self.store, header.fid.number, size, max(header.size, header.allocated * BLOCK))
        header.size = size
        self.write_header(header)

    def copy_contents(self, source: FileHeader, target: FileHeader, source_volume: Volume | None = None) -> None:
        """Make the contents of `target` (new and empty, here) those of `source`, whatever the organization. Errors: RMS.FUL."""
        self._check_writable()
        self.extend(target, source.allocated if source.attributes.organization is not Organization.SEQUENTIAL else source.used_blocks)
        (source_volume or self).give_contents(source, self.store, target.fid.number)
        target.index = None
        target.size = source.size
        target.longest = source.longest
        self.write_header(target)

    def give_contents(self, source: FileHeader, store: Store, target: int) -> None:
        """Put the contents of a file of this volume into the rows of the file `target` of another store."""
        contents.copy(self.store, source.fid.number, store, target)
