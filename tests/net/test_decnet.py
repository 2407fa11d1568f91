"""DECnet: links between the nodes of one network, and how they fail."""

from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net import decnet
from vmsemu.net.decnet import MAXIMUM_LINKS, WINDOW, ConnectRequest, DecnetNetwork, LogicalLink
from vmsemu.tables.facilities import SS


class Pair:
    """ALPHA1 and BETA1 with a circuit that can be cut. BETA1 keeps the connects that come in."""

    def __init__(self) -> None:
        self.kernel = Kernel(VirtualClock(VmsTime.of(2001, 5, 14, 10)))
        self.is_up = True
        self.network = DecnetNetwork(lambda one, other: self.is_up)
        self.alpha = self.network.attach(self.kernel, "ALPHA1")
        self.beta = self.network.attach(self.kernel, "BETA1")
        self.requests: list[ConnectRequest] = []
        self.alpha.acceptor = self.beta.acceptor = self.requests.append

    def start(self, body: Coroutine[Any, Any, Any]) -> list[Any]:
        """Run it as far as it goes; its result or condition, when there is one."""
        out: list[Any] = []

        async def run() -> None:
            try:
                out.append(await body)
            except VmsError as error:
                out.append(error)

        self.kernel.start(run(), "test")
        self.kernel.run_until_idle()
        return out

    def linked(self) -> tuple[LogicalLink, LogicalLink]:
        """The ends at ALPHA1 and BETA1."""
        out = self.start(self.alpha.connect("BETA1", 27, "SMITH", b"hello"))
        far = self.requests.pop().accept(b"welcome")
        self.kernel.run_until_idle()
        assert out[0][1] == b"welcome"
        return out[0][0], far


@pytest.fixture
def pair() -> Pair:
    return Pair()


def failed(out: list[Any], reason: MessageDefinition) -> bool:
    return len(out) == 1 and isinstance(out[0], VmsError) and out[0].matches(reason)


def test_a_connect_brings_user_data_and_takes_the_answer(pair: Pair) -> None:
    out = pair.start(pair.alpha.connect("beta1", 27, "SMITH", bytes(range(20))))
    (request,) = pair.requests
    assert (request.object_number, request.user, request.data, request.link.partner) == (27, "SMITH", bytes(range(16)), "ALPHA1")
    assert not out, "the connect waits for its answer"
    request.accept(b"yes")
    pair.kernel.run_until_idle()
    assert out[0][1] == b"yes"


def test_nodes_are_found_by_name_and_address(pair: Pair) -> None:
    assert [pair.network.find(name) for name in ("Beta1", "1.2", "1026")] == [pair.beta] * 3


@pytest.mark.parametrize("reason", [SS.INVLOGIN, SS.NOSUCHOBJ, SS.REJECT])
def test_a_refused_connect_fails_with_the_reason(pair: Pair, reason: MessageDefinition) -> None:
    out = pair.start(pair.alpha.connect("BETA1", 27, "SMITH"))
    pair.requests.pop().reject(reason)
    pair.kernel.run_until_idle()
    assert failed(out, reason)
    assert not pair.alpha.links
    assert not pair.beta.links


def test_unknown_and_absent_nodes(pair: Pair) -> None:
    assert failed(pair.start(pair.alpha.connect("NOWHERE", 27, "SMITH")), SS.NOSUCHNODE)
    pair.is_up = False
    assert failed(pair.start(pair.alpha.connect("BETA1", 27, "SMITH")), SS.UNREACHABLE)
    pair.is_up = True
    pair.beta.close()
    assert failed(pair.start(pair.alpha.connect("BETA1", 27, "SMITH")), SS.UNREACHABLE)


def test_a_connect_that_nobody_answers_fails_after_the_outgoing_timer(pair: Pair) -> None:
    out = pair.start(pair.alpha.connect("BETA1", 27, "SMITH"))
    pair.kernel.run_until(VmsTime(pair.kernel.now + decnet.OUTGOING_TIMER))
    assert failed(out, SS.CONNECFAIL)
    with pytest.raises(VmsError):
        pair.requests.pop().accept()
    assert not pair.beta.links


def test_a_path_lost_while_a_connect_waits_ends_it(pair: Pair) -> None:
    out = pair.start(pair.alpha.connect("BETA1", 27, "SMITH"))
    pair.is_up = False
    pair.network.path_changed()
    pair.kernel.run_until_idle()
    assert failed(out, SS.PATHLOST)


def test_there_are_so_many_links_and_no_more(pair: Pair) -> None:
    for _ in range(MAXIMUM_LINKS):
        pair.linked()
    assert failed(pair.start(pair.alpha.connect("BETA1", 27, "SMITH")), SS.NOLINKS)
    gamma = pair.network.attach(pair.kernel, "GAMMA1")
    assert failed(pair.start(gamma.connect("BETA1", 27, "SMITH")), SS.REMRSRC)


@given(st.lists(st.binary(max_size=40), max_size=8), st.integers(1, 7))
def test_records_arrive_whole_however_they_are_cut(records: list[bytes], segment: int) -> None:
    pair = Pair()
    near, far = pair.linked()
    before, decnet.SEGMENT = decnet.SEGMENT, segment
    try:

        async def send() -> None:
            for record in records:
                await near.send(record)
            near.disconnect()

        async def receive() -> list[bytes]:
            got = []
            while True:
                try:
                    got.append(await far.receive())
                except VmsError:
                    return got

        pair.start(send())
        (got,) = pair.start(receive())
    finally:
        decnet.SEGMENT = before
    assert got == records


def test_a_sender_waits_for_a_partner_that_does_not_read(pair: Pair) -> None:
    near, far = pair.linked()

    async def send() -> str:
        for _ in range(WINDOW + 1):
            await near.send(b"x")
        return "sent"

    out = pair.start(send())
    assert not out
    pair.start(far.receive())
    assert out == ["sent"]


@pytest.mark.parametrize(("end", "here", "there"), [
    ("disconnect", SS.LINKDISCON, SS.LINKDISCON), ("abort", SS.LINKABORT, SS.LINKABORT), ("lose_path", SS.PATHLOST, SS.PATHLOST),
])  # fmt: skip
def test_both_ends_find_out_that_a_link_is_over(pair: Pair, end: str, here: MessageDefinition, there: MessageDefinition) -> None:
    near, far = pair.linked()
    waiting = pair.start(far.receive())
    getattr(near, end)()
    pair.kernel.run_until_idle()
    assert failed(waiting, there)
    assert failed(pair.start(near.send(b"x")), here)
    assert failed(pair.start(far.send(b"x")), there)
    assert not pair.alpha.links
    assert not pair.beta.links


def test_what_arrived_before_the_end_can_be_read(pair: Pair) -> None:
    near, far = pair.linked()
    pair.start(near.send(b"last words"))
    near.disconnect()
    assert pair.start(far.receive()) == [b"last words"]
    assert failed(pair.start(far.receive()), SS.LINKDISCON)


def test_a_node_that_goes_off_loses_its_links(pair: Pair) -> None:
    near, _ = pair.linked()
    pair.beta.close()
    assert failed(pair.start(near.receive()), SS.PATHLOST)
