#!/usr/bin/env python3
"""An outage of a day, replayed under virtual time: messages are queued for a domain that can not be reached, and all go out when it is back.

    .venv/bin/python scripts/bench/outage.py [MESSAGES] [--queues N] [--kind unreachable|refused|silent|busy|deferring] [--days N]

The messages are queued in the first hour. With the host `unreachable` (the network says so) or the connection `refused` every message is tried at
every interval, and so it is when the host answers 421 (`busy`) or 451 to each recipient (`deferring`); `silent`: each attempt waits SEND_TIMEOUT.
Prints the seconds of each stage, the microseconds of an attempt, both of processor time, and what 100,000 messages would take if each cost the same;
checks that nothing is left and nothing came twice. The outage is virtual: the longer part is not the waiting but the attempts. That their cost does
not grow with the queue is seen by giving ten times the messages.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from smtp.control_file.control_file import ControlFile, Recipient
from smtp.message.address import Address
from smtp.node import SmtpNode
from smtp.product import PRODUCT
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.dns_server import ZoneServer
from vmsemu.net.resolver import ResolverOptions
from vmsemu.net.simulated import SimulatedInternet
from vmsemu.net.stack import NetworkStack
from vmsemu.queue.manager import QueueManager
from vmsemu.scenario.hosts import OutsideHost
from vmsemu.services.stream import CallbackOutput, ListInput
from vmsemu.startup.node import Node, NodeSettings
from vmsemu.store.memory import MemoryStore

NODE, RELAY, NAMED = "192.0.2.1", "192.0.2.11", "192.0.2.53"
ZONE = "dest.example.org. MX 10 relay.example.org.\nrelay.example.org. A 192.0.2.11\n"
HOUR = DeltaTime.of(hours=1)
GOAL = 100_000
BEHAVIOURS = {"silent": "accept", "busy": "defer", "deferring": "defer-rcpt"}


class Outage:
    """One node and the relay that it can not reach."""

    def __init__(self, queues: int, kind: str) -> None:
        self.kernel = Kernel(VirtualClock(VmsTime.of(2001, 5, 14, 10)))
        self.internet = SimulatedInternet()
        self.internet.attach(self.kernel, NAMED).serve_datagrams(53, ZoneServer(ZONE).serve)
        stack = NetworkStack(self.internet.attach(self.kernel, NODE), ResolverOptions((NAMED,)))
        self.node = Node(self.kernel, MemoryStore(), NodeSettings(products=[PRODUCT]), stack, fresh=True)
        startup = self.node.boot(CallbackOutput(lambda _: None))
        self.kernel.run_until_done(lambda: startup.ended.done)
        self.queues = self.node.system.part(QueueManager)
        self.relay = OutsideHost("relay.example.org", RELAY, BEHAVIOURS.get(kind, "accept"))
        self.kind = kind
        if kind == "refused":
            self.internet.attach(self.kernel, RELAY)
        elif kind != "unreachable":
            self.relay.start(self.kernel, self.internet)
        if kind == "silent":
            self.internet.set_host(RELAY, up=False)
        self._dcl(f"$ TCPIP SET CONFIGURATION SMTP/QUEUES={queues}", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")

    def _dcl(self, *commands: str) -> None:
        from vmsemu.dcl import session

        out: list[str] = []

        async def main(process: object) -> object:
            return await session.procedure_lines(process, list(commands), [], login=False)  # type: ignore[arg-type]

        process = self.node.login("SYSTEM", ListInput([]), CallbackOutput(out.append), main)  # type: ignore[arg-type]
        self.kernel.run_until_done(lambda: process.ended.done)
        if out:
            raise SystemExit("".join(out))

    def submit(self, messages: int) -> None:
        """Queue the messages in one hour."""
        smtp = self.node.system.part(SmtpNode)
        process = next(p for p in self.node.system.processes if p.username == "SYSTEM")
        text = tuple(b"This is line %d of a message of two kilobytes." % n for n in range(44))
        headers = (b"From: smith@alpha1.example.com", b"To: jones@dest.example.org", b"Subject: Outage")
        sender = Address("smith", "alpha1.example.com")
        step = DeltaTime(int(HOUR) // messages)
        for number in range(messages):
            to = Address(f"u{number}", "dest.example.org")
            smtp.enqueue(process, ControlFile(self.kernel.now, "SMITH", sender, [Recipient(to)], headers, text), "SMITH")
            self.kernel.run_until(VmsTime(self.kernel.now + step))

    def end(self) -> None:
        """The relay is back."""
        self.relay.behaviour = "accept"
        if self.kind == "refused":
            refusing = self.internet.host_at(RELAY)
            assert refusing is not None
            self.internet.detach(refusing)
        if self.kind in ("unreachable", "refused"):
            self.relay.start(self.kernel, self.internet)
        else:
            self.internet.set_host(RELAY, up=True)

    def attempts(self) -> int:
        """How many attempts have been made, of the messages that still wait."""
        process = next(p for p in self.node.system.processes if p.username == "SYSTEM")
        total = 0
        for entry in self.queues.entries.values():
            with process.files.open(entry.files[0].spec, shared=True) as file:
                total += ControlFile.from_bytes(b"".join(file), entry.name).attempts
        return total


@contextmanager
def stage(what: str, messages: int) -> Iterator[list[float]]:
    """Print what a stage took; the list gets its seconds of processor time."""
    spent: list[float] = []
    begin = time.process_time()
    yield spent
    spent.append(time.process_time() - begin)
    print(f"{what:<34}{spent[0]:>9.2f} s{spent[0] / messages * 1e6:>10.0f} us/message", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("messages", type=int, nargs="?", default=2000)
    parser.add_argument("--queues", type=int, default=1)
    parser.add_argument("--days", type=float, default=1.0)
    parser.add_argument("--kind", choices=("unreachable", "refused", *BEHAVIOURS), default="refused")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    messages = arguments.messages
    world = Outage(arguments.queues, arguments.kind)
    profile = cProfile.Profile()
    if arguments.profile:
        profile.enable()
    began = time.perf_counter()
    with stage("queued in the first hour", messages) as queued:
        world.submit(messages)
    before = world.attempts()
    back = VmsTime(world.kernel.now + DeltaTime(int(int(HOUR) * (24 * arguments.days - 1))))
    with stage("the rest of the outage", messages) as waited:
        world.kernel.run_until(back)
    attempts = world.attempts()
    world.end()
    with stage("delivery afterwards", messages) as delivering:
        limit = VmsTime(world.kernel.now + DeltaTime.of(days=2))
        world.kernel.run_until_done(lambda: not world.queues.entries, limit)
    profile.disable()
    seconds = time.perf_counter() - began
    delivered = [m.recipients[0] for m in world.relay.messages]
    assert len(delivered) == len(set(delivered)) == messages and not world.queues.entries, (len(delivered), len(world.queues.entries))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{messages:,} messages, {attempts:,} failed attempts, all delivered once: {seconds:.1f} s, {memory} MB")
    each = waited[0] / max(1, attempts - before)
    total = (queued[0] + waited[0] + delivering[0]) / messages * GOAL
    print(f"{each * 1e6:.0f} us an attempt; {GOAL:,} messages: {attempts / messages * GOAL:,.0f} attempts, {total:.0f} s")
    if arguments.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
