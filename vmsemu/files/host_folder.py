"""The port to a folder of the host: what an adapter in host/ offers so that the folder can be shown as a volume (files/host_volume.py).

A path is a tuple of the host's own names below the folder; `()` is the folder itself. The adapter never leaves the folder: it refuses names
that are no single name, follows no symbolic links, and opens nothing but regular files. It raises VMS conditions, never the host's errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from vmsemu.base.time import VmsTime

HostPath = tuple[str, ...]


class HostEntry(NamedTuple):
    """One name in a folder: a regular file or a folder. Links and special files are left out."""

    name: str
    is_folder: bool


class HostStatus(NamedTuple):
    """What the host knows of a file. `size` is bytes, `mode` the nine permission bits; `identity` changes when it is another file."""

    is_folder: bool
    size: int
    created: VmsTime
    revised: VmsTime
    mode: int
    identity: tuple[int, ...]


class HostFile(Protocol):
    """An open regular file."""

    def read(self, offset: int, length: int) -> bytes: ...

    def write(self, offset: int, data: bytes) -> None: ...

    def truncate(self, size: int) -> None: ...

    def keep(self) -> None:
        """Make what was written durable, a new file under its name, and close. What had that name is replaced."""
        ...

    def close(self) -> None:
        """Let go of it. A new file that was not kept is gone. Closing twice does nothing."""
        ...


class HostFolder(Protocol):
    """An open folder. Errors of every method: those of the table in host/folder.py (RMS.PRV, RMS.FNF, RMS.FUL, RMS.WLK, ...)."""

    @property
    def name(self) -> str:
        """The last name of the folder's path, for a label."""
        ...

    def stamp(self, path: HostPath) -> tuple[int, bool]:
        """A value that changes when names come or go, and whether the last change is long enough ago that it cannot hide another."""
        ...

    def entries(self, path: HostPath) -> list[HostEntry]:
        """The files and folders in a folder, in order of name."""
        ...

    def status(self, path: HostPath) -> HostStatus: ...

    def open(self, path: HostPath, *, write: bool) -> HostFile: ...

    def create(self, path: HostPath, mode: int) -> HostFile:
        """A new file, which gets its name when it is kept."""
        ...

    def make_folder(self, path: HostPath, mode: int) -> None: ...

    def delete(self, path: HostPath, *, folder: bool) -> None: ...

    def rename(self, path: HostPath, new_path: HostPath) -> None: ...

    def set_mode(self, path: HostPath, mode: int) -> None: ...

    def set_revised(self, path: HostPath, when: VmsTime) -> None: ...

    def space(self) -> tuple[int, int]:
        """(size, free) of the host's file system in blocks of 512 bytes."""
        ...

    def close(self) -> None: ...


OpenFolder = Callable[[str], HostFolder]


@dataclass
class HostFolders:
    """What the node has of the host's folders: how to open one (nothing, in a replay), and the processes of the host's operator, by PID."""

    open: OpenFolder | None = None
    operators: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class FolderMount:
    """An open folder that is to be mounted on `device` (`DNFS1:`)."""

    device: str
    folder: HostFolder
    writable: bool = False
