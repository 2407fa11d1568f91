"""What /ACL with /AFTER, /DELETE, /REPLACE, /NEW does to an access control list. Source: DCL Dictionary, SET SECURITY and SET ACL.

The ACL editor (/EDIT, and /ACL without entries when nothing else is asked) is not here and is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.base.privilege import Privilege
from vmsemu.dcl.errors import at_segment
from vmsemu.images.context import ImageContext
from vmsemu.images.set.facility import SET
from vmsemu.security.acl import (
    AccessNames,
    Ace,
    AceError,
    aces_of,
    add_entries,
    delete_entries,
    propagated,
    replace_entries,
    resolve_ace,
    texts_of,
    unprotected_removed,
)
from vmsemu.tables.facilities import CLI

ACL_QUALIFIERS = ("ACL", "AFTER", "DELETE", "NEW", "REPLACE")


@dataclass(frozen=True, slots=True)
class AclChange:
    """The change one command asks for. `delete` is None, "" for the entries given (all that are not protected when none are), or ALL."""

    entries: tuple[Ace, ...]
    after: Ace | None
    delete: str | None
    replacing: tuple[Ace, ...] | None
    new: bool

    @classmethod
    def of(cls, ctx: ImageContext, names: AccessNames) -> AclChange | None:
        """Read it from the command, None when it says nothing about lists. Errors: SET.SYNTAX with SS.IVACL or SS.NOSUCHID; CLI.IVQUAL."""
        cli = ctx.cli
        if not any(cli.present(word) for word in ACL_QUALIFIERS):
            return None
        entries = _entries(ctx, "ACL", names)
        delete = (cli.value("DELETE") or "").upper() if cli.present("DELETE") else None
        replacing = _entries(ctx, "REPLACE", names) if cli.present("REPLACE") else None
        new = cli.present("NEW")
        if not entries and delete is None and replacing is None and not new and not cli.present("LIKE") and not cli.present("DEFAULT"):
            raise at_segment(CLI.IVQUAL, "ACL")
        after = _entries(ctx, "AFTER", names)
        return cls(entries, after[0] if after else None, delete, replacing, new)

    def apply(self, ctx: ImageContext, acl: tuple[str, ...], names: AccessNames) -> tuple[str, ...]:
        """The list afterwards. Errors: SET.NOHIDDEN, SS.NOENTRY. Entries to delete that are not there are told with SET.NOSUCHACE."""
        old = aces_of(acl, names)
        new, missing = self._changed(old)
        if Privilege.SECURITY not in ctx.process.privileges:
            hidden = [ace for ace in old if "HIDDEN" in ace.options]
            if any(ace not in new for ace in hidden) or any("HIDDEN" in ace.options for ace in self.entries):
                raise SET.NOHIDDEN.error()
        for ace in missing:
            ctx.put_message(SET.NOSUCHACE(ace.to_text(names)))
        return texts_of(new, names)

    def _changed(self, old: tuple[Ace, ...]) -> tuple[tuple[Ace, ...], list[Ace]]:
        if self.delete == "ALL":
            return (), []
        if self.delete is not None:
            return delete_entries(old, self.entries) if self.entries else (unprotected_removed(old), [])
        if self.replacing is not None:
            return replace_entries(old, self.entries, self.replacing)
        if self.new:
            return add_entries(unprotected_removed(old), self.entries), []
        return add_entries(old, self.entries, self.after), []


def copied_acl(acl: tuple[str, ...], onto: tuple[str, ...], names: AccessNames) -> tuple[str, ...]:
    """/LIKE and /DEFAULT: the other list without NOPROPAGATE entries; protected entries that were there stay."""
    return texts_of(add_entries(unprotected_removed(aces_of(onto, names)), propagated(aces_of(acl, names))), names)


def _entries(ctx: ImageContext, qualifier: str, names: AccessNames) -> tuple[Ace, ...]:
    out = []
    for text in ctx.cli.values(qualifier):
        try:
            out.append(resolve_ace(text, ctx.system.rights, names))
        except AceError as error:
            raise SET.SYNTAX.error(error.rest, cause=error.message) from None
    return tuple(out)
