"""The messages that the images of this machine declare, by the file of SYS$MESSAGE that holds them.

On VMS the messages of the system facilities are always there (SYSMSG.EXE); those of utilities are in files that SET MESSAGE selects. A .MSG file says
in its .TITLE which file that is; without one it is CLIUTLMSG, the file of the DCL commands.
fidelity: which utility is in which file is inferred from the files' names.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from vmsemu.base.condition import MessageDefinition
from vmsemu.images.registry import image_packages
from vmsemu.tables.message_source import compile_source

DEFAULT_FILE = "CLIUTLMSG"
FILES = (DEFAULT_FILE, "FILMNTMSG", "NETWRKMSG", "PRGDEVMSG", "SHRIMGMSG", "SYSMGTMSG", "SYSMSG")
_FLOORS = ("vmsemu.tables", "vmsemu.services", "vmsemu.queue", "vmsemu.mail", "vmsemu.dcl")
_CONDITION = 0x0FFFFFF8

Messages = dict[int, MessageDefinition]


def message_files() -> dict[str, Messages]:
    """File name to its messages by condition (without severity and control bits)."""
    return _message_files(image_packages())


@cache
def _message_files(packages: tuple[str, ...]) -> dict[str, Messages]:
    found: dict[str, Messages] = {}
    for folder in _folders(packages):
        for path in sorted(Path(folder).glob("*.msg")):
            module = compile_source(path.read_text(encoding="utf-8").splitlines(), path.name)
            messages = found.setdefault(module.title or DEFAULT_FILE, {})
            for message in module.messages:
                messages.setdefault(int(message.definition.value) & _CONDITION, message.definition)
    return found


def message_folders() -> tuple[str, ...]:
    """The folders of the source tree that hold messages and their descriptions."""
    return _folders(image_packages())


@cache
def _folders(packages: tuple[str, ...]) -> tuple[str, ...]:
    tops = dict.fromkeys((*_FLOORS, *packages, *(package.partition(".")[0] for package in packages[1:])))
    found: list[str] = []
    for package in tops:
        spec = find_spec(package)
        for top in spec.submodule_search_locations or () if spec is not None else ():
            found += [top, *sorted(str(p) for p in Path(top).iterdir() if p.is_dir() and p.name[0] not in "._")]
    return tuple(found)


def find_declared(value: int) -> MessageDefinition | None:
    """The message of a condition in any of the files."""
    return next((m for messages in message_files().values() if (m := messages.get(value & _CONDITION)) is not None), None)
