"""What the name servers have said, kept as long as they allow: the shortest time to live of the records of an answer, in the node's time.

That a name does not exist, or has no data of a type, is kept for the time its zone's SOA record gives; without an SOA record it is not kept.
Failures are never kept. Source: RFC 1035 3.2.1 and 7.3; RFC 2308 5.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from vmsemu.base.time import TICKS_PER_SECOND

if TYPE_CHECKING:
    from dns.message import Message

_ENTRIES = 4096
_LONGEST = 7 * 24 * 3600
_LONGEST_DENIAL = 3 * 3600


class AnswerCache:
    """Answers by question. `now` and due times are counts of 100 ns; at most 4096 answers, the oldest go first."""

    def __init__(self) -> None:
        self._entries: dict[Hashable, tuple[int, Any]] = {}

    def get(self, key: Hashable, now: int) -> Any | None:
        """The answer, as long as it holds."""
        found = self._entries.get(key)
        if found is None:
            return None
        if now < found[0]:
            return found[1]
        del self._entries[key]
        return None

    def until(self, key: Hashable) -> int:
        """When the answer ceases to hold; 0 when there is none."""
        found = self._entries.get(key)
        return found[0] if found is not None else 0

    def put(self, key: Hashable, answer: Any, response: Message, now: int) -> None:
        """Keep an answer for as long as its response allows."""
        seconds = lifetime(response)
        if seconds <= 0:
            return
        self._entries.pop(key, None)
        while len(self._entries) >= _ENTRIES:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = (now + seconds * TICKS_PER_SECOND, answer)


def lifetime(response: Message) -> int:
    """Seconds for which a response may be used again; 0 when it may not."""
    from dns.rdatatype import CNAME, SOA

    times = [rrset.ttl for rrset in response.answer]
    if any(rrset.rdtype != CNAME for rrset in response.answer):
        return min(*times, _LONGEST)
    denials = [min(rrset.ttl, rrset[0].minimum) for rrset in response.authority if rrset.rdtype == SOA]
    return min(*times, *denials, _LONGEST_DENIAL) if denials else 0
