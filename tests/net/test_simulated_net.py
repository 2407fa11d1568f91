"""The internet in memory: connections, refusals, cut links, restarts, datagrams."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.simulated import SimulatedConnection, SimulatedInternet
from vmsemu.tables.facilities import SS

A, B = "192.0.2.1", "192.0.2.2"


class World:
    def __init__(self) -> None:
        self.kernel = Kernel(VirtualClock(VmsTime.of(2001, 5, 14, 10)))
        self.internet = SimulatedInternet()
        self.a = self.internet.attach(self.kernel, A)
        self.b = self.internet.attach(self.kernel, B)

    def run(self, body: Coroutine[Any, Any, Any]) -> Any:
        task = self.kernel.start(body, "TEST")
        task.on_exit.append(lambda _: None)
        self.kernel.run_until_done(lambda: task.finished)
        if task.error is not None:
            raise task.error
        assert task.finished
        return task.result

    def soon(self, seconds: int = 10) -> VmsTime:
        return self.kernel.now + DeltaTime.of(seconds=seconds)

    async def pair(self) -> tuple[SimulatedConnection, SimulatedConnection]:
        listener = self.b.listen("0.0.0.0", 25)
        near = await self.a.connect(B, 25)
        far = await listener.accept()
        listener.close()
        return near, far


async def failing(awaitable: Coroutine[Any, Any, Any]) -> VmsError:
    try:
        await awaitable
    except VmsError as error:
        return error
    raise AssertionError("no error")


def test_bytes_arrive_in_order_and_the_end_is_seen() -> None:
    world = World()

    async def body() -> None:
        near, far = await world.pair()
        assert near.peer == (B, 25) and far.peer == near.local and far.peer[0] == A
        near.write(b"hello ")
        near.write(b"world")
        assert await far.read(8) == b"hello wo"
        assert await far.read() == b"rld"
        near.close()
        assert await far.read() == b""
        assert await far.read() == b""

    world.run(body())


def test_a_port_nobody_listens_on_rejects_and_an_unknown_address_is_unreachable() -> None:
    world = World()

    async def body() -> None:
        assert (await failing(world.a.connect(B, 25))).matches(SS.REJECT)
        assert (await failing(world.a.connect("192.0.2.99", 25))).matches(SS.UNREACHABLE)

    world.run(body())


def test_a_host_that_is_down_is_waited_for_until_the_deadline() -> None:
    world = World()
    world.b.listen("0.0.0.0", 25)
    world.internet.set_host(B, False)

    async def body() -> None:
        assert (await failing(world.a.connect(B, 25, deadline=world.soon()))).matches(SS.TIMEOUT)

    started = world.kernel.now
    world.run(body())
    assert world.kernel.now - started == DeltaTime.of(seconds=10)


def test_what_is_written_over_a_cut_link_arrives_when_the_link_is_mended() -> None:
    world = World()

    async def body() -> None:
        near, far = await world.pair()
        world.internet.set_link(A, B, False)
        near.write(b"late")
        assert (await failing(far.read(deadline=world.soon()))).matches(SS.TIMEOUT)
        world.internet.set_link(A, B, True)
        assert await far.read() == b"late"

    world.run(body())


def test_a_restart_aborts_the_connections_of_both_sides() -> None:
    world = World()

    async def body() -> None:
        near, far = await world.pair()
        world.b.reset()
        assert (await failing(near.read())).matches(SS.LINKABORT)
        assert (await failing(far.read())).matches(SS.LINKABORT)
        with pytest.raises(VmsError):
            near.write(b"x")

    world.run(body())


def test_a_closed_end_can_not_be_used() -> None:
    world = World()

    async def body() -> None:
        near, _ = await world.pair()
        near.close()
        near.close()
        assert (await failing(near.read())).matches(SS.LINKDISCON)

    world.run(body())


def test_a_port_can_be_listened_on_once_and_again_after_it_is_closed() -> None:
    world = World()
    listener = world.a.listen("0.0.0.0", 25)
    with pytest.raises(VmsError) as caught:
        world.a.listen(A, 25)
    assert caught.value.matches(SS.DUPLNAM)
    listener.close()
    world.a.listen(A, 25)
    with pytest.raises(VmsError):
        world.a.listen(B, 26)


def test_closing_a_listener_ends_the_wait_for_connections() -> None:
    world = World()
    listener = world.a.listen("0.0.0.0", 25)
    task = world.kernel.start(failing(listener.accept()), "ACCEPT")
    world.kernel.run_until_idle()
    listener.close()
    world.kernel.run_until_idle()
    assert task.finished and task.result.matches(SS.LINKDISCON)


def test_the_loopback_address_is_the_node_itself() -> None:
    world = World()
    listener = world.a.listen("0.0.0.0", 25)

    async def body() -> None:
        near = await world.a.connect("127.0.0.1", 25)
        far = await listener.accept()
        assert far.peer[0] == "127.0.0.1"
        near.write(b"x")
        assert await far.read() == b"x"

    world.run(body())


def test_a_datagram_is_answered_or_times_out() -> None:
    world = World()
    world.b.serve_datagrams(53, lambda data, source: None if data == b"?" else data + source.encode())

    async def body() -> None:
        assert await world.a.query(B, 53, b"x") == b"x" + A.encode()
        assert (await failing(world.a.query(B, 53, b"?", deadline=world.soon()))).matches(SS.TIMEOUT)
        assert (await failing(world.a.query(B, 54, b"x"))).matches(SS.REJECT)

    world.run(body())


def test_a_reader_that_is_slow_holds_the_writer_in_flush() -> None:
    world = World()

    async def body() -> None:
        near, far = await world.pair()
        near.write(bytes(3 << 20))
        assert (await failing(near.flush(deadline=world.soon(1)))).matches(SS.TIMEOUT)
        while len(await far.read(1 << 20)) and far._buffer:
            pass
        await near.flush(deadline=world.soon(1))

    world.run(body())
