"""The selection qualifiers, and SELECT, SET FOLDER and DIRECTORY, which use them.

Different qualifiers all have to hold; of a list of substrings one has to. Case does not matter. Source: MAIL help, DIRECTORY.
"""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.images.mail.screens import DIRECTORY_HEADING, directory_details, directory_row, directory_title, folder_rows
from vmsemu.images.mail.session import MailSession
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail_file import NEWMAIL
from vmsemu.mail.record import MAXIMUM_FOLDER, MailFlags, MailHeader
from vmsemu.tables.command import ParsedCommand

_SUBSTRINGS = {"CC_SUBSTRING": "cc", "FROM_SUBSTRING": "from_", "SUBJECT_SUBSTRING": "subject", "TO_SUBSTRING": "to"}
_QUALIFIERS = ("BEFORE", "SINCE", "NEW", "MARKED", *_SUBSTRINGS)
Criterion = Callable[[MailHeader], bool]


def folder_name(text: str) -> str:
    """A folder name as typed. Errors: MAIL.NAMTOOBIG, MAIL.ILLFOLNAM."""
    if len(text) > MAXIMUM_FOLDER:
        raise MAIL.NAMTOOBIG.error()
    if not text.strip() or any(c < " " or c == "\x7f" for c in text):
        raise MAIL.ILLFOLNAM.error(text)
    return text


def unquoted_folder(text: str, raw: str) -> str:
    """As folder_name; a name that was not quoted has letters, digits, `$` and `_` only. Errors: MAIL.ILLFOLNAM, MAIL.NAMTOOBIG."""
    if '"' not in raw and not all(c.isalnum() or c in "$_" for c in text):
        raise MAIL.ILLFOLNAM.error(text)
    return folder_name(text)


def folder_of(command: ParsedCommand) -> str:
    """The folder of the command, or an empty string. Errors: as unquoted_folder."""
    text = command.value("FOLDER")
    return unquoted_folder(text, command.raw_values("FOLDER")[0]) if text is not None else ""


def is_selecting(command: ParsedCommand) -> bool:
    """Any selection qualifier was typed."""
    return any(command.present(name) or command.negated(name) for name in _QUALIFIERS)


def criterion(command: ParsedCommand, now: VmsTime) -> Criterion | None:
    """What the qualifiers ask of a message; None when there are none. Errors: LIB.IVTIME."""
    tests: list[Criterion] = []
    if command.present("BEFORE"):
        before = VmsTime.from_text(command.value("BEFORE") or "TODAY", now)
        tests.append(lambda h: h.datim < before)
    if command.present("SINCE"):
        since = VmsTime.from_text(command.value("SINCE") or "TODAY", now)
        tests.append(lambda h: h.datim >= since)
    if command.present("NEW"):
        tests.append(lambda h: bool(h.flags & MailFlags.NEWMSG))
    if command.present("MARKED") or command.negated("MARKED"):
        wanted = command.present("MARKED")
        tests.append(lambda h: bool(h.flags & MailFlags.MARKED) is wanted)
    for name, field in _SUBSTRINGS.items():
        if command.present(name):
            tests.append(_contains(field, command.values(name)))
    return (lambda h: all(test(h) for test in tests)) if tests else None


def _contains(field: str, substrings: list[str]) -> Criterion:
    wanted = [s.upper() for s in substrings]
    return lambda h: any(s in getattr(h, field).upper() for s in wanted)


def make_selection(session: MailSession, command: ParsedCommand) -> None:
    """Select what folder and qualifiers of a command say. Errors: MAIL.NOTEXIST, MAIL.NOMSGS, MAIL.NONEWMAIL."""
    wanted = criterion(command, session.ctx.now)
    named = folder_of(command)
    new = command.present("NEW")
    folder = named or session.default_folder(new=new, selecting=wanted is not None)
    try:
        session.select(folder, wanted)
    except VmsError as error:
        if not named and error.matches(MAIL.NOTEXIST, MAIL.NOMSGS):
            if new:
                no_new_mail(session)
            raise MAIL.NOMSGS.error() from None
        raise


def no_new_mail(session: MailSession) -> None:
    """The count is set right, as there is no new message. Errors: MAIL.NONEWMAIL, always."""
    file = session.file_or_none()
    if file is None or not any(h.flags & MailFlags.NEWMSG for h in file.headers(NEWMAIL)):
        if session.mail.profiles.count(session.username):
            session.mail.profiles.set_count(session.username, 0)
    raise MAIL.NONEWMAIL.error()


async def select_command(session: MailSession, command: ParsedCommand) -> None:
    """SELECT, SET FOLDER: make a selection and say how many messages it has."""
    make_selection(session, command)
    session.ctx.put_message(MAIL.SELECTED(len(session.selected)))


async def directory_command(session: MailSession, command: ParsedCommand) -> None:
    """DIRECTORY: list the selection, after making a new one when folder or qualifiers say so."""
    if command.present("FOLDERS"):
        _list_folders(session, command)
        return
    if not session.selected or command.value("FOLDER") is not None or is_selecting(command):
        make_selection(session, command)
    start = _start(command)
    lines: list[str] = []
    for index in range(start - 1, len(session.selected)):
        header = session.message(index)
        lines.append(directory_row(index + 1, header, session.width))
        if header is not None and command.present("FULL"):
            lines += directory_details(header, _records(session, header))
    heading = [directory_title(session.folder), DIRECTORY_HEADING, ""]
    session.show_pages(heading, lines, heading)


def _start(command: ParsedCommand) -> int:
    text = command.value("START")
    if text is None:
        return 1
    if not text.isdecimal() or int(text) < 1:
        raise MAIL.INVQUAVAL.error(text, "START")
    return int(text)


def _records(session: MailSession, header: MailHeader) -> int:
    if header.flags & MailFlags.EXTNSTD:
        return 0
    try:
        return sum(1 for _ in session.file.lines(header))
    except VmsError:
        return 0


def _list_folders(session: MailSession, command: ParsedCommand) -> None:
    """DIRECTORY/FOLDER. Errors: MAIL.NOMSGS when there is none."""
    folders = session.file.folders()
    start = command.value("START")
    if start is not None:
        folders = [name for name in folders if name >= start]
    if not folders:
        raise MAIL.NOMSGS.error()
    heading = [f"Listing of folders in {session.file.spec.to_text()}", "     Press CTRL/C to cancel listing"]
    session.show_pages(heading, folder_rows(folders), [])
