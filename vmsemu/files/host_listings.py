"""The names in the folders of a host volume: which path has which file number, and what each folder holds.

Theory of operation. A folder is read again when the host says that its names changed. What this volume changes itself is changed in the listing
too, so that making a thousand files does not mean reading the folder a thousand times; but soon after a change another one may hide behind
the same stamp, so such a listing is good only until the host's clock has moved on.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.files.attributes import STMLF_CR, RecordAttributes
from vmsemu.files.directory import Directory, fold
from vmsemu.files.header import FileId
from vmsemu.files.host_folder import HostFolder, HostPath
from vmsemu.files.host_names import vms_name
from vmsemu.files.volume import MFD, RESERVED
from vmsemu.tables.facilities import SS

ONLY_VERSION = 1


@dataclass(slots=True)
class Node:
    """A path that has a file number. `attributes` holds for the host's file while `known_as` does."""

    path: HostPath
    parent: int
    attributes: RecordAttributes = STMLF_CR
    known_as: tuple[int, ...] = ()


@dataclass(slots=True)
class _Listing:
    """The names of a folder as they were read at `stamp`. Not `settled`: so soon after a change that another may hide behind the same stamp.

    `doubled` tells that there are names that differ in case alone, of which one is shown.
    """

    directory: Directory
    stamp: int
    settled: bool
    doubled: bool


class HostListings:
    """The names of one mounted folder. `new` holds the files that are being made and have no name on the host yet, by number."""

    def __init__(self, folder: HostFolder) -> None:
        self._folder = folder
        self._nodes: dict[int, Node] = {MFD.number: Node((), MFD.number)}
        self._numbers: dict[HostPath, int] = {(): MFD.number}
        self._next = RESERVED + 6
        self._listings: dict[int, _Listing] = {}
        self.new: dict[int, str] = {}

    # -- numbers -------------------------------------------------------------------------------------------------------------------

    def number(self, path: HostPath) -> int:
        """The number of a path; it stays while the volume is mounted, or until the path is forgotten."""
        found = self._numbers.get(path)
        if found is None:
            found = self._numbers[path] = self._next
            self._next += 1
            self._nodes[found] = Node(path, self._numbers.get(path[:-1], MFD.number))
        return found

    def node(self, number: int) -> Node:
        """Errors: SS.NOSUCHFILE."""
        found = self._nodes.get(number)
        if found is None:
            raise SS.NOSUCHFILE.error()
        return found

    def path(self, number: int) -> HostPath:
        """Errors: SS.NOSUCHFILE."""
        return self.node(number).path

    def forget_path(self, path: HostPath) -> None:
        """The numbers of a path, and of what is below it, lead nowhere any more; every folder is read again."""
        self._listings.clear()
        for known in [p for p in self._numbers if p[: len(path)] == path]:
            self._nodes.pop(self._numbers.pop(known), None)

    # -- listings ------------------------------------------------------------------------------------------------------------------

    def directory(self, fid: FileId) -> Directory:
        """The names in a folder. Of names that differ in case alone the first is shown, folders before files."""
        path = self.path(fid.number)
        stamp, settled = self._folder.stamp(path)
        known = self._listings.get(fid.number)
        if known is not None and known.stamp == stamp and (known.settled or not settled):
            return known.directory
        found: dict[str, tuple[str, HostPath]] = {}
        entries = self._folder.entries(path)
        for entry in entries:
            written = vms_name(entry.name, is_folder=entry.is_folder)
            found.setdefault(fold(written), (written, (*path, entry.name)))
        directory = Directory(fid, extended=True)
        rows = ((key, *found[key]) for key in sorted(found))
        directory.load((key, ONLY_VERSION, FileId(self.number(where), 1, 0), ONLY_VERSION, written) for key, written, where in rows)
        for number, written in self.new.items():
            if self._nodes[number].parent == fid.number and directory.find(written) is None:
                directory.add(written, ONLY_VERSION, FileId(number, 1, 0), ONLY_VERSION)
        self._listings[fid.number] = _Listing(directory, stamp, settled, len(found) < len(entries))
        return directory

    def added(self, fid: FileId, written: str, number: int) -> None:
        """This volume itself added a name to a folder."""
        known = self._listings.get(fid.number)
        if known is not None and known.directory.find(written, ONLY_VERSION) is None:
            known.directory.add(written, ONLY_VERSION, FileId(number, 1, 0), ONLY_VERSION)
        self.changed(fid)

    def removed(self, fid: FileId) -> None:
        """This volume itself took a name out of a folder, and out of its listing."""
        known = self._listings.get(fid.number)
        if known is not None and known.doubled:
            self.doubt(fid)
        self.changed(fid)

    def changed(self, fid: FileId) -> None:
        """This volume itself changed a folder; its listing is right."""
        known = self._listings.get(fid.number)
        if known is not None:
            known.stamp, _ = self._folder.stamp(self.path(fid.number))
            known.settled = False

    def doubt(self, fid: FileId) -> None:
        """A listing may be wrong."""
        self._listings.pop(fid.number, None)
