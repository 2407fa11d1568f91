"""The built-in value types of the command language: $FILE, $NUMBER, $DATETIME and the rest.

A type says how the parser delimits a value (`Scan`) and which texts it takes. Times are checked for syntax only: they are relative to the
moment at which the command uses them. $UIC, $PROTECTION, $OBJECT_PROTECTION and $PRIVILEGE, which DCL's own tables share, are not
documented for users.

Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, "VALUE clause".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.tables.facilities import CLI
from vmsemu.tables.grammar import Entity, NameIndex, TypeDefinition, command_error


class Scan(Enum):
    """How the text of a value ends."""

    TEXT = "TEXT"
    FILE = "FILE"
    TIME = "TIME"
    QUOTED = "QUOTED"
    PARENTHESIZED = "PARENTHESIZED"
    PROTECTION = "PROTECTION"
    REST = "REST"


@dataclass(frozen=True, slots=True)
class BuiltinType:
    """One built-in type. `check` raises a CommandError when the text is none of its values."""

    name: str
    scan: Scan = Scan.TEXT
    check: Callable[[str], None] | None = None
    access: str = "RWEDCLP"


_NUMBER = re.compile(r"[+-]?(?:\d+|%X[0-9A-F]+|%O[0-7]+|%D\d+)")
_MEMBER = r"(?:[0-7]{1,6}|\*|[0-9]*[A-Z_$][A-Z0-9_$]*)"
_UIC = re.compile(rf"[\[<]?{_MEMBER}(?:,{_MEMBER})?[\]>]?")
_OBJECT_ACCESS = "RWEDCLPSMAU"
CLASSES = ("SYSTEM", "OWNER", "GROUP", "WORLD")
_SOME_MOMENT = VmsTime.of(2001, 1, 1)
_LONGWORD = 1 << 32


def number(text: str) -> int:
    """The value of a DCL integer: decimal, %X, %O or %D."""
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-")
    if digits.startswith("%"):
        return sign * int(digits[2:], {"X": 16, "O": 8, "D": 10}[digits[1]])
    return sign * int(digits)


def _check_number(text: str) -> None:
    if not text.isascii() or _NUMBER.fullmatch(text) is None:
        raise command_error(CLI.IVCHAR if re.match(r"[+-]?[\d%]", text) else CLI.NUMBER, text)
    if abs(number(text)) >= _LONGWORD:
        raise command_error(CLI.NUMBER, text)


def _check_file(text: str) -> None:
    if not text:
        raise command_error(CLI.NULFIL)
    if "^" in text:
        raise command_error(CLI.PARMDEL, text)


def _check_datetime(text: str) -> None:
    try:
        VmsTime.from_text(text, _SOME_MOMENT, {"BOOT": _SOME_MOMENT, "LOGIN": _SOME_MOMENT})
    except (VmsError, OverflowError):
        raise command_error(CLI.IVATIME, text) from None


def _check_deltatime(text: str) -> None:
    try:
        DeltaTime.from_text(text)
    except (VmsError, OverflowError):
        raise command_error(CLI.IVDTIME, text) from None


def _check_uic(text: str) -> None:
    if _UIC.fullmatch(text) is None or (text[0] in "[<") != (text[-1] in "]>"):
        raise command_error(CLI.INVUIC, text)


def protection_class(kind: BuiltinType, word: str, access: str | None) -> str:
    """`SYSTEM:RWED` from the class and access typed. Errors: CLI.IVPROT."""
    names = [c for c in CLASSES if word and c.startswith(word)]
    if not names or set(access or "") - set(kind.access):
        raise command_error(CLI.IVPROT, word if access is None else f"{word}:{access}")
    return f"{names[0]}:{access}" if access else names[0]


BUILTIN_TYPES = {
    t.name: t
    for t in (
        BuiltinType("$ACL", Scan.PARENTHESIZED),
        BuiltinType("$DATETIME", Scan.TIME, _check_datetime),
        BuiltinType("$DELTATIME", Scan.TIME, _check_deltatime),
        BuiltinType("$EXPRESSION", Scan.REST),
        BuiltinType("$FILE", Scan.FILE, _check_file),
        BuiltinType("$INFILE", Scan.FILE, _check_file),
        BuiltinType("$OBJECT_PROTECTION", Scan.PROTECTION, access=_OBJECT_ACCESS),
        BuiltinType("$OUTFILE", Scan.FILE, _check_file),
        BuiltinType("$NUMBER", Scan.TEXT, _check_number),
        BuiltinType("$PARENTHESIZED_VALUE", Scan.PARENTHESIZED),
        BuiltinType("$PROTECTION", Scan.PROTECTION),
        BuiltinType("$QUOTED_STRING", Scan.QUOTED),
        BuiltinType("$REST_OF_LINE", Scan.REST),
        BuiltinType("$UIC", Scan.TEXT, _check_uic),
    )
}


@cache
def builtin_type(name: str) -> BuiltinType | TypeDefinition | None:
    """The built-in type `name`, None when there is none."""
    if name == "$PRIVILEGE":
        # fidelity: inferred: four characters tell SETPRV from all others, so ALTPRI's old name SETPRI is no keyword.
        names = [*(n for n in Privilege.__members__ if n != "SETPRI"), "ALL", "SAME"]
        return TypeDefinition(name, NameIndex(Entity(n, n, negatable=True) for n in names))
    return BUILTIN_TYPES.get(name)
