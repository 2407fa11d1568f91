"""ANALYZE MAIL: the command around the analysis: what it may see, time frames, the log, the questions.

Source: Management Command Reference, ANALYZE MAIL; Management 17.9.1. Without a user the command is about everybody's mail, so it takes SYSNAM,
SYSPRV or BYPASS (table 17-3); one's own mail takes none. /NOCONFIRM is the default: problems are shown and solved.
fidelity: the log is written only when /LOG asks for it, and holds what is displayed.
"""

from __future__ import annotations

from functools import partial

from smtp.facility import TCPIP
from smtp.management.analysis import Analysis
from smtp.management.analysis_plan import Plan, TimeFrame
from smtp.management.mail_entries import OTHERS, Confirmation, command_time, user_pattern
from vmsemu.base.condition import ConditionValue, Message, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.services.putmsg import in_utility, message_lines
from vmsemu.services.record_file import RecordFile
from vmsemu.tables.facilities import CLI

_PROMPT = "CONFIRM [Y/N/G]: "
_LOG = "SYS$DISK:[]TCPIP$SMTP_ANALYZE.LOG"


async def analyze_mail(ctx: ImageContext) -> ConditionValue:
    """ANALYZE MAIL [user] [/[NO]CONFIRM] [/DELETE[=frame]] [/HOLD=time] [/LOG[=file]] [/[NO]REPAIR[=frame]]"""
    repair, delete = _frame(ctx, "REPAIR"), _frame(ctx, "DELETE")
    if repair is not None and delete is not None and (ctx.cli.value("REPAIR") or delete == TimeFrame()) and repair.conflicts(delete):
        raise CLI.CONFLICT.error()
    hold = command_time(ctx, "HOLD")
    plan = Plan(
        user_pattern(ctx, Privilege.SYSNAM, *OTHERS, everybody=True),
        repair,
        delete,
        hold if hold is not None and hold > ctx.now else None,
    )
    log = _open_log(ctx) if ctx.cli.present("LOG") else None
    confirmation = Confirmation(lambda: ctx.read(_PROMPT), asking=ctx.cli.present("CONFIRM"))
    try:
        return await Analysis(ctx, plan, confirmation, partial(_put, ctx, log)).run()
    finally:
        if log is not None:
            log.close()


def _frame(ctx: ImageContext, qualifier: str) -> TimeFrame | None:
    """The time frame of /REPAIR or /DELETE: all times without an option, up to now for BEFORE without a time. Errors: CLI.IVATIME."""
    if not ctx.cli.present(qualifier):
        return None
    before = command_time(ctx, f"{qualifier}.BEFORE")
    if before is None and ctx.cli.present(f"{qualifier}.BEFORE"):
        before = ctx.now
    return TimeFrame(command_time(ctx, f"{qualifier}.SINCE"), before)


def _open_log(ctx: ImageContext) -> RecordFile:
    """Errors: TCPIP.MAILERROR, before anything was analyzed."""
    try:
        return ctx.files.create(ctx.cli.value("LOG") or _LOG, default=_LOG)
    except VmsError as error:
        raise TCPIP.MAILERROR.error(cause=error) from None


def _put(ctx: ImageContext, log: RecordFile | None, message: Message) -> None:
    """Display a message and write it to the log. Errors: TCPIP.MAILERROR when the log can not be written."""
    message = in_utility(message)
    ctx.put_message(message)
    if log is not None:
        try:
            for line in message_lines(message):
                for part in line.split("\r\n"):
                    log.put_text(part)
            log.flush()
        except VmsError as error:
            raise TCPIP.MAILERROR.error(cause=error) from None
