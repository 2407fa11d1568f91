"""The command table of MAIL and the routines that carry the commands out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from importlib.resources import files
from inspect import isawaitable

from vmsemu.dcl.commands.attaching import attach
from vmsemu.images.help.help import help_dialogue
from vmsemu.images.mail.changing import compress_command, copy_command, delete_command, mark_command, move_command, purge_command
from vmsemu.images.mail.editing import edit_text, refuse_captive, spawn_command
from vmsemu.images.mail.extracting import extract_command, print_command
from vmsemu.images.mail.reading import (
    back_command,
    current_command,
    first_command,
    last_command,
    next_command,
    read_command,
    search_command,
)
from vmsemu.images.mail.screens import CLEAR_SCREEN
from vmsemu.images.mail.selecting import directory_command, select_command
from vmsemu.images.mail.sending import file_text, forward_command, reply_command, send_command
from vmsemu.images.mail.session import MailSession
from vmsemu.images.mail.settings import remove_command, set_command
from vmsemu.images.mail.showing import show_command
from vmsemu.mail.facility import MAIL
from vmsemu.tables.cld import CommandTable
from vmsemu.tables.command import ParsedCommand, compile_cld, parse
from vmsemu.tables.help import HelpTopic, compile_help

_FOLDER = "commands"
Routine = Callable[[MailSession, ParsedCommand], Awaitable[None]]


@cache
def command_table() -> CommandTable:
    """The commands at MAIL>."""
    return compile_cld(_source("mail_commands.cld"), "mail_commands.cld")


@cache
def help_library() -> HelpTopic:
    """MAILHELP: the topics of HELP at MAIL>."""
    return compile_help(_source("mailhelp.hlp"))


def _source(name: str) -> str:
    return (files("vmsemu.images.mail") / _FOLDER / name).read_text(encoding="utf-8")


async def _erase(session: MailSession, command: ParsedCommand) -> None:
    if session.ctx.dcl.output.is_terminal:
        session.ctx.dcl.output.write_raw(CLEAR_SCREEN)


async def _exit(session: MailSession, command: ParsedCommand) -> None:
    session.quit = True


async def _quit(session: MailSession, command: ParsedCommand) -> None:
    session.quit, session.purge_at_exit = True, False


async def _help(session: MailSession, command: ParsedCommand) -> None:
    await help_dialogue(session.ctx, help_library(), command.value("TOPIC") or "")


async def _spawn(session: MailSession, command: ParsedCommand) -> None:
    refuse_captive(session)
    await spawn_command(session, f"SPAWN {command.line}" if command.line[:1] != "/" else f"SPAWN{command.line}")


async def _attach(session: MailSession, command: ParsedCommand) -> None:
    refuse_captive(session)
    name = command.value("PROCESS") or ""
    parent = session.process.parent
    if command.present("PARENT"):
        if parent is None:
            raise MAIL.NOPARENT.error()
        name = parent.name
    parsed = parse(session.ctx.dcl.table, f'ATTACH "{name}"')
    assert isinstance(parsed, ParsedCommand)
    waiting = attach(session.ctx.dcl, parsed)
    if isawaitable(waiting):
        await waiting


async def _define(session: MailSession, command: ParsedCommand) -> None:
    """The keypad is not read by MAIL yet. Errors: MAIL.INVCMD, always."""
    raise MAIL.INVCMD.error()


async def _edit(session: MailSession, command: ParsedCommand) -> None:
    """EDIT file, with the editor procedure."""
    spec = command.value("FILE") or ""
    exists = session.process.files.exists(spec, ".TXT")
    text = await edit_text(session, file_text(session, spec) if exists else None)
    with session.process.files.create(spec, default=".TXT") as file:
        for line in text:
            file.put_text(line)


COMMANDS: dict[str, Routine] = {
    "ATTACH": _attach,
    "BACK": back_command,
    "COMPRESS": compress_command,
    "COPY": copy_command,
    "CURRENT": current_command,
    "DEFINE": _define,
    "DELETE": delete_command,
    "DIRECTORY": directory_command,
    "EDIT": _edit,
    "ERASE": _erase,
    "EXIT": _exit,
    "EXTRACT": extract_command,
    "FIRST": first_command,
    "FORWARD": forward_command,
    "HELP": _help,
    "LAST": last_command,
    "MARK": mark_command,
    "MOVE": move_command,
    "NEXT": next_command,
    "PRINT": print_command,
    "PURGE": purge_command,
    "QUIT": _quit,
    "READ": read_command,
    "REMOVE": remove_command,
    "REPLY": reply_command,
    "SEARCH": search_command,
    "SELECT": select_command,
    "SEND": send_command,
    "SET": set_command,
    "SHOW": show_command,
    "SPAWN": _spawn,
}
_KEEP_MORE = frozenset(("READ", "SHOW", "HELP", "MARK", "REPLY", "FORWARD", "SEND", "EXTRACT", "PRINT"))


async def carry_out(session: MailSession, command: ParsedCommand) -> None:
    """Run one command. Errors: whatever it signals."""
    if command.verb not in _KEEP_MORE:
        session.more = None
    try:
        await COMMANDS[command.verb](session, command)
    finally:
        session.give_up_sending()
