"""TCPIP$CONFIGURATION.DAT: the permanent configuration, one record for each node and subject.

Key 0 (bytes 0-31) is the node name, blank padded to 15, and the subject, padded to 17; then `KEYWORD=value` items, each ended by a NUL.
Records are at most 7680 bytes. fidelity: size and single key are captured, the contents of a record are not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from smtp.facility import TCPIP
from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.files.attributes import Organization, RecordAttributes
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.keys import KeyDefinition
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.services.record_file import RecordFile
    from vmsemu.services.rms import ProcessFiles

SPEC = "TCPIP$CONFIGURATION"
DEFAULT = "SYS$SYSTEM:TCPIP$CONFIGURATION.DAT"
DATABASE_PROTECTION = Protection.from_text("S:RWED,O:RWED,G:RE,W:RE")
_NODE, _SUBJECT, _MAXIMUM = 15, 17, 7680
KEYS = (KeyDefinition.string(0, _NODE + _SUBJECT),)
ATTRIBUTES = RecordAttributes(Organization.INDEXED, maximum_size=_MAXIMUM, bucket_size=16)


class ConfigurationDatabase:
    """The database as one process sees it, under its rights. The file is opened for each call."""

    def __init__(self, files: ProcessFiles) -> None:
        self._files = files

    def get(self, node: str, subject: str) -> dict[str, str] | None:
        """The items of a record, None when there is none. Errors: TCPIP.CONFIGERROR with the RMS condition below it."""
        try:
            with self._files.open_indexed(SPEC, DEFAULT) as file:
                return _unpack(file.indexed.get_key(_key(node, subject)))
        except VmsError as error:
            if error.matches(RMS.FNF, RMS.RNF):
                return None
            raise TCPIP.CONFIGERROR.error(cause=error) from None

    def subjects(self, node: str) -> list[str]:
        """What a node has records of. Errors: TCPIP.CONFIGERROR with the RMS condition below it."""
        key, found = _key(node, "")[:_NODE], []
        try:
            with self._files.open_indexed(SPEC, DEFAULT) as file:
                record = file.indexed.get_key(_key(node, ""), match="GE")
                while record[:_NODE] == key:
                    found.append(record[_NODE : _NODE + _SUBJECT].decode("latin-1").rstrip())
                    record = file.indexed.next()
        except VmsError as error:
            if not error.matches(RMS.FNF, RMS.RNF, RMS.EOF):
                raise TCPIP.CONFIGERROR.error(cause=error) from None
        return found

    def put(self, node: str, subject: str, items: Mapping[str, str]) -> None:
        """Write a record, new or in place of the old one. Errors: TCPIP.CONFIGERROR."""
        data = _key(node, subject) + "".join(f"{k}={v}\0" for k, v in items.items()).encode("latin-1", "replace")
        if len(data) > _MAXIMUM:
            raise TCPIP.CONFIGERROR.error(cause=RMS.RSZ)
        try:
            with self._open_for_change() as file:
                if _found(file.indexed, _key(node, subject)):
                    file.indexed.update(data)
                else:
                    file.indexed.put(data)
        except VmsError as error:
            raise TCPIP.CONFIGERROR.error(cause=error) from None

    def remove(self, node: str, subject: str) -> bool:
        """Delete a record; False when there was none. Errors: TCPIP.CONFIGERROR."""
        try:
            with self._open_for_change() as file:
                found = _found(file.indexed, _key(node, subject))
                if found:
                    file.indexed.delete()
                return found
        except VmsError as error:
            raise TCPIP.CONFIGERROR.error(cause=error) from None

    def _open_for_change(self) -> RecordFile:
        try:
            return self._files.open_indexed(SPEC, DEFAULT, write=True)
        except VmsError as error:
            if not error.matches(RMS.FNF):
                raise
            return self._files.create_indexed(SPEC, KEYS, default=DEFAULT, attributes=ATTRIBUTES, protection=DATABASE_PROTECTION)


def _found(file: IndexedFile, key: bytes) -> bool:
    try:
        file.get_key(key)
    except VmsError as error:
        if error.matches(RMS.RNF):
            return False
        raise
    return True


def _key(node: str, subject: str) -> bytes:
    return node.upper().ljust(_NODE)[:_NODE].encode("latin-1") + subject.ljust(_SUBJECT)[:_SUBJECT].encode("latin-1")


def _unpack(record: bytes) -> dict[str, str]:
    items = record[_NODE + _SUBJECT :].decode("latin-1").split("\0")
    return {name: value for name, _, value in (item.partition("=") for item in items if item)}
