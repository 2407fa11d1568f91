"""PRTSMB: the standard print symbiont. Prints files on a record device of the node: a terminal, a mailbox, NLA0:.

Pages end with a form feed after the lines the form allows (length less margins); /PASSALL sends the records as they are. Left out: flag, burst and
trailer pages, page headers, setup modules and page ranges; a file that asks for them is refused with JBC.NOTSUPPORTED.

Source: System Manager's Manual, "Print symbionts"; Utility Routines Manual, PSM.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.images.common.rendering import rendered
from vmsemu.opcom.opcom import operator_message
from vmsemu.queue.form import SYSTEM_FORM
from vmsemu.queue.jbc import JBC
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.status import FileFlags, FormFlags, QueueKind
from vmsemu.queue.symbiont import ResetStream, StartStream, StartTask, StopStream, SymbiontContext, symbiont
from vmsemu.services.persona import as_user
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.facilities import SS

FORM_FEED = "\f"
_UNSUPPORTED = FileFlags.FLAG | FileFlags.BURST | FileFlags.TRAILER | FileFlags.PAGE_HEADER


@symbiont("PRTSMB", kind=QueueKind.PRINTER, streams=16)
async def print_symbiont(context: SymbiontContext) -> None:
    """Serve queues until they are stopped."""
    devices: dict[int, Any] = {}
    port = context.port
    while True:
        message = await port.read_message()
        if isinstance(message, StartStream):
            try:
                devices[message.stream] = context.files.open_record_device(message.device or message.queue)
            except VmsError as error:
                operator_message(context.system, "SYMBIONT", message_lines(error.message), "PRINTER")
                port.stream_failed(message.stream, error.value)
        elif isinstance(message, StartTask):
            try:
                print_file(context, message, devices[message.stream])
            except VmsError as error:
                port.task_complete(message.stream, error.value)
            else:
                port.task_complete(message.stream, SS.NORMAL)
        elif isinstance(message, StopStream | ResetStream):
            devices.pop(message.stream, None)


def print_file(context: SymbiontContext, task: StartTask, device: Any) -> None:
    """One copy of one file, opened with the rights of the job's user. Errors: those of opening and reading it; JBC.NOTSUPPORTED."""
    if task.file_flags & _UNSUPPORTED:
        raise JBC.NOTSUPPORTED.error()
    with as_user(context.process, task.username, task.uic):
        opened = context.files.open(task.file_specification)
    with opened as file:
        if task.file_flags & FileFlags.PASSALL:
            for record in file.lines():
                device.write_raw(record)
            return
        for line in _pages(context, task, rendered(file)):
            if line == FORM_FEED:
                device.write_raw(FORM_FEED)
            else:
                device.write(line)


def _pages(context: SymbiontContext, task: StartTask, records: Iterator[str]) -> Iterator[str]:
    """The lines of a file with form feeds between pages and after the last."""
    form = context.system.part(QueueManager).forms.get(task.form, SYSTEM_FORM)
    room = max(1, form.length - form.top - form.bottom)
    margin = " " * form.left
    at = 0
    for record in records:
        if record.startswith(FORM_FEED):
            if at:
                yield FORM_FEED
            at, record = 0, record.removeprefix(FORM_FEED)
        for line in _folded(record, form.width - form.left - form.right, form.flags):
            for piece in (margin + line, "") if task.file_flags & FileFlags.DOUBLE_SPACE else (margin + line,):
                if at == room:
                    yield FORM_FEED
                    at = 0
                yield piece
                at += 1
    yield FORM_FEED


def _folded(record: str, width: int, flags: FormFlags) -> Iterator[str]:
    """A record as the form has it: cut, wrapped, or as it is."""
    if width <= 0 or len(record) <= width or not flags & (FormFlags.TRUNCATE | FormFlags.WRAP):
        yield record
    elif flags & FormFlags.TRUNCATE:
        yield record[:width]
    else:
        for start in range(0, len(record), width):
            yield record[start : start + width]
