"""SHOW and LIST: of users, identifiers and rights, on the terminal or into SYSUAF.LIS and RIGHTSLIST.LIS.

Source: System Management Utilities Reference, AUTHORIZE SHOW, LIST, SHOW/IDENTIFIER, SHOW/RIGHTS.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.uic import Uic
from vmsemu.base.wildcard import match
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.record_display import BRIEF_HEADING, RIGHTS_HEADING, brief_line, full_lines, identifier_line
from vmsemu.images.authorize.session import AuthorizeSession
from vmsemu.security.rights import Identifier, IdentifierAttributes
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import SS

_IDENTIFIERS = "  Name                             Value           Attributes"
_HOLDERS = "    Holder                           Attributes"


def show_users(session: AuthorizeSession, command: ParsedCommand) -> None:
    spec = command.value("USERSPEC")
    if spec is None:
        raise UAF.NOUSERSPEC.error()
    _display(session, user_lines(session, spec, full=not command.present("BRIEF")))


def list_users(session: AuthorizeSession, command: ParsedCommand) -> None:
    lines = user_lines(session, command.value("USERSPEC") or "*", full=command.present("FULL"))
    _listing(session, "SYSUAF.LIS", lines, UAF.LSTMSG2)


def show_identifiers(session: AuthorizeSession, command: ParsedCommand) -> None:
    _display(session, _identifier_lines(session, command))


def list_identifiers(session: AuthorizeSession, command: ParsedCommand) -> None:
    _listing(session, "RIGHTSLIST.LIS", _identifier_lines(session, command), UAF.RLSTMSG)


def show_rights(session: AuthorizeSession, command: ParsedCommand) -> None:
    _display(session, _rights_lines(session, command))


def list_rights(session: AuthorizeSession, command: ParsedCommand) -> None:
    _listing(session, "RIGHTSLIST.LIS", _rights_lines(session, command), UAF.RLSTMSG)


def user_lines(session: AuthorizeSession, spec: str, *, full: bool) -> list[str]:
    """Errors: UAF.BADSPC."""
    records = session.matching(spec)
    if not records:
        raise UAF.BADSPC.error()
    if full:
        return [line for record in records for line in full_lines(record, session.rights)]
    return ["", BRIEF_HEADING, "", *(brief_line(record, session.rights) for record in records)]


def _identifier_lines(session: AuthorizeSession, command: ParsedCommand) -> list[str]:
    found = _identifiers(session, command)
    lines = [_IDENTIFIERS]
    for identifier in found:
        lines.append(identifier_line(identifier, identifier.attributes))
        holders = session.rights.holders(identifier) if command.present("FULL") else []
        if holders:
            lines.append(_HOLDERS)
        lines += [_holder_line(session, holder, bits) for holder, bits in holders]
    return lines


def _holder_line(session: AuthorizeSession, holder: Uic, attributes: IdentifierAttributes) -> str:
    own = session.rights.of_value(holder.to_long())
    return f"    {own.name if own is not None else holder.to_text():<33}{attributes.to_text()}".rstrip()


def _identifiers(session: AuthorizeSession, command: ParsedCommand) -> list[Identifier]:
    """What /USER, /VALUE or the name asks for. Errors: UAF.SHOW_ERR with SS.NOSUCHID."""
    rights = session.rights
    if command.present("USER"):
        records = session.matching(command.value("USER") or "*")
        found = [own for record in records if (own := rights.of_value(record.uic.to_long())) is not None]
    elif command.present("VALUE"):
        found = [one for one in rights if one.value == _typed_value(session, command)]
    else:
        pattern = command.value("NAME") or "*"
        found = [one for one in rights if match(pattern, one.name)]
    if not found:
        raise UAF.SHOW_ERR.error("IDENTIFIER", cause=SS.NOSUCHID)
    return found


def _typed_value(session: AuthorizeSession, command: ParsedCommand) -> int:
    """/VALUE=IDENTIFIER:n or /VALUE=UIC:uic. Errors: UAF.BADVALUE."""
    if command.present("VALUE.IDENTIFIER"):
        return command.integer("VALUE.IDENTIFIER") | 0x80000000
    text = command.value("VALUE.UIC") or ""
    try:
        return session.rights.parse_uic(text).to_long()
    except VmsError:
        raise UAF.BADVALUE.error(text) from None


def _rights_lines(session: AuthorizeSession, command: ParsedCommand) -> list[str]:
    """What a user, or the holder of an identifier, holds. Errors: UAF.SHOW_ERR with SS.NOSUCHID."""
    lines: list[str] = []
    for uic in _holders(session, command):
        held = session.rights.held_by(uic)
        if held:
            lines += [*([""] if lines else []), RIGHTS_HEADING, *(identifier_line(one, bits) for one, bits in held)]
    if not lines:
        raise UAF.SHOW_ERR.error("RIGHTS", cause=SS.NOSUCHID)
    return lines


def _holders(session: AuthorizeSession, command: ParsedCommand) -> list[Uic]:
    """Errors: UAF.SHOW_ERR with SS.NOSUCHID."""
    spec = command.value("USER")
    if spec is not None or command.present("USER"):
        return sorted({record.uic for record in session.matching(spec or "*")}, key=lambda uic: (uic.group, uic.member))
    name = command.value("NAME") or ""
    try:
        return [session.rights.parse_uic(name)]
    except VmsError as error:
        raise UAF.SHOW_ERR.error("RIGHTS", cause=error) from None


def _display(session: AuthorizeSession, lines: Iterable[str]) -> None:
    for line in lines:
        session.ctx.write(line)


def _listing(session: AuthorizeSession, name: str, lines: Iterable[str], complete: MessageDefinition) -> None:
    """Write the listing file into the default directory."""
    session.ctx.put_message(UAF.LSTMSG1)
    with session.ctx.files.create(name) as file:
        for line in lines:
            file.put_text(line)
    session.ctx.put_message(complete)
