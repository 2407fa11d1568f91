"""SEND MAIL and REMOVE MAIL: requeue and delete entries of the SMTP queues.

SEND MAIL changes the entry alone. What the control file says of earlier attempts stays, so the retry schedule goes on where it was and its
end is counted from the creation of the message. REMOVE MAIL deletes the entry and its control file in one transaction. Neither touches a message
that is being processed. Source: Management Command Reference, SEND MAIL; HELP TCPIP_SERVICES SMTP Deleting_Queued_Mail.
fidelity: REMOVE MAIL is taken to have the qualifiers of SEND MAIL without /AFTER; both are silent on success.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from smtp.control_file import store
from smtp.facility import TCPIP
from smtp.management.mail_entries import Confirmation, chosen_entries, command_time, control_file_name, specification, still_there
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.kernel.kernel import give_way
from vmsemu.queue.display import OUTPUT_HEADING, entry_rows
from vmsemu.queue.entry import Entry
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import QueueManager
from vmsemu.tables.facilities import RMS, SS

_PROMPT = "CONFIRM: "


async def send_mail(ctx: ImageContext) -> ConditionValue:
    """SEND MAIL [user] [/AFTER=time] [/[NO]CONFIRM] [/ENTRY=n]"""
    after = command_time(ctx, "AFTER")
    entries = chosen_entries(ctx, everybody=True)
    if not ctx.cli.present("ENTRY"):
        entries = [entry for entry in entries if not entry.executing]
    return await _each(ctx, entries, partial(_requeue, ctx, after))


async def remove_mail(ctx: ImageContext) -> ConditionValue:
    """REMOVE MAIL [user] [/[NO]CONFIRM] [/ENTRY=n]"""
    return await _each(ctx, chosen_entries(ctx, everybody=True), partial(_remove, ctx))


async def _each(ctx: ImageContext, entries: list[Entry], change: Callable[[Entry], None]) -> ConditionValue:
    """Change the entries, each after its confirmation; one that can not be changed is reported and left as it is."""
    manager = ctx.system.part(QueueManager)
    asking = not ctx.cli.negated("CONFIRM") if not ctx.cli.present("ENTRY") else ctx.cli.present("CONFIRM")
    confirmation = Confirmation(lambda: ctx.read(_PROMPT), asking=asking)
    status = SS.NORMAL.value
    headed = False
    for entry in entries:
        await give_way()
        if confirmation.ended:
            break
        if confirmation.asking and still_there(ctx, entry):
            for line in (() if headed else OUTPUT_HEADING, entry_rows(manager, entry, blocks=True)):
                for text in line:
                    ctx.write(text)
            headed = True
        if not await confirmation.allows() or not still_there(ctx, entry):
            continue
        try:
            change(entry)
        except VmsError as error:
            status = ctx.put_message(TCPIP.MAILERROR.error(cause=error))
    await ctx.kernel.durable()
    return status


def _requeue(ctx: ImageContext, after: VmsTime | None, entry: Entry) -> None:
    """Release an entry, now or at a time. Errors: JBC.EXECUTING; those of RMS, and the entry is as it was."""
    ctx.system.part(QueueManager).set_entry(entry.number, release=True, after=after)


def _remove(ctx: ImageContext, entry: Entry) -> None:
    """Delete the control file and the entry. Errors: JBC.EXECUTING; those of RMS when the file can not be deleted, and both stay."""
    if entry.executing:
        raise JBC.EXECUTING.error()
    process = ctx.process
    with store.as_installed(process):
        try:
            found = process.files.find(specification(entry))
        except VmsError as error:
            if not error.matches(RMS.FNF, RMS.DNF):
                raise
        else:
            name = control_file_name(process, found)
            if name is not None and name.user == entry.username:
                process.files.erase(found)
    ctx.system.part(QueueManager).delete_entry(entry.number)
