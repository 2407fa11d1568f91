"""TCPIP$HOST.DAT, TCPIP$NETWORK.DAT, and the MX records and routes of TCPIP$ROUTE.DAT, as indexed files.

Host records are 271 bytes: type (0 primary name, 1 alias), the address in 15 characters, the name in 255; key 0 is the name, key 1 the
address, both with duplicates (captured); network records look the same. MX records: a letter `M`, destination (254), gateway (255), preference
(word); key 0 is letter and destination. Routes have the letter `H` or `N` for hosts and networks, and the bits of the mask in place of the
preference. fidelity: it is known that local MX records live in the routes database, but not in which form.
"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp.config.database import DATABASE_PROTECTION
from vmsemu.base.condition import VmsError
from vmsemu.base.wildcard import match
from vmsemu.files.attributes import Organization, RecordAttributes
from vmsemu.files.keys import KeyDefinition
from vmsemu.net.interface import Route
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.services.record_file import RecordFile
    from vmsemu.services.rms import ProcessFiles

_HOST = struct.Struct("<B15s255s")
_KEY_SIZE = 255
_MX = struct.Struct("<c254s255sH")


@dataclass(frozen=True, slots=True)
class HostRecord:
    """One name of one host."""

    name: str
    address: str
    alias: bool = False

    def to_bytes(self) -> bytes:
        return _HOST.pack(self.alias, self.address.ljust(15).encode("latin-1"), self.name.ljust(255).encode("latin-1"))

    @classmethod
    def from_bytes(cls, data: bytes) -> HostRecord:
        """Errors: RMS.RSZ when it is no such record."""
        if len(data) < _HOST.size:
            raise RMS.RSZ.error()
        kind, address, name = _HOST.unpack(data[: _HOST.size])
        return cls(name.decode("latin-1").rstrip(), address.decode("latin-1").rstrip(), bool(kind))


@dataclass(frozen=True, slots=True)
class LocalMx:
    """One local MX record. The destination is case sensitive."""

    destination: str
    gateway: str
    preference: int

    def to_bytes(self) -> bytes:
        return _MX.pack(b"M", self.destination.ljust(254).encode("latin-1"), self.gateway.ljust(255).encode("latin-1"), self.preference)

    @classmethod
    def from_bytes(cls, data: bytes) -> LocalMx:
        """Errors: as HostRecord."""
        if len(data) < _MX.size:
            raise RMS.RSZ.error()
        _, destination, gateway, preference = _MX.unpack(data[: _MX.size])
        return cls(destination.decode("latin-1").rstrip(), gateway.decode("latin-1").rstrip(), preference)


class _Database:
    """An indexed file with a logical name and a default place."""

    SPEC = ""
    DEFAULT = ""

    def __init__(self, files: ProcessFiles) -> None:
        self._files = files

    KEYS: tuple[KeyDefinition, ...] = ()

    def _open(self, write: bool = False) -> RecordFile | None:
        """The file; None when it does not exist and is only to be read."""
        try:
            return self._files.open_indexed(self.SPEC, self.DEFAULT, write=write)
        except VmsError as error:
            if not error.matches(RMS.FNF):
                raise
        return self._files.create_indexed(self.SPEC, self.KEYS, default=self.DEFAULT, protection=DATABASE_PROTECTION) if write else None

    def _change(self) -> RecordFile:
        """The file, made when it does not exist."""
        file = self._open(write=True)
        assert file is not None
        return file

    def _records(self, key: bytes | None = None) -> Iterator[bytes]:
        """The records from the first whose primary key is `key` on, or all."""
        file = self._open()
        if file is None:
            return
        with file:
            stream = file.indexed
            try:
                record = stream.get_key(key) if key is not None else stream.next()
                while True:
                    yield record
                    record = stream.next()
            except VmsError as error:
                if not error.matches(RMS.RNF, RMS.EOF):
                    raise


class HostDatabase(_Database):
    """The local hosts database. Names match case-blind."""

    SPEC = "TCPIP$HOST"
    DEFAULT = "SYS$SYSTEM:TCPIP$HOST.DAT"
    FIRST: tuple[HostRecord, ...] = (HostRecord("LOCALHOST", "127.0.0.1"), HostRecord("localhost", "127.0.0.1", True))

    KEYS = (KeyDefinition.string(16, 255, duplicates=True), KeyDefinition.string(1, 15, duplicates=True))

    def all(self) -> list[HostRecord]:
        return [HostRecord.from_bytes(record) for record in self._records()]

    def find(self, name: str) -> list[HostRecord]:
        """The records of the hosts that have this name, primary or alias; all names of each host."""
        everything = self.all()
        addresses = [r.address for r in everything if r.name.lower() == name.lower()]
        return [r for address in dict.fromkeys(addresses) for r in everything if r.address == address]

    def addresses(self, name: str) -> list[str]:
        return list(dict.fromkeys(r.address for r in self.all() if r.name.lower() == name.lower()))

    def names(self, address: str) -> list[HostRecord]:
        return [r for r in self.all() if r.address == address]

    def matching(self, pattern: str) -> list[HostRecord]:
        """The records of the hosts that have a name, or an address, of that form; all names of each host."""
        everything = self.all()
        found = dict.fromkeys(r.address for r in everything if match(pattern, r.name) or match(pattern, r.address))
        return [r for r in everything if r.address in found]

    def add(self, *records: HostRecord) -> None:
        """Add records, all or none. Errors: those of RMS; RMS.FNF when there is no database."""
        with self._files.open_indexed(self.SPEC, self.DEFAULT, write=True) as file:
            written = []
            try:
                for record in records:
                    file.put(record.to_bytes())
                    written.append(file.rfa())
            except VmsError:
                for rfa in written:
                    file.get_rfa(rfa)
                    file.delete()
                raise

    def remove(self, address: str, names: Container[str] | None = None) -> int:
        """Delete every name of an address, or those of its aliases that are in `names`; returns how many there were. Errors: as add."""
        count = 0
        with self._files.open_indexed(self.SPEC, self.DEFAULT, write=True) as file:
            for data in file:
                record = HostRecord.from_bytes(data)
                if record.address == address and (names is None or (record.alias and record.name in names)):
                    file.delete()
                    count += 1
        return count

    def create(self) -> None:
        """A new file, with what a new one holds. Errors: those of RMS."""
        attributes = RecordAttributes(Organization.INDEXED, maximum_size=_HOST.size)
        with self._files.create_indexed(
            self.SPEC, self.KEYS, default=self.DEFAULT, attributes=attributes, protection=DATABASE_PROTECTION
        ) as file:
            for record in self.FIRST:
                file.put(record.to_bytes())


class NetworkDatabase(HostDatabase):
    """The networks database."""

    SPEC = "TCPIP$NETWORK"
    DEFAULT = "SYS$SYSTEM:TCPIP$NETWORK.DAT"
    FIRST = ()


class RouteDatabase(_Database):
    """The permanent routes."""

    SPEC = "TCPIP$ROUTE"
    DEFAULT = "SYS$SYSTEM:TCPIP$ROUTE.DAT"

    KEYS = (KeyDefinition.string(0, 255, duplicates=True),)

    def all(self) -> list[Route]:
        return [_route(record) for record in self._records() if record[:1] in (b"H", b"N")]

    def add(self, route: Route) -> None:
        """Add a route in place of one to the same destination."""
        self.remove(route)
        with self._change() as file:
            kind, destination = b"N" if route.is_network else b"H", route.destination.ljust(254).encode("latin-1")
            file.put(_MX.pack(kind, destination, route.gateway.ljust(255).encode("latin-1"), route.length))

    def remove(self, route: Route) -> int:
        """Delete the route to that destination; returns how many there were."""
        count = 0
        with self._change() as file:
            for record in file:
                if record[:1] in (b"H", b"N") and (_route(record).destination, _route(record).length) == (route.destination, route.length):
                    file.delete()
                    count += 1
        return count


def _route(record: bytes) -> Route:
    if len(record) < _MX.size:
        raise RMS.RSZ.error()
    kind, destination, gateway, length = _MX.unpack(record[: _MX.size])
    return Route(destination.decode("latin-1").rstrip(), gateway.decode("latin-1").rstrip(), length, kind == b"N")


def _by_key(file: RecordFile) -> dict[bytes, list[bytes]]:
    """The records of the routes database by their primary key, equal keys in the order they were made."""
    found: dict[bytes, list[bytes]] = {}
    stream = file.indexed
    stream.rewind()
    try:
        while True:
            record = stream.next()
            found.setdefault(record[:_KEY_SIZE], []).append(record)
    except VmsError as error:
        if not error.matches(RMS.EOF):
            raise
    return found


class MxDatabase(_Database):
    """The local MX records."""

    SPEC = "TCPIP$ROUTE"
    DEFAULT = "SYS$SYSTEM:TCPIP$ROUTE.DAT"

    KEYS = (KeyDefinition.string(0, 255, duplicates=True),)

    def all(self) -> list[LocalMx]:
        return [LocalMx.from_bytes(record) for record in self._records() if record[:1] == b"M"]

    def find(self, destination: str) -> list[LocalMx]:
        """The records of a destination by preference, equal ones in the order they were made."""
        try:
            known = self._files.derive(self.SPEC, self.DEFAULT, "by key", _by_key, shared=True)[1]
        except VmsError as error:
            if error.matches(RMS.FNF):
                return []
            raise
        records = known.get(b"M" + destination.encode("latin-1")[: _KEY_SIZE - 1].ljust(_KEY_SIZE - 1)) if known else None
        if records is None:
            return []
        return sorted((LocalMx.from_bytes(record) for record in records), key=lambda r: r.preference)

    def add(self, record: LocalMx) -> None:
        """Add a record; one with the same destination and gateway is replaced."""
        self.remove(record.destination, record.gateway)
        with self._change() as file:
            file.put(record.to_bytes())

    def remove(self, destination: str, gateway: str = "") -> int:
        """Delete the records of a destination (of one gateway, when given); returns how many there were."""
        key = LocalMx(destination, "", 0).to_bytes()[:255]
        count = 0
        with self._change() as file:
            stream = file.indexed
            try:
                record = stream.get_key(key)
                while record[:255] == key:
                    if not gateway or LocalMx.from_bytes(record).gateway.lower() == gateway.lower():
                        stream.delete()
                        count += 1
                    record = stream.next()
            except VmsError as error:
                if not error.matches(RMS.RNF, RMS.EOF):
                    raise
        return count
