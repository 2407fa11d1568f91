"""Where a file is entered, told from its header: `[SMITH]A.TXT;1`."""

from __future__ import annotations

from vmsemu.base.directory import directory_text
from vmsemu.files.header import FileHeader
from vmsemu.files.volume import MFD, Volume


def directory_of(volume: Volume, header: FileHeader) -> str:
    """`[SMITH]`: the directory that the back link of the header leads to."""
    path: list[str] = []
    above = header.backlink
    while above.number != MFD.number and (directory := volume.file_of(above)) is not None:
        path.insert(0, directory.name.partition(".")[0])
        above = directory.backlink
    return directory_text(tuple(path))


def place(volume: Volume, header: FileHeader) -> str:
    """The directory and the name."""
    return directory_of(volume, header) + header.name
