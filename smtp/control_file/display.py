"""A control file in words, for people: what its name says, who wrote it and when, every recipient with his state, headers and text.

The product has no such display (its layout is ours too, see layout.py). Text of the message is shown as the logs show protocol data, so that
nothing in a message can steer the terminal it is read on. Lines hold no ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from smtp.control_file.control_file import ControlFile, Recipient
from smtp.control_file.name import ControlFileName
from smtp.trace import shown
from vmsemu.base.time import VmsTime

_LABEL = 14


def name_lines(file_name: str) -> list[str]:
    """What the name of the file says."""
    name = ControlFileName.from_text(file_name)
    if name is None:
        return [_field("Control file", f"{file_name} (this is not the name of a control file)")]
    release = "UCX, before V5" if name.is_old else "TCP/IP Services V5"
    return [
        _field("Control file", file_name),
        _field("Written", f"{_stamp(name.stamp)} by {name.user} on {name.node} ({release})"),
    ]


def content_lines(file: ControlFile) -> Iterator[str]:
    """What stands in a file that was read. Errors: those of a long text."""
    yield _field("Created", f"{_moment(file.created)} by {shown(file.user.encode('latin-1'))}")
    yield _field("Return path", file.return_path.to_path())
    last = f", last {_moment(file.last_attempt)}" if file.last_attempt else ""
    yield _field("Attempts", f"{file.attempts}{last}")
    yield _field("Recipients", f"{len(file.recipients)}")
    for recipient in file.recipients:
        yield from _recipient(recipient)
    assert file.text is not None
    yield from _text("Headers", file.headers, file.text.header_lines)
    yield from _text("Text", file.body, file.text.body_lines)


def _recipient(recipient: Recipient) -> Iterator[str]:
    yield f"  {recipient.state.name.lower():<8}{recipient.address.to_path()}"
    if recipient.reason:
        yield f"  {'':<8}{shown(recipient.reason.encode('latin-1', 'replace'))}"


def _text(title: str, lines: Iterable[bytes], count: int) -> Iterable[str]:
    yield _field(title, f"{count} line{'' if count == 1 else 's'}")
    yield from (f"  {shown(line)}".rstrip() for line in lines)


def _field(label: str, text: str) -> str:
    return f"{label + ':':<{_LABEL}}{text}"


def _moment(time: VmsTime) -> str:
    return time.to_text().strip()


def _stamp(stamp: str) -> str:
    """`93042311394417` as 93-04-23 11:39:44.17: the digits of the name, which need not be a date."""
    pairs = [stamp[at : at + 2] for at in range(0, len(stamp), 2)]
    return f"{'-'.join(pairs[:3])} {':'.join(pairs[3:6])}.{pairs[6]}"
