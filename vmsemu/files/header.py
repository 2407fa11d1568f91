"""File identification and file headers.

A header holds what Files-11 keeps in an FH2 header block: identification, owner, protection, ACL, dates, record attributes, sizes. Left
out: retrieval pointers (the store places the blocks), extension headers, highwater mark, journal flags.

The volume owns its headers: whoever changes a field tells the volume to write the header. Times are 0 when there is none.
Source: Files-11 On-Disk Structure level 2, FH2DEF, FI2DEF, FATDEF, FCHDEF.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from struct import Struct, calcsize
from typing import Any, NamedTuple

from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import BLOCK, CarriageControl, Organization, RecordAttributes, RecordFormat

NO_VERSION_LIMIT = 32767
NO_TIME = VmsTime(0)

# Bits of `characteristics` (FILECHAR).
NOBACKUP = 0x2
READCHECK = 0x8
WRITCHECK = 0x10
CONTIGB = 0x20
LOCKED = 0x40
CONTIG = 0x80
DIRECTORY = 0x2000
MARKDEL = 0x8000
ERASE = 0x20000
NOMOVE = 0x200000


class FileId(NamedTuple):
    """(number, sequence, relative volume number); the sequence tells one use of a header from the next."""

    number: int
    sequence: int
    rvn: int = 0

    def to_text(self) -> str:
        """`(3183,6,0)`"""
        return f"({self.number},{self.sequence},{self.rvn})"


NO_FILE = FileId(0, 0, 0)
_BEFORE_SIZES = "<BHBIHQQQQHBBH"
_FIXED = Struct(_BEFORE_SIZES + "IQBBHHHHIIHBBH")
_LENGTH = Struct("<H")
_LAYOUT = 1
_SEQUENCE_AT = 1
_ALLOCATED = Struct("<I")
_ALLOCATED_AT = calcsize(_BEFORE_SIZES)
_CHARACTERISTICS_AT = calcsize(_BEFORE_SIZES + "IQBBHHHH")


@dataclass(slots=True)
class FileHeader:
    """One file header. `size` is the end of file in bytes, `allocated` and `used_blocks` are blocks of 512 bytes.

    `index` is what is known of the rows of an indexed file (files/indexed.py); it is not part of the header on the disk.
    """

    fid: FileId
    name: str
    owner: Uic
    protection: Protection
    attributes: RecordAttributes
    created: VmsTime
    revised: VmsTime
    expires: VmsTime = NO_TIME
    backup: VmsTime = NO_TIME
    revision: int = 0
    acl: tuple[str, ...] = ()
    size: int = 0
    allocated: int = 0
    longest: int = 0
    version_limit: int = 0
    characteristics: int = 0
    backlink: FileId = NO_FILE
    index: Any = field(default=None, compare=False, repr=False)

    @property
    def is_directory(self) -> bool:
        return bool(self.characteristics & DIRECTORY)

    @property
    def eof_block(self) -> int:
        """EFBLK: the virtual block in which the file ends."""
        return self.size // BLOCK + 1

    @property
    def eof_byte(self) -> int:
        """FFBYTE: the first free byte in that block."""
        return self.size % BLOCK

    @property
    def used_blocks(self) -> int:
        return -(-self.size // BLOCK)

    @property
    def record_size(self) -> int:
        """FAT$W_RSIZE: the record size of fixed length records, else the longest record written."""
        return self.attributes.maximum_size if self.attributes.format is RecordFormat.FIX else self.longest

    def to_bytes(self) -> bytes:
        """As the store keeps it."""
        a, owner = self.attributes, self.owner
        _, sequence, rvn = self.fid
        name = self.name.encode("latin-1")
        acl = [ace.encode("latin-1") for ace in self.acl] if self.acl else ()
        fixed = _FIXED.pack(
            _LAYOUT, sequence, rvn, owner.group << 16 | owner.member, self.protection.to_word(),
            self.created, self.revised, self.expires, self.backup, self.revision & 0xFFFF,
            a.organization << 4 | a.format, a.carriage, self.longest, self.allocated, self.size, a.bucket_size, a.control_size,
            a.maximum_size, a.extension, a.global_buffers, self.version_limit, self.characteristics, *self.backlink, len(name), len(acl),
        )  # fmt: skip
        if not acl:
            return fixed + name
        return b"".join((fixed, name, *(_LENGTH.pack(len(ace)) + ace for ace in acl)))

    @classmethod
    def from_bytes(cls, number: int, data: bytes) -> FileHeader:
        (_, sequence, rvn, owner, protection, created, revised, expires, backup, revision, rtype, carriage, longest, allocated, size,
         bucket, control, maximum, extension, buffers, limit, characteristics, link, link_sequence, link_rvn, length, aces,
         ) = _FIXED.unpack_from(data)  # fmt: skip
        at = _FIXED.size + length
        name = data[_FIXED.size : at].decode("latin-1")
        acl = []
        for _ in range(aces):
            (length,) = _LENGTH.unpack_from(data, at)
            acl.append(data[at + 2 : at + 2 + length].decode("latin-1"))
            at += 2 + length
        return cls(
            FileId(number, sequence, rvn), name, _owner(owner), _protection(protection),
            _attributes(rtype, carriage, maximum, control, bucket, extension, buffers),
            VmsTime(created), VmsTime(revised), VmsTime(expires), VmsTime(backup), revision, tuple(acl), size, allocated, longest, limit,
            characteristics, FileId(link, link_sequence, link_rvn),
        )  # fmt: skip


def deleted_bytes(sequence: int) -> bytes:
    """What the store keeps in place of a deleted header: only the sequence number, so that the next use has a higher one."""
    return b"\0" + _LENGTH.pack(sequence)


def peek(data: bytes) -> tuple[bool, int, bool]:
    """(in use, allocated blocks, marked for deletion) of a stored header, without unpacking the rest; for a deleted one its sequence."""
    if data[0] == 0:
        return False, _LENGTH.unpack_from(data, _SEQUENCE_AT)[0], False
    return True, _ALLOCATED.unpack_from(data, _ALLOCATED_AT)[0], bool(data[_CHARACTERISTICS_AT + 1] & MARKDEL >> 8)


@lru_cache(maxsize=1024)
def _owner(value: int) -> Uic:
    return Uic.from_long(value)


@lru_cache(maxsize=1024)
def _protection(word: int) -> Protection:
    return Protection.from_word(word)


@lru_cache(maxsize=1024)
def _attributes(rtype: int, carriage: int, maximum: int, control: int, bucket: int, extension: int, buffers: int) -> RecordAttributes:
    return RecordAttributes(
        Organization(rtype >> 4), RecordFormat(rtype & 15), CarriageControl(carriage), maximum, control, bucket, extension, buffers
    )
