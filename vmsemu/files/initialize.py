"""INITIALIZE: what an empty volume holds. The ten reserved files have their real numbers, names, sizes and protection.

Their contents are not kept: they read as zeros (fidelity: index file, bitmap and security profile exist as sizes only).
Source: System Manager's Manual, INITIALIZE; Files-11 On-Disk Structure level 2, reserved files.
"""

from __future__ import annotations

from vmsemu.base.extended import upper
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import BLOCK, DIRECTORY_ATTRIBUTES, RecordAttributes, fixed
from vmsemu.files.header import CONTIG, DIRECTORY, FileHeader, FileId
from vmsemu.files.home_block import HomeBlock, VolumeAttributes
from vmsemu.files.volume import ALL_ACCESS, MFD, Volume, header_key
from vmsemu.store.port import Store
from vmsemu.tables.facilities import SS

INITIAL_HEADERS = INITIAL_DIRECTORIES = 16
_DIRECTORIES_IN_BLOCK = 8
FRESH = VolumeAttributes()
MFD_PROTECTION = Protection.from_word(0xBA00)
SMALL_DISK = 50_000
MAXIMUM_LABEL = 12


def default_cluster(blocks: int) -> int:
    """The cluster size INITIALIZE chooses on V7.2 and later."""
    return 1 if blocks < SMALL_DISK else max(3, -(-blocks // (255 * 4096)))


def initialize(
    store: Store, label: str, blocks: int, owner: Uic, now: VmsTime, cluster: int = 0, maximum_files: int = 0,
    protection: Protection = ALL_ACCESS, structure: int = 2, headers: int = INITIAL_HEADERS, directories: int = INITIAL_DIRECTORIES,
    attributes: VolumeAttributes = FRESH,
) -> None:  # fmt: skip
    """Write an empty volume over whatever the store holds, with room for `headers` files and for `directories` in the top one.

    Errors: SS.BADPARAM for a label over 12 characters or an unusable size.
    """
    cluster = cluster or default_cluster(blocks)
    maximum_files = maximum_files or min(blocks // ((cluster + 1) * 2), 16_711_679)
    if not 0 < len(label) <= MAXIMUM_LABEL or maximum_files < INITIAL_HEADERS or blocks < 16 * cluster + 64:
        raise SS.BADPARAM.error()
    for key, _ in list(store.scan(b"", b"\xff")):
        store.delete(key)
    HomeBlock(upper(label), blocks, cluster, maximum_files, owner, protection, now, structure).write(store)
    if attributes != FRESH:
        attributes.write(store)
    index_blocks = 4 * cluster + -(-maximum_files // 4096) + headers
    clusters = -(-blocks // cluster)
    bitmap_blocks = 1 + -(-clusters // 4096)
    reserved: list[tuple[int, str, RecordAttributes, int, int]] = [
        (1, "INDEXF.SYS", fixed(512), index_blocks, 0),
        (2, "BITMAP.SYS", fixed(512), bitmap_blocks, CONTIG),
        (3, "BADBLK.SYS", fixed(512), 0, 0),
        (4, "000000.DIR", DIRECTORY_ATTRIBUTES, 1, DIRECTORY | CONTIG),
        (5, "CORIMG.SYS", fixed(512), 0, 0),
        (6, "VOLSET.SYS", fixed(64), 0, 0),
        (7, "CONTIN.SYS", fixed(512), 0, 0),
        (8, "BACKUP.SYS", fixed(64), 0, 0),
        (9, "BADLOG.SYS", fixed(16), 0, 0),
        (10, "SECURITY.SYS", fixed(512), 1, CONTIG),
    ]
    room = {MFD.number: -(-directories // _DIRECTORIES_IN_BLOCK)}
    for number, name, records, size, characteristics in reserved:
        header = FileHeader(
            FileId(number, number, 0), f"{name};1", owner, MFD_PROTECTION if number == MFD.number else Protection.DEFAULT, records,
            now, now, size=size * BLOCK, allocated=-(-room.get(number, size) // cluster) * cluster, characteristics=characteristics, backlink=MFD,
            longest=512 if number == MFD.number else 0,
        )  # fmt: skip
        store.put(header_key(number), header.to_bytes())
    volume = Volume(store, lambda: now)
    for number, name, *_ in reserved:
        volume.enter(MFD, name, 1, FileId(number, number, 0))
        volume.set_version_limit(MFD, name, 1)
