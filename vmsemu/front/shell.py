"""`vmsemu` at a terminal: the console OPA0: shows the boot, then the operator's session."""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue
from vmsemu.dcl import session
from vmsemu.front.console import HostConsole, host_terminal, write_text
from vmsemu.host.live import LiveNode
from vmsemu.services.process import Process
from vmsemu.services.stream import CallbackOutput, NullStream
from vmsemu.services.system import System
from vmsemu.startup.greeting import greet
from vmsemu.startup.node import Main
from vmsemu.terminal.characteristics import Characteristics, all_types
from vmsemu.terminal.device import TerminalDevice


def run_console(live: LiveNode, user: str) -> ConditionValue:
    """Boot on the console, log `user` in there, and shut down when he logs out."""
    system = live.node.system
    write_text(f"\n    {system.profile.operating_system}\n\n")
    live.boot(CallbackOutput(write_text))
    terminal = _terminal(system)
    system.devices.add(terminal)
    console = HostConsole(live.driver, terminal.keys, terminal.hang_up)

    async def main(process: Process) -> ConditionValue:
        greet(process)
        return await session.interactive(process, login=True)

    console.open()
    try:
        process = _login(live, user, terminal, main)
        live.run_until_ended(process)
    finally:
        terminal.reset()
        console.close()
    live.shut_down(NullStream())
    return process.final_status


def _terminal(system: System) -> TerminalDevice:
    """OPA0: of the type and size of the host's terminal, as SET TERMINAL/INQUIRE would find it."""
    kind, width, page = host_terminal()
    settings = Characteristics()
    settings.set_type(all_types()[kind])
    settings.width, settings.page = width, page
    return TerminalDevice(system, "OPA0:", write_text, settings)


def _login(live: LiveNode, user: str, terminal: TerminalDevice, main: Main) -> Process:
    process = live.node.login(user, terminal, terminal, main, terminal=terminal.name, operator=True)
    terminal.owner = process
    return process
