"""What FINGER tells: who is logged in, and one user in detail. The server and the client share it.

The account file and the list of processes are read with the rights of the image; PLAN.TXT and PROJECT.TXT of a user, in his login directory, with those of
the process, so that a user decides by their protection who may read them.

Source: User's Guide 7.3 to 7.5 (what is shown); RFC 1288. fidelity: the displays and the names of the two files are not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.services.process import ProcessMode

if TYPE_CHECKING:
    from vmsemu.security.sysuaf import UafRecord
    from vmsemu.services.process import Process

_HEADER = f"{'Username':<14}{'Program':<16}{'Login':<20}Term/Location"
_LINES = 100


def finger_lines(process: Process, query: str) -> list[str]:
    """The answer to one query: a user name, or nothing for all users. `/W` before it asks for more, which there is not."""
    words = [word for word in query.split() if word.upper() != "/W"]
    if not words:
        return _everybody(process)
    return _one(process, words[0])


def _sessions(process: Process, username: str = "") -> list[Process]:
    """The people at terminals, by name."""
    people = [p for p in process.system.processes if p.mode is ProcessMode.INTERACTIVE and p.parent is None]
    return sorted((p for p in people if username in ("", p.username)), key=lambda p: (p.username, p.pid))


def _everybody(process: Process) -> list[str]:
    people = _sessions(process)
    return [_HEADER, *map(_session_line, people)] if people else ["No users logged in."]


def _session_line(session: Process) -> str:
    program = session.image.rpartition("]")[2].partition(".")[0] or "$"
    return f"{session.username:<14}{program:<16}{_minute(session.login_time):<20}{session.terminal}".rstrip()


def _one(process: Process, name: str) -> list[str]:
    record = process.system.sysuaf.get(name.upper())
    if record is None:
        return [f"{name}: no such user."]
    lines = [f"Username: {record.username:<14}Name: {record.owner}", f"Account:  {record.account}".rstrip()]
    sessions = _sessions(process, record.username)
    if sessions:
        lines += ["", _HEADER, *map(_session_line, sessions)]
    else:
        lines.append(f"Last login: {_minute(record.last_interactive)}" if record.last_interactive else "Never logged in.")
    return [*lines, *_text(process, record, "PROJECT"), *(_text(process, record, "PLAN") or ["No plan."])]


def _text(process: Process, record: UafRecord, what: str) -> list[str]:
    """The text of a file the user shows to others; nothing when there is none for this reader."""
    try:
        with process.files.open(f"{record.default_spec}{what}.TXT", shared=True) as file:
            return [f"{what.capitalize()}:", *_first(file.lines())]
    except VmsError:
        return []


def _first(lines: Iterable[str]) -> list[str]:
    return [line for _, line in zip(range(_LINES), lines, strict=False)]


def _minute(time: VmsTime) -> str:
    """` 14-MAY-2001 10:00`, without the blank."""
    return time.to_text().strip()[:-6]
