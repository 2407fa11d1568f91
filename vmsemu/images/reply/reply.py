"""REPLY: makes the terminal an operator's, and sends text to terminals.

    REPLY/ENABLE[=(class,...)]  REPLY/DISABLE[=(class,...)]  REPLY/STATUS  REPLY/[NO]LOG
    REPLY "text" [/ALL | /TERMINAL=(name,...) | /USERNAME[=(name,...)]] [/NODE[=(name,...)]] [/BELL] [/NOTIFY] [/SHUTDOWN | /URGENT]

Left out: answers to requests, since nobody can make one (REQUEST), and /TEMPORARY.

Source: DCL Dictionary, REPLY; System Manager's Manual, "Using OPCOM". The heading and the count of /NOTIFY as the shutdown of V7.3 shows them.
fidelity: the heading of a message that is neither of shutdown nor urgent, and that text without a receiver goes to all, are proposed.
"""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue
from vmsemu.base.privilege import Privilege
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.opcom.opcom import CLASSES, PROCESS_NAME, OperatorCommunication
from vmsemu.services.brkthru import BroadcastClass, broadcast_to_all, broadcast_to_terminal, broadcast_to_user
from vmsemu.services.cluster import members
from vmsemu.services.system import System
from vmsemu.tables.facilities import CLI, SS
from vmsemu.tables.message import Facility

OPCOM = Facility(__package__, "reply.msg")
_BELL = "\a"


@image("REPLY")
async def reply(ctx: ImageContext) -> ConditionValue:
    """REPLY ["text"]. Errors: SS.NOPRIV without OPER, or for the class SECURITY without SECURITY; OPCOM.NOOPCOM; SS.NOSUCHDEV; SS.NOSUCHNODE."""
    refuse(ctx, "ABORT", "BLANK_TAPE", "INITIALIZE_TAPE", "PENDING", "TO", "TEMPORARY")
    accept(ctx, "ALL", "WAIT")
    _require(ctx, Privilege.OPER)
    cli = ctx.cli
    asked = [name for name in ("ENABLE", "DISABLE", "STATUS", "LOG") if cli.present(name) or cli.negated(name)]
    if asked:
        _operate(ctx, asked)
    elif cli.present("MESSAGE"):
        _send(ctx, cli.value("MESSAGE") or "")
    else:
        raise CLI.INSFPRM.error()
    return SS.NORMAL.value


def _require(ctx: ImageContext, privilege: Privilege) -> None:
    if privilege not in ctx.process.privileges:
        raise SS.NOPRIV.error()


def _operate(ctx: ImageContext, asked: list[str]) -> None:
    """What concerns OPCOM itself."""
    if ctx.system.processes.by_name(PROCESS_NAME) is None:
        raise OPCOM.NOOPCOM.error()
    operators, terminal = ctx.system.part(OperatorCommunication), ctx.process.root.terminal
    if not terminal and asked != ["LOG"]:
        raise SS.NOSUCHDEV.error()
    if "ENABLE" in asked:
        operators.enable(terminal, ctx.process.username, _classes(ctx, "ENABLE"))
    if "DISABLE" in asked:
        operators.disable(terminal, ctx.process.username, _classes(ctx, "DISABLE"))
    if "LOG" in asked:
        operators.new_log(terminal or "OPA0:") if ctx.cli.present("LOG") else operators.end_log(terminal or "OPA0:")
    if "STATUS" in asked and terminal in operators.operators:
        operators.block(operators.status_lines(operators.operators[terminal]), to=terminal)


def _classes(ctx: ImageContext, qualifier: str) -> tuple[str, ...]:
    """The classes named; without any all of them, SECURITY only for who may."""
    named = tuple(ctx.cli.values(qualifier))
    if "SECURITY" in named:
        _require(ctx, Privilege.SECURITY)
    may = Privilege.SECURITY in ctx.process.privileges
    return named or tuple(word for word in CLASSES if may or word != "SECURITY")


def _send(ctx: ImageContext, text: str) -> None:
    """Show text on terminals of the cluster, or of the nodes that /NODE names."""
    kind, about = "Reply received", BroadcastClass.GENERAL
    if ctx.cli.present("SHUTDOWN"):
        kind, about = "SHUTDOWN message", BroadcastClass.SHUTDOWN
    elif ctx.cli.present("URGENT"):
        kind, about = "URGENT message", BroadcastClass.URGENT
    here = ctx.system.node_name
    place = f"_{here}${ctx.process.root.terminal}" if ctx.process.root.terminal else f"{here} Batch"
    clock = ctx.now.to_text().split()[-1].partition(".")[0]
    for system in _nodes(ctx):
        heading = f"{kind} on {system.node_name} from user {ctx.process.username} at {place}   {clock}"
        told = _show(ctx, system, ["", (_BELL if ctx.cli.present("BELL") else "") + heading, text], about)
        if ctx.cli.present("NOTIFY"):
            have = "terminal has" if told == 1 else "terminals have"
            ctx.write(f"{told} {have} been notified on {system.node_name}.")


def _nodes(ctx: ImageContext) -> list[System]:
    """The nodes of /NODE; without a value this one, without /NODE every member of the cluster. Errors: SS.NOSUCHNODE."""
    everywhere = sorted(members(ctx.system), key=lambda system: system.node_name)
    if not ctx.cli.present("NODE"):
        return everywhere
    names = [name.rstrip(":").upper() for name in ctx.cli.values("NODE")] or [ctx.system.node_name]
    for name in names:
        if name not in (system.node_name for system in everywhere):
            raise SS.NOSUCHNODE.error()
    return [system for system in everywhere if system.node_name in names]


def _show(ctx: ImageContext, system: System, lines: list[str], about: BroadcastClass) -> int:
    """The number of terminals that were told. Errors: SS.NOSUCHDEV."""
    if ctx.cli.present("TERMINAL"):
        return sum(broadcast_to_terminal(system, name, lines, about) for name in ctx.cli.values("TERMINAL"))
    if not ctx.cli.present("USERNAME"):
        return broadcast_to_all(system, lines, about)
    names = ctx.cli.values("USERNAME")
    return (
        sum(broadcast_to_user(system, name, lines, about) for name in names)
        if names
        else broadcast_to_all(system, lines, about, users_only=True)
    )
