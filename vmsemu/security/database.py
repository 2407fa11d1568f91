"""The two authorization files as keyed records: how they are found on the system disk, opened, and laid out when new.

Keys: SYSUAF.DAT by user name, UIC, extended identifier, owner identifier. RIGHTSLIST.DAT by identifier value, holder, name.
Source: System Management Utilities Reference, AUTHORIZE; keys captured on VAX V7.3 and Alpha V8.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, cast

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import Organization, RecordAttributes
from vmsemu.files.control import Share
from vmsemu.files.header import FileId
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.keys import KeyDefinition, KeyType
from vmsemu.files.rms import open_file
from vmsemu.files.volume import Volume
from vmsemu.formats.uafdef import MAX_SIZE, OWNER_IDENTIFIER_AT, UIC_AT, USERNAME_AT, USERNAME_SIZE
from vmsemu.tables.facilities import RMS

_DIRECTORIES = (("SYS0", "SYSEXE"), ("VMS$COMMON", "SYSEXE"))
SYSUAF_KEYS = (
    KeyDefinition.string(USERNAME_AT, USERNAME_SIZE, name="Username"),
    KeyDefinition.integer(UIC_AT, KeyType.BIN4, duplicates=True, changes=True, name="UIC"),
    KeyDefinition.integer(UIC_AT, KeyType.BIN8, duplicates=True, changes=True, name="Extended User Identifier"),
    KeyDefinition.integer(OWNER_IDENTIFIER_AT, KeyType.BIN8, duplicates=True, changes=True, null=0, name="Owner Identifier"),
)
RIGHTSLIST_KEYS = (
    KeyDefinition.integer(0, KeyType.BIN4, duplicates=True, name="Identifier"),
    KeyDefinition.integer(8, KeyType.BIN8, duplicates=True, changes=True, null=0, name="Holder"),
    KeyDefinition.string(16, 32, changes=True, name="Name"),
)
SYSUAF_PROTECTION = Protection.from_text("S:RWE,O:RWE,G,W")
RIGHTSLIST_PROTECTION = Protection.from_text("S:RWE,O:RWE,G:R,W:R")
_OWNER = Uic(1, 4)


class KeyedRecords(Protocol):
    """What the authorization files need of an indexed file."""

    def get_key(self, key: bytes, index: int = 0, match: str = "EQ") -> bytes: ...

    def next(self) -> bytes: ...

    def rewind(self) -> None: ...

    def put(self, record: bytes) -> Any: ...

    def update(self, record: bytes) -> None: ...

    def delete(self) -> None: ...

    def close(self) -> None: ...


def find_authorization_file(volume: Volume, name: str) -> FileId | None:
    """The file SYS$SYSTEM:name of a system disk; None when there is none."""
    for path in _DIRECTORIES:
        directory = volume.find_directory(path)
        fid = volume.lookup(directory, name) if directory is not None else None
        if fid is not None:
            return fid
    return None


def open_authorization_file(volume: Volume, name: str) -> KeyedRecords:
    """Open SYS$SYSTEM:name for everybody's use. Errors: RMS.FNF, those of RMS $OPEN."""
    fid = find_authorization_file(volume, name)
    if fid is None:
        raise RMS.FNF.error()
    return cast(KeyedRecords, open_file(volume, fid, write=True, share=Share.ALL))


def create_sysuaf(volume: Volume, directory: FileId) -> KeyedRecords:
    """A new, empty SYSUAF.DAT, open. Errors as Volume.create."""
    attributes = RecordAttributes(organization=Organization.INDEXED, maximum_size=MAX_SIZE)
    made = IndexedFile.create(
        volume, directory, "SYSUAF.DAT", keys=SYSUAF_KEYS, attributes=attributes, owner=_OWNER, protection=SYSUAF_PROTECTION
    )
    return cast(KeyedRecords, made)


def create_rightslist(volume: Volume, directory: FileId) -> KeyedRecords:
    """A new RIGHTSLIST.DAT without records, open. Errors as Volume.create."""
    made = IndexedFile.create(volume, directory, "RIGHTSLIST.DAT", keys=RIGHTSLIST_KEYS, owner=_OWNER, protection=RIGHTSLIST_PROTECTION)
    return cast(KeyedRecords, made)


def all_records(records: KeyedRecords) -> Iterator[bytes]:
    """Every record in order of the primary key."""
    records.rewind()
    while True:
        try:
            yield records.next()
        except VmsError as error:
            if error.matches(RMS.EOF):
                return
            raise
