"""The command tables of DCL (SYS$SHARE:DCLTABLES.EXE), built from the .CLD files beside the code.

The files are vmsemu/dcl/dcl.cld and vmsemu/images/<image>/<image>.cld, and the same layout in the image packages of layered products. Any
other .CLD file in such a folder is a utility's own table, for its own prompt, and is not read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from os import scandir
from os.path import basename, exists, join

from vmsemu.tables.cld import CommandTable, Module

_OWN = ("vmsemu.dcl", "vmsemu.images")


def load_command_tables(extra_packages: Sequence[str] = ()) -> CommandTable:
    """A fresh table of all verbs, those of `extra_packages` included. It shares compiled verbs with other tables."""
    table = CommandTable()
    for package in (*_OWN, *extra_packages):
        for module in _modules(package):
            table.add(module)
    return table


@cache
def _modules(package: str) -> tuple[Module, ...]:
    """The command definitions of a package and of the folders right below it, in alphabetical order. They are read once."""
    spec = find_spec(package)
    folders: list[str] = []
    for top in spec.submodule_search_locations or () if spec is not None else ():
        folders += [top, *sorted(e.path for e in scandir(top) if e.name[0] not in "._" and e.is_dir())]
    modules = []
    for folder in folders:
        name = basename(folder) + ".cld"
        if exists(join(folder, name)):
            with open(join(folder, name), encoding="utf-8") as file:
                modules.append(Module(file.read(), name))
    return tuple(modules)
