"""The running system as every image and every service sees it: one object per node, from which all state is reached.

Floors above this one put their own part (queue manager, mail, network, ...) under its type with `add_part`, so that a layered product can
do the same and nobody below needs to know it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from vmsemu.base.time import VmsTime
from vmsemu.kernel.kernel import Kernel
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.base.condition import ConditionValue
    from vmsemu.files.mount import DeviceTable
    from vmsemu.lnm.names import LogicalNames
    from vmsemu.security.rights import RightsDatabase
    from vmsemu.security.sysuaf import Sysuaf
    from vmsemu.services.loginout import LoginSource
    from vmsemu.services.process import Process, ProcessTable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Profile:
    """The personality of the machine: what banners, F$GETSYI and HELP say it is."""

    arch_name: str = "Alpha"
    version: str = "V7.3"
    hw_name: str = "AlphaServer DS10 617 MHz"
    hw_model: int = 1970
    tcpip_version: str = "V5.1-15"
    operating_system: str = "OpenVMS (TM) Alpha Operating System, Version V7.3"


@dataclass
class System:
    """A booted (or booting) node.

    `decnet_address` is area and number, where DECnet is on. `on_bugcheck` is told of an exception that is a fault of this program, not of a user.
    `process_started` and `process_ended` are told of each process, `login_failed` of each login that is refused (accounting, auditing).
    """

    kernel: Kernel
    node_name: str
    domain: str
    profile: Profile
    boot_time: VmsTime
    devices: DeviceTable
    logical_names: LogicalNames
    processes: ProcessTable
    sysuaf: Sysuaf
    rights: RightsDatabase
    entropy: Entropy
    parts: dict[type, Any] = field(default_factory=dict)
    interactive_limit: int = 64
    decnet_address: tuple[int, int] | None = None
    on_bugcheck: Callable[[Process, BaseException], None] | None = None
    process_started: list[Callable[[Process], None]] = field(default_factory=list)
    process_ended: list[Callable[[Process], None]] = field(default_factory=list)
    login_failed: list[Callable[[str, LoginSource, ConditionValue], None]] = field(default_factory=list)

    @property
    def now(self) -> VmsTime:
        return self.kernel.now

    @property
    def host_name(self) -> str:
        """The fully qualified internet host name, lower case."""
        return f"{self.node_name.lower()}.{self.domain}"

    def process_ended_actions(self, process: Process) -> list[Callable[[], None]]:
        """What is to be told of the end of a process, as calls."""
        return [partial(action, process) for action in self.process_ended]

    def add_part(self, part: object, kind: type | None = None) -> None:
        """Register a subsystem under its own class, or the one it stands for."""
        self.parts[kind or type(part)] = part

    def part(self, kind: type[T]) -> T:
        """The subsystem of that class; SS.NOSUCHDEV when this node has none."""
        found: T | None = self.parts.get(kind)
        if found is None:
            raise SS.NOSUCHDEV.error()
        return found


class Entropy:
    """Chance as a plug: a small deterministic generator by default (replay); the host puts true entropy in its place.

    SplitMix64, chosen for its size and because its sequence is the same everywhere.
    """

    def __init__(self, seed: int = 0) -> None:
        self._state = seed & 0xFFFFFFFFFFFFFFFF

    def next64(self) -> int:
        """The next 64-bit value."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        return z ^ (z >> 31)

    def below(self, limit: int) -> int:
        """A value 0 <= v < limit."""
        return self.next64() % limit
