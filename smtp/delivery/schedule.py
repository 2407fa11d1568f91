"""When a message is tried again.

The first failure waits INITIAL, every later one RETRY; when the next attempt would come after creation + MAXIMUM, there is none.
Source: Management Command Reference, SET CONFIGURATION SMTP /INTERVAL.
"""

from __future__ import annotations

from smtp.config.configuration import SmtpConfiguration
from vmsemu.base.time import VmsTime


def next_attempt(created: VmsTime, attempts: int, now: VmsTime, configuration: SmtpConfiguration) -> VmsTime | None:
    """The time of the next attempt after `attempts` attempts, the last of them now; None when the message has been tried long enough."""
    interval = configuration.initial_interval if attempts <= 1 else configuration.retry_interval
    when = int(now) + interval
    return VmsTime(when) if when <= int(created) + configuration.maximum_interval else None
