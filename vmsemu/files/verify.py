"""ANALYZE/DISK_STRUCTURE: does everything on a volume belong together? One line for each thing that does not.

Source: System Management Utilities Reference, ANALYZE/DISK_STRUCTURE (what it looks for; the lines are ours).
"""

from __future__ import annotations

from vmsemu.files.attributes import BLOCK
from vmsemu.files.header import MARKDEL, FileHeader, peek
from vmsemu.files.volume import MFD, Volume


def problems(volume: Volume) -> list[str]:
    """Entries without files, files without entries, contents without files, files beyond their blocks, wrong counts of blocks."""
    store = volume.store
    headers: dict[int, FileHeader] = {}
    for key, data in store.scan(b"H", b"I"):
        if peek(data)[0]:
            number = int.from_bytes(key[1:5], "big")
            headers[number] = FileHeader.from_bytes(number, data)
    out: list[str] = []
    entered = _check_directories(volume, headers, out)
    for number, header in headers.items():
        if number not in entered and not header.characteristics & MARKDEL:
            out.append(f"{header.fid.to_text()} {header.name}: is in no directory")
        if header.size > header.allocated * BLOCK:
            out.append(f"{header.fid.to_text()} {header.name}: ends beyond its last block")
    for kind in (b"C", b"I"):
        owners = {int.from_bytes(key[1:5], "big") for key, _ in store.scan(kind, bytes([kind[0] + 1]))}
        out += [f"file number {number}: contents without a file" for number in sorted(owners - headers.keys())]
    # Open files may have blocks that their stored headers do not tell yet.
    if not volume.open_files and volume.blocks - volume.free_blocks != sum(h.allocated for h in headers.values()):
        out.append("the number of free blocks is wrong")
    return out


def _check_directories(volume: Volume, headers: dict[int, FileHeader], out: list[str]) -> set[int]:
    """Check every entry; return the numbers of the files that have one."""
    entered = set()
    for header in headers.values():
        if not header.is_directory:
            continue
        directory = volume.directory(header.fid)
        if directory.blocks * BLOCK > header.size and header.fid != MFD:
            out.append(f"{header.fid.to_text()} {header.name}: has more entries than blocks")
        for name, entry in directory.entries.items():
            for version, fid in zip(entry.versions, entry.fids, strict=True):
                found = headers.get(fid.number)
                if found is None or found.fid != fid:
                    out.append(f"{header.name}: {name};{version} leads to no file")
                entered.add(fid.number)
    return entered
