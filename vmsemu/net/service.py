"""The services database TCPIP$SERVICE.DAT: which program answers on which port, under which account.

Records are counted strings behind a fixed part, then what later versions of this record added: a second fixed part and more strings, absent in older
records. Key 0 is the service name (16 characters, upper case), with duplicates, as one service may have an entry for each address. fidelity: the fields
are those of SET SERVICE and SHOW SERVICE/FULL, their place in the record is not known.

Source: Management Command Reference, SET SERVICE; SHOW SERVICE displays (captured).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.wildcard import match
from vmsemu.files.keys import KeyDefinition
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.services.record_file import RecordFile
    from vmsemu.services.rms import ProcessFiles

_FIXED = struct.Struct("<16sHHHHHHIII")
_ADDED = struct.Struct("<HHHHIIIII")
_LISTS = ("accept_networks", "reject_hosts", "reject_networks")
_NUMBERS = ("drop_count", "probe_timer", "rpc_program", "rpc_lowest", "rpc_highest")
_TEXTS = ("protocol", "address", "process_name", "user_name", "file", "log_file", "reject_message")
NAME_SIZE = 16
SPEC = "TCPIP$SERVICE"
DEFAULT = "SYS$SYSTEM:TCPIP$SERVICE.DAT"
KEYS = (KeyDefinition.string(0, NAME_SIZE, duplicates=True),)
_PROTECTION = Protection.from_text("S:RWED,O:RWED,G:RE,W:RE")


class ServiceFlag(IntFlag):
    """SET SERVICE/FLAGS, in the words of SHOW SERVICE."""

    LISTEN = 1
    APPLICATION_PROXY = 2
    MULTITHREAD = 4
    PROXY = 8
    CASE_SENSITIVE = 16
    PRIVILEGED = 32
    RTTY = 64

    def to_text(self) -> str:
        words = {1: "Listen", 2: "Aprox", 4: "Multi", 8: "Prox", 16: "Case", 32: "Priv", 64: "Rtty"}
        return " ".join(word for bit, word in words.items() if self & bit)


class SocketOption(IntFlag):
    """SET SERVICE/SOCKET_OPTIONS."""

    KEEPALIVE = 1
    RECEIVE_CHECK = 2
    SEND_CHECK = 4

    def to_text(self) -> str:
        words = {1: "Keepalive", 2: "Rcheck", 4: "Scheck"}
        return " ".join(word for bit, word in words.items() if self & bit)


class LogOption(IntFlag):
    """SET SERVICE/LOG_OPTIONS, in the order of the display."""

    ACTIVATE = 1
    DEACTIVATE = 2
    CONNECT = 4
    ERROR = 8
    LOGIN = 16
    LOGOUT = 32
    MODIFY = 64
    REJECT = 128
    ADDRESS = 256

    def to_text(self) -> str:
        words = ("Actv", "Dactv", "Conn", "Error", "Logi", "Logo", "Mdfy", "Rjct", "Addr")
        return " ".join(word for at, word in enumerate(words) if self & 1 << at) or "None"


_LISTEN = ServiceFlag.LISTEN
_CHECKS = SocketOption.RECEIVE_CHECK | SocketOption.SEND_CHECK
_NO_LOG = LogOption(0)


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """One service. `limit` is the number of simultaneous processes, `inactivity` minutes; buffer sizes are bytes.

    `protocol` is TCP, UDP or TCP,UDP. The lists of hosts hold addresses, those of networks `net/bits` (see access.py). `drop_count` and `probe_timer`
    are seconds; 0 is the system's own value. `rpc_program` 0 is none.
    """

    name: str
    port: int = 0
    file: str = ""
    user_name: str = ""
    process_name: str = ""
    protocol: str = "TCP"
    address: str = "0.0.0.0"
    limit: int = 10
    inactivity: int = 5
    flags: ServiceFlag = _LISTEN
    socket_options: SocketOption = _CHECKS
    log_options: LogOption = _NO_LOG
    receive: int = 0
    send: int = 0
    log_file: str = ""
    reject_message: str = ""
    accept_hosts: tuple[str, ...] = ()
    accept_networks: tuple[str, ...] = ()
    reject_hosts: tuple[str, ...] = ()
    reject_networks: tuple[str, ...] = ()
    delay: bool = True
    drop_count: int = 0
    probe_timer: int = 0
    rpc_program: int = 0
    rpc_lowest: int = 0
    rpc_highest: int = 0

    @property
    def protocols(self) -> tuple[str, ...]:
        return tuple(self.protocol.split(","))

    def to_bytes(self) -> bytes:
        fixed = _FIXED.pack(
            self.name.encode("latin-1").ljust(NAME_SIZE)[:NAME_SIZE], self.port, self.limit, self.inactivity, self.flags, self.socket_options,
            self.log_options, self.receive, self.send, len(self.accept_hosts),
        )  # fmt: skip
        lists = [getattr(self, name) for name in _LISTS]
        added = _ADDED.pack(*map(len, lists), self.delay, *(getattr(self, name) for name in _NUMBERS))
        texts = [getattr(self, name) for name in _TEXTS] + list(self.accept_hosts)
        return fixed + _counted(texts) + added + _counted(text for each in lists for text in each)

    @classmethod
    def from_bytes(cls, data: bytes) -> ServiceRecord:
        """Errors: RMS.RSZ when it is no such record."""
        if len(data) < _FIXED.size:
            raise RMS.RSZ.error()
        name, port, limit, inactivity, flags, options, log, receive, send, hosts = _FIXED.unpack_from(data)
        texts, at = _read_counted(data, _FIXED.size, len(_TEXTS) + hosts)
        named: dict[str, Any] = dict(zip(_TEXTS, texts, strict=False))
        if len(data) >= at + _ADDED.size:
            *counts, delay, drop, probe, program, low, high = _ADDED.unpack_from(data, at)
            named.update(zip(_NUMBERS, (drop, probe, program, low, high), strict=True), delay=bool(delay))
            at += _ADDED.size
            for field, count in zip(_LISTS, counts, strict=True):
                found, at = _read_counted(data, at, count)
                named[field] = tuple(found)
        record = cls(
            name.decode("latin-1").rstrip(), port, limit=limit, inactivity=inactivity, flags=ServiceFlag(flags),
            socket_options=SocketOption(options), log_options=LogOption(log), receive=receive, send=send, accept_hosts=tuple(texts[len(_TEXTS) :]),
        )  # fmt: skip
        return replace(record, **named)


def _counted(texts: Iterable[str]) -> bytes:
    return b"".join(bytes([len(raw)]) + raw for raw in (text.encode("latin-1", "replace")[:255] for text in texts))


def _read_counted(data: bytes, at: int, count: int) -> tuple[list[str], int]:
    """`count` strings from `at` on, and where they end. Errors: RMS.RSZ when the record ends before."""
    texts = []
    for _ in range(count):
        if at >= len(data) or at + 1 + data[at] > len(data):
            raise RMS.RSZ.error()
        texts.append(data[at + 1 : at + 1 + data[at]].decode("latin-1"))
        at += 1 + data[at]
    return texts, at


class ServiceDatabase:
    """The database as one process sees it, under its rights."""

    def __init__(self, files: ProcessFiles) -> None:
        self._files = files

    def find(self, pattern: str = "*", address: str = "") -> list[ServiceRecord]:
        """The services whose name matches (and the address, when given), in order of name and address; none when there is no database."""
        found = [record for record in self._all() if match(pattern, record.name) and (not address or record.address == address)]
        return sorted(found, key=lambda record: (record.name, record.address))

    def put(self, record: ServiceRecord) -> None:
        """Add a service, or replace the entry with its name and address."""
        self.remove(record.name, record.address)
        with self._change() as file:
            file.put(record.to_bytes())

    def remove(self, name: str, address: str = "") -> int:
        """Delete the entries of a name (at one address, when given); returns how many there were."""
        count = 0
        with self._change() as file:
            stream = file.indexed
            try:
                record = ServiceRecord.from_bytes(stream.get_key(_key(name)))
                while record.name == name.upper():
                    if not address or record.address == address:
                        stream.delete()
                        count += 1
                    record = ServiceRecord.from_bytes(stream.next())
            except VmsError as error:
                if not error.matches(RMS.RNF, RMS.EOF):
                    raise
        return count

    def require_change(self) -> None:
        """Errors: RMS.PRV when this process may not change the database that is there."""
        self._change().close()

    def _all(self) -> list[ServiceRecord]:
        try:
            with self._files.open_indexed(SPEC, DEFAULT) as file:
                return [ServiceRecord.from_bytes(record) for record in file]
        except VmsError as error:
            if error.matches(RMS.FNF):
                return []
            raise

    def _change(self) -> RecordFile:
        """The database, made when it does not exist."""
        try:
            return self._files.open_indexed(SPEC, DEFAULT, write=True)
        except VmsError as error:
            if not error.matches(RMS.FNF):
                raise
        return self._files.create_indexed(SPEC, KEYS, default=DEFAULT, protection=_PROTECTION)


def _key(name: str) -> bytes:
    return name.upper().encode("latin-1").ljust(NAME_SIZE)[:NAME_SIZE]
