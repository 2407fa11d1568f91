"""What a layered product tells the machine about itself. Products are found through the entry-point group `vmsemu.products`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol

from vmsemu.services.system import System

GROUP = "vmsemu.products"


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A file of the kit: where it goes on the system disk (`[SYS0.SYSCOMMON.SYSMGR]X.COM`), its lines, its protection and owner."""

    spec: str
    text: str
    protection: str = "S:RWED,O:RWED,G:RE,W:RE"
    owner: str = "[1,4]"


@dataclass(frozen=True, slots=True)
class DiskDirectory:
    """A directory of the kit."""

    spec: str
    owner: str = "[1,4]"
    protection: str = "S:RWE,O:RWE,G:RE,W:RE"


class Product(Protocol):
    """A layered product."""

    @property
    def name(self) -> str: ...

    @property
    def image_packages(self) -> tuple[str, ...]: ...

    @property
    def images(self) -> tuple[str, ...]:
        """Names of the images for which an .EXE is put into SYS$SYSTEM."""
        ...

    @property
    def accounts(self) -> tuple[Any, ...]:
        """UafRecord values added to a fresh SYSUAF."""
        ...

    def disk_directories(self) -> Iterable[DiskDirectory]: ...

    def disk_files(self) -> Iterable[DiskFile]: ...

    def attach(self, system: System) -> None:
        """Add the product's parts to a node that is about to boot."""
        ...


def installed_products(names: Iterable[str] | None = None) -> list[Product]:
    """The products of this Python environment, in order of name; `names` chooses among them."""
    wanted = None if names is None else set(names)
    found = sorted(entry_points(group=GROUP), key=lambda e: e.name)
    return [entry.load() for entry in found if wanted is None or entry.name in wanted]
