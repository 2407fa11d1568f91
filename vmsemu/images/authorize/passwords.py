"""/PASSWORD and /PWDEXPIRED. A password that a manager sets is expired: its owner sets another one at the next login.

Source: System Management Utilities Reference, AUTHORIZE ADD, "/PASSWORD", "/PWDEXPIRED".
"""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.session import AuthorizeSession
from vmsemu.security.password import Encryption, check_new_password, hash_password
from vmsemu.security.sysuaf import UafRecord
from vmsemu.tables.command import ParsedCommand

FIRST_PASSWORD = "USER"
"""What ADD gives an account when no password is typed."""


def with_passwords(session: AuthorizeSession, command: ParsedCommand, record: UafRecord) -> UafRecord:
    """The record with the passwords of the command, if there are any. Errors: UAF.BADVALUE."""
    moment = session.ctx.now if command.negated("PWDEXPIRED") else None
    if command.negated("PASSWORD"):
        return replace(record, password=0, password2=0, password_date=None, password2_date=None)
    if command.present("PASSWORD"):
        return _set(session, record, command.values("PASSWORD"), moment)
    if command.present("PWDEXPIRED") or command.negated("PWDEXPIRED"):
        return replace(record, password_date=moment, password2_date=moment if record.password2 else record.password2_date)
    return record


def with_first_password(record: UafRecord) -> UafRecord:
    """A new record with the password that everybody knows."""
    return replace(record.with_password(FIRST_PASSWORD, VmsTime(0)), password_date=None, password2=0, password2_date=None)


def _set(session: AuthorizeSession, record: UafRecord, words: list[str], moment: VmsTime | None) -> UafRecord:
    """One word is the primary password and removes the secondary; of two, an empty one leaves what is there. Errors: UAF.BADVALUE."""
    if len(words) > 2:
        raise UAF.BADVALUE.error(words[2])
    alone = len(words) == 1
    if words[0] or alone:
        word = _checked(session, words[0], record.password_minimum)
        record = replace(record.with_password(word, session.ctx.now), password_date=moment)
    if alone:
        return replace(record, password2=0, password2_date=None)
    if not words[1]:
        return record
    second = hash_password(_checked(session, words[1], record.password_minimum), record.username, record.salt)
    return replace(record, password2=second, encryption2=Encryption.PURDY_S, password2_date=moment)


def _checked(session: AuthorizeSession, word: str, minimum: int) -> str:
    """A short one is taken all the same, with a message. Errors: UAF.BADVALUE."""
    if len(word) < minimum:
        session.ctx.put_message(UAF.PWDLESSMIN)
    try:
        return check_new_password(word, 0)
    except VmsError:
        raise UAF.BADVALUE.error(word) from None
