"""The system authorization file: one record per user name, kept in the indexed file SYSUAF.DAT.

Key 0 is the user name, key 1 the UIC. `UafRecord` is what AUTHORIZE shows; `Sysuaf` finds and keeps them. Left out: minimum and maximum
security classes, and the list of old passwords.

Source: System Management Utilities Reference, AUTHORIZE; $GETUAI; vmsemu/formats/uafdef.py for the bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.volume import Volume
from vmsemu.formats.uafdef import FIXED_SIZE, UafFlags, pack, unpack
from vmsemu.security.database import KeyedRecords, all_records, open_authorization_file
from vmsemu.security.password import Encryption, hash_password
from vmsemu.tables.facilities import RMS

__all__ = ["NO_ACCESS", "AccessHours", "Quotas", "Sysuaf", "UafFlags", "UafRecord"]

NORMAL_PRIVILEGES = PrivilegeSet.of(Privilege.NETMBX, Privilege.TMPMBX)
NO_ACCESS = 0xFFFFFF
_NEVER_CLOSED = (0, 0)
_WEEKEND = 0x60
_NO_FLAGS = UafFlags(0)
_NO_EXPIRATION = VmsTime(0)
_LIFETIME = DeltaTime.of(days=90)


@dataclass(frozen=True, slots=True)
class Quotas:
    """What a process and its job may use.

    Counts, except: bytlm, pbytlm and jtquota are bytes; ws* and pgflquota are pagelets; cpu_limit is in 10 ms, 0 is none.
    """

    maxjobs: int = 0
    maxacctjobs: int = 0
    maxdetach: int = 0
    prclm: int = 8
    biolm: int = 150
    diolm: int = 150
    tqelm: int = 10
    astlm: int = 250
    enqlm: int = 2000
    fillm: int = 100
    shrfillm: int = 0
    wsdefault: int = 2000
    wsquota: int = 4000
    wsextent: int = 16384
    pgflquota: int = 50000
    cpu_limit: int = 0
    bytlm: int = 64000
    pbytlm: int = 0
    jtquota: int = 4096


@dataclass(frozen=True, slots=True)
class AccessHours:
    """For each source of logins, the hours of primary and secondary days that are closed: bit n is the hour from n to n+1."""

    network: tuple[int, int] = (0, 0)
    batch: tuple[int, int] = (0, 0)
    local: tuple[int, int] = (0, 0)
    dialup: tuple[int, int] = (0, 0)
    remote: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class UafRecord:
    """One account. `secondary_days` has bit 0 for Monday ... bit 6 for Sunday. `expiration` 0 and `password_lifetime` 0 are none.

    `password_date` None is pre-expired; login times None are never.
    """

    username: str
    uic: Uic
    account: str = ""
    owner: str = ""
    device: str = "SYS$SYSDEVICE:"
    directory: str = "[USER]"
    lgicmd: str = "LOGIN"
    cli: str = "DCL"
    cli_tables: str = "DCLTABLES"
    flags: UafFlags = _NO_FLAGS
    authorized: PrivilegeSet = NORMAL_PRIVILEGES
    default: PrivilegeSet = NORMAL_PRIVILEGES
    quotas: Quotas = field(default_factory=Quotas)
    priority: int = 4
    queue_priority: int = 4
    hours: AccessHours = field(default_factory=AccessHours)
    secondary_days: int = _WEEKEND
    password: int = 0
    password2: int = 0
    salt: int = 0
    encryption: int = Encryption.PURDY_S
    encryption2: int = Encryption.PURDY_S
    password_minimum: int = 6
    password_lifetime: DeltaTime = _LIFETIME
    password_date: VmsTime | None = None
    password2_date: VmsTime | None = None
    expiration: VmsTime = _NO_EXPIRATION
    last_interactive: VmsTime | None = None
    last_noninteractive: VmsTime | None = None
    login_failures: int = 0
    user_data: bytes = b""

    def with_password(self, password: str, now: VmsTime) -> UafRecord:
        """The record with a new primary password; an empty one removes it."""
        value = hash_password(password, self.username, self.salt) if password else 0
        return replace(self, password=value, encryption=Encryption.PURDY_S, password_date=now, flags=self.flags & ~UafFlags.PWD_EXPIRED)

    def accepts(self, password: str) -> bool:
        """True for the primary password; when the account has none, only nothing at all is right."""
        if self.password == 0:
            return password == ""
        return self.encryption == Encryption.PURDY_S and hash_password(password, self.username, self.salt) == self.password

    @property
    def has_password(self) -> bool:
        return self.password != 0

    def password_expires(self) -> VmsTime | None:
        """When the primary password expires; None is never. A pre-expired password expired at time 0."""
        if self.password_date is None:
            return VmsTime(0)
        return VmsTime(self.password_date + self.password_lifetime) if self.password_lifetime else None

    def is_primary_day(self, now: VmsTime) -> bool:
        return not self.secondary_days >> now.day_of_week() & 1

    def admits(self, source: str, now: VmsTime) -> bool:
        """May log in now from `source` (NETWORK, BATCH, LOCAL, DIALUP or REMOTE)."""
        hours: tuple[int, int] = getattr(self.hours, source.lower())
        if hours == _NEVER_CLOSED:
            return True
        return not hours[0 if self.is_primary_day(now) else 1] >> now.fields()[3] & 1

    @property
    def default_spec(self) -> str:
        """SYS$LOGIN: device and directory."""
        return self.device + self.directory

    def to_bytes(self) -> bytes:
        """The record as SYSUAF.DAT holds it."""
        out: dict[str, int | str] = {"rtype": 1, "version": 1, "uic": self.uic.to_long(), "user_data_offset": FIXED_SIZE}
        for name in _PLAIN:
            out[name] = getattr(self, name)
        for name in _TIMES:
            value = getattr(self, name)
            out[name] = int(value) if value is not None else _NO_TIME[name]
        for name in _QUOTAS:
            out[name] = getattr(self.quotas, name)
        for name in _SOURCES:
            out[f"{name}_primary"], out[f"{name}_secondary"] = getattr(self.hours, name)
        return pack(out, self.user_data)

    @classmethod
    def from_bytes(cls, record: bytes) -> UafRecord:
        return _decode(record)


_SOURCES = ("network", "batch", "local", "dialup", "remote")
_QUOTAS = tuple(f.name for f in fields(Quotas))
_KNOWN = 256
_NEVER = 0xFFFFFFFFFFFFFFFF
_NO_TIME = {"password_date": _NEVER, "password2_date": _NEVER, "last_interactive": 0, "last_noninteractive": 0}
_TIMES = tuple(_NO_TIME)
_PLAIN = (
    "username", "account", "owner", "device", "directory", "lgicmd", "cli", "cli_tables", "flags", "authorized", "default", "priority",
    "queue_priority", "secondary_days", "password", "password2", "salt", "encryption", "encryption2", "password_minimum",
    "password_lifetime", "expiration", "login_failures",
)


@lru_cache(maxsize=256)
def _decode(record: bytes) -> UafRecord:
    raw: dict[str, Any] = dict(unpack(record))
    given: dict[str, Any] = {name: raw[name] for name in _PLAIN}
    given["uic"] = Uic.from_long(raw["uic"])
    given["flags"] = UafFlags(raw["flags"])
    given["authorized"], given["default"] = PrivilegeSet(raw["authorized"]), PrivilegeSet(raw["default"])
    given["password_lifetime"], given["expiration"] = DeltaTime(raw["password_lifetime"]), VmsTime(raw["expiration"])
    for name, absent in _NO_TIME.items():
        given[name] = None if raw[name] == absent else VmsTime(raw[name])
    given["quotas"] = Quotas(**{name: raw[name] for name in _QUOTAS})
    given["hours"] = AccessHours(*((raw[f"{s}_primary"], raw[f"{s}_secondary"]) for s in _SOURCES))
    given["user_data"] = record[FIXED_SIZE:]
    return UafRecord(**given)


class Sysuaf:
    """The accounts of the node: the SYSUAF.DAT of a system disk, or one that is open already."""

    def __init__(self, source: Volume | KeyedRecords) -> None:
        self._source = source
        self._open: KeyedRecords | None = None if isinstance(source, Volume) else source
        self._known: dict[str, UafRecord] = {}
        self._known_at = -1

    @property
    def _records(self) -> KeyedRecords:
        if self._open is None:
            assert isinstance(self._source, Volume)
            self._open = open_authorization_file(self._source, "SYSUAF.DAT")
        return self._open

    def is_on(self, volume: Volume) -> bool:
        """Are these the accounts of the system disk `volume`?"""
        return self._source is volume

    def get(self, username: str) -> UafRecord | None:
        """The record of a user name, in any case."""
        records = self._records
        if not isinstance(records, IndexedFile):
            return self._read(username)
        if records.changes != self._known_at:
            self._known.clear()
            self._known_at = records.changes
        known = self._known.get(username)
        if known is None:
            known = self._read(username)
            if known is not None and len(self._known) < _KNOWN:
                self._known[username] = known
        return known

    def _read(self, username: str) -> UafRecord | None:
        """As get; the record is then the current one."""
        try:
            return _decode(self._records.get_key(_key(username)))
        except VmsError as error:
            if error.matches(RMS.RNF):
                return None
            raise

    def require(self, username: str) -> UafRecord:
        """The record of a user name. Errors: RMS.RNF."""
        found = self.get(username)
        if found is None:
            raise RMS.RNF.error()
        return found

    def put(self, record: UafRecord) -> None:
        """Add the record, or replace the one of that user name."""
        if self._read(record.username) is None:
            self._records.put(record.to_bytes())
        else:
            self._records.update(record.to_bytes())

    def remove(self, username: str) -> None:
        """Errors: RMS.RNF."""
        self._records.get_key(_key(username))
        self._records.delete()

    def __iter__(self) -> Iterator[UafRecord]:
        """Every record, user names ascending."""
        return iter([_decode(record) for record in all_records(self._records)])

    def of_uic(self, uic: Uic) -> list[UafRecord]:
        """The records with that UIC."""
        return [record for record in self if record.uic == uic]


def _key(username: str) -> bytes:
    return username.upper().encode("latin-1", "replace").ljust(32)[:32]
