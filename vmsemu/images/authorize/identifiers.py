"""The commands that change the rights database: identifiers, and who holds them.

Source: System Management Utilities Reference, AUTHORIZE ADD/IDENTIFIER and its relatives, GRANT/IDENTIFIER, REVOKE/IDENTIFIER.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.uic import Uic
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.fields import parse_uic
from vmsemu.images.authorize.session import AuthorizeSession
from vmsemu.security.rights import GROUP_MEMBER, Identifier, IdentifierAttributes
from vmsemu.security.sysuaf import UafRecord
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import RMS, SS

_FIRST_GENERAL, _LAST_GENERAL = 0x10000, 0xFFFFFFF
_GENERAL = 0x80000000
_NO_VALUE = 0


# -- what the commands for users do too --------------------------------------------------------------------------------------------------


def add(session: AuthorizeSession, name: str, value: int | None, attributes: IdentifierAttributes = IdentifierAttributes.NONE) -> None:
    """Add an identifier and say so. Errors: UAF.RDBADDERR or RDBADDERRU, with SS.DUPLNAM, SS.DUPIDENT or SS.IVIDENT."""
    try:
        if session.rights.get(name) is not None:
            raise SS.DUPLNAM.error()
        made = session.changing_rights.add(name, value, attributes)
    except VmsError as error:
        wanted = Identifier(name.upper(), _NO_VALUE if value is None else value)
        message = UAF.RDBADDERRU if wanted.is_uic else UAF.RDBADDERR
        raise message.error(wanted.name, wanted.value_text(), cause=error) from None
    session.rights_changed((UAF.RDBADDMSGU if made.is_uic else UAF.RDBADDMSG)(made.name, made.value_text()))


def remove(session: AuthorizeSession, name: str) -> None:
    """Remove an identifier and say so; what it held as a UIC is revoked. Errors: UAF.RDBREMERR."""
    try:
        gone = session.changing_rights.remove(name)
    except VmsError as error:
        raise UAF.RDBREMERR.error(name, cause=error) from None
    if gone.is_uic:
        for identifier, _ in session.rights.held_by(gone.uic):
            session.changing_rights.revoke(identifier.name, gone.uic)
    session.rights_changed((UAF.RDBREMMSGU if gone.is_uic else UAF.RDBREMMSG)(gone.name, gone.value_text()))


def add_account_group(session: AuthorizeSession, record: UafRecord) -> None:
    """The account name becomes the identifier of the group, when both are free. fidelity: that it is silent otherwise is inferred."""
    value = record.uic.group << 16 | GROUP_MEMBER
    if record.account and session.rights.get(record.account) is None and session.rights.of_value(value) is None:
        add(session, record.account, value)


def modified(session: AuthorizeSession, name: str) -> None:
    """Say that an identifier was changed."""
    session.rights_changed(UAF.RDBMDFYMSG(name))


# -- commands ----------------------------------------------------------------------------------------------------------------------------


def add_identifier(session: AuthorizeSession, command: ParsedCommand) -> None:
    """ADD/IDENTIFIER name, or /USER=specification for identifiers of users."""
    attributes = _attributes(command, IdentifierAttributes.NONE)
    spec = command.value("USER")
    name = command.value("NAME")
    if spec is None:
        if name is None:
            raise UAF.NOUSERNAME.error()
        return add(session, name, _value(session, command), attributes)
    records = session.matching(spec)
    if not records:
        raise UAF.BADSPC.error()
    if name is not None:
        return add(session, name, records[0].uic.to_long(), attributes)
    for record in records:
        try:
            add(session, record.username, record.uic.to_long(), attributes)
        except VmsError as error:
            session.ctx.put_message(error)
    return None


def modify_identifier(session: AuthorizeSession, command: ParsedCommand) -> None:
    """MODIFY/IDENTIFIER: attributes, those of one holder, value, name."""
    name = command.value("NAME") or ""
    value = _value(session, command)
    holder = command.value("HOLDER")
    try:
        found = session.rights.require(name)
        if holder is not None:
            _modify_holder(session, command, found, holder)
        elif command.present("ATTRIBUTES"):
            session.changing_rights.modify(name, attributes=_attributes(command, found.attributes))
        if value is not None:
            session.changing_rights.change_value(name, value)
        if command.present("NEW_NAME"):
            session.changing_rights.modify(name, new_name=command.value("NEW_NAME"))
    except VmsError as error:
        raise UAF.RDBMDFYERR.error(name, cause=error) from None
    modified(session, name)


def _modify_holder(session: AuthorizeSession, command: ParsedCommand, identifier: Identifier, spec: str) -> None:
    """Errors: SS.NOSUCHID."""
    holder = session.holder(spec)
    held = dict(session.rights.holders(identifier))
    session.changing_rights.revoke(identifier.name, holder)
    session.changing_rights.grant(identifier.name, holder, _attributes(command, held[holder]))


def rename_identifier(session: AuthorizeSession, command: ParsedCommand) -> None:
    name = command.value("NAME") or ""
    try:
        session.changing_rights.modify(name, new_name=command.value("NEW_NAME"))
    except VmsError as error:
        raise UAF.RDBMDFYERR.error(name, cause=error) from None
    modified(session, name)


def remove_identifier(session: AuthorizeSession, command: ParsedCommand) -> None:
    remove(session, command.value("NAME") or "")


def grant_identifier(session: AuthorizeSession, command: ParsedCommand) -> None:
    name = command.value("NAME") or ""
    for item in command.parameters("USER"):
        try:
            session.changing_rights.grant(name, session.holder(item.text), _attributes(command, IdentifierAttributes.NONE))
        except VmsError as error:
            raise UAF.GRANTERR.error(name, item.text, cause=error) from None
        session.rights_changed(UAF.GRANTMSG(name, item.text))


def revoke_identifier(session: AuthorizeSession, command: ParsedCommand) -> None:
    name = command.value("NAME") or ""
    for item in command.parameters("USER"):
        try:
            session.changing_rights.revoke(name, session.holder(item.text))
        except VmsError as error:
            raise UAF.REVOKEERR.error(name, item.text, cause=error) from None
        session.rights_changed(UAF.REVOKEMSG(name, item.text))


def create_rights(session: AuthorizeSession, command: ParsedCommand) -> None:
    """CREATE/RIGHTS. The system cannot run without a rights database, so one is there. Errors: UAF.RDBCREERR, always."""
    raise UAF.RDBCREERR.error(cause=RMS.FEX)


def _attributes(command: ParsedCommand, base: IdentifierAttributes) -> IdentifierAttributes:
    """`base` with the attributes typed. NODYNAMIC takes DYNAMIC away; NOACCESS is a name of its own."""
    known = IdentifierAttributes.__members__
    for word in command.values("ATTRIBUTES"):
        base = base | known[word] if word in known else base & ~known[word.removeprefix("NO")]
    return base


def _value(session: AuthorizeSession, command: ParsedCommand) -> int | None:
    """/VALUE=IDENTIFIER:n (65536 to 268435455) or /VALUE=UIC:uic. Errors: UAF.BADVALUE."""
    if not command.present("VALUE"):
        return None
    if command.present("VALUE.UIC"):
        text = command.value("VALUE.UIC") or ""
        return _numeric(text) if text[:1] in "[<" and text[1:2].isdigit() else parse_uic(session, text).to_long()
    number = command.integer("VALUE.IDENTIFIER")
    if not _FIRST_GENERAL <= number <= _LAST_GENERAL:
        raise UAF.BADVALUE.error(command.value("VALUE.IDENTIFIER") or "")
    return _GENERAL | number


def _numeric(text: str) -> int:
    """A numeric UIC; the member 177777 is the group. Errors: UAF.BADVALUE."""
    try:
        return Uic.from_text(text, wild=True).to_long()
    except VmsError:
        raise UAF.BADVALUE.error(text) from None
