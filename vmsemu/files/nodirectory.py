"""SET FILE/NODIRECTORY: a directory becomes an ordinary file that holds the blocks it had. The files that were in it are in no directory then.

Source: DCL Dictionary, SET FILE.
"""

from __future__ import annotations

from vmsemu.files.header import DIRECTORY, FileHeader
from vmsemu.files.volume import RESERVED, Volume
from vmsemu.tables.facilities import LIB


def forget_directory(volume: Volume, header: FileHeader) -> None:
    """Do nothing to what is no directory. Errors: LIB.INVARG for those of the file system itself, RMS.WLK."""
    if not header.is_directory:
        return
    if header.fid.number <= RESERVED:
        raise LIB.INVARG.error()
    entries = volume.directory(header.fid)
    data = entries.render()
    for name, entry in list(entries.entries.items()):
        for version in list(entry.versions):
            volume.remove(header.fid, name, version)
    header.characteristics &= ~DIRECTORY
    volume.write(header, 0, data)
    header.size = len(data)
    volume.write_header(header)
