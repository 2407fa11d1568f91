"""A way in: the seeds its input is made from, how a machine is given that input, and the machine it needs.

A case is a way, a user, and bytes; nothing else decides what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.fuzz.machine import FuzzMachine

Give = Callable[[Any, bytes], None]


@dataclass(frozen=True)
class Way:
    """One way in."""

    seeds: Callable[[], Sequence[bytes]]
    give: Give
    machine: Callable[[str], FuzzMachine] = FuzzMachine


def lines_of(data: bytes) -> list[str]:
    """Lines, at most 40."""
    return [line for line in data.decode("latin-1").replace("\r", "\n").split("\n")][:40]
