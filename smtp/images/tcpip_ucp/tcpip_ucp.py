"""TCPIP$UCP: the management program behind the TCPIP command. With a command on the line it does that one; without, it prompts.

Grammar in commands/*.cld; what the commands do is in smtp/management, found by the ROUTINE of the command. Commands of the product that this
version does not do are in the grammar too and say so. Parse errors carry the facility CLI, as those of any utility. A display with /OUTPUT is
written to its file when it is complete, so that a command that fails leaves no file. A word that names a UNIX utility, and is no command or has
options, is that utility; DCL gives its name in upper case.

Source: Management Command Reference, chapter 1; tcpip reference 1. fidelity: SPAWN, ATTACH and @file at the prompt are proposed.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib import import_module
from importlib.resources import files
from inspect import isawaitable

from smtp.facility import TCPIP
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.dcl.commands.attaching import attach
from vmsemu.dcl.commands.spawning import spawn
from vmsemu.images.common.output import shown_spec
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.services.process import ControlC
from vmsemu.services.putmsg import in_utility
from vmsemu.tables.command import CommandError, CommandTable, NeedParameter, ParsedCommand, compile_cld, parse
from vmsemu.tables.facilities import CLI, RMS, SS

_PROMPT = "TCPIP> "
_MODULES = {
    "analyze_mail": ("ANALYZE_MAIL",),
    "arp": ("SET_ARP", "SET_NOARP", "SHOW_ARP"),
    "communication": ("SET_COMMUNICATION", "SHOW_COMMUNICATION", "SET_CONFIG_COMMUNICATION", "SET_CONFIG_NOCOMMUNICATION"),
    "configuration": ("SHOW_CONFIGURATION",),
    "help": ("SHOW_HELP",),
    "creation": ("CREATE_CONFIGURATION", "CREATE_PROXY", "CREATE_ROUTE", "CREATE_SERVICE"),
    "hosts": ("CREATE_HOST", "SET_HOST", "SET_NOHOST", "SHOW_HOST"),
    "interfaces": (
        "SET_INTERFACE",
        "SET_NOINTERFACE",
        "SHOW_INTERFACE",
        "SET_CONFIG_INTERFACE",
        "SET_CONFIG_NOINTERFACE",
        "SHOW_CONTROLLER",
    ),
    "mail": ("START_MAIL", "STOP_MAIL"),
    "mx_records": ("SET_MX", "SET_NOMX", "SHOW_MX"),
    "name_service": ("SET_NAME_SERVICE", "SHOW_NAME_SERVICE", "SET_CONFIG_NAME_SERVICE", "SET_CONFIG_NONAME_SERVICE"),
    "networks": ("CREATE_NETWORK", "SET_NETWORK", "SET_NONETWORK", "SHOW_NETWORK"),
    "ping": ("PING",),
    "protocols": ("SET_PROTOCOL", "SHOW_PROTOCOL", "SET_CONFIG_PROTOCOL", "SET_CONFIG_NOPROTOCOL"),
    "requeue_mail": ("REMOVE_MAIL", "SEND_MAIL"),
    "routes": ("SET_ROUTE", "SET_NOROUTE", "SHOW_ROUTE"),
    "service_control": ("ENABLE_SERVICE", "DISABLE_SERVICE", "SET_CONFIGURATION_ENABLE"),
    "services": ("SET_SERVICE", "SET_NOSERVICE"),
    "services_display": ("SHOW_SERVICE",),
    "smtp_configuration": ("SET_CONFIGURATION_SMTP", "SET_CONFIGURATION_NOSMTP"),
    "show_mail": ("SHOW_MAIL",),
    "sockets": ("SHOW_DEVICE_SOCKET", "DISCONNECT_SOCKET"),
    "start": ("START_COMMUNICATION", "STOP_COMMUNICATION"),
    "version": ("SHOW_VERSION",),
}
_ROUTINES = {routine: module for module, routines in _MODULES.items() for routine in routines}
_UTILITY = re.compile(
    r"\s*(arp|finger|ifconfig|netstat|ping|ripquery|route|sysconfig|sysconfigdb|tcptrace|traceroute)(\s.*)?\Z", re.DOTALL | re.IGNORECASE
)
_COMMANDS_TOO = ("ping",)
_NESTING = 32


@image("TCPIP$UCP")
async def tcpip_ucp(ctx: ImageContext) -> ConditionValue:
    """TCPIP [command]"""
    line = (ctx.cli.value("LINE") if ctx.cli.present("LINE") else None) or ""
    program = _Program(ctx)
    if line.strip():
        await program.run(line)
        return program.status
    source = ctx.dcl.input
    if hasattr(source, "takes_control_c"):
        source.takes_control_c = True
    try:
        await program.dialogue()
    finally:
        if hasattr(source, "takes_control_c"):
            source.takes_control_c = False
    return program.status


@dataclass
class _Listing(ImageContext):
    """The context of a command whose display goes to a file."""

    lines: list[str] = field(default_factory=list)

    def write(self, text: str = "") -> None:
        self.lines.append(text)


class _Program:
    """One activation. `status` is that of the last command."""

    def __init__(self, ctx: ImageContext) -> None:
        self.ctx = ctx
        self.status: ConditionValue = SS.NORMAL.value
        self.ended = False
        self._depth = 0

    async def dialogue(self) -> None:
        """Commands from SYS$INPUT until EXIT or the end of it."""
        while not self.ended:
            try:
                await self.run(await self._command_line())
            except ControlC:
                continue
            except VmsError as error:
                if not error.matches(RMS.EOF):
                    raise
                return

    async def _command_line(self) -> str:
        """A command line, with its continuations."""
        line = await self.ctx.read(_PROMPT)
        while (text := _without_comment(line)).endswith("-"):
            line = text[:-1] + await self.ctx.read(f"_{_PROMPT}")
        return line

    async def run(self, line: str) -> None:
        """Do one command; messages tell of its errors."""
        text = _without_comment(line)
        if not text:
            return
        try:
            self.status = await self._carry_out(text)
        except CommandError as error:
            self.ctx.dcl.put_message(in_utility(error.message), error.segment)
            self.status = error.value.shown()
        except ControlC:
            pass
        except VmsError as error:
            self.status = self.ctx.put_message(in_utility(error.message))
        await self.ctx.kernel.durable()

    async def _carry_out(self, line: str) -> ConditionValue:
        if line.startswith("@"):
            return await self._procedure(line[1:].strip())
        utility = _UTILITY.match(line)
        if utility is not None and (utility[1].lower() not in _COMMANDS_TOO or " -" in line):
            handler = import_module("smtp.management.utilities").utility
            done: ConditionValue = await handler(self.ctx, utility[1].lower(), (utility[2] or "").split())
            return done
        command = await self._parse(line)
        if command is None:
            return self.status
        own = _OWN.get(command.routine or "")
        if own is not None:
            return await own(self, command)
        if command.routine not in _ROUTINES:
            raise TCPIP.NOTIMPL.error(f"{command.verb} {' '.join(command.line.upper().split())}".strip())
        name = command.routine
        handler = getattr(import_module(f"smtp.management.{_ROUTINES[name]}"), name.lower())
        if command.present("OUTPUT"):
            return await self._to_file(command, handler)
        status: ConditionValue = await handler(replace(self.ctx, cli=command))
        return status

    async def _to_file(self, command: ParsedCommand, handler: Callable[[ImageContext], Awaitable[ConditionValue]]) -> ConditionValue:
        """/OUTPUT=file. Errors: TCPIP.OPENOUT."""
        own = {each.name: getattr(self.ctx, each.name) for each in fields(ImageContext)}
        listing = _Listing(**own | {"cli": command})
        status = await handler(listing)
        name = command.value("OUTPUT") or ""
        try:
            with self.ctx.files.create(name, default=".LIS") as file:
                for line in listing.lines:
                    file.put_text(line)
        except VmsError as error:
            raise TCPIP.OPENOUT.error(shown_spec(self.ctx, name, ".LIS"), cause=error) from None
        return status

    async def _procedure(self, name: str) -> ConditionValue:
        """@file: the commands of a file. Errors: TCPIP.OPENIN; CLI.STKOVF when files execute each other too deep."""
        if self._depth >= _NESTING:
            raise CLI.STKOVF.error()
        try:
            with self.ctx.files.open(name, default=".COM") as file:
                lines = list(file.lines())
        except VmsError as error:
            raise TCPIP.OPENIN.error(shown_spec(self.ctx, name, ".COM"), cause=error) from None
        self._depth += 1
        try:
            text = ""
            for line in lines:
                text += _without_comment(line)
                if text.endswith("-"):
                    text = text[:-1]
                    continue
                await self.run(text)
                text = ""
                if self.ended:
                    break
        finally:
            self._depth -= 1
        return self.status

    async def _parse(self, line: str) -> ParsedCommand | None:
        """Parse, asking for parameters that are missing; None when the user gave up at a prompt."""
        answers: list[str] = []
        while isinstance(parsed := parse(command_table(), line, answers), NeedParameter):
            try:
                answer = await self.ctx.read(parsed.prompt)
            except VmsError as error:
                if not error.matches(RMS.EOF):
                    raise
                return None
            if answer.strip() or not parsed.required:
                answers.append(answer or '""')
        return parsed

    async def _exit(self, command: ParsedCommand) -> ConditionValue:
        self.ended = True
        return self.status

    async def _spawn(self, command: ParsedCommand) -> ConditionValue:
        return await self._by_dcl("SPAWN", command, spawn)

    async def _attach(self, command: ParsedCommand) -> ConditionValue:
        return await self._by_dcl("ATTACH", command, attach)

    async def _by_dcl(self, verb: str, command: ParsedCommand, routine: Callable[..., object]) -> ConditionValue:
        """Let DCL do what has its own meaning there. Errors: those of the command."""
        dcl = self.ctx.dcl
        parsed = parse(dcl.table, f"{verb} {command.line}" if command.line[:1] != "/" else f"{verb}{command.line}")
        if not isinstance(parsed, ParsedCommand):
            raise CLI.INSFPRM.error()
        waiting = routine(dcl, parsed)
        if isawaitable(waiting):
            await waiting
        return SS.NORMAL.value


_OWN: dict[str, Callable[[_Program, ParsedCommand], Awaitable[ConditionValue]]] = {
    "ATTACH": _Program._attach,
    "EXIT": _Program._exit,
    "SPAWN": _Program._spawn,
}


def _without_comment(line: str) -> str:
    """The line without blanks around it and without what follows an exclamation mark outside quotation marks."""
    quoted = False
    for at, mark in enumerate(line):
        if mark == '"':
            quoted = not quoted
        elif mark == "!" and not quoted:
            return line[:at].strip()
    return line.strip()


@cache
def command_table() -> CommandTable:
    """The commands at TCPIP>."""
    folder = files(__package__) / "commands"
    sources = [(folder / name).read_text("ascii") for name in ("tcpip.cld", "network.cld")]
    return compile_cld("\n".join(sources), "tcpip.cld")
