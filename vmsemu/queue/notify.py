"""What users are told of their jobs: the reply to SUBMIT and PRINT, and the broadcast of /NOTIFY.

Source: DCL Dictionary, SUBMIT; the JBC$_NFY messages.
"""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue, MessageDefinition
from vmsemu.base.fao import fao
from vmsemu.base.time import VmsTime
from vmsemu.queue.conditions import condition_line
from vmsemu.queue.entry import Entry
from vmsemu.queue.jbc import JBC
from vmsemu.queue.state import QueueState
from vmsemu.queue.status import JobStatus, PendingReason, RunState
from vmsemu.services.brkthru import broadcast_to_user

BROADCAST_CLASS = "QUEUE"
_REASONS = (
    (PendingReason.CHAR_MISMATCH, "characteristics mismatch", JBC.NFY_CHARAC),
    (PendingReason.STOCK_MISMATCH, "stock type mismatch", JBC.NFY_FORM),
    (PendingReason.JOB_SIZE_MAX, "job size above queue maximum", JBC.NFY_SIZE_MAX),
    (PendingReason.JOB_SIZE_MIN, "job size below queue minimum", JBC.NFY_SIZE_MIN),
    (PendingReason.NO_ACCESS, "no access to queue", JBC.NFY_NOACCESS),
    (PendingReason.LOWERCASE_MISMATCH, "requires lowercase printer", JBC.NFY_NOLOWER),
)
_STATE_WORDS = {
    RunState.PAUSED: "paused",
    RunState.PAUSING: "paused",
    RunState.STARTING: "starting",
    RunState.RESUMING: "resuming",
    RunState.STOP_PENDING: "stop pending",
    RunState.STOPPING: "stopping",
    RunState.RESETTING: "resetting",
}


def short_time(when: VmsTime) -> str:
    """`11-MAY-1990 00:00`: 17 columns, the day padded with a blank. fidelity: that there are no seconds is inferred."""
    return when.to_text()[:17]


def job_reply(state: QueueState, entry: Entry) -> list[str]:
    """The lines SUBMIT and PRINT display: `Job NAME (queue Q, entry N) started on Q`."""
    definition, parameters = _situation(entry)
    lines = [_lead(entry) + fao(definition.text, parameters)]
    if definition is JBC.NFY_PENDING:
        lines.append("     " + _pending_line(state, entry))
    return lines


def _lead(entry: Entry) -> str:
    return f"Job {entry.name} (queue {entry.origin}, entry {entry.number}) "


def _situation(entry: Entry) -> tuple[MessageDefinition, tuple[str, ...]]:
    if entry.state & JobStatus.HOLDING:
        return JBC.NFY_HOLD, ()
    if entry.state & JobStatus.TIMED_RELEASE and entry.after is not None:
        return JBC.NFY_TIMER, (short_time(entry.after),)
    if entry.state & JobStatus.PENDING:
        return JBC.NFY_PENDING, ()
    return JBC.NFY_CURRENT, (entry.queue,)


def _pending_line(state: QueueState, entry: Entry) -> str:
    reason = state.pending_reason(entry)
    for bit, _, definition in _REASONS:
        if reason & bit:
            return definition.text
    return fao(JBC.NFY_QUESTATE.text, (_state_word(state, entry, reason),))


def _state_word(state: QueueState, entry: Entry, reason: PendingReason) -> str:
    if reason & PendingReason.QUEUE_BUSY:
        return "busy"
    queue = state.queues[entry.queue]
    if queue.state is RunState.RUNNING and queue.routes:
        targets = state.targets(queue)
        if not targets:
            return "state"
        queue = targets[0]
    if queue.stalled:
        return "stalled"
    if queue.unavailable:
        return "unavailable"
    return _STATE_WORDS.get(queue.state, "stopped")


def pending_words(state: QueueState, entry: Entry) -> str:
    """What stands in parentheses after Pending in a display. fidelity: the words other than `queue stopped` are inferred."""
    reason = state.pending_reason(entry)
    for bit, words, _ in _REASONS:
        if reason & bit:
            return words
    queue = state.queues[entry.queue]
    if queue.generic and queue.state is RunState.RUNNING and len(state.targets(queue)) != 1:
        return "queue busy" if reason & PendingReason.QUEUE_BUSY else "check execution queues"
    return "queue " + _state_word(state, entry, reason)


def notify_completion(state: QueueState, entry: Entry, condition: ConditionValue) -> None:
    """Tell every terminal of the user that the job ended."""
    text = _lead(entry) + (JBC.NFY_COMPLETE if condition else JBC.NFY_FAILURE).text
    if not condition:
        text += "\r\n" + condition_line(condition)
    broadcast_to_user(state.system, entry.username, text, BROADCAST_CLASS)
