"""Who may do what to files, and what new files are given: owner, protection, access control list.

Source: Guide to System Security, "Protecting files and directories"; DCL Dictionary, CREATE and CREATE/DIRECTORY.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.security.access import CONTROL, DELETE, EXECUTE, READ, WRITE, Credentials, check_access
from vmsemu.security.acl import OBJECT_ACCESS, Ace, ace_of, aces_of, inherited_by_file, propagated, texts_of

if TYPE_CHECKING:
    from vmsemu.files.header import FileHeader
    from vmsemu.files.volume import Volume
    from vmsemu.services.process import Process

_BYPASS = 1 << Privilege.BYPASS


class FileSecurity:
    """The file access rights of one process."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._uic, self._privileges, self._rights = process.uic, process.privileges, process.rights
        self._credentials: Credentials = process.credentials

    @property
    def credentials(self) -> Credentials:
        """As Process.credentials, asked for only when something changed."""
        process = self.process
        if process.privileges is not self._privileges or process.rights is not self._rights or process.uic is not self._uic:
            self._uic, self._privileges, self._rights = process.uic, process.privileges, process.rights
            self._credentials = process.credentials
        return self._credentials

    def allowed(self, header: FileHeader, wanted: int) -> bool:
        """May the process do `wanted` (a mask) to the file?"""
        if int(self.process.privileges) & _BYPASS:
            return True
        return check_access(self.credentials, header.owner, header.protection, header.acl, wanted)

    def file_allowed(self, volume: Volume, header: FileHeader, wanted: int) -> bool:
        """May the process do `wanted` to the file, and to files of its volume?"""
        if int(self.process.privileges) & _BYPASS:
            return True
        return self.allowed(header, wanted) and (not volume.guarded or self.volume_allowed(volume, wanted))

    def any_access(self, header: FileHeader) -> bool:
        """May the process do anything at all to the file? That is what it takes to be told about it."""
        return any(self.allowed(header, wanted) for wanted in (READ, EXECUTE, WRITE, DELETE, CONTROL))

    def volume_allowed(self, volume: Volume, wanted: int) -> bool:
        """May the process do `wanted` to files of the volume? EXECUTE stands for Create. A volume without protection costs nothing."""
        if not volume.guarded or int(self.process.privileges) & _BYPASS:
            return True
        return check_access(self.credentials, volume.owner, volume.protection, volume.attributes.acl, wanted, OBJECT_ACCESS["VOLUME"])

    def path_allowed(self, volume: Volume, path: tuple[str, ...]) -> bool:
        """May the process look up names in every directory above the last of `path`?"""
        if int(self.process.privileges) & _BYPASS:
            return True
        for depth in range(len(path)):
            fid = volume.find_directory(path[:depth])
            if fid is not None and not self.allowed(volume.header(fid), EXECUTE):
                return False
        return True

    # -- new files -----------------------------------------------------------------------------------------------------------------

    def new_owner(self, directory: FileHeader, previous: FileHeader | None = None) -> Uic:
        """The owner of the previous version or of the directory, if the process may give files to it; else the process."""
        for owner in (previous.owner if previous is not None else None, directory.owner):
            if owner is not None and self.may_own(owner):
                return owner
        return self.process.uic

    def may_own(self, owner: Uic) -> bool:
        """May the process make files that belong to `owner`: itself; anybody with SYSPRV or in a system group; its group with GRPPRV; an
        identifier that it holds with the attribute RESOURCE."""
        process = self.process
        if owner == process.uic or self.credentials.is_system:
            return True
        if owner.group == process.uic.group and Privilege.GRPPRV in process.privileges:
            return True
        return process.system.rights.may_charge(process.uic, owner)

    def new_protection(self, directory: FileHeader, previous: FileHeader | None = None) -> Protection:
        """Previous version, then the directory's DEFAULT_PROTECTION entry, then the process default."""
        if previous is not None:
            return previous.protection
        for text in directory.acl:
            ace = ace_of(text)
            if ace is not None and ace.protection is not None:
                return ace.protection
        return self.process.default_protection

    def new_acl(
        self, directory: FileHeader, previous: FileHeader | None, owner: Uic, protection: Protection
    ) -> tuple[str, ...]:  # fmt: skip
        """The previous version's list, else the directory's entries with OPTIONS=DEFAULT; and what the creator gets who does not own it."""
        if previous is not None:
            return texts_of(propagated(aces_of(previous.acl))) if previous.acl else ()
        if not directory.acl and owner == self.process.uic:
            return ()
        entries = aces_of(directory.acl)
        return texts_of((*self._creators_entry(entries, owner, protection), *inherited_by_file(entries)))

    def _creators_entry(self, directory: tuple[Ace, ...], owner: Uic, protection: Protection) -> tuple[Ace, ...]:
        """The entry for the creator of a file that somebody else owns: as the directory's CREATOR entry says; without one, if an identifier
        owns the file, what the owner may and control."""
        if owner == self.process.uic:
            return ()
        rule = next((ace for ace in directory if ace.kind == "CREATOR"), None)
        if rule is None and not owner.is_general:
            return ()
        access = rule.access if rule is not None else protection.owner | CONTROL
        if not access:
            return ()
        creator = self.process.system.rights.uic_text(self.process.uic)
        return (Ace("IDENTIFIER", (creator,), ("NOPROPAGATE",), access),)

    def new_directory_protection(self, parent: FileHeader) -> Protection:
        """The parent's protection without delete access for anybody."""
        return parent.protection.without(DELETE)

    def new_directory_acl(self, parent: FileHeader) -> tuple[str, ...]:
        """All of the parent's entries but those marked NOPROPAGATE."""
        return texts_of(propagated(aces_of(parent.acl))) if parent.acl else ()

    # -- showing -------------------------------------------------------------------------------------------------------------------

    def shown_acl(self, header: FileHeader) -> tuple[str, ...]:
        """The entries that the process may see: those with the option HIDDEN need SECURITY."""
        if not header.acl or Privilege.SECURITY in self.process.privileges:
            return header.acl
        return texts_of(ace for ace in aces_of(header.acl) if "HIDDEN" not in ace.options)
