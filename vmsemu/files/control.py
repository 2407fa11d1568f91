"""Who has a file open: one control block for each open file of a volume, and the sharing rules.

A stream says what it does (read, write) and what it lets others do meanwhile. A new stream must agree with every stream that is there,
both ways. Readers by default let others read; writers let nobody in.

Source: RMS Reference Manual, FAB$B_FAC and FAB$B_SHR.
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Any

from vmsemu.files.attributes import BLOCK
from vmsemu.files.contents import CHUNK
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.files.header import FileHeader, FileId
    from vmsemu.files.volume import Volume


class Share(IntFlag):
    """What other streams may do while this one is open."""

    NONE = 0
    READ = 1
    WRITE = 2
    ALL = 3


class Access:
    """One stream's claim on a file."""

    __slots__ = ("share", "write")

    def __init__(self, write: bool, share: Share) -> None:
        self.write = write
        self.share = share


class FileControl:
    """The state all streams on one file have in common.

    `size` is the end of what was written, which may be ahead of the header: `tail` holds the last bytes, from `tail_base` on, until they
    are flushed. The header's end of file, which other streams and DIRECTORY see, moves when a writer flushes or closes. `locks` says which
    stream has locked the record at an address (files/locking.py). In a `fresh` file there is nothing but what is written here.
    """

    __slots__ = (
        "accesses", "dirty", "fresh", "header", "indexed", "initial", "locks", "longest", "modified", "room", "size", "tail", "tail_base",
        "volume",
    )  # fmt: skip

    def __init__(self, volume: Volume, header: FileHeader, fresh: bool = False) -> None:
        self.volume = volume
        self.header = header
        self.accesses: list[Access] = []
        self.size = header.size
        self.longest = header.longest
        self.room = header.allocated * BLOCK
        self.initial = header.allocated
        self.tail = bytearray()
        self.tail_base = header.size
        self.dirty = False
        self.fresh = fresh
        self.modified = False
        self.indexed: Any = None
        self.locks: dict[Any, Access] = {}

    # -- streams -------------------------------------------------------------------------------------------------------------------

    def claim(self, write: bool, share: Share) -> Access:
        """Enter a stream; whoever calls has checked the sharing."""
        access = Access(write, share)
        self.accesses.append(access)
        return access

    def close(self, access: Access) -> None:
        """One stream is closed. The last writer writes what is left and the dates, the last stream carries out a pending deletion."""
        header = self.header
        if access.write:
            if self.dirty:
                self.write_tail(and_header=False)
            header.size = self.size
            header.longest = self.longest
            if self.modified or header.revision == 0:
                self._date()
        self.accesses.remove(access)
        if not self.accesses:
            volume = self.volume
            del volume.open_files[header.fid.number]
            volume.finish(header)
            volume.file_closed()

    def abandon(self, access: Access) -> None:
        """Close a stream whose close failed: what could not be written is forgotten."""
        self.tail.clear()
        self.dirty = self.modified = False
        self.size = self.header.size
        self.accesses.remove(access)
        if not self.accesses:
            self.volume.open_files.pop(self.header.fid.number, None)
            self.volume.file_closed()

    def _date(self) -> None:
        """A writer closes who changed something: revision date and count; blocks allocated in advance go back."""
        header, volume = self.header, self.volume
        header.revised = volume.clock()
        header.revision += 1
        self.modified = False
        volume.release(header, max(-(-header.size // BLOCK), self.initial))
        self.room = header.allocated * BLOCK
        volume.write_header(header)

    # -- appending -----------------------------------------------------------------------------------------------------------------

    def make_room(self, size: int) -> None:
        """Allocate blocks for a file of `size` bytes. Errors: RMS.FUL; nothing was written then."""
        header, volume = self.header, self.volume
        blocks = -(-size // BLOCK)
        extension = header.attributes.extension or volume.attributes.extension
        wanted = max(blocks, header.allocated + extension)
        if volume.clusters(wanted) - header.allocated > volume.room_for(header):
            wanted = blocks
        volume.extend(header, wanted)
        self.room = header.allocated * BLOCK

    def write_tail(self, and_header: bool = True) -> None:
        """Hand the tail to the volume, keeping the last chunk's part of it.

        The header goes along, with the blocks it has now and its old end of file, so that no contents are without an owner.
        """
        tail = self.tail
        if not self.dirty:
            return
        self.volume.write(self.header, self.tail_base, bytes(tail), whole=self.fresh)
        self.dirty = False
        if and_header:
            self.volume.write_header(self.header)
        keep = (self.tail_base + len(tail)) // CHUNK * CHUNK - self.tail_base
        if keep > 0:
            del tail[:keep]
            self.tail_base += keep

    def start_tail(self) -> None:
        """Begin to append: load the part of the last chunk that is in use, so that whole chunks are written."""
        self.tail_base = self.size // CHUNK * CHUNK
        if self.size % CHUNK:
            self.tail.extend(self.volume.read_at(self.header, self.tail_base, self.size - self.tail_base))

    def restart_tail(self) -> None:
        """Forget the tail (it is written, or not wanted any more); who appends begins again at the end of the file."""
        self.tail.clear()
        self.dirty = False

    def flush(self) -> None:
        """Write everything and make the end of file known."""
        header, dirty = self.header, self.dirty
        self.write_tail(and_header=False)
        if dirty or header.size != self.size or header.longest != self.longest:
            header.size = self.size
            header.longest = self.longest
            self.volume.write_header(header)


def open_control(volume: Volume, fid: FileId, write: bool, share: Share) -> tuple[FileControl, Access]:
    """Open a stream on a file. Errors: RMS.FLK when it does not go together with those that are open."""
    if write and volume.write_locked:
        raise RMS.WLK.error(cause=SS.WRITLCK)
    control = volume.open_files.get(fid.number)
    if control is None:
        control = FileControl(volume, volume.header(fid))
        volume.open_files[fid.number] = control
    else:
        check_sharing(control, write, share)
    return control, control.claim(write, share)


def check_sharing(control: FileControl, write: bool, share: Share) -> None:
    """Errors: RMS.FLK with SS.ACCONFLICT."""
    wants = Share.WRITE if write else Share.READ
    for other in control.accesses:
        if not other.share & wants or not share & (Share.WRITE if other.write else Share.READ):
            raise RMS.FLK.error(cause=SS.ACCONFLICT)
