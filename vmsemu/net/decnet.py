"""DECnet Phase IV as a node sees it: nodes with names and addresses, objects, and logical links that carry whole records.

Theory of operation. Every node of a network knows every other by name. A connect names a node and an object and brings up to 16 bytes of user data;
the node's acceptor answers it, at once or later. A record is sent in segments no longer than the buffers of the circuits and put together by
the receiver; a sender waits while its partner has too many segments unread. When the last circuit between two nodes goes down their
links are lost, for both ends at once. What had arrived before can still be read.

The circuits are memory: only nodes of one replay are neighbours. A live node has no circuit at all and is not in a network.

Left out: routing, link service messages, interrupt messages. Source: DECnet for OpenVMS Networking Manual; Network Management Utilities.
fidelity: that no timer runs before a lost path breaks a link is a simplification.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from vmsemu.base.condition import MessageDefinition
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.event import Completion, EventFlag, TimedOut
from vmsemu.kernel.kernel import Kernel
from vmsemu.tables.facilities import SS

SEGMENT = 543  # bytes of a record in one segment: a buffer of 576 less its headers
WINDOW = 64  # segments a partner may leave unread
MAXIMUM_LINKS = 32
OUTGOING_TIMER = DeltaTime.of(seconds=60)
MAXIMUM_USER_DATA = 16


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """`1.70`: area and number."""

    area: int
    number: int

    def to_text(self) -> str:
        return f"{self.area}.{self.number}"

    @property
    def value(self) -> int:
        """The address as one number: area * 1024 + number."""
        return self.area << 10 | self.number


class LogicalLink:
    """One end of a link. `partner` is the name of the other node; `number` identifies the link at this node.

    `answer` is what the end that asked for the link waits for.
    """

    def __init__(self, node: DecnetNode, partner: DecnetNode, number: int) -> None:
        self.number = number
        self.partner = partner.name
        self._node = node
        self._other = self
        self._segments: deque[tuple[bytes, bool]] = deque()
        self._readable = EventFlag(node.kernel)
        self._writable = EventFlag(node.kernel)
        self._reason: MessageDefinition | None = None
        self.answer: Completion[bytes] | None = None

    @property
    def is_open(self) -> bool:
        return self._reason is None

    async def send(self, record: bytes) -> None:
        """Send one record. Errors: SS.LINKABORT, LINKDISCON, LINKEXIT, PATHLOST."""
        for at in range(0, len(record) or 1, SEGMENT):
            while len(self._other._segments) >= WINDOW:
                self._check()
                self._writable.clear()
                await self._writable.wait()
            self._check()
            self._other._arrive(record[at : at + SEGMENT], at + SEGMENT >= len(record))

    async def receive(self) -> bytes:
        """The next record, whole. Errors: as send, once everything that had arrived is read."""
        parts = []
        while True:
            while not self._segments:
                self._check()
                self._readable.clear()
                await self._readable.wait()
            data, is_last = self._segments.popleft()
            self._other._writable.set()
            parts.append(data)
            if is_last:
                return b"".join(parts)

    def disconnect(self) -> None:
        """End the link; the partner reads what is on its way and then finds SS.LINKDISCON. Harmless on a link that is over."""
        self._end(SS.LINKDISCON, SS.LINKDISCON)

    def abort(self, reason: MessageDefinition = SS.LINKABORT) -> None:
        """Break the link; the partner finds `reason`."""
        self._end(SS.LINKABORT, reason)

    def exit(self) -> None:
        """The process that has the link ends; the partner finds SS.LINKEXIT."""
        self._end(SS.LINKEXIT, SS.LINKEXIT)

    def lose_path(self) -> None:
        """The path is lost; both ends find that out."""
        self._end(SS.PATHLOST, SS.PATHLOST)

    @property
    def ends(self) -> tuple[DecnetNode, DecnetNode]:
        return self._node, self._other._node

    def _end(self, here: MessageDefinition, there: MessageDefinition) -> None:
        for end, reason in ((self, here), (self._other, there)):
            if end._reason is None:
                end._reason = reason
                end._node.links.pop(end.number, None)
                if end.answer is not None:
                    end.answer.fail(reason.error())
            end._readable.set()
            end._writable.set()

    def _check(self) -> None:
        if self._reason is not None:
            raise self._reason.error()

    def _arrive(self, data: bytes, is_last: bool) -> None:
        self._segments.append((data, is_last))
        self._readable.set()


@dataclass
class ConnectRequest:
    """A connect that has come in: `user` of the partner node wants an object. Answer it with `accept` or `reject`, once."""

    link: LogicalLink
    object_number: int
    user: str
    data: bytes
    _answer: Completion[bytes] = field(repr=False)

    def accept(self, data: bytes = b"") -> LogicalLink:
        """Confirm the link. Errors: the reason when it is over already."""
        self.link._check()
        self._answer.complete(data[:MAXIMUM_USER_DATA])
        return self.link

    def reject(self, reason: MessageDefinition) -> None:
        """Refuse it: the client's connect fails with `reason`."""
        self._answer.fail(reason.error())
        self.link.abort(reason)  # the client's end goes with it


Acceptor = Callable[[ConnectRequest], None]


class DecnetNode:
    """The executor of one node. `acceptor` is given each connect that comes in; without one the node is not on."""

    def __init__(self, network: DecnetNetwork, kernel: Kernel, name: str, address: NodeAddress) -> None:
        self.network = network
        self.kernel = kernel
        self.name = name
        self.address = address
        self.acceptor: Acceptor | None = None
        self.links: dict[int, LogicalLink] = {}
        self._numbers = count(8193)

    async def connect(self, node: str, object_number: int, user: str, data: bytes = b"") -> tuple[LogicalLink, bytes]:
        """A link to an object of another node (or this one), and the user data of its acceptance.

        Errors: SS.NOSUCHNODE, UNREACHABLE, NOLINKS; REMRSRC, NOSUCHOBJ, INVLOGIN, REJECT from the other node; CONNECFAIL without an answer.
        """
        partner = self.network.find(node)
        if partner is None:
            raise SS.NOSUCHNODE.error()
        if len(self.links) >= MAXIMUM_LINKS:
            raise SS.NOLINKS.error()
        if not self.network.reaches(self, partner):
            raise SS.UNREACHABLE.error()
        if len(partner.links) >= MAXIMUM_LINKS:
            raise SS.REMRSRC.error()
        assert partner.acceptor is not None
        near, far = LogicalLink(self, partner, next(self._numbers)), LogicalLink(partner, self, next(partner._numbers))
        near._other, far._other = far, near
        self.links[near.number], partner.links[far.number] = near, far
        request = ConnectRequest(far, object_number, user, data[:MAXIMUM_USER_DATA], Completion(self.kernel))
        near.answer = request._answer
        try:
            partner.acceptor(request)
            answer = await request._answer.wait(deadline=VmsTime(self.kernel.now + OUTGOING_TIMER))
        except TimedOut:
            near.abort()
            raise SS.CONNECFAIL.error() from None
        except BaseException:
            near.abort()
            raise
        return near, answer

    def close(self) -> None:
        """The node goes off: its links are lost, and nobody reaches it."""
        self.acceptor = None
        for link in list(self.links.values()):
            link.lose_path()


class DecnetNetwork:
    """The nodes, and which of them have a circuit between them."""

    def __init__(self, path_is_up: Callable[[str, str], bool] = lambda one, other: True) -> None:
        self._path_is_up = path_is_up
        self._nodes: dict[str, DecnetNode] = {}

    def attach(self, kernel: Kernel, name: str) -> DecnetNode:
        """Add a node in area 1 with the next number. Errors: SS.DUPLNAM."""
        name = name.upper()
        if name in self._nodes:
            raise SS.DUPLNAM.error()
        made = self._nodes[name] = DecnetNode(self, kernel, name, NodeAddress(1, len(self._nodes) + 1))
        return made

    def find(self, name: str) -> DecnetNode | None:
        """The node of that name, or of an address in text or as a number."""
        found = self._nodes.get(name.upper())
        if found is not None:
            return found
        return next((node for node in self if name in (node.address.to_text(), str(node.address.value))), None)

    def __iter__(self) -> Iterator[DecnetNode]:
        return iter(self._nodes.values())

    def __len__(self) -> int:
        return len(self._nodes)

    def reaches(self, one: DecnetNode, other: DecnetNode) -> bool:
        return other.acceptor is not None and (one is other or self._path_is_up(one.name, other.name))

    def path_changed(self) -> None:
        """A circuit went up or down: links without a path are lost."""
        for node in self:
            for link in list(node.links.values()):
                one, other = link.ends
                if one is not other and not self._path_is_up(one.name, other.name):
                    link.lose_path()
