"""The TCPIP$POP_ logical names, as one server process reads them when it starts.

A switch is on when its name is defined. Source: Management, chapter 18. fidelity: the form of the idle timeout is not known; here it is a delta time, or
seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime

if TYPE_CHECKING:
    from vmsemu.services.process import Process

_LEVELS = ("ERROR", "INFORMATIONAL", "THREAD", "DEBUG")
_MAXIMUM_THREADS = 15
_LEAST_BUFFER = 512
_SECOND = 10_000_000


class Rewrite(Enum):
    """What becomes of a DECnet address in the From: field."""

    GENERIC = "GENERIC"
    NONE = "NONE"
    TRANSFORM = "TRANSFORM"


@dataclass(frozen=True, slots=True)
class PopOptions:
    """`idle_timeout` counts 100 ns, `send_buffer` octets; 0 is none. `remarks` are for the log."""

    secure: bool = False
    trace: bool = False
    log_level: int = 1
    postmasters: tuple[str, ...] = ()
    message_maximum: int = 0
    idle_timeout: int = 0
    personal_name: bool = False
    leave_in_newmail: bool = False
    use_mail_folder: bool = False
    fast_scan: bool = False
    maximum_threads: int = _MAXIMUM_THREADS
    ignore_mail11_headers: bool = False
    send_id_headers: bool = False
    decnet: Rewrite = Rewrite.TRANSFORM
    quoted_decnet: Rewrite = Rewrite.TRANSFORM
    send_buffer: int = 0
    no_user_pass: bool = False
    purge_reclaim: bool = False
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, process: Process) -> PopOptions:
        """As the names are defined now. A value that is none of those allowed counts as not defined, with a remark."""
        reader = _Reader(process)
        options = cls(
            secure=reader.word("SECURITY", ("FRIENDLY", "SECURE")) == "SECURE",
            trace=reader.switch("TRACE"),
            log_level=_LEVELS.index(reader.word("LOG_LEVEL", _LEVELS, "INFORMATIONAL")),
            postmasters=tuple(name.strip().upper() for name in reader.text("POSTMASTER").split(",") if name.strip()),
            message_maximum=reader.number("MESSAGE_MAXIMUM"),
            idle_timeout=reader.interval("LINK_IDLE_TIMEOUT"),
            personal_name=reader.switch("PERSONAL_NAME"),
            leave_in_newmail=reader.switch("LEAVE_IN_NEWMAIL"),
            use_mail_folder=reader.switch("USE_MAIL_FOLDER"),
            fast_scan=reader.switch("FAST_SCAN"),
            maximum_threads=reader.number("MAXIMUM_THREADS", _MAXIMUM_THREADS, least=1),
            ignore_mail11_headers=reader.switch("IGNORE_MAIL11_HEADERS"),
            send_id_headers=reader.switch("SEND_ID_HEADERS"),
            decnet=Rewrite(reader.word("DECNET_REWRITE", _REWRITES, "TRANSFORM")),
            quoted_decnet=Rewrite(reader.word("QUOTED_DECNET_REWRITE", _REWRITES, "TRANSFORM")),
            send_buffer=reader.number("SNDBUF", least=_LEAST_BUFFER),
            no_user_pass=reader.switch("DISUSERPASS"),
            purge_reclaim=reader.switch("PURGE_RECLAIM"),
            remarks=tuple(reader.remarks),
        )
        return options


_REWRITES = tuple(rewrite.value for rewrite in Rewrite)


class _Reader:
    def __init__(self, process: Process) -> None:
        self._names = process.names
        self.remarks: list[str] = []

    def text(self, name: str) -> str:
        found = self._names.translate(f"TCPIP$POP_{name}")
        return found.translations[0].equivalence.strip() if found is not None and found.translations else ""

    def switch(self, name: str) -> bool:
        return self._names.translate(f"TCPIP$POP_{name}") is not None

    def word(self, name: str, allowed: tuple[str, ...], default: str = "") -> str:
        text = self.text(name).upper()
        if text and text not in allowed:
            self._ignore(name)
        return text if text in allowed else default or allowed[0]

    def number(self, name: str, default: int = 0, *, least: int = 0) -> int:
        text = self.text(name)
        if not text:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least:
            return int(text)
        self._ignore(name)
        return default

    def interval(self, name: str) -> int:
        text = self.text(name)
        if text.isascii() and text.isdigit() and len(text) < 10:
            return int(text) * _SECOND
        if not text:
            return 0
        try:
            return int(DeltaTime.from_text(text))
        except VmsError:
            self._ignore(name)
            return 0

    def _ignore(self, name: str) -> None:
        self.remarks.append(f"TCPIP$POP_{name} has no valid value and is ignored")
