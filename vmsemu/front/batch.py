"""The three forms of `vmsemu` that are not a terminal: -c, run, and DCL on standard input.

The output is exactly what DCL wrote: no banner, no prompts. The node is booted before the first command and shut down in order after the last.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.dcl import session
from vmsemu.front.console import write_text
from vmsemu.front.lines import HostLines, watch_standard_input
from vmsemu.host.live import LiveNode
from vmsemu.host.site import SiteError
from vmsemu.services.process import Process
from vmsemu.services.stream import CallbackOutput, InputStream, NullStream
from vmsemu.startup.node import Main
from vmsemu.tables.facilities import RMS


def run_lines(live: LiveNode, user: str, lines: Sequence[str]) -> ConditionValue:
    """-c: each line as typed at the terminal; images read what follows."""
    source = HostLines(live.kernel)
    source.feed_lines(lines)
    source.finish()
    return _session(live, user, source, _interactive)


def run_procedure(live: LiveNode, user: str, lines: Sequence[str], parameters: Sequence[str]) -> ConditionValue:
    """run: the lines of a host file as a command procedure with P1 to P8."""

    async def main(process: Process) -> ConditionValue:
        return await session.procedure_lines(process, list(lines), list(parameters), login=True)

    source = HostLines(live.kernel)
    source.finish()
    return _session(live, user, source, main)


def run_standard_input(live: LiveNode, user: str) -> ConditionValue:
    """Standard input: a command procedure when its first line begins with `$`, otherwise lines as typed."""
    source = HostLines(live.kernel)
    watch_standard_input(live.driver, source)

    async def main(process: Process) -> ConditionValue:
        first = await _first_line(source)
        if first is None:
            return process.final_status
        if not first.startswith("$"):
            source.put_back(first)
            return await _interactive(process)
        return await session.procedure_lines(process, [first, *await source.remaining()], [], login=True)

    return _session(live, user, source, main)


async def _first_line(source: HostLines) -> str | None:
    try:
        return await source.read()
    except VmsError:
        return None


async def _interactive(process: Process) -> ConditionValue:
    return await session.interactive(process, login=True)


def _session(live: LiveNode, user: str, source: InputStream, main: Main) -> ConditionValue:
    live.boot(NullStream())
    process = login(live, user, source, CallbackOutput(write_text), main)
    live.run_until_ended(process)
    status = process.final_status
    live.shut_down(NullStream())
    sys.stdout.flush()
    return status


def login(live: LiveNode, user: str, source: InputStream, output: CallbackOutput, main: Main) -> Process:
    """The operator's process. Errors: SiteError when there is no such account."""
    try:
        return live.node.login(user, source, output, main, operator=True)
    except VmsError as error:
        if error.matches(RMS.RNF):
            raise SiteError(f"there is no account {user} on this node. The node was shut down; name an account of SYSUAF with --user.") from None
        raise SiteError(f"{user} cannot log in: {error}") from None
