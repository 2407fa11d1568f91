"""SET PROCESS: name, parse style, priority, privileges, suspend and resume. Source: DCL Dictionary, SET PROCESS."""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.dcl.requests import Parsing
from vmsemu.images.common.gaps import serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.facility import SET
from vmsemu.services.creprc import find_process, resume_process, set_priority, suspend_process
from vmsemu.services.process import Process
from vmsemu.tables.facilities import CLI, SS

_MAXIMUM_NAME = 15
# $SETPRV returns the success; SET PROCESS displays it as a warning.
_NOT_ALL = replace(SS.NOTALLPRIV, value=ConditionValue(SS.NOTALLPRIV.value & ~7))


async def set_process(ctx: ImageContext) -> ImageResult:
    """Change what the qualifiers name, in the process that /IDENTIFICATION or the parameter names."""
    cli = ctx.cli
    serve_only(ctx, "IDENTIFICATION", "NAME", "PARSE_STYLE", "PRIORITY", "PRIVILEGES", "RESUME", "SUSPEND", negations=True)
    target = _target(ctx)
    if cli.present("SUSPEND"):
        suspend_process(ctx.system, target.pid, ctx.process)
    if cli.negated("SUSPEND") or cli.present("RESUME"):
        resume_process(ctx.system, target.pid, ctx.process)
    if cli.present("PARSE_STYLE"):
        extended = cli.value("PARSE_STYLE") == "EXTENDED"
        ctx.dcl.parsing = Parsing.of(ctx.dcl.is_batch, extended)
        ctx.files.names.extended = extended
    if cli.present("PRIORITY"):
        set_priority(target, cli.integer("PRIORITY", 4), ctx.process)
    status: ImageResult = None  # success, %X10000001
    if cli.present("NAME"):
        _rename(ctx, target, cli.value("NAME") or "")
    if cli.present("PRIVILEGES"):
        status = _privileges(ctx, target)
    return status


def _target(ctx: ImageContext) -> Process:
    text = ctx.cli.value("IDENTIFICATION")
    if text:
        try:
            return find_process(ctx.system, ctx.process, pid=int(text, 16))
        except ValueError:
            raise SET.INVQUAVAL.error(text, "IDENTIFICATION") from None
    name = ctx.cli.value("P2")
    return find_process(ctx.system, ctx.process, name=name) if name else ctx.process


def _rename(ctx: ImageContext, target: Process, name: str) -> None:
    """Errors: SET.NOTSET with SS.DUPLNAM or SS.IVLOGNAM."""
    other = ctx.system.processes.by_name(name, target.uic.group)
    if not 0 < len(name) <= _MAXIMUM_NAME:
        raise SET.NOTSETE.error("process name", cause=SS.IVLOGNAM)
    if other is not None and other is not target:
        raise SET.NOTSETE.error("process name", cause=SS.DUPLNAM)
    ctx.system.processes.rename(target, name)


def _privileges(ctx: ImageContext, target: Process) -> ImageResult:
    """Privileges within the authorized mask need nothing; with SETPRV anything may be set; the rest is left out with NOTALLPRIV."""
    names = ctx.cli.values("PRIVILEGES")
    try:
        wanted = PrivilegeSet.from_names(names, target.privileges)
    except VmsError:
        raise CLI.IVKEYW.error() from None
    allowed = wanted
    if Privilege.SETPRV not in ctx.process.authorized and Privilege.SETPRV not in ctx.process.privileges:
        allowed = (wanted & target.authorized) | (wanted & target.privileges)
    target.privileges = allowed
    if allowed != wanted:
        return ctx.put_message(_NOT_ALL)
    return None
