"""RUN with any qualifier of process creation: a subprocess, or with /DETACHED or /UIC a process of its own.

With /DELAY, /SCHEDULE or /INTERVAL the process hibernates; each wakeup runs the image, after which it hibernates again. Quotas that a job
shares are those of the job when a subprocess is made. Only this node makes processes (/ON).

Source: DCL Dictionary, RUN (Process); System Services Reference, $CREPRC, $SCHDWK.
"""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.dcl import session
from vmsemu.formats.accdef import TerminationMessage
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.security.sysuaf import Quotas, UafRecord
from vmsemu.services.creprc import create_process
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.schdwk import sys_schdwk
from vmsemu.services.stream import NullStream
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

RUN = Facility(__package__, "rundet.msg")
_OWN_QUOTAS = (
    ("AST_LIMIT", "astlm"), ("IO_BUFFERED", "biolm"), ("IO_DIRECT", "diolm"), ("EXTENT", "wsextent"), ("MAXIMUM_WORKING_SET", "wsquota"),
    ("WORKING_SET", "wsdefault"),
)  # fmt: skip
_JOB_QUOTAS = (
    ("BUFFER_LIMIT", "bytlm"), ("ENQUEUE_LIMIT", "enqlm"), ("FILE_LIMIT", "fillm"), ("JOB_TABLE_QUOTA", "jtquota"), ("PAGE_FILE", "pgflquota"),
    ("QUEUE_LIMIT", "tqelm"), ("SUBPROCESS_LIMIT", "prclm"),
)  # fmt: skip
_CPU_TICK = 100_000


@image("RUNDET")
async def rundet(ctx: ImageContext) -> ImageResult:
    """Create the process and say which it is."""
    refuse(ctx, "DUMP", "RESOURCE_WAIT", "SERVICE_FAILURE", "SWAPPING")
    try:
        process = _create(ctx)
    except VmsError as error:
        raise RUN.CREPRC.error(cause=error) from None
    _schedule(ctx, process)
    if ctx.cli.present("MAILBOX"):
        process.rundown.append(lambda: _tell_mailbox(process, ctx.cli.integer("MAILBOX"), ctx.process.pid))
    ctx.put_message(RUN.PROC_ID(process.pid))
    return None


def _create(ctx: ImageContext) -> Process:
    """Errors: those of $CREPRC; SS.NOSUCHNODE for another node."""
    cli, creator = ctx.cli, ctx.process
    node = cli.value("ON")
    if node is not None and node.upper().removesuffix("::") != ctx.system.node_name:
        raise SS.NOSUCHNODE.error()
    detached = cli.present("DETACHED") or cli.present("UIC")
    hibernates = _hibernates(ctx)
    specs = {name.lower(): cli.value(name) or "" for name in ("INPUT", "OUTPUT", "ERROR")}
    program = cli.value("P1") or ""
    login = cli.present("AUTHORIZE")

    async def main(process: Process) -> ConditionValue:
        while True:
            if hibernates:
                await process.hibernate()
            status = await session.detached(process, program, login=login, **specs)
            if not hibernates:
                return status
            _close_streams(process)

    name = (cli.value("PROCESS_NAME") or "").upper()
    priority = cli.integer("PRIORITY") if cli.present("PRIORITY") else None
    if detached:
        return create_process(
            ctx.system, record=_account(ctx), name=name, mode=ProcessMode.OTHER, input=NullStream(), output=NullStream(), main=main, priority=priority
        )
    privileges = _privileges(ctx)
    process = create_process(ctx.system, parent=creator, name=name, input=NullStream(), output=NullStream(), main=main, priority=priority)
    process.quotas = _quotas(ctx, creator.quotas, detached=False)
    if privileges is not None:
        process.authorized = process.privileges = privileges
    return process


def _close_streams(process: Process) -> None:
    """The image that ran has closed its files; its next activation opens them again."""
    for stream in (process.output, process.error):
        if stream is not None:
            stream.close()
    process.output = process.error = NullStream()


def _quotas(ctx: ImageContext, quotas: Quotas, *, detached: bool) -> Quotas:
    """The quotas that the qualifiers change."""
    names = _OWN_QUOTAS + (_JOB_QUOTAS if detached else ())
    changes = {field: ctx.cli.integer(qualifier) for qualifier, field in names if ctx.cli.present(qualifier)}
    if ctx.cli.present("TIME_LIMIT"):
        changes["cpu_limit"] = DeltaTime.from_text(ctx.cli.value("TIME_LIMIT") or "") // _CPU_TICK
    return replace(quotas, **changes) if changes else quotas


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
    record = replace(record, quotas=_quotas(ctx, record.quotas, detached=True))
    wanted = _privileges(ctx)
    if wanted is None:
        return replace(record, default=creator.privileges) if record.uic == creator.uic else record
    return replace(record, authorized=wanted, default=wanted)


def _privileges(ctx: ImageContext) -> PrivilegeSet | None:
    """/PRIVILEGES; SAME means those that are on now. Errors: SS.NOPRIV for others than the creator has, unless SETPRV is on."""
    held = ctx.process.privileges
    names = ctx.cli.values("PRIVILEGES")
    if not names or names == ["SAME"]:
        return held if names else None
    wanted = PrivilegeSet.from_names(names)
    if (wanted - held) and Privilege.SETPRV not in held:
        raise SS.NOPRIV.error()
    return wanted


def _hibernates(ctx: ImageContext) -> bool:
    return any(ctx.cli.present(name) for name in ("DELAY", "SCHEDULE", "INTERVAL"))


def _schedule(ctx: ImageContext, process: Process) -> None:
    """/DELAY or /SCHEDULE give the first wakeup, /INTERVAL those after it."""
    cli, now = ctx.cli, ctx.system.now
    if not _hibernates(ctx):
        return
    interval = DeltaTime.from_text(cli.value("INTERVAL") or "") if cli.present("INTERVAL") else None
    if cli.present("SCHEDULE"):
        when = VmsTime.from_text(cli.value("SCHEDULE") or "", now)
    else:
        delay = DeltaTime.from_text(cli.value("DELAY") or "") if cli.present("DELAY") else interval or DeltaTime(0)
        when = VmsTime(now + delay)
    sys_schdwk(process, when, interval)


def _tell_mailbox(process: Process, unit: int, owner: int) -> None:
    """The termination message, when the mailbox is there and takes it."""
    device = process.system.devices.find_or_none(f"MBA{unit}:")
    write = getattr(device, "write", None)
    if write is None:
        return
    counts = process.accounting
    message = TerminationMessage(
        int(process.final_status), process.pid, process.system.now, process.account, process.username, counts.cpu, counts.page_faults,
        counts.buffered_io, counts.direct_io, counts.volumes, process.login_time, owner,
    )  # fmt: skip
    try:
        write(message.to_bytes().decode("latin-1"))
    except VmsError:
        return
