"""An OpenVMS Cluster as its members see it: who they are, their identifications, and what they have in common.

A member joins when it boots and leaves when it stops; one that comes back has a new identification (its place in the cluster in the low word, how
often that was taken in the high word). Every member has one vote.

Left out: quorum is computed but never lost, and nothing hangs. Source: OpenVMS Cluster Systems; System Services Reference, $GETSYI.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vmsemu.base.time import VmsTime

if TYPE_CHECKING:
    from vmsemu.files.volume import Volume
    from vmsemu.services.system import System

_FIRST_PID = 0x20000101
_NODE_SHIFT = 21
_NEVER = VmsTime(0)
SYSTEM_ID = 1024
"""SCSSYSTEMID of the member at place n is this plus n, its DECnet address 1.n."""


@dataclass(eq=False)
class Cluster:
    """The members by name. `nodes` is how many may become members; `disk` is their common system disk, once the first has it; `formed` is when
    the first came.
    """

    nodes: int = 1
    disk: Volume | None = None
    formed: VmsTime = _NEVER
    _places: dict[str, int] = field(default_factory=dict)
    _sequences: dict[str, int] = field(default_factory=dict)
    _members: dict[str, System] = field(default_factory=dict)

    def place(self, name: str) -> int:
        """The number of a node in the cluster, from 1; it keeps it."""
        return self._places.setdefault(name, len(self._places) + 1)

    def first_pid(self, name: str) -> int:
        """Where the process identifications of that node begin."""
        return _FIRST_PID | self.place(name) << _NODE_SHIFT

    def join(self, system: System) -> None:
        if not self._members:
            self.formed = system.now
        name = system.node_name
        self._sequences[name] = self._sequences.get(name, 0) + 1
        self._members[name] = system
        system.add_part(self)
        system.processes.elsewhere = lambda: (member.processes for member in self if member is not system)

    def leave(self, name: str) -> None:
        self._members.pop(name, None)
        if not self._members:
            self.disk = None

    def member(self, name: str) -> System | None:
        """The member of that name."""
        return self._members.get(name.upper().removesuffix("::"))

    def __iter__(self) -> Iterator[System]:
        """The members in order of their places."""
        return iter(sorted(self._members.values(), key=lambda system: self.place(system.node_name)))

    def __len__(self) -> int:
        return len(self._members)

    def csid(self, name: str) -> str:
        """The cluster system identification of a member."""
        return f"{self._sequences.get(name, 0) << 16 | self.place(name):08X}"


def members(system: System) -> list[System]:
    """The nodes of the cluster that a node is in, itself included; itself alone without one."""
    found: Cluster | None = system.parts.get(Cluster)
    return list(found) if found is not None and found.member(system.node_name) is system else [system]
