"""Where the control files are that will be tried again. A message may be tried many times; its file is looked up by name only when something has
changed that could lead elsewhere: the logical names of the process, the disks, the directories of the disk, the entry of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp.control_file import store

if TYPE_CHECKING:
    from vmsemu.files.volume import Volume
    from vmsemu.services.file_search import FoundFile
    from vmsemu.services.process import Process

_MOST = 200_000


class Places:
    """What one process knows of them."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._known: dict[str, tuple[FoundFile, tuple[int | None, int, int]]] = {}

    def find(self, spec: str) -> FoundFile:
        """Where a control file is; it is forgotten then. Errors: as store.find."""
        known = self._known.pop(spec, None)
        if known is not None:
            found, state = known
            volume, fid = found.volume, found.header.fid
            if state == self._state(volume) and not volume.guarded:
                entry = volume.directory(found.directory).entry(found.name_type)
                header = volume.file_of(fid) if entry is not None and entry.find(found.version) == fid else None
                if header is not None:
                    found.header = header
                    return found
        return store.find(self._process, spec)

    def keep(self, spec: str, found: FoundFile) -> None:
        """A file that was found will be asked for again."""
        if len(self._known) >= _MOST:
            self._known.clear()
        if found.volume.tree is not None:
            self._known[spec] = found, self._state(found.volume)

    def _state(self, volume: Volume) -> tuple[int | None, int, int]:
        process = self._process
        return volume.tree, process.names.generation(), process.system.devices.generation
