"""Who may do what to files, and what new files are given: owner, protection, access control list.

Source: Guide to System Security, "Protecting files and directories"; DCL Dictionary, CREATE and CREATE/DIRECTORY.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.security.access import DELETE, EXECUTE, Credentials, check_access, is_system

if TYPE_CHECKING:
    from vmsemu.files.header import FileHeader
    from vmsemu.files.volume import Volume
    from vmsemu.services.process import Process

_BYPASS = 1 << Privilege.BYPASS
_DEFAULT_PROTECTION = re.compile(r"\(\s*DEFAULT_PROTECTION\s*,\s*(.*)\)\s*\Z", re.IGNORECASE | re.DOTALL)
_OPTIONS = re.compile(r",\s*OPTIONS=([^,)]*)", re.IGNORECASE)


class FileSecurity:
    """The file access rights of one process."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._credentials: Credentials = process.credentials

    @property
    def credentials(self) -> Credentials:
        """As Process.credentials, made only when something changed."""
        process, known = self.process, self._credentials
        if known.privileges is not process.privileges or known.rights is not process.rights or known.uic is not process.uic:
            self._credentials = known = process.credentials
        return known

    def allowed(self, header: FileHeader, wanted: int) -> bool:
        """May the process do `wanted` (a mask) to the file?"""
        if int(self.process.privileges) & _BYPASS:
            return True
        return check_access(self.credentials, header.owner, header.protection, header.acl, wanted)

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
            if owner is not None and self._may_own(owner):
                return owner
        return self.process.uic

    def _may_own(self, owner: Uic) -> bool:
        process = self.process
        if owner == process.uic or is_system(self.credentials):
            return True
        return owner.group == process.uic.group and Privilege.GRPPRV in process.privileges

    def new_protection(self, directory: FileHeader, previous: FileHeader | None = None) -> Protection:
        """Previous version, then the directory's DEFAULT_PROTECTION entry, then the process default."""
        if previous is not None:
            return previous.protection
        for ace in directory.acl:
            found = _DEFAULT_PROTECTION.match(ace)
            if found is not None:
                return Protection.from_text(found[1])
        return self.process.default_protection

    def new_acl(self, directory: FileHeader, previous: FileHeader | None = None) -> tuple[str, ...]:
        """The previous version's list, else the directory's entries with OPTIONS=DEFAULT, without that option."""
        if previous is not None:
            return previous.acl
        if not directory.acl:
            return ()
        out = []
        for ace in directory.acl:
            options = _options(ace)
            if "DEFAULT" in options:
                out.append(_with_options(ace, [o for o in options if o != "DEFAULT"]))
        return tuple(out)

    def new_directory_protection(self, parent: FileHeader) -> Protection:
        """The parent's protection without delete access for anybody."""
        p = parent.protection
        return Protection(p.system & ~DELETE, p.owner & ~DELETE, p.group & ~DELETE, p.world & ~DELETE)

    def new_directory_acl(self, parent: FileHeader) -> tuple[str, ...]:
        """All of the parent's entries but those marked NOPROPAGATE."""
        return tuple(ace for ace in parent.acl if "NOPROPAGATE" not in _options(ace))


def _options(ace: str) -> list[str]:
    found = _OPTIONS.search(ace)
    return [word.strip().upper() for word in found[1].split("+")] if found is not None else []


def _with_options(ace: str, options: list[str]) -> str:
    return _OPTIONS.sub(f",OPTIONS={'+'.join(options)}" if options else "", ace, count=1)
