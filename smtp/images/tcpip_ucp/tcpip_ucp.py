"""TCPIP$UCP: the management program behind the TCPIP command. With a command on the line it does that one; without, it prompts.

Grammar in commands/tcpip.cld; what the commands do is in smtp/management, found by the ROUTINE of the command. Commands of the product that this
version does not do are in the grammar too and say so. Parse errors carry the facility CLI, as those of any utility.

Source: Management Command Reference, chapter 1; tcpip reference 1.1, 1.2.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.resources import files

from smtp.facility import TCPIP
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.services.putmsg import in_utility
from vmsemu.tables.command import CommandError, CommandTable, NeedParameter, ParsedCommand, compile_cld, parse
from vmsemu.tables.facilities import RMS, SS

_PROMPT = "TCPIP> "
_MODULES = {
    "communication": (
        "SET_COMMUNICATION", "SHOW_COMMUNICATION", "SET_CONFIG_COMMUNICATION", "SET_CONFIG_NOCOMMUNICATION",
    ),
    "configuration": ("SET_CONFIGURATION_SMTP", "SET_CONFIGURATION_NOSMTP", "SHOW_CONFIGURATION"),
    "hosts": ("CREATE_HOST", "SET_HOST", "SET_NOHOST", "SHOW_HOST"),
    "interfaces": (
        "SET_INTERFACE", "SET_NOINTERFACE", "SHOW_INTERFACE", "SET_CONFIG_INTERFACE", "SET_CONFIG_NOINTERFACE",
    ),
    "analyze_mail": ("ANALYZE_MAIL",),
    "help": ("SHOW_HELP",),
    "mail": ("START_MAIL", "STOP_MAIL"),
    "requeue_mail": ("REMOVE_MAIL", "SEND_MAIL"),
    "show_mail": ("SHOW_MAIL",),
    "mx_records": ("SET_MX", "SET_NOMX", "SHOW_MX"),
    "name_service": (
        "SET_NAME_SERVICE", "SHOW_NAME_SERVICE", "SET_CONFIG_NAME_SERVICE", "SET_CONFIG_NONAME_SERVICE",
    ),
    "networks": ("CREATE_NETWORK", "SET_NETWORK", "SET_NONETWORK", "SHOW_NETWORK"),
    "protocols": ("SET_PROTOCOL", "SHOW_PROTOCOL", "SET_CONFIG_PROTOCOL", "SET_CONFIG_NOPROTOCOL"),
    "routes": ("SET_ROUTE", "SET_NOROUTE", "SHOW_ROUTE"),
    "start": ("START_COMMUNICATION", "STOP_COMMUNICATION"),
    "version": ("SHOW_VERSION",),
    "service_control": ("ENABLE_SERVICE", "DISABLE_SERVICE", "SET_CONFIGURATION_ENABLE"),
    "services": ("SET_SERVICE", "SET_NOSERVICE"),
    "services_display": ("SHOW_SERVICE",),
}  # fmt: skip
_ROUTINES = {routine: module for module, routines in _MODULES.items() for routine in routines}


@image("TCPIP$UCP")
async def tcpip_ucp(ctx: ImageContext) -> ConditionValue:
    """TCPIP [command]"""
    line = (ctx.cli.value("LINE") if ctx.cli.present("LINE") else None) or ""
    if line.strip():
        single = await _execute(ctx, line)
        return SS.NORMAL.value if single is None else single
    status = SS.NORMAL.value
    while True:
        try:
            line = await _read_line(ctx)
        except VmsError as error:
            if error.matches(RMS.EOF):
                return status
            raise
        if not line.strip() or line.lstrip().startswith("!"):
            continue
        result = await _execute(ctx, line)
        if result is None:
            return status
        status = result


async def _read_line(ctx: ImageContext) -> str:
    """A command line, with its continuations."""
    line = await ctx.read(_PROMPT)
    while line.rstrip().endswith("-"):
        line = line.rstrip()[:-1] + await ctx.read(f"_{_PROMPT}")
    return line


async def _execute(ctx: ImageContext, line: str) -> ConditionValue | None:
    """Do one command; its status, or None when it was EXIT."""
    try:
        command = await _parse(ctx, line)
        if command.routine == "EXIT":
            return None
        if command.routine not in _ROUTINES:
            raise TCPIP.NOTIMPL.error(f"{command.verb} {command.line}".strip())
        handler = getattr(import_module(f"smtp.management.{_ROUTINES[command.routine]}"), command.routine.lower())
        status: ConditionValue = await handler(replace(ctx, cli=command))
        return status
    except CommandError as error:
        ctx.dcl.put_message(in_utility(error.message), error.segment)
        return error.value.shown()
    except VmsError as error:
        return ctx.put_message(in_utility(error.message))


async def _parse(ctx: ImageContext, line: str) -> ParsedCommand:
    """Parse, asking for parameters that are missing."""
    answers: list[str] = []
    while isinstance(parsed := parse(command_table(), line, answers), NeedParameter):
        answer = await ctx.read(parsed.prompt)
        if answer.strip() or not parsed.required:
            answers.append(answer or '""')
    return parsed


@cache
def command_table() -> CommandTable:
    """The commands at TCPIP>."""
    folder = files(__package__) / "commands"
    sources = [(folder / name).read_text("ascii") for name in ("tcpip.cld", "network.cld")]
    return compile_cld("\n".join(sources), "tcpip.cld")
