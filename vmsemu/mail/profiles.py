"""The file of all MAIL profiles, found through the system logical name VMSMAIL_PROFILE (SYS$SYSTEM:VMSMAIL_PROFILE.DATA).

It is made when the first profile is written, in the common root, so that the nodes of a cluster have one; and stays open as long as the node runs.
Users have no access to it; MAIL has.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import CarriageControl, Organization, RecordAttributes
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.keys import KeyDefinition
from vmsemu.mail.profile import USERNAME_SIZE, MailProfile, count_of, username_key, with_count
from vmsemu.services.rms import ProcessFiles
from vmsemu.tables.facilities import RMS

_NAME, _DEFAULT, _NEW = "VMSMAIL_PROFILE", "SYS$SYSTEM:.DATA", "SYS$COMMON:[SYSEXE].DATA"
_KEYS = (KeyDefinition.string(0, USERNAME_SIZE),)
_ATTRIBUTES = RecordAttributes(organization=Organization.INDEXED, carriage=CarriageControl.NONE, maximum_size=2048)
_PROTECTION = Protection(15, 15, 0, 0)
_SYSTEM = Uic(1, 4)


class ProfileFile:
    """The profiles by user name. `files` are those of the privileged process."""

    def __init__(self, files: ProcessFiles) -> None:
        self._files = files
        self._records: IndexedFile | None = None

    def _open(self, create: bool = False) -> IndexedFile | None:
        records = self._records
        if records is None or records.closed:
            self._records = records = self._open_file(create)
        return records

    def _open_file(self, create: bool) -> IndexedFile | None:
        try:
            file = self._files.open_indexed(_NAME, _DEFAULT, write=True)
        except VmsError as error:
            if not error.matches(RMS.FNF):
                raise
            if not create:
                return None
            file = self._files.create_indexed(_NAME, _KEYS, default=_NEW, attributes=_ATTRIBUTES, protection=_PROTECTION, owner=_SYSTEM)
        assert isinstance(file.file, IndexedFile)
        return file.file

    def find(self, username: str) -> bytes | None:
        """The record of a user, packed; None when there is none."""
        records = self._open()
        if records is None:
            return None
        return records.find_key(username_key(username))

    def get(self, username: str) -> MailProfile | None:
        data = self.find(username)
        return MailProfile.from_bytes(data) if data is not None else None

    def put(self, profile: MailProfile) -> None:
        """Write a profile, new or changed."""
        self._put(profile.username, profile.to_bytes())

    def _put(self, username: str, data: bytes) -> None:
        exists = self.find(username) is not None
        records = self._open(create=True)
        assert records is not None
        if exists:
            records.update(data)
        else:
            records.put(data)

    def count(self, username: str) -> int:
        """The user's new-mail count."""
        data = self.find(username)
        return count_of(data) if data is not None else 0

    def set_count(self, username: str, count: int) -> None:
        """Set the new-mail count; the profile is made when there is none."""
        data = self.find(username)
        if data is None:
            self._put(username, MailProfile(username, new_messages=max(count, 0)).to_bytes())
            return
        if count_of(data) != count:
            records = self._open()
            assert records is not None
            records.update(with_count(data, count))

    def add_to_count(self, username: str, change: int) -> None:
        data = self.find(username)
        self.set_count(username, max((count_of(data) if data is not None else 0) + change, 0))

    def remove(self, username: str) -> bool:
        """Delete a profile; false when there is none."""
        if self.find(username) is None or self._records is None:
            return False
        self._records.delete()
        return True

    def __iter__(self) -> Iterator[MailProfile]:
        """Every profile, user names ascending."""
        records = self._open()
        out: list[MailProfile] = []
        if records is not None:
            records.rewind()
            while not records.at_end():
                out.append(MailProfile.from_bytes(records.next()))
        return iter(out)
