"""Records of the accounting file ($ACRDEF): a header, then packets. Packets hold numbers, and offsets of counted strings behind them.

A record is made for every process that ends, so it is packed by hand. Units: times are quadwords of 100 ns since the base date, processor times are
in 10 ms. Source: Accounting Utility appendix of the System Management Utilities Reference, "accounting record formats"; symbol values of $ACRDEF.
fidelity: the order of the words that are offsets in an identification packet, and the layout of the print packet, are inferred.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from vmsemu.base.time import VmsTime

_HEADER = struct.Struct("<HHQ")
_PACKET = struct.Struct("<HH")
_ID = struct.Struct("<HHIIIQBB5HI4H")
_RESOURCES = struct.Struct("<HHQ10I")
_PRINT = struct.Struct("<HHIQQ4I")
_VERSION = 3 << 12
_ID_PACKET, _RESOURCE_PACKET, _IMAGE_PACKET, _FILE_PACKET, _USER_PACKET, _PRINT_PACKET = 1, 2, 3, 4, 5, 6
LONGEST_USER_DATA = 255


class RecordType(IntEnum):
    """ACR$K_PRCDEL and so on. FILE records link one file to the one before and the one after."""

    PROCESS = 1
    IMAGE = 3
    SYSINIT = 5
    LOGFAIL = 7
    PRINT = 8
    USER = 9
    FILE_FORWARD = 13
    FILE_BACKWARD = 14


class ProcessKind(IntEnum):
    """ACR$K_INTERACTIVE and so on."""

    NONE = 0
    INTERACTIVE = 1
    SUBPROCESS = 2
    DETACHED = 3
    BATCH = 4
    NETWORK = 5


class Identity(NamedTuple):
    """Whose resources they were. `privileges` is the mask of 64 bits; names are empty where they do not apply."""

    pid: int = 0
    owner: int = 0
    uic: int = 0
    privileges: int = 0
    priority: int = 0
    username: str = ""
    account: str = ""
    node: str = ""
    terminal: str = ""
    job: str = ""
    entry: int = 0
    queue: str = ""
    remote_address: str = ""
    remote_id: str = ""
    remote_name: str = ""


class Resources(NamedTuple):
    """What was used."""

    started: VmsTime = VmsTime(0)
    status: int = 0
    images: int = 0
    cpu: int = 0
    page_faults: int = 0
    page_fault_reads: int = 0
    working_set: int = 0
    page_file: int = 0
    direct_io: int = 0
    buffered_io: int = 0
    volumes: int = 0


class Printed(NamedTuple):
    """What a print job used. Pages, writes to the device and reads of the file are counts."""

    status: int = 0
    queued: VmsTime = VmsTime(0)
    begun: VmsTime = VmsTime(0)
    cpu: int = 0
    pages: int = 0
    writes: int = 0
    reads: int = 0


_NOBODY = Identity()


class AccountingRecord(NamedTuple):
    """One record. `time` is when it was written: the end of the process, of the job."""

    type: RecordType
    time: VmsTime
    kind: ProcessKind = ProcessKind.NONE
    identity: Identity = _NOBODY
    resources: Resources | None = None
    printed: Printed | None = None
    image: str = ""
    file: str = ""
    user_data: bytes = b""

    def to_bytes(self) -> bytes:
        packets = b"" if self.identity is _NOBODY else _identity_packet(self.identity)
        if self.resources is not None:
            started, status, *counts = self.resources
            packets += _RESOURCES.pack(_RESOURCE_TYPE, _RESOURCES.size, started, status & 0xFFFFFFFF, *counts)
        if self.printed is not None:
            status, *counts = self.printed
            packets += _PRINT.pack(_PRINT_TYPE, _PRINT.size, status & 0xFFFFFFFF, *counts)
        for number, text in ((_IMAGE_PACKET, self.image), (_FILE_PACKET, self.file)):
            if text:
                packets += _packet(number, _counted(text))
        if self.user_data:
            data = self.user_data[:LONGEST_USER_DATA]
            packets += _packet(_USER_PACKET, bytes([len(data)]) + data)
        kind = self.type << 1 | self.kind << 8 | _VERSION
        return _HEADER.pack(kind, _HEADER.size + len(packets), self.time) + packets

    @classmethod
    def from_bytes(cls, data: bytes) -> AccountingRecord | None:
        """Read a record; None when it is not one."""
        try:
            return _read(data)
        except (struct.error, ValueError, IndexError):
            return None


def _packet_type(number: int) -> int:
    return 1 | number << 1 | _VERSION


_ID_TYPE, _RESOURCE_TYPE, _PRINT_TYPE = map(_packet_type, (_ID_PACKET, _RESOURCE_PACKET, _PRINT_PACKET))


def _packet(number: int, body: bytes) -> bytes:
    return _PACKET.pack(_packet_type(number), _PACKET.size + len(body)) + body


@lru_cache(maxsize=1024)
def _counted(text: str) -> bytes:
    raw = text.encode("latin-1", "replace")[:255]
    return bytes([len(raw)]) + raw


def _identity_packet(who: Identity) -> bytes:
    pid, owner, uic, privileges, priority, username, account, node, terminal, job, entry, *others = who
    strings = list(map(_counted, (username, account, node, terminal, job, *others)))
    *offsets, size = accumulate(map(len, strings), initial=_ID.size)
    numbers = _ID.pack(_ID_TYPE, size, pid, owner, uic, privileges, priority, 0, *offsets[:5], entry, *offsets[5:])
    return numbers + b"".join(strings)


def _read(data: bytes) -> AccountingRecord:
    kind, length, time = _HEADER.unpack_from(data)
    fields: dict[str, object] = {}
    at = _HEADER.size
    while at < min(length, len(data)):
        number, size = _PACKET.unpack_from(data, at)
        if size < _PACKET.size:
            raise ValueError(size)
        _read_packet(fields, number >> 1 & 0x7F, data[at : at + size])
        at += size
    return AccountingRecord(RecordType(kind >> 1 & 0x7F), VmsTime(time), ProcessKind(kind >> 8 & 0xF), **fields)  # type: ignore[arg-type]


def _read_packet(fields: dict[str, object], number: int, packet: bytes) -> None:
    at = _PACKET.size
    if number == _ID_PACKET:
        _, _, pid, owner, uic, privileges, priority, _, *rest = _ID.unpack_from(packet)
        username, account, node, terminal, job = (_string(packet, offset) for offset in rest[:5])
        queue, address, remote_id, name = (_string(packet, offset) for offset in rest[6:])
        fields["identity"] = Identity(
            pid, owner, uic, privileges, priority, username, account, node, terminal, job, rest[5], queue, address, remote_id, name
        )
    elif number == _RESOURCE_PACKET:
        _, _, started, *counts = _RESOURCES.unpack_from(packet)
        fields["resources"] = Resources(VmsTime(started), *counts)
    elif number == _PRINT_PACKET:
        _, _, status, queued, begun, *counts = _PRINT.unpack_from(packet)
        fields["printed"] = Printed(status, VmsTime(queued), VmsTime(begun), *counts)
    elif number in (_IMAGE_PACKET, _FILE_PACKET):
        fields["image" if number == _IMAGE_PACKET else "file"] = _string(packet, at)
    elif number == _USER_PACKET:
        fields["user_data"] = packet[at + 1 : at + 1 + packet[at]]


def _string(packet: bytes, at: int) -> str:
    return packet[at + 1 : at + 1 + packet[at]].decode("latin-1")
