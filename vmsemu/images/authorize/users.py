"""ADD, COPY, DEFAULT, MODIFY, REMOVE and RENAME: the commands that change user records and the identifiers that go with them.

Source: System Management Utilities Reference, AUTHORIZE.
"""

from __future__ import annotations

import re
from dataclasses import replace

from vmsemu.base.condition import VmsError
from vmsemu.base.uic import Uic
from vmsemu.images.authorize import identifiers
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.fields import changed
from vmsemu.images.authorize.passwords import with_first_password, with_passwords
from vmsemu.images.authorize.session import AuthorizeSession
from vmsemu.security.sysuaf import UafRecord
from vmsemu.tables.command import ParsedCommand

DEFAULT = "DEFAULT"
_PERMANENT = (DEFAULT, "SYSTEM")
_USERNAME = re.compile(r"[A-Z0-9$_]{1,12}")
_DEFAULT_UIC = Uic(0o200, 0o200)


def add_user(session: AuthorizeSession, command: ParsedCommand) -> None:
    """ADD: a record like DEFAULT's, as the qualifiers change it."""
    name = _new_name(session, command.value("USERNAME"))
    model = session.sysuaf.get(DEFAULT) or UafRecord(DEFAULT, _DEFAULT_UIC)
    record = with_first_password(_fresh(session, model, name))
    record = with_passwords(session, command, changed(session, command, record))
    session.put(record)
    session.ctx.put_message(UAF.ADDMSG)
    _add_identifier(session, command, record)


def copy_user(session: AuthorizeSession, command: ParsedCommand) -> None:
    """COPY: another record with the same values. Its password does not fit the new name, so it must get another one."""
    old = _existing(session, command.value("USERNAME"))
    name = _new_name(session, command.value("NEW_USERNAME"))
    record = with_passwords(session, command, changed(session, command, _fresh(session, old, name)))
    session.put(record)
    session.ctx.put_message(UAF.COPMSG)
    _want_password(session, command)
    _add_identifier(session, command, record)


def modify_users(session: AuthorizeSession, command: ParsedCommand) -> None:
    """MODIFY: one record, or those that a wildcard stands for."""
    spec = command.value("USERNAME")
    if spec is None:
        raise UAF.NOUSERNAME.error()
    if not command.given:
        raise UAF.NOQUALS.error()
    records = session.matching(spec)
    if not records:
        raise UAF.BADUSR.error()
    wanted = [(old, with_passwords(session, command, changed(session, command, old))) for old in records]
    for _, new in wanted:
        session.put(new)
    session.ctx.put_message(UAF.MDFYMSG)
    if command.present("MODIFY_IDENTIFIER"):
        for old, new in wanted:
            _follow_uic(session, old, new)


def modify_default(session: AuthorizeSession, command: ParsedCommand) -> None:
    """DEFAULT: modify the record that new ones are made like."""
    if not command.given:
        raise UAF.NOQUALS.error()
    record = _existing(session, DEFAULT)
    session.put(with_passwords(session, command, changed(session, command, record)))
    session.ctx.put_message(UAF.MDFYMSG)


def remove_user(session: AuthorizeSession, command: ParsedCommand) -> None:
    record = _removable(session, command.value("USERNAME"))
    session.sysuaf.remove(record.username)
    session.modified = True
    session.ctx.put_message(UAF.REMMSG)
    if command.present("REMOVE_IDENTIFIER") and _is_own(session, record):
        identifiers.remove(session, record.username)


def rename_user(session: AuthorizeSession, command: ParsedCommand) -> None:
    old = _removable(session, command.value("USERNAME"))
    name = _new_name(session, command.value("NEW_USERNAME"))
    new = with_passwords(session, command, changed(session, command, replace(old, username=name)))
    session.sysuaf.remove(old.username)
    session.put(new)
    session.ctx.put_message(UAF.RENMSG)
    _want_password(session, command)
    if command.present("MODIFY_IDENTIFIER") and _is_own(session, old):
        try:
            session.changing_rights.modify(old.username, new_name=name)
            session.changing_rights.change_value(name, new.uic.to_long())
        except VmsError as error:
            raise UAF.RDBMDFYERR.error(old.username, cause=error) from None
        identifiers.modified(session, old.username)


def _fresh(session: AuthorizeSession, model: UafRecord, name: str) -> UafRecord:
    """A record for a new name: nobody has logged in, and passwords are hashed with another salt."""
    salt = (int(session.ctx.now) // 10_000 + len(list(session.sysuaf)) * 0x191) & 0xFFFF
    return replace(model, username=name, salt=salt, last_interactive=None, last_noninteractive=None, login_failures=0, user_data=b"")


def _new_name(session: AuthorizeSession, name: str | None) -> str:
    """Errors: UAF.NOUSERNAME, UAF.INVUSERNAME, UAF.UAEERR."""
    if name is None:
        raise UAF.NOUSERNAME.error()
    word = name.upper()
    if _USERNAME.fullmatch(word) is None:
        raise UAF.INVUSERNAME.error()
    if session.sysuaf.get(word) is not None:
        raise UAF.UAEERR.error()
    return word


def _existing(session: AuthorizeSession, name: str | None) -> UafRecord:
    """Errors: UAF.NOUSERNAME, UAF.BADUSR."""
    if name is None:
        raise UAF.NOUSERNAME.error()
    record = session.sysuaf.get(name)
    if record is None:
        raise UAF.BADUSR.error()
    return record


def _removable(session: AuthorizeSession, name: str | None) -> UafRecord:
    """Errors: UAF.REMSYS for DEFAULT and SYSTEM, those of _existing."""
    record = _existing(session, name)
    if record.username in _PERMANENT:
        raise UAF.REMSYS.error(record.username)
    return record


def _want_password(session: AuthorizeSession, command: ParsedCommand) -> None:
    if not command.present("PASSWORD") and not command.negated("PASSWORD"):
        session.ctx.put_message(UAF.DEFPWD)


def _add_identifier(session: AuthorizeSession, command: ParsedCommand, record: UafRecord) -> None:
    """Errors: UAF.RDBADDERRU."""
    if not command.present("ADD_IDENTIFIER"):
        return
    identifiers.add(session, record.username, record.uic.to_long())
    if command.present("ACCOUNT"):
        identifiers.add_account_group(session, record)


def _is_own(session: AuthorizeSession, record: UafRecord) -> bool:
    """Does the identifier with the user's name stand for the user's UIC?"""
    found = session.rights.get(record.username)
    return found is not None and found.value == record.uic.to_long()


def _follow_uic(session: AuthorizeSession, old: UafRecord, new: UafRecord) -> None:
    """Let the identifier of a user have the user's new UIC."""
    if old.uic == new.uic or not _is_own(session, old):
        return
    try:
        session.changing_rights.change_value(old.username, new.uic.to_long())
    except VmsError as error:
        session.ctx.put_message(UAF.RDBMDFYERR.error(old.username, cause=error))
        return
    identifiers.modified(session, old.username)
