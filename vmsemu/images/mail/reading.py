"""READ and the commands that go from message to message; SEARCH.

RETURN or READ alone shows the next page, then the next message; at the start it selects NEWMAIL, or MAIL without new mail. Source: MAIL help.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmsemu.base.condition import VmsError
from vmsemu.images.mail.editing import no_editor
from vmsemu.images.mail.screens import FOREIGN_NOTICE, address_lines, title_line
from vmsemu.images.mail.selecting import is_selecting, make_selection
from vmsemu.images.mail.session import MailSession
from vmsemu.mail.facility import MAIL
from vmsemu.mail.record import MailFlags, MailHeader
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI
from vmsemu.tables.grammar import command_error


def show_message(session: MailSession, index: int) -> None:
    """Display a message of the selection from its start. Errors: MAIL.DELMSG."""
    header = session.message(index)
    if header is None:
        raise MAIL.DELMSG.error()
    lines = text_of(session, header)
    session.current, session.reading = index, True
    title = title_line(index + 1, header, session.folder)
    session.show_pages([title, *address_lines(header)], lines, [title], clear=True)
    session.note_displayed(header)


def text_of(session: MailSession, header: MailHeader) -> Iterable[str]:
    """The text to display; the notice for a foreign message. Errors: MAIL.OPENIN when the file of a long text is gone."""
    return FOREIGN_NOTICE if header.flags & MailFlags.EXTNSTD else session.file.lines(header)


def next_message(session: MailSession, step: int = 1) -> None:
    """Display the next message that is still there, or the previous one. Errors: MAIL.NOMOREMSG, MAIL.NOMSGS."""
    if not session.selected:
        session.select_default()
    index = session.current + step
    while 0 <= index < len(session.selected):
        if session.message(index) is not None:
            show_message(session, index)
            return
        index += step
    raise MAIL.NOMOREMSG.error()


def _refuse_edit(command: ParsedCommand) -> None:
    if command.present("EDIT"):
        raise no_editor()


async def read_command(session: MailSession, command: ParsedCommand) -> None:
    """READ [folder] [number]. Errors: MAIL.NONEWMAIL, NOTEXIST, NOMSGS, NOMOREMSG."""
    _refuse_edit(command)
    folder, number = command.value("FOLDER"), command.value("NUMBER")
    if folder is not None and number is None and folder.isdecimal():
        folder, number = None, folder
    if number is not None and not number.isdecimal():
        raise command_error(CLI.NUMBER, number)
    if folder is None and number is None and not is_selecting(command):
        if session.more is not None:
            session.more()
        else:
            next_message(session)
        return
    if folder is not None or is_selecting(command):
        make_selection(session, command)
    elif not session.selected:
        session.select_default()
    if number is None:
        next_message(session)
        return
    # A number beyond the last message means the last one.
    index = min(int(number), len(session.selected)) - 1
    if index < 0:
        raise MAIL.NOMOREMSG.error()
    show_message(session, index)


async def next_command(session: MailSession, command: ParsedCommand) -> None:
    """NEXT: skip the rest of this message."""
    _refuse_edit(command)
    next_message(session)


async def back_command(session: MailSession, command: ParsedCommand) -> None:
    """BACK: the message before this one."""
    _refuse_edit(command)
    if not session.selected or session.current < 0:
        raise MAIL.NOTREADIN.error()
    next_message(session, -1)


async def current_command(session: MailSession, command: ParsedCommand) -> None:
    """CURRENT: this message from its start."""
    _refuse_edit(command)
    session.current_message()
    show_message(session, session.current)


async def first_command(session: MailSession, command: ParsedCommand) -> None:
    """FIRST: the first message of the selection."""
    _refuse_edit(command)
    show_message(session, session.all_messages()[0][0])


async def last_command(session: MailSession, command: ParsedCommand) -> None:
    """LAST: the last message of the selection."""
    _refuse_edit(command)
    show_message(session, session.all_messages()[-1][0])


async def search_command(session: MailSession, command: ParsedCommand) -> None:
    """SEARCH [string]: display the next message that contains the string; without it, go on. Errors: MAIL.NOTFOUND."""
    text = command.value("STRING")
    if text is None and not session.search_text:
        raise command_error(CLI.INSFPRM)
    if not session.selected:
        session.select_default()
    start = session.current + 1
    if text is not None:
        session.search_text = text.upper()
        start = 0
    if command.present("START"):
        start = max(command.integer("START") - 1, 0)
    for index in range(start, len(session.selected)):
        header = session.message(index)
        if header is not None and _contains(session, header, session.search_text):
            show_message(session, index)
            return
    raise MAIL.NOTFOUND.error()


def _contains(session: MailSession, header: MailHeader, wanted: str) -> bool:
    if any(wanted in text.upper() for text in (header.from_, header.to, header.cc, header.subject)):
        return True
    try:
        return not header.flags & MailFlags.EXTNSTD and any(wanted in line.upper() for line in session.file.lines(header))
    except VmsError:
        return False
