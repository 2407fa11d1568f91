"""The BIND resolver: names to MX records and addresses, through DNS messages made and read by dnspython.

Each server of the list is asked in turn; a try that is not answered in time is repeated with the time doubled (4, 8, 16, 32 seconds by
default), then the next server is asked. An answer that says the name does not exist is an answer; a server failure is not. A datagram that was
cut off is asked for again over a stream. Answers are kept for their time to live.

Source: Management Command Reference, SET NAME_SERVICE (defaults of /RETRY and /TIMEOUT, doubling); RFC 1035; RFC 2181.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from vmsemu.base.condition import VmsError
from vmsemu.base.time import TICKS_PER_SECOND, VmsTime
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.answer_cache import AnswerCache
from vmsemu.net.port import NETWORK_CONDITIONS, Network
from vmsemu.services.system import Entropy
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from dns.message import QueryMessage

_PORT = 53
_CHAIN = 8
_EXCHANGES = 100
"""MX records of a name that are used, the best ones: each may cost a lookup that nobody answers. fidelity: the bound is ours."""


class LookupStatus(Enum):
    """What a lookup came to."""

    FOUND = "found"
    NO_DATA = "no data of this type"
    NO_NAME = "no such name"
    FAILURE = "name server failure"
    TIMEOUT = "name server does not answer"

    @property
    def is_answer(self) -> bool:
        """The name service has spoken; asking again now would change nothing."""
        return self in (LookupStatus.FOUND, LookupStatus.NO_DATA, LookupStatus.NO_NAME)


@dataclass(frozen=True, slots=True)
class MxRecord:
    preference: int
    exchange: str


class MxLookup(NamedTuple):
    """The MX records of a name in the order of the answer; `server` is the address of the server that answered."""

    status: LookupStatus
    records: tuple[MxRecord, ...] = ()
    server: str = ""


class AddressLookup(NamedTuple):
    """The addresses of a name and its canonical name."""

    status: LookupStatus
    addresses: tuple[str, ...] = ()
    name: str = ""
    server: str = ""


@dataclass(frozen=True, slots=True)
class ResolverOptions:
    """SET NAME_SERVICE: servers by address, tries per server, seconds of the first try; the default domain and the search path.

    With `stream` every question goes over a connection (/TRANSPORT=TCP).
    """

    servers: Sequence[str] = ()
    retry: int = 4
    timeout: int = 4
    domain: str = ""
    path: Sequence[str] = ()
    stream: bool = False

    def candidates(self, name: str) -> list[str]:
        """The full names a name may stand for, in the order to try. Source: Management, "Resolver: default domain and search path"."""
        if name.endswith("."):
            return [name]
        if self.path:
            return [*(f"{name}.{domain}" for domain in self.path), name]
        if not self.domain:
            return [name]
        longer = f"{name}.{self.domain}"
        return [name, longer] if "." in name else [longer, name]


_Found = tuple[LookupStatus, tuple[Any, ...], str, str]
"""Status, values, canonical name, and the address of the server that answered."""


class Resolver:
    """Asks the name servers of one node."""

    def __init__(
        self, kernel: Kernel, network: Network, entropy: Entropy, options: ResolverOptions, cache: AnswerCache | None = None
    ) -> None:
        self._kernel = kernel
        self._network = network
        self._entropy = entropy
        self._cache = cache
        self.options = options

    async def query_mx(self, name: str) -> MxLookup:
        """The MX records of a domain. Never raises; the status says what happened.

        fidelity: a domain with a period in it is not tried with the default domain behind it, lest mail go astray.
        """
        known = self._kept(name, "MX")
        status, records, _, server = known or await (self._lookup if "." in name else self._search)(name, "MX")
        if len(records) > _EXCHANGES:
            worst = sorted(record.preference for record in records)[_EXCHANGES - 1]
            records = tuple([record for record in records if record.preference <= worst][:_EXCHANGES])
        return MxLookup(status, records, server)

    async def query_a(self, name: str) -> AddressLookup:
        """The addresses of a host. Never raises."""
        known = self._kept(name, "A") if self._is_whole(name) else None
        status, addresses, canonical, server = known or await self._search(name, "A")
        return AddressLookup(status, addresses, canonical, server)

    def _is_whole(self, name: str) -> bool:
        """The name as it is written is the first one to be tried."""
        return "." in name and not self.options.path

    def holds_until(self, name: str) -> int:
        """How long `query_a` will say the same of a host that it has found; a time in the past when that is not known."""
        if self._cache is None or not self._is_whole(name):
            return 0
        return self._cache.until((*self.options.servers, name.lower(), "A"))

    @property
    def now(self) -> VmsTime:
        return self._kernel.now

    async def query_ptr(self, address: str) -> AddressLookup:
        """The host name of an address, as `name`. Never raises."""
        reverse = ".".join(reversed(address.split("."))) + ".in-addr.arpa"
        status, names, _, server = await self._lookup(reverse, "PTR")
        return AddressLookup(status, (address,), names[0] if names else "", server)

    async def _search(self, name: str, type_name: str) -> _Found:
        """The records of the first full name that has some; else what was said of the name itself, or why that is not known.

        Once the name itself has been answered, a longer name that fails changes nothing, as in the BIND resolver.
        """
        answers: dict[str, _Found] = {}
        for candidate in self.options.candidates(name):
            answer = await self._lookup(candidate, type_name)
            if answer[0] is LookupStatus.FOUND:
                return answer
            if not answer[0].is_answer:
                return answers.get(name, answer)
            answers[candidate] = answer
        return answers[name]

    def _kept(self, text: str, type_name: str) -> _Found | None:
        """What was found of a full name, as long as it holds."""
        if self._cache is None:
            return None
        found: _Found | None = self._cache.get((*self.options.servers, text.lower(), type_name), self._kernel.now)
        return found

    async def _lookup(self, text: str, type_name: str) -> _Found:
        """The records of one type as values, CNAMEs followed, also into other zones."""
        known = self._kept(text, type_name)
        if known is not None:
            return known
        from dns.exception import DNSException
        from dns.name import from_text
        from dns.rdatatype import from_text as rdatatype

        try:
            name = from_text(text.lower())
        except DNSException:
            return LookupStatus.NO_NAME, (), text, ""
        rdtype = rdatatype(type_name)
        for step in range(_CHAIN):
            status, response, server = await self._ask(name, rdtype)
            if response is None:
                return status, (), _text(name), server
            try:
                chain = response.resolve_chaining()
            except DNSException:
                return LookupStatus.FAILURE, (), _text(name), server
            if chain.answer is not None:
                records = tuple(_VALUES[type_name](record) for record in chain.answer)
                found = LookupStatus.FOUND, records, _text(chain.canonical_name), server
                if self._cache is not None and step == 0:
                    self._cache.put((*self.options.servers, text.lower(), type_name), found, response, self._kernel.now)
                return found
            if status is LookupStatus.NO_NAME or chain.canonical_name == name:
                return status, (), _text(chain.canonical_name), server
            name = chain.canonical_name
        return LookupStatus.FAILURE, (), text, ""

    async def _ask(self, name: Any, rdtype: Any) -> tuple[LookupStatus, QueryMessage | None, str]:
        """What is known, or what the servers say now."""
        key = (*self.options.servers, name, rdtype)
        known: tuple[LookupStatus, QueryMessage, str] | None = self._cache.get(key, self._kernel.now) if self._cache is not None else None
        if known is not None:
            return known
        status, response, server = await self._ask_servers(name, rdtype)
        if self._cache is not None and response is not None:
            self._cache.put(key, (status, response, server), response, self._kernel.now)
        return status, response, server

    async def _ask_servers(self, name: Any, rdtype: Any) -> tuple[LookupStatus, QueryMessage | None, str]:
        """Ask server after server, try after try, until one gives an answer."""
        from dns.message import make_query

        worst = LookupStatus.TIMEOUT
        for server in self.options.servers:
            seconds = self.options.timeout
            for _ in range(max(1, self.options.retry)):
                query = make_query(name, rdtype, id=self._entropy.below(0x10000))
                deadline = VmsTime(self._kernel.now + seconds * TICKS_PER_SECOND)
                status, response = await self._exchange(server, query, deadline)
                if status.is_answer:
                    return status, response, server
                if status is LookupStatus.FAILURE:
                    worst = status
                    break
                seconds *= 2
        return worst, None, ""

    async def _exchange(self, server: str, query: QueryMessage, deadline: VmsTime) -> tuple[LookupStatus, QueryMessage | None]:
        """One question to one server, over a stream when the datagram was too small for the answer."""
        from dns.exception import DNSException
        from dns.flags import TC
        from dns.message import from_wire
        from dns.rcode import NOERROR, NXDOMAIN

        try:
            if self.options.stream:
                data = await self._stream(server, query.to_wire(), deadline)
            else:
                data = await self._network.query(server, _PORT, query.to_wire(), deadline=deadline)
            response = cast("QueryMessage", from_wire(data))
            if response.flags & TC:
                response = cast("QueryMessage", from_wire(await self._stream(server, query.to_wire(), deadline)))
        except VmsError as error:
            if error.matches(SS.TIMEOUT):
                return LookupStatus.TIMEOUT, None
            if error.matches(*NETWORK_CONDITIONS):
                return LookupStatus.FAILURE, None
            raise
        except DNSException:
            return LookupStatus.FAILURE, None
        if not query.is_response(response):
            return LookupStatus.FAILURE, None
        if response.rcode() == NXDOMAIN:
            return LookupStatus.NO_NAME, response
        if response.rcode() != NOERROR:
            return LookupStatus.FAILURE, None
        return LookupStatus.NO_DATA, response

    async def _stream(self, server: str, query: bytes, deadline: VmsTime) -> bytes:
        connection = await self._network.connect(server, _PORT, deadline=deadline)
        try:
            connection.write(len(query).to_bytes(2, "big") + query)
            data = b""
            while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
                more = await connection.read(deadline=deadline)
                if not more:
                    raise SS.LINKDISCON.error()
                data += more
            return data[2 : 2 + int.from_bytes(data[:2], "big")]
        finally:
            connection.close()


def _text(name: Any) -> str:
    """The name without its final dot; the root is empty."""
    text: str = name.to_text(omit_final_dot=True)
    return "" if text == "." else text


_VALUES: dict[str, Callable[[Any], MxRecord | str]] = {
    "MX": lambda record: MxRecord(record.preference, _text(record.exchange)),
    "A": lambda record: str(record.address),
    "PTR": lambda record: _text(record.target),
}
