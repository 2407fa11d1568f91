"""Help libraries: the system's own, built from the .HLP files beside the code, and those that users keep on disk.

The system library (SYS$HELP:HELPLIB.HLB) is vmsemu/dcl/dcl.hlp and vmsemu/images/<image>/<image>.hlp, with the same layout in the image
packages of layered products. A library on disk is a file of .HLP source; its name is a help library's, its format is not.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from os import scandir
from os.path import basename, exists, join

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image_packages
from vmsemu.tables.help import HelpTopic, compile_help

SYSTEM_LIBRARY = "HELPLIB"
_DEFAULT = "SYS$HELP:.HLB"
_USER_LIBRARIES = 999


def system_library() -> HelpTopic:
    """HELPLIB with the help of every layered product."""
    return _system_library(image_packages())


@cache
def _system_library(packages: tuple[str, ...]) -> HelpTopic:
    library = HelpTopic("")
    for package in ("vmsemu.dcl", *packages):
        spec = find_spec(package)
        for top in spec.submodule_search_locations or () if spec is not None else ():
            for folder in (top, *sorted(e.path for e in scandir(top) if e.name[0] not in "._" and e.is_dir())):
                path = join(folder, basename(folder) + ".hlp")
                if exists(path):
                    with open(path, encoding="utf-8") as file:
                        compile_help(file.read(), library)
    return library


def open_library(ctx: ImageContext, name: str) -> HelpTopic:
    """A library by file specification. Errors: those of RMS."""
    if name.upper() in (SYSTEM_LIBRARY, "SYS$HELP:HELPLIB", "SYS$HELP:HELPLIB.HLB"):
        return system_library()
    stream = ctx.files.open(name, default=_DEFAULT)
    lines: list[str] = []
    try:
        lines.extend(stream.lines())
    finally:
        stream.close()
    return compile_help("\n".join(lines))


def user_libraries(ctx: ImageContext, tables: tuple[str, ...]) -> list[str]:
    """The libraries that HLP$LIBRARY, HLP$LIBRARY_1, ... name, table by table."""
    names: list[str] = []
    for table in tables:
        for number in range(_USER_LIBRARIES):
            found = ctx.process.names.translate("HLP$LIBRARY" + (f"_{number}" if number else ""), table)
            if found is None:
                break
            names += [t.equivalence for t in found.translations]
    return names
