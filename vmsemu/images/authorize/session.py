"""One activation of AUTHORIZE: the authorization file it works on, the rights database, and whether it changed them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.base.condition import Message, MessageDefinition, VmsError
from vmsemu.base.uic import Uic
from vmsemu.base.wildcard import is_wild, match
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.context import ImageContext
from vmsemu.security.access import READ, WRITE
from vmsemu.security.rights import GROUP_MEMBER, RightsDatabase
from vmsemu.security.sysuaf import Sysuaf, UafRecord
from vmsemu.tables.facilities import RMS


@dataclass
class AuthorizeSession:
    """The state of AUTHORIZE between two commands."""

    ctx: ImageContext
    sysuaf: Sysuaf
    modified: bool = False
    rights_modified: bool = False

    @property
    def rights(self) -> RightsDatabase:
        return self.ctx.system.rights

    @property
    def changing_rights(self) -> RightsDatabase:
        """The rights database, for a change. Errors: RMS.PRV when the process may not write RIGHTSLIST.DAT."""
        header = self.rights.header()
        if header is not None and not self.ctx.files.security.allowed(header, READ | WRITE):
            raise RMS.PRV.error()
        return self.rights

    def rights_changed(self, message: Message) -> None:
        """Say what was changed in the rights database."""
        self.rights_modified = True
        self.ctx.put_message(message)

    def put(self, record: UafRecord) -> None:
        """Write a record."""
        self.sysuaf.put(record)
        self.modified = True

    def matching(self, spec: str) -> list[UafRecord]:
        """The records of a user specification: a name in order of names, or a UIC in brackets in order of UICs; both may be wild."""
        if spec[:1] in "[<":
            wanted = self._pattern(spec)
            found = [record for record in self.sysuaf if wanted.matches(record.uic)]
            return sorted(found, key=lambda record: (record.uic.group, record.uic.member))
        if is_wild(spec):
            return [record for record in self.sysuaf if match(spec, record.username)]
        one = self.sysuaf.get(spec)
        return [one] if one is not None else []

    def _pattern(self, spec: str) -> Uic:
        """`[200,*]`, `[STAFF,*]`, `[SMITH]` as a UIC that may be wild. Errors: UAF.BADSPC."""
        try:
            if "*" not in spec:
                return self.rights.parse_uic(spec)
            group, _, member = spec.strip("[]<>").partition(",")
            if member == "*" and not is_wild(group) and not group.isdigit():
                return Uic(self.rights.require(group).value >> 16, GROUP_MEMBER)
            return Uic.from_text(spec, wild=True)
        except VmsError:
            raise UAF.BADSPC.error() from None

    def holder(self, spec: str) -> Uic:
        """The UIC of whoever is granted something: `SMITH`, `[SMITH]` or `[200,1]`. Errors: SS.NOSUCHID, CLI.INVUIC."""
        return self.rights.parse_uic(spec)

    def leave(self) -> Iterator[MessageDefinition]:
        """What is said at the end."""
        yield UAF.DONEMSG if self.modified else UAF.NOMODS
        yield UAF.RDBDONEMSG if self.rights_modified else UAF.RDBNOMODS
