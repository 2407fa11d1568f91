"""The SMTP record of the configuration: what SET CONFIGURATION SMTP sets and SHOW CONFIGURATION SMTP shows.

Source: Management Command Reference, SET CONFIGURATION SMTP (qualifiers and defaults). Items that have their default are not stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime

SUBJECT = "SMTP"
_LOG = "TCPIP$SMTP_LOGFILE.LOG"
MAXIMUM_QUEUES = 10
_HALF_HOUR = DeltaTime.of(minutes=30)
_HOUR = DeltaTime.of(hours=1)
_THREE_DAYS = DeltaTime.of(days=3)


class HeaderPlacement(Enum):
    """Where the RFC headers go in the delivered message: /OPTIONS=HEADERS (bottom), TOP_HEADERS, NOHEADERS."""

    BOTTOM = "HEADERS"
    TOP = "TOP_HEADERS"
    NONE = "NOHEADERS"


@dataclass(frozen=True, slots=True)
class SmtpConfiguration:
    """Timeouts are minutes. Empty text is "not defined"; an empty `log_file` is /NOLOG, None the file in the login directory of SMTP."""

    address_retries: int = 16
    alternate_gateway: str = ""
    general_gateway: str = ""
    hop_count_maximum: int = 16
    initial_interval: DeltaTime = _HALF_HOUR
    retry_interval: DeltaTime = _HOUR
    maximum_interval: DeltaTime = _THREE_DAYS
    log_file: str | None = None
    eight_bit: bool = False
    headers: HeaderPlacement = HeaderPlacement.BOTTOM
    relay: bool = False
    queues: int = 1
    receive_timeout: int = 5
    send_initial: int = 5
    send_mail: int = 5
    send_receipt: int = 5
    send_data: int = 3
    send_termination: int = 10
    substitute_domain: str = ""
    substitute_none: bool = False
    zone: str = ""

    @classmethod
    def from_items(cls, items: Mapping[str, str]) -> SmtpConfiguration:
        """Read a stored record; an item that makes no sense keeps its default."""
        values: dict[str, object] = {}
        for field in fields(cls):
            text = items.get(field.name.upper())
            if text is None:
                continue
            try:
                values[field.name] = _parse(text, getattr(_DEFAULTS, field.name))
            except (ValueError, VmsError):
                continue
        return cls(**values)  # type: ignore[arg-type]

    def log_specification(self, login_directory: str) -> str:
        """The log file; empty when there is none."""
        return login_directory + _LOG if self.log_file is None else self.log_file

    def to_items(self) -> dict[str, str]:
        """What is stored."""
        items = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != getattr(_DEFAULTS, field.name):
                items[field.name.upper()] = _text(value)
        return items


def _parse(text: str, like: object) -> object:
    if isinstance(like, HeaderPlacement):
        return HeaderPlacement(text)
    if isinstance(like, bool):
        return text == "1"
    if isinstance(like, DeltaTime):
        return DeltaTime.from_text(text)
    return int(text) if isinstance(like, int) else text


def _text(value: object) -> str:
    if isinstance(value, HeaderPlacement):
        return value.value
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.to_text().strip() if isinstance(value, DeltaTime) else str(value)


_DEFAULTS = SmtpConfiguration()
