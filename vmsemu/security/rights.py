"""The rights database: identifiers, their values, and who holds them, kept in the indexed file RIGHTSLIST.DAT.

An identifier record is 48 bytes: value, attributes, eight zero bytes, name. A holder record is 16: value, attributes, the holder's UIC as
eight bytes. The maintenance record keeps the next free value of a general identifier.

The whole file is small and is read into memory at first use; `RightsDatabase` writes through.

Source: Guide to System Security, "Identifiers"; layout captured on VAX V7.3 and Alpha V8.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntFlag
from functools import lru_cache
from struct import Struct
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.base.uic import Uic
from vmsemu.files.header import FileHeader
from vmsemu.files.volume import Volume
from vmsemu.security.database import KeyedRecords, all_records, find_authorization_file, open_authorization_file
from vmsemu.tables.facilities import RMS, SS

MAX_NAME = 31
FIRST_GENERAL = 0x80010000
GROUP_MEMBER = 0o177777
_IDENTIFIER = Struct("<IIQ32s")
_HOLDER = Struct("<IIQ")
_MAINTENANCE_NAME = b"$$MAINTENANCE_RECORD".ljust(32)
_NAME = re.compile(r"(?=.*[A-Z$_])[A-Z0-9$_]{1,31}\Z")


class IdentifierAttributes(IntFlag):
    """KGB$M_ bits. fidelity: the bits above DYNAMIC are inferred."""

    NONE = 0
    RESOURCE = 1
    DYNAMIC = 2
    NOACCESS = 4
    SUBSYSTEM = 8
    HOLDER_HIDDEN = 16
    NAME_HIDDEN = 32

    def to_text(self) -> str:
        """`RESOURCE DYNAMIC`"""
        return " ".join(flag.name or "" for flag in IdentifierAttributes if flag and flag in self)


_NO_ATTRIBUTES = IdentifierAttributes.NONE


@dataclass(frozen=True, slots=True)
class Identifier:
    """A name and its 32-bit value: below 80000000 a UIC, from 80010000 general, else set by the system for kinds of logins."""

    name: str
    value: int
    attributes: IdentifierAttributes = _NO_ATTRIBUTES

    @property
    def is_uic(self) -> bool:
        return self.value < 0x80000000

    @property
    def uic(self) -> Uic:
        return Uic.from_long(self.value)

    def value_text(self) -> str:
        """`[000001,000004]` or `%X80010006`, as AUTHORIZE shows it."""
        return f"[{self.uic.group:06o},{self.uic.member:06o}]" if self.is_uic else f"%X{self.value:08X}"

    def to_bytes(self) -> bytes:
        return _IDENTIFIER.pack(self.value, self.attributes, 0, self.name.encode("latin-1").ljust(32))


@dataclass
class _Loaded:
    by_name: dict[str, Identifier] = field(default_factory=dict)
    by_value: dict[int, Identifier] = field(default_factory=dict)
    holders: dict[int, dict[int, IdentifierAttributes]] = field(default_factory=dict)
    held: dict[int, dict[int, IdentifierAttributes]] = field(default_factory=dict)
    next_general: int = FIRST_GENERAL


class RightsDatabase:
    """Identifiers and holders of the node: the RIGHTSLIST.DAT of a system disk, or one that is open already."""

    def __init__(self, source: Volume | KeyedRecords) -> None:
        self._source = source
        self._open: KeyedRecords | None = None if isinstance(source, Volume) else source
        self._loaded: _Loaded | None = None
        self._uic_texts: dict[Uic, str] = {}
        self._rights: dict[Uic, tuple[str, ...]] = {}

    # -- reading -------------------------------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Forget what is in memory; the file was changed by somebody else."""
        self._loaded = None
        self._uic_texts.clear()
        self._rights.clear()

    def header(self) -> FileHeader | None:
        """The header of RIGHTSLIST.DAT, for who asks whether it may be changed; None when the database is not that of a disk."""
        if not isinstance(self._source, Volume):
            return None
        fid = find_authorization_file(self._source, "RIGHTSLIST.DAT")
        return self._source.header(fid) if fid is not None else None

    @property
    def _records(self) -> KeyedRecords:
        if self._open is None:
            assert isinstance(self._source, Volume)
            self._open = open_authorization_file(self._source, "RIGHTSLIST.DAT")
        return self._open

    @property
    def _data(self) -> _Loaded:
        if self._loaded is None:
            self._loaded = self._load()
        return self._loaded

    def _load(self) -> _Loaded:
        data = _Loaded()
        for record in all_records(self._records):
            value, attributes, holder = _HOLDER.unpack_from(record)
            if len(record) < _IDENTIFIER.size:
                _enter_holder(data, value, holder, IdentifierAttributes(attributes))
            elif record[16:48] == _MAINTENANCE_NAME:
                data.next_general = value
            else:
                identifier = Identifier(record[16:48].decode("latin-1").rstrip(), value, IdentifierAttributes(attributes))
                data.by_name[identifier.name] = data.by_value[value] = identifier
        return data

    def get(self, name: str) -> Identifier | None:
        """The identifier of a name, in any case."""
        return self._data.by_name.get(name.upper())

    def of_value(self, value: int) -> Identifier | None:
        return self._data.by_value.get(value)

    def require(self, name: str) -> Identifier:
        """Errors: SS.NOSUCHID."""
        found = self.get(name)
        if found is None:
            raise SS.NOSUCHID.error()
        return found

    def __iter__(self) -> Iterator[Identifier]:
        """Every identifier, names ascending."""
        return iter(sorted(self._data.by_name.values(), key=lambda i: i.name))

    def __len__(self) -> int:
        return len(self._data.by_name)

    def holders(self, identifier: Identifier) -> list[tuple[Uic, IdentifierAttributes]]:
        """Who holds an identifier, in order of UIC."""
        return [(Uic.from_long(uic), bits) for uic, bits in sorted(self._data.holders.get(identifier.value, {}).items())]

    def held_by(self, uic: Uic) -> list[tuple[Identifier, IdentifierAttributes]]:
        """What a UIC holds, in order of value."""
        data = self._data
        held = sorted(data.held.get(uic.to_long(), {}).items())
        return [(data.by_value[value], bits) for value, bits in held if value in data.by_value]

    def rights_of(self, uic: Uic) -> tuple[str, ...]:
        """The names a process of that UIC starts with: its own identifier, then those it holds."""
        found = self._rights.get(uic)
        if found is None:
            own = self.of_value(uic.to_long())
            found = (own.name,) if own is not None else ()
            found += tuple(identifier.name for identifier, _ in self.held_by(uic))
            self._rights[uic] = found
        return found

    def uic_text(self, uic: Uic) -> str:
        """`[SMITH]`, `[GROUP,NAME]` when the group has an identifier, or `[200,1]` when the UIC has none."""
        text = self._uic_texts.get(uic)
        if text is None:
            own, group = self.of_value(uic.to_long()), self.of_value(uic.group << 16 | GROUP_MEMBER)
            if own is None:
                text = uic.to_text()
            else:
                text = f"[{group.name},{own.name}]" if group is not None and group is not own else f"[{own.name}]"
            self._uic_texts[uic] = text
        return text

    def parse_uic(self, text: str) -> Uic:
        """A UIC typed as `[200,1]`, `[SMITH]`, `SMITH` or `[GROUP,SMITH]`. Errors: SS.NOSUCHID, CLI.INVUIC."""
        bare = text.strip().strip("[]<>").upper()
        if re.fullmatch(r"[0-7]+,[0-7]+", bare):
            return Uic.from_text(bare)
        group, comma, member = bare.rpartition(",")
        found = self.require(member)
        if not found.is_uic or (comma and not self._is_group(group, found.uic.group)):
            raise SS.NOSUCHID.error()
        return found.uic

    def parse_owner(self, text: str) -> Uic:
        """What may own an object: a UIC as above, or a general identifier. Errors: SS.NOSUCHID, CLI.INVUIC."""
        found = self.get(text.strip().strip("[]<>"))
        return Uic.from_long(found.value) if found is not None else self.parse_uic(text)

    def may_charge(self, holder: Uic, owner: Uic) -> bool:
        """Is `owner` an identifier that `holder` holds with the attribute RESOURCE, so that its files may be made for it?"""
        identifier = self.of_value(owner.to_long())
        if identifier is None or IdentifierAttributes.RESOURCE not in identifier.attributes:
            return False
        return IdentifierAttributes.RESOURCE in self._data.held.get(holder.to_long(), {}).get(identifier.value, _NO_ATTRIBUTES)

    def _is_group(self, text: str, group: int) -> bool:
        if re.fullmatch(r"[0-7]+", text):
            return int(text, 8) == group
        return self.require(text).value >> 16 == group

    def parse(self, text: str) -> int:
        """The value of an identifier typed as a name, `%X80010001` or a UIC. Errors: SS.NOSUCHID, SS.IVIDENT, CLI.INVUIC."""
        word = text.strip().upper()
        if word.startswith("%X"):
            try:
                return int(word[2:], 16)
            except ValueError:
                raise SS.IVIDENT.error() from None
        if word.startswith(("[", "<")):
            return self.parse_uic(word).to_long()
        return self.require(word).value

    # -- changing ------------------------------------------------------------------------------------------------------------------

    def add(self, name: str, value: int | Uic | None = None, attributes: IdentifierAttributes = _NO_ATTRIBUTES) -> Identifier:
        """Add an identifier; without `value` the next general one. Errors: SS.IVIDENT (bad name), SS.DUPIDENT."""
        word = name.upper()
        if _NAME.match(word) is None:
            raise SS.IVIDENT.error()
        data = self._data
        number = self._take_general() if value is None else value.to_long() if isinstance(value, Uic) else value
        if word in data.by_name or number in data.by_value:
            raise SS.DUPIDENT.error()
        identifier = Identifier(word, number, attributes)
        self._records.put(identifier.to_bytes())
        data.by_name[word] = data.by_value[number] = identifier
        self._forget_texts()
        return identifier

    def _take_general(self) -> int:
        data = self._data
        number = data.next_general
        while number in data.by_value:
            number += 1
        self._put_maintenance(number + 1, data.next_general)
        data.next_general = number + 1
        return number

    def _put_maintenance(self, value: int, old: int | None) -> None:
        if old is not None:
            self._find(old, lambda record: record[16:48] == _MAINTENANCE_NAME)
            self._records.delete()
        self._records.put(_IDENTIFIER.pack(value, 0, 0, _MAINTENANCE_NAME) + bytes(16))

    def initialize(self) -> None:
        """CREATE/RIGHTS: write the maintenance record of an empty file."""
        self._put_maintenance(FIRST_GENERAL, None)
        self.reload()

    def modify(self, name: str, *, new_name: str | None = None, attributes: IdentifierAttributes | None = None) -> Identifier:
        """Rename an identifier, or change its attributes. Errors: SS.NOSUCHID, SS.DUPIDENT, SS.IVIDENT."""
        old = self.require(name)
        word = (new_name or old.name).upper()
        if _NAME.match(word) is None:
            raise SS.IVIDENT.error()
        if word != old.name and self.get(word) is not None:
            raise SS.DUPIDENT.error()
        new = Identifier(word, old.value, old.attributes if attributes is None else attributes)
        self._find(old.value, lambda record: len(record) == _IDENTIFIER.size)
        self._records.update(new.to_bytes())
        self.reload()
        return new

    def change_value(self, name: str, value: int) -> Identifier:
        """Give an identifier another value. Its holders stay, and what a UIC held the new one holds. Errors: SS.NOSUCHID, SS.DUPIDENT."""
        old = self.require(name)
        if value == old.value:
            return old
        if self.of_value(value) is not None:
            raise SS.DUPIDENT.error()
        holders, held = self.holders(old), self.held_by(old.uic) if old.is_uic else []
        self.remove(name)
        new = self.add(name, value, old.attributes)
        for holder, bits in holders:
            self.grant(name, holder, bits)
        for identifier, bits in held:
            self.revoke(identifier.name, old.uic)
            if new.is_uic:
                self.grant(identifier.name, new.uic, bits)
        return new

    def remove(self, name: str) -> Identifier:
        """Remove an identifier and its holders. Errors: SS.NOSUCHID."""
        identifier = self.require(name)
        while True:
            try:
                self._find(identifier.value, lambda record: record[16:48] != _MAINTENANCE_NAME)
            except VmsError as error:
                if error.matches(RMS.RNF, RMS.EOF):
                    break
                raise
            self._records.delete()
        self.reload()
        return identifier

    def grant(self, name: str, holder: Uic, attributes: IdentifierAttributes = _NO_ATTRIBUTES) -> None:
        """GRANT/IDENTIFIER. Errors: SS.NOSUCHID, SS.DUPIDENT when it is held already."""
        identifier = self.require(name)
        number = holder.to_long()
        if number in self._data.holders.get(identifier.value, {}):
            raise SS.DUPIDENT.error()
        self._records.put(_HOLDER.pack(identifier.value, attributes, number))
        _enter_holder(self._data, identifier.value, number, attributes)
        self._forget_texts()

    def revoke(self, name: str, holder: Uic) -> None:
        """REVOKE/IDENTIFIER. Errors: SS.NOSUCHID when the identifier is unknown or not held."""
        identifier = self.require(name)
        number = holder.to_long()
        if number not in self._data.holders.get(identifier.value, {}):
            raise SS.NOSUCHID.error()
        self._find(identifier.value, lambda record: len(record) == _HOLDER.size and _HOLDER.unpack(record)[2] == number)
        self._records.delete()
        self.reload()

    def _forget_texts(self) -> None:
        self._uic_texts.clear()
        self._rights.clear()

    def _find(self, value: int, wanted: Any) -> None:
        """Make the first record of that value that is `wanted` the current one. Errors: RMS.RNF."""
        record = self._records.get_key(value.to_bytes(4, "little"))
        while int.from_bytes(record[:4], "little") == value:
            if wanted(record):
                return
            record = self._records.next()
        raise RMS.RNF.error()


def _enter_holder(data: _Loaded, value: int, holder: int, attributes: IdentifierAttributes) -> None:
    data.holders.setdefault(value, {})[holder] = attributes
    data.held.setdefault(holder, {})[value] = attributes


@lru_cache(maxsize=1)
def login_identifiers() -> tuple[Identifier, ...]:
    """The identifiers every fresh rights database has for kinds of logins and for the system's own use."""
    names = (
        "BATCH", "DIALUP", "INTERACTIVE", "LOCAL", "NETWORK", "REMOTE", "DECWINDOWS", "VMS$BUFFER_OBJECT_USER", "VMS$MEM_RESIDENT_USER",
    )  # fmt: skip
    environmental = tuple(Identifier(name, 0x80000001 + at) for at, name in enumerate(names))
    servers = (("CLIENT", 1), ("OBJECT", 2), ("COMMUNICATION", 3))
    return environmental + tuple(Identifier(f"SECSRV${name}", 0x96EE0000 + at) for name, at in servers)
