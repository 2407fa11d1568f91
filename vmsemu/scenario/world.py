"""The world of a scenario: nodes, outside hosts, name service and virtual time, built from the front matter.

One kernel drives every node of the world, so one clock and one order of events hold for all; the same scenario gives the same bytes every time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.dcl import session
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.decnet import DecnetNetwork, DecnetNode
from vmsemu.net.dns_server import ZoneServer
from vmsemu.net.resolver import ResolverOptions
from vmsemu.net.simulated import SimulatedInternet, SimulatedNetwork
from vmsemu.net.stack import NetworkStack
from vmsemu.scenario.document import Scenario, ScenarioError
from vmsemu.scenario.hosts import BEHAVIOURS, OutsideHost
from vmsemu.scenario.session import SessionTerminal
from vmsemu.services.cluster import Cluster
from vmsemu.services.process import Process
from vmsemu.services.stream import CallbackOutput, NullStream
from vmsemu.startup.boot import SYSTEM_DISK
from vmsemu.startup.greeting import greet
from vmsemu.startup.kit import BLOCKS, ROOT
from vmsemu.startup.node import Node, NodeSettings
from vmsemu.startup.product import installed_products
from vmsemu.store.faulty import FaultyStore
from vmsemu.store.memory import MemoryStore

DEFAULT_CLOCK = "14-MAY-2001 10:00:00.00"
NAME_SERVER = "192.0.2.53"
CLIENT = "192.0.2.200"
UNTIL_HEALED = 1_000_000
PATIENCE = DeltaTime.of(days=1)


@dataclass(frozen=True, slots=True)
class _Place:
    """A node's place in a cluster: the node whose system disk it has, and its root on that."""

    cluster: Cluster
    founder: str
    root: str


def _clusters(nodes: dict[str, dict[str, Any]]) -> dict[str, _Place]:
    """The nodes that share a system disk: `cluster: NODE` names the one that has it. Errors: ScenarioError."""
    out: dict[str, _Place] = {}
    for name, options in nodes.items():
        founder = str(options.get("cluster") or "").upper()
        if not founder:
            continue
        if founder not in nodes or nodes[founder].get("cluster"):
            raise ScenarioError(f"node {name}: cluster must name a node that has a system disk")
        first = out.setdefault(founder, _Place(Cluster(), founder, ROOT))
        first.cluster.nodes += 1
        out[name] = _Place(first.cluster, founder, f"SYS{first.cluster.nodes - 1}")
    return out


class World:
    """Everything a scenario acts on."""

    def __init__(self, scenario: Scenario) -> None:
        settings = scenario.world
        start = VmsTime.from_text(str(settings.get("clock") or DEFAULT_CLOCK), VmsTime.of(2001, 5, 14))
        self.kernel = Kernel(VirtualClock(start))
        self.internet = SimulatedInternet()
        self.console: dict[str, list[str]] = {}
        self.hosts: dict[str, OutsideHost] = {}
        self.nodes: dict[str, Node] = {}
        self.addresses: dict[str, str] = {}
        self._clients: dict[str, SimulatedNetwork] = {}
        self._sessions: dict[tuple[str, str], tuple[SessionTerminal, Process]] = {}
        self._stores: dict[str, FaultyStore] = {}
        self._packs: dict[tuple[str, str], MemoryStore] = {}
        self._networks: dict[str, SimulatedNetwork] = {}
        self._seed = int(settings.get("seed") or 0)
        self._units = 0
        self._start_hosts(settings.get("hosts") or {})
        self._start_name_server(str(settings.get("dns") or ""))
        nodes = settings.get("nodes") or {"ALPHA1": {}}
        self.decnet = DecnetNetwork(self._path_is_up) if len(nodes) > 1 else None
        self._clusters = _clusters({name.upper(): options or {} for name, options in nodes.items()})
        self._users: dict[str, int] = {}
        for name, options in nodes.items():
            self._add_node(name.upper(), options or {})

    # -- building -------------------------------------------------------------------------------------------------------------------

    def client(self, address: str = CLIENT) -> SimulatedNetwork:
        """A machine of the outside that only calls."""
        if address not in self._clients:
            self._clients[address] = self.internet.attach(self.kernel, address)
        return self._clients[address]

    def _path_is_up(self, one: str, other: str) -> bool:
        """A circuit of DECnet lies where the path of the internet does."""
        return self.internet.path_is_up(self._networks[one], self._networks[other])

    def _start_hosts(self, hosts: dict[str, Any]) -> None:
        for name, options in hosts.items():
            behaviour = str(options.get("smtp", "accept"))
            if behaviour not in BEHAVIOURS:
                raise ScenarioError(f"host {name}: smtp must be one of {', '.join(BEHAVIOURS)}")
            host = OutsideHost(name, str(options["address"]), behaviour)
            host.start(self.kernel, self.internet)
            self.hosts[name] = host
            self.addresses[name.lower()] = host.address

    def _start_name_server(self, zone: str) -> None:
        records = "".join(f"{name}. A {host.address}\n" for name, host in self.hosts.items())
        network = self.internet.attach(self.kernel, NAME_SERVER)
        network.serve_datagrams(53, ZoneServer(zone + "\n" + records).serve)
        self.addresses["dns"] = NAME_SERVER

    def _add_node(self, name: str, options: dict[str, Any]) -> None:
        address = str(options.get("address") or f"192.0.2.{1 + len(self.nodes)}")
        domain = str(options.get("domain") or "example.com")
        self.addresses[f"{name.lower()}.{domain}"] = self.addresses[name.lower()] = address
        self._stores.setdefault(self._disk(name), FaultyStore(MemoryStore()))
        self._networks[name] = self.internet.attach(self.kernel, address)
        configured = str(options.get("tcpip") or "configured")
        if configured not in ("configured", "unconfigured"):
            raise ScenarioError(f"node {name}: tcpip must be configured or unconfigured")
        self._boot(name, domain, options.get("products"), fresh=True, configured=configured == "configured")
        users = options.get("users") or []
        if users:
            self._create_users(name, users)

    def _disk(self, name: str) -> str:
        """The node whose system disk a node has: its own, or that of the first in its cluster."""
        return self._clusters[name].founder if name in self._clusters else name

    def _boot(self, name: str, domain: str, products: Any, *, fresh: bool, configured: bool = True) -> None:
        lines = self.console.setdefault(name, [])
        place = self._clusters.get(name)
        settings = NodeSettings(
            name=name, domain=domain, seed=self._seed, products=installed_products(products),
            configured=configured, packs=lambda drive: self._packs.setdefault((name, drive), MemoryStore()), decnet=self._decnet_node(name),
            cluster=place.cluster if place is not None else None, root=place.root if place is not None else ROOT,
        )  # fmt: skip
        stack = NetworkStack(self._networks[name], ResolverOptions((NAME_SERVER,)))
        node = Node(self.kernel, self._stores[self._disk(name)], settings, stack, fresh=fresh)
        self.nodes[name] = node
        startup = node.boot(CallbackOutput(lines.append))
        if not self.kernel.run_until_done(lambda: startup.ended.done, VmsTime(self.kernel.now + PATIENCE)):
            raise ScenarioError(f"node {name} does not boot: {''.join(lines[-5:])}")

    def _decnet_node(self, name: str) -> DecnetNode | None:
        """The node in the network that all nodes of a scenario form; a node alone has none."""
        if self.decnet is None:
            return None
        return self.decnet.find(name) or self.decnet.attach(self.kernel, name)

    def _create_users(self, name: str, users: Sequence[str]) -> None:
        from vmsemu.startup.users import create_user

        made = self._users.get(self._disk(name), 0)
        for at, user in enumerate(users, made):
            create_user(self.nodes[name].system, str(user).upper(), at + 2)
        self._users[self._disk(name)] = made + len(users)
        self.kernel.run_until_idle()

    # -- finding --------------------------------------------------------------------------------------------------------------------

    def node(self, name: str) -> Node:
        """Errors: ScenarioError."""
        found = self.nodes.get(name.upper())
        if found is None:
            raise ScenarioError(f"there is no node {name}")
        return found

    def address(self, name: str) -> str:
        """The address of a node, host or address text. Errors: ScenarioError."""
        found = self.addresses.get(name.lower())
        if found is None and self.internet.host_at(name) is None:
            raise ScenarioError(f"there is no host {name}")
        return found or name

    def session(self, node: str, user: str) -> tuple[SessionTerminal, Process]:
        """The terminal session of that user on that node; a new one when there is none, or it has ended."""
        key = (node.upper(), user.upper())
        found = self._sessions.get(key)
        if found is not None and not found[1].ended.done:
            return found
        self._units += 1
        terminal = SessionTerminal(self.kernel, f"FTA{self._units}:")
        machine = self.node(node)
        machine.system.devices.add(terminal)

        async def main(process: Process) -> ConditionValue:
            greet(process)
            return await session.interactive(process, login=True)

        try:
            process = machine.login(user.upper(), terminal, terminal, main, terminal=terminal.name)
        except VmsError as error:
            raise ScenarioError(f"{user} cannot log in on {node}: {error}") from None
        terminal.owner = process
        self._sessions[key] = terminal, process
        self.run_until(lambda: terminal.waiting_prompt is not None or process.ended.done)
        terminal.take_screen()
        return self._sessions[key]

    def restart(self, name: str, *, crash: bool) -> None:
        """Boot a node again: after SHUTDOWN.COM, or as after a power failure, with what was committed and nothing else.

        A disk that other members of a cluster go on using keeps what the node had written to it.
        """
        name = name.upper()
        node, store = self.node(name), self._stores[self._disk(name)]
        is_shared = name in self._clusters and len(self._clusters[name].cluster) > 1
        if crash and not is_shared:
            self._stores[self._disk(name)] = store.committed()
        if crash:
            self._packs |= {key: pack.committed() for key, pack in self._packs.items() if key[0] == name}
        else:
            ending = node.shutdown(NullStream())
            self.run_until(lambda: ending.ended.done)
        node.halt()
        self.kernel.run_until_idle()
        if not is_shared:
            self.kernel.committers.remove(store)
        node.power_off()
        self._networks[name].reset()
        self._sessions = {key: found for key, found in self._sessions.items() if key[0] != name}
        self._boot(name, node.settings.domain, [product.name for product in node.settings.products], fresh=False)

    def fill_disk(self, node: str, full: bool) -> None:
        """Take away every free block of a node's system disk, or give it its size back."""
        volume = self.node(node).system.devices.volume(SYSTEM_DISK)
        volume.blocks = volume.blocks - volume.free_blocks if full else BLOCKS

    def fail_disk(self, node: str, failing: bool) -> None:
        """Let a node's system disk refuse every commit, or take them again."""
        self.node(node)
        self._stores[self._disk(node.upper())].fail_commits(UNTIL_HEALED if failing else 0)

    def paths_changed(self) -> None:
        """A host or a path between two went up or down."""
        if self.decnet is not None:
            self.decnet.path_changed()

    # -- running --------------------------------------------------------------------------------------------------------------------

    def run_until(self, condition: Callable[[], bool]) -> bool:
        """Run, moving the clock where nothing else moves, until the condition holds; then let everything that is ready finish."""
        done = self.kernel.run_until_done(condition, VmsTime(self.kernel.now + PATIENCE))
        self.kernel.run_until_idle()
        return done

    def settle(self) -> None:
        """Let everything happen that happens without the clock moving."""
        self.kernel.run_until_idle()

    def advance(self, delta: DeltaTime) -> None:
        """Move the clock, running whatever falls due on the way."""
        self.kernel.run_until(VmsTime(self.kernel.now + delta))
