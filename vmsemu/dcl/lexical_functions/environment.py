"""F$DIRECTORY, F$ENVIRONMENT, F$GETENV, F$MODE, F$VERIFY.

Source: DCL Dictionary; DCL reference 4.2 and 4.2.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.lines import upcase
from vmsemu.dcl.values import Value, is_true
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@lexical
def f_directory(dcl: Interpreter) -> str:
    """The default directory."""
    return dcl.process.default_directory


@lexical
def f_mode(dcl: Interpreter) -> str:
    return dcl.process.mode.value


@lexical
def f_verify(dcl: Interpreter, procedure: Value = "", image: Value = "") -> int:
    """The old procedure verification; sets both kinds when arguments are given."""
    old = int(dcl.verify_procedure)
    if procedure != "":
        dcl.verify_procedure = is_true(procedure)
        if image == "":
            dcl.verify_image = dcl.verify_procedure
    if image != "":
        dcl.verify_image = is_true(image)
    return old


def _flag(value: object) -> str:
    return "TRUE" if value else "FALSE"


def _uaf_flag(dcl: Interpreter, name: str) -> str:
    from vmsemu.dcl.accounts import has_flag

    return _flag(has_flag(dcl.process, name))


def _message(dcl: Interpreter) -> str:
    parts = dcl.message_parts
    chosen = (("FACILITY", parts.facility), ("SEVERITY", parts.severity), ("IDENT", parts.ident), ("TEXT", parts.text))
    return "".join(f"/{'' if on else 'NO'}{word}" for word, on in chosen)


def protection_text(dcl: Interpreter) -> str:
    """`SYSTEM=RWED, OWNER=RWED, GROUP=RE, WORLD`: the default protection."""
    from vmsemu.base.protection import letters

    protection = dcl.process.default_protection
    classes = (("SYSTEM", protection.system), ("OWNER", protection.owner), ("GROUP", protection.group), ("WORLD", protection.world))
    return ", ".join(f"{name}={letters(mask)}" if mask else name for name, mask in classes)


def _control(dcl: Interpreter, enabled: bool) -> str:
    return ",".join(c for c in ("T", "Y") if (c in dcl.control) == enabled)


_ITEMS: dict[str, Callable[[Interpreter], str | int]] = {
    "CAPTIVE": lambda dcl: _uaf_flag(dcl, "CAPTIVE"),
    "CONTROL": lambda dcl: _control(dcl, True),
    "DEFAULT": lambda dcl: dcl.process.files.default,
    "DEPTH": lambda dcl: dcl.level.depth,
    "DISIMAGE": lambda dcl: _uaf_flag(dcl, "DISIMAGE"),
    "INTERACTIVE": lambda dcl: _flag(dcl.is_interactive),
    "KEY_STATE": lambda dcl: dcl.command_line.key_state,
    "MAX_DEPTH": lambda dcl: 32,
    "MESSAGE": _message,
    "NOCONTROL": lambda dcl: _control(dcl, False),
    "ON_CONTROL_Y": lambda dcl: _flag(dcl.level.control_y),
    "ON_SEVERITY": lambda dcl: dcl.level.on_severity if dcl.level.checking and dcl.level.procedure is not None else "NONE",
    "OUTPUT_RATE": lambda dcl: dcl.output_rate,
    "PROCEDURE": lambda dcl: dcl.level.name if dcl.level.procedure is not None else "",
    "PROMPT": lambda dcl: dcl.prompt,
    "PROMPT_CONTROL": lambda dcl: "TRUE",
    "PROTECTION": protection_text,
    "RESTRICTED": lambda dcl: _uaf_flag(dcl, "RESTRICTED"),
    "SYMBOL_SCOPE": lambda dcl: dcl.symbols.scope().keywords(),
    "VERB_SCOPE": lambda dcl: dcl.symbols.scope(verb=True).keywords(),
    "VERIFY_IMAGE": lambda dcl: _flag(dcl.verify_image),
    "VERIFY_PREFIX": lambda dcl: dcl.verify_prefix,
    "VERIFY_PROCEDURE": lambda dcl: _flag(dcl.verify_procedure),
}


@lexical
def f_environment(dcl: Interpreter, item: str) -> str | int:
    """One fact about the command environment."""
    name = item.strip().upper()
    get = _ITEMS.get(name)
    if get is None:
        raise at_segment(CLI.IVKEYW, name)
    return get(dcl)


_CONSOLE = {
    "AUTO_ACTION": "RESTART", "BOOT_DEV": "DKA0", "BOOT_FILE": "", "BOOT_OSFLAGS": "0,0", "BOOTDEF_DEV": "DKA0", "BOOTED_DEV": "DKA0",
    "BOOTED_FILE": "", "BOOTED_OSFLAGS": "0,0", "BOOT_RESET": "OFF", "CHAR_SET": "0", "DUMP_DEV": "", "ENABLE_AUDIT": "ON", "LANGUAGE": "36",
    "LICENSE": "MU", "TTY_DEV": "0",
}  # fmt: skip


@lexical
def f_getenv(dcl: Interpreter, name: str) -> str:
    """A console variable (Alpha)."""
    found = _CONSOLE.get(name.strip().upper())
    if found is None:
        raise at_segment(CLI.IVKEYW, upcase(name.strip()))
    return found
