"""SHOW MAIL: the entries of the SMTP queues, and with /FULL what stands in their control files.

Source: Management Command Reference, SHOW MAIL. fidelity: the layout is not known; the short one is that of SHOW ENTRY. The manual has
/RECIPIENT used with /FULL; without it the recipients are displayed alone. FAILED are those whose delivery failed.
"""

from __future__ import annotations

from collections.abc import Iterator

from smtp.control_file import store
from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.control_file.name import ControlFileName
from smtp.management.mail_entries import chosen_entries, specification, still_there
from smtp.trace import shown
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.images.context import ImageContext
from vmsemu.kernel.kernel import give_way
from vmsemu.queue.display import OUTPUT_HEADING, entry_rows, kind_words, state_words, wrapped
from vmsemu.queue.entry import Entry
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.status import JobStatus
from vmsemu.tables.facilities import SS

_INDENT = " " * 9
_LABEL = 15
_CLASSES = {state.name: (state,) for state in RecipientState} | {"ALL": (RecipientState.FAILED, RecipientState.SENT, RecipientState.UNSENT)}


async def show_mail(ctx: ImageContext) -> ConditionValue:
    """SHOW MAIL [user] [/FULL] [/RECIPIENT[=class]] [/ENTRY=n] [/OUTPUT=file]"""
    manager = ctx.system.part(QueueManager)
    full, recipients = ctx.cli.present("FULL"), ctx.cli.present("RECIPIENT")
    classes = _CLASSES[ctx.cli.value("RECIPIENT") or "ALL"]
    lines = list(OUTPUT_HEADING)
    errors: list[VmsError] = []
    for entry in chosen_entries(ctx, everybody=False):
        await give_way()
        if not still_there(ctx, entry):
            continue
        lines += entry_rows(manager, entry, blocks=True)
        if not full and not recipients:
            continue
        file: ControlFile | None = None
        try:
            file = _read(ctx, entry)
        except VmsError as error:
            errors.append(error)
        if full:
            lines += _entry_lines(manager, entry)
        if file is not None:
            lines += _content_lines(file, entry) if full else ()
            lines += _recipient_lines([r for state in classes for r in file.recipients if r.state is state])
        lines.append("")
    for line in lines:
        ctx.write(line)
    status = SS.NORMAL.value
    for unreadable in errors:
        status = ctx.put_message(unreadable)
    return status


def _read(ctx: ImageContext, entry: Entry) -> ControlFile:
    """The control file of an entry. Anybody may queue anything: a file that is not of the entry's user is read with the rights of who asks.

    Errors: TCPIP.CFREAD, TCPIP.CFCORRUPT.
    """
    spec = specification(entry)
    name = ControlFileName.from_text(spec.rpartition("]")[2])
    if name is None or name.user != entry.username:
        return store.read(ctx.process, spec)
    with store.as_installed(ctx.process):
        return store.read(ctx.process, spec)


def _entry_lines(manager: QueueManager, entry: Entry) -> Iterator[str]:
    """Where the entry stands, and its control file."""
    queue = manager.queues[entry.queue]
    words = [*state_words(queue)[:1], kind_words(queue).lower()]
    yield f"{_INDENT}On {' '.join(words)} {queue.name}"
    yield _field("Control file", specification(entry))


def _content_lines(file: ControlFile, entry: Entry) -> Iterator[str]:
    """What the control file says of the message and of its attempts."""
    yield _field("Return path", shown(file.return_path.to_path().encode("latin-1", "replace")))
    yield _field("Created", _moment(file.created))
    last = f", last {_moment(file.last_attempt)}" if file.last_attempt else ""
    yield _field("Attempts", f"{file.attempts}{last}")
    yield _field("Next attempt", _next_attempt(entry))


def _next_attempt(entry: Entry) -> str:
    if entry.executing:
        return "now"
    if entry.state & JobStatus.TIMED_RELEASE and entry.after is not None:
        return _moment(entry.after)
    return "when a queue is free" if entry.state & JobStatus.PENDING else "none before SEND MAIL"


def _recipient_lines(recipients: list[Recipient]) -> Iterator[str]:
    """One line for each recipient, and below it why it is not sent."""
    label = "Recipients"
    if not recipients:
        yield _field(label, "none")
    for recipient in recipients:
        address = shown(recipient.address.to_path().encode("latin-1", "replace"))
        yield _field(label, f"{recipient.state.name.lower():<8}{address}")
        label = ""
        if recipient.reason:
            indent = _INDENT + " " * (_LABEL + 8)
            yield from wrapped(shown(recipient.reason.encode("latin-1", "replace")).split(" "), indent, indent)


def _field(label: str, text: str) -> str:
    return f"{_INDENT}{label + ':' if label else '':<{_LABEL}}{text}"


def _moment(time: VmsTime) -> str:
    return time.to_text().strip()
