"""An authoritative name server in memory: zone text in, answers to DNS queries out.

Zone text is as a name server takes it; names may be fully qualified, and TTLs, SOA and NS records may be left out. The server is
authoritative for everything it is asked, so a name it does not hold does not exist. Records are answered in the order of the text, never
shuffled. Faults can be set per name: "SERVFAIL", "REFUSED" or "SILENT".

dnspython is imported at first use. Source: RFC 1035; RFC 1034 4.3.3 (wildcards).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dns.message import Message
    from dns.name import Name

_MAXIMUM = 512
_ORIGIN = re.compile(r"^\$ORIGIN\s+(\S+)", re.MULTILINE)
_SOA = re.compile(r"\sSOA\s")


class ZoneServer:
    """Answers for one piece of zone text; with an SOA record it is one zone, without it may hold any names. `serve` is a datagram handler."""

    def __init__(self, text: str, origin: str = ".") -> None:
        self._text = text
        self._origin = origin
        self._sets: dict[Name, dict[int, Any]] | None = None
        self.faults: dict[str, str] = {}
        self.queries: list[tuple[str, str]] = []

    def _load(self) -> dict[Name, dict[int, Any]]:
        """Every RRset of the zone by name and type; names above an existing name exist with nothing in them."""
        if self._sets is None:
            from dns.name import root
            from dns.zone import from_text

            origin = _ORIGIN.search(self._text) if _SOA.search(self._text) else None
            zone = from_text(
                f"$TTL 3600\n{self._text}\n", origin=origin[1] if origin else self._origin, relativize=False, check_origin=False
            )
            sets: dict[Name, dict[int, Any]] = {}
            for name, rdataset in zone.iterate_rdatasets():
                sets.setdefault(name, {})[rdataset.rdtype] = rdataset
            for name in list(sets):
                while name != root:
                    name = name.parent()
                    sets.setdefault(name, {})
            self._sets = sets
        return self._sets

    def serve(self, datagram: bytes, source: str) -> bytes | None:
        """The answer to one query in wire form; None for silence."""
        from dns.exception import DNSException
        from dns.flags import QR, TC
        from dns.message import from_wire

        try:
            query = from_wire(datagram)
        except DNSException:
            return None
        if query.flags & QR or len(query.question) != 1:
            return None
        answer = self._answer(query)
        if answer is None:
            return None
        wire: bytes = answer.to_wire(max_size=65535, want_shuffle=False)
        if len(wire) > _MAXIMUM:
            answer.answer, answer.additional = [], []
            answer.flags |= TC
            wire = answer.to_wire(want_shuffle=False)
        return wire

    def _answer(self, query: Message) -> Message | None:
        from dns.flags import AA
        from dns.message import make_response
        from dns.rcode import NXDOMAIN
        from dns.rcode import from_text as rcode
        from dns.rdatatype import to_text as type_text

        question = query.question[0]
        self.queries.append((question.name.to_text(omit_final_dot=True).lower(), type_text(question.rdtype)))
        answer = make_response(query)
        answer.flags |= AA
        fault = self.faults.get(question.name.to_text(omit_final_dot=True).lower())
        if fault == "SILENT":
            return None
        if fault is not None:
            answer.set_rcode(rcode(fault))
        elif not self._fill(answer, question.name, question.rdtype):
            answer.set_rcode(NXDOMAIN)
        if fault is None and not any(rrset.rdtype == question.rdtype for rrset in answer.answer):
            self._add_authority(answer, question.name)
        return answer

    def _add_authority(self, answer: Message, name: Name) -> None:
        """The SOA record of the zone that says no, so that the asker knows for how long (RFC 2308)."""
        from dns.name import root
        from dns.rdatatype import SOA

        sets = self._load()
        while SOA not in sets.get(name, {}):
            if name == root:
                return
            name = name.parent()
        _add(answer.authority, name, sets[name][SOA])

    def _fill(self, answer: Message, name: Name, rdtype: int) -> bool:
        """Put the RRsets for a name into the answer, following CNAMEs; False when the name does not exist."""
        from dns.rdatatype import CNAME, MX, A

        for _ in range(16):
            found = self._lookup(name)
            if found is None:
                return False
            if rdtype in found:
                _add(answer.answer, name, found[rdtype])
                if rdtype == MX:
                    for record in found[rdtype]:
                        target = self._lookup(record.exchange) or {}
                        if A in target:
                            _add(answer.additional, record.exchange, target[A])
                return True
            if CNAME not in found:
                return True
            _add(answer.answer, name, found[CNAME])
            name = found[CNAME][0].target
        return True

    def _lookup(self, name: Name) -> dict[int, Any] | None:
        sets = self._load()
        if name in sets:
            return sets[name]
        from dns.name import Name as DnsName
        from dns.name import root

        while name != root:
            name = name.parent()
            wildcard = sets.get(DnsName((b"*", *name.labels)))
            if wildcard is not None:
                return wildcard
            if name in sets:
                return None
        return None


def _add(section: list[Any], name: Name, rdataset: Any) -> None:
    from dns.rrset import from_rdata_list

    section.append(from_rdata_list(name, rdataset.ttl, list(rdataset)))
