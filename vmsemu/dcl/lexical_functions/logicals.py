"""F$TRNLNM, F$LOGICAL.

Source: DCL Dictionary; DCL reference 4.4; files.md 2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.lnm.names import AccessMode, LogicalName, NameAttribute, Translation
from vmsemu.lnm.table import MAX_NAME, MAX_TRANSLATIONS
from vmsemu.tables.facilities import CLI, SS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_MODES = {"USER": AccessMode.USER, "SUPERVISOR": AccessMode.SUPER, "EXECUTIVE": AccessMode.EXEC, "KERNEL": AccessMode.KERNEL}
_DEFAULT_TABLE = "LNM$DCL_LOGICAL"


def _attribute(attribute: NameAttribute) -> Callable[[LogicalName, Translation], str]:
    return lambda name, translation: "TRUE" if name.attributes & attribute else "FALSE"


_ITEMS: dict[str, Callable[[LogicalName, Translation], str | int]] = {
    "VALUE": lambda name, translation: translation.equivalence,
    "ACCESS_MODE": lambda name, translation: name.mode.long,
    "CLUSTERWIDE": _attribute(NameAttribute.CLUSTERWIDE),
    "CONCEALED": lambda name, translation: "TRUE" if translation.concealed else "FALSE",
    "CONFINE": _attribute(NameAttribute.CONFINE),
    "CRELOG": _attribute(NameAttribute.CRELOG),
    "LENGTH": lambda name, translation: len(translation.equivalence),
    "MAX_INDEX": lambda name, translation: name.max_index,
    "NO_ALIAS": _attribute(NameAttribute.NO_ALIAS),
    "TABLE": lambda name, translation: "TRUE" if name.is_table else "FALSE",
    "TABLE_NAME": lambda name, translation: name.table,
    "TERMINAL": lambda name, translation: "TRUE" if translation.terminal else "FALSE",
}


def _case(case: str) -> str:
    """CASE_BLIND or CASE_SENSITIVE; INTERLOCKED may stand with it, and asks for nothing on a cluster of one member. Errors: CLI.IVKEYW."""
    found = "CASE_BLIND"
    for word in case.upper().split(","):
        word = word.strip()
        if word in ("CASE_BLIND", "CASE_SENSITIVE"):
            found = word
        elif word not in ("", "INTERLOCKED", "NONINTERLOCKED"):
            raise at_segment(CLI.IVKEYW, word)
    return found


@lexical
def f_trnlnm(
    dcl: Interpreter, name: str, table: str = _DEFAULT_TABLE, index: int = 0, mode: str = "USER", case: str = "CASE_BLIND", item: str = "VALUE"
) -> str | int:
    """One level of translation of a logical name, or a fact about it; nothing when there is no such name."""
    if table is _DEFAULT_TABLE and index == 0 and mode == "USER" and case == "CASE_BLIND" and item == "VALUE":
        plain = dcl.process.names.translate(name, _DEFAULT_TABLE)
        if plain is not None and plain.translations:
            return plain.translations[0].equivalence
    access = _MODES.get(mode) or _MODES.get(mode.strip().upper() or "USER")
    get = _ITEMS.get(item) or _ITEMS.get(item.strip().upper() or "VALUE")
    blind = case if case in ("CASE_BLIND", "CASE_SENSITIVE") else _case(case)
    if access is None:
        raise at_segment(CLI.IVKEYW, mode.strip().upper())
    if get is None:
        raise at_segment(CLI.IVKEYW, item.strip().upper())
    names = dcl.process.names
    where = table if table is _DEFAULT_TABLE else table.strip().upper() or _DEFAULT_TABLE
    found = names.translate(name, where, mode=access)
    if found is None and blind == "CASE_BLIND":
        found = names.translate(name, where, mode=access, case_blind=True)
    if not 0 <= index < MAX_TRANSLATIONS:
        raise SS.BADPARAM.error()
    if found is None:
        if not 1 <= len(name) <= MAX_NAME:
            raise SS.IVLOGNAM.error()  # fidelity: that F$TRNLNM passes on this error of the service is inferred
        return ""
    if not 0 <= index <= found.max_index:
        if not (found.is_table and index == 0):
            return "" if item.strip().upper() in ("", "VALUE") else get(found, Translation(""))
    return get(found, found.translations[index] if found.translations else Translation(""))


@lexical
def f_logical(dcl: Interpreter, name: str) -> str:
    """The older form of F$TRNLNM: the first equivalence name."""
    return str(f_trnlnm(dcl, name))
