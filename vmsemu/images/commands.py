"""The command tables of DCL (DCLTABLES): every .CLD file beside an image, and those of DCL itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from vmsemu.tables.cld import CommandTable, Module


def load_command_tables(extra_packages: Sequence[str] = ()) -> CommandTable:
    """The table DCL starts with. Products add packages laid out like vmsemu.images."""
    table = CommandTable()
    for path in _sources(("vmsemu.dcl", "vmsemu.images", *extra_packages)):
        table.add(Module(path.read_text(encoding="ascii"), path.name))
    return table


def _sources(packages: Sequence[str]) -> Iterator[Path]:
    """The .cld files of each package and of the folders directly in it, in order of name."""
    for package in packages:
        spec = find_spec(package)
        for folder in spec.submodule_search_locations or () if spec is not None else ():
            yield from sorted(Path(folder).glob("*.cld"))
            yield from sorted(Path(folder).glob("*/*.cld"))
