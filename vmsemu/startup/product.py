"""What a layered product tells the machine about itself. Products are found through the entry-point group `vmsemu.products`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vmsemu.security.sysuaf import UafRecord
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


@dataclass(frozen=True, slots=True)
class Configured:
    """What the configuration of a product leaves behind. A fresh disk whose products come configured has it from the beginning.

    `groups` are identifiers for UIC groups, name and group number. `commands` are lines of SYSTARTUP_VMS.COM and SYSHUTDWN.COM that are
    comments there until the product is configured.
    """

    accounts: tuple[UafRecord, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    directories: tuple[DiskDirectory, ...] = ()
    files: tuple[DiskFile, ...] = ()
    commands: tuple[str, ...] = ()


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
    def shareable_images(self) -> tuple[str, ...]:
        """The same for SYS$SHARE."""
        ...

    def configured(self) -> Configured: ...

    def disk_directories(self) -> Iterable[DiskDirectory]: ...

    def disk_files(self) -> Iterable[DiskFile]: ...

    def attach(self, system: System) -> None:
        """Add the product's parts to a node that is about to boot."""
        ...


def installed_products(names: Iterable[str] | None = None) -> list[Product]:
    """The products of this Python environment, in order of name; `names` chooses among them."""
    wanted = None if names is None else set(names)
    return [_load(target) for name, target in sorted(_entries().items()) if wanted is None or name in wanted]


def _entries() -> dict[str, str]:
    """The entry points of the group, read from the installed packages' metadata files.

    importlib.metadata does the same, but importing it takes longer than a boot; it is asked only where there are no such files.
    """
    found: dict[str, str] = {}
    for folder in sys.path:
        for file in Path(folder or ".").glob("*-info/entry_points.txt"):
            text = file.read_text(encoding="utf-8")
            if GROUP in text:
                found.update(_section(text))
    if not found:
        from importlib.metadata import entry_points

        found = {entry.name: entry.value for entry in entry_points(group=GROUP)}
    return found


def _section(text: str) -> dict[str, str]:
    body = text.partition(f"[{GROUP}]")[2].partition("\n[")[0]
    pairs = (line.partition("=") for line in body.splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _load(target: str) -> Product:
    module, _, name = target.partition(":")
    product: Product = getattr(import_module(module), name)
    return product
