"""RUN with any qualifier of process creation: a subprocess, or with /DETACHED or /UIC a process of its own.

Quotas are those of the account, and the qualifiers that would change them are refused, as are repeated and scheduled wakeups (/INTERVAL,
/SCHEDULE), other nodes and termination mailboxes. Source: DCL Dictionary, RUN (Process).
"""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.time import DeltaTime
from vmsemu.dcl import session
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.kernel.kernel import sleep
from vmsemu.security.sysuaf import UafRecord
from vmsemu.services.creprc import create_process
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.stream import NullStream
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

RUN = Facility(__package__, "rundet.msg")
_REFUSED = (
    "INTERVAL", "SCHEDULE", "ON", "MAILBOX", "AST_LIMIT", "BUFFER_LIMIT", "ENQUEUE_LIMIT", "EXTENT", "FILE_LIMIT", "IO_BUFFERED", "IO_DIRECT",
    "JOB_TABLE_QUOTA", "MAXIMUM_WORKING_SET", "PAGE_FILE", "QUEUE_LIMIT", "SUBPROCESS_LIMIT", "TIME_LIMIT", "WORKING_SET",
    "DUMP", "RESOURCE_WAIT", "SERVICE_FAILURE", "SWAPPING",
)  # fmt: skip


@image("RUNDET")
async def rundet(ctx: ImageContext) -> ImageResult:
    """Create the process and say which it is."""
    refuse(ctx, *_REFUSED)
    try:
        process = _create(ctx)
    except VmsError as error:
        raise RUN.CREPRC.error(cause=error) from None
    ctx.put_message(RUN.PROC_ID(process.pid))
    return None


def _create(ctx: ImageContext) -> Process:
    cli, creator = ctx.cli, ctx.process
    detached = cli.present("DETACHED") or cli.present("UIC")
    delay = DeltaTime.from_text(cli.value("DELAY") or "") if cli.present("DELAY") else None
    specs = {name.lower(): cli.value(name) or "" for name in ("INPUT", "OUTPUT", "ERROR")}
    program = cli.value("P1") or ""
    login = cli.present("AUTHORIZE")

    async def main(process: Process) -> ConditionValue:
        if delay is not None:
            await sleep(ctx.kernel, delay)
        return await session.detached(process, program, login=login, **specs)

    name = (cli.value("PROCESS_NAME") or "").upper()
    priority = cli.integer("PRIORITY") if cli.present("PRIORITY") else None
    if detached:
        return create_process(
            ctx.system, record=_account(ctx), name=name, mode=ProcessMode.OTHER, input=NullStream(), output=NullStream(), main=main, priority=priority
        )
    return create_process(ctx.system, parent=creator, name=name, input=NullStream(), output=NullStream(), main=main, priority=priority)


def _account(ctx: ImageContext) -> UafRecord:
    """The account of a detached process: the creator's, or with /UIC that of the UIC (needs IMPERSONATE); /PRIVILEGES of those held."""
    creator = ctx.process
    record = creator.record or ctx.system.sysuaf.require(creator.username)
    if ctx.cli.present("UIC"):
        uic = ctx.system.rights.parse_uic(ctx.cli.value("UIC") or "")
        if uic != creator.uic:
            creator.require(Privilege.IMPERSONATE)
            found = ctx.system.sysuaf.of_uic(uic)
            record = found[0] if found else replace(record, uic=uic)
    record = replace(record, device=creator.files.default_device, directory=creator.default_directory)
    if not ctx.cli.present("PRIVILEGES"):
        return replace(record, default=creator.privileges) if record.uic == creator.uic else record
    wanted = PrivilegeSet.from_names(ctx.cli.values("PRIVILEGES"))
    if (wanted - creator.privileges) and Privilege.SETPRV not in creator.privileges:
        raise SS.NOPRIV.error()
    return replace(record, authorized=wanted, default=wanted)
