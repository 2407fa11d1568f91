"""ASSIGN, CREATE/NAME_TABLE, DEASSIGN, DEFINE.

Source: DCL Dictionary; files.md 2.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.dcl.command import NORMAL, compiled, routine
from vmsemu.dcl.holes import Text, has_holes, late
from vmsemu.dcl.procedure import Code
from vmsemu.lnm.names import AccessMode, TableCreation, Translation
from vmsemu.lnm.table import name_attributes
from vmsemu.services.trnlnm import sys_crelnm, sys_crelnt, sys_dellnm
from vmsemu.tables.command import ParameterItem, ParsedCommand
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_TABLES = (("PROCESS", "LNM$PROCESS"), ("JOB", "LNM$JOB"), ("GROUP", "LNM$GROUP"), ("SYSTEM", "LNM$SYSTEM"), ("CLUSTER_SYSTEM", "LNM$SYSCLUSTER"))
_MODES = (("USER_MODE", AccessMode.USER), ("SUPERVISOR_MODE", AccessMode.SUPER), ("EXECUTIVE_MODE", AccessMode.EXEC))
_PERMANENT = ("SYS$OUTPUT", "SYS$INPUT", "SYS$ERROR")


def table_of(command: ParsedCommand) -> str:
    """The table the qualifiers name."""
    given = command.value("TABLE")
    if given is not None:
        return given.upper()
    return next((table for qualifier, table in _TABLES if command.present(qualifier)), "LNM$PROCESS")


def mode_of(command: ParsedCommand) -> AccessMode:
    """The access mode the qualifiers name; supervisor by default."""
    return next((mode for qualifier, mode in _MODES if command.present(qualifier)), AccessMode.SUPER)


@compiled("DEFINE", holes=True)
def define(command: ParsedCommand) -> Code:
    """DEFINE logical-name equivalence[,...]."""
    return _definition(command, command.value("P1") or "", command.parameters("P2"))


@compiled("ASSIGN", holes=True)
def assign(command: ParsedCommand) -> Code:
    """ASSIGN equivalence[,...] logical-name: one trailing colon of the name is dropped."""
    return _definition(command, (command.value("P2") or "").removesuffix(":"), command.parameters("P1"))


def _definition(command: ParsedCommand, given: str, items: Sequence[ParameterItem]) -> Code:
    name_in, translations = late(given), _translations(items)
    table, mode, attributes = table_of(command), mode_of(command), name_attributes(command.values("NAME_ATTRIBUTES"))
    log = not command.negated("LOG")

    def run(dcl: Interpreter) -> None:
        name = name_in(dcl)
        superseded = sys_crelnm(dcl.process, name, translations(dcl), table=table, mode=mode, attributes=attributes)
        if superseded and log:
            dcl.put_message(CLI.SUPERSEDE(name))
        if name in _PERMANENT and mode is not AccessMode.USER:
            _redirect(dcl, name)
        dcl.status = NORMAL

    return run


def _translations(items: Sequence[ParameterItem]) -> Callable[[Interpreter], Sequence[Translation]]:
    texts: list[tuple[Text, bool, bool]] = []
    for item in items:
        attributes = item.values("TRANSLATION_ATTRIBUTES")
        texts.append((late(item.text), "CONCEALED" in attributes, "TERMINAL" in attributes))
    if not any(has_holes(item.text) for item in items):
        constant = tuple(Translation(item.text, concealed, terminal) for item, (_, concealed, terminal) in zip(items, texts, strict=True))
        return lambda dcl: constant
    if len(texts) == 1:
        ((only, *flags),) = texts
        return lambda dcl: (Translation(only(dcl), *flags),)
    return lambda dcl: [Translation(text(dcl), concealed, terminal) for text, concealed, terminal in texts]


def _redirect(dcl: Interpreter, name: str) -> None:
    """SYS$OUTPUT and its like: DCL opens what they stand for now. Errors: CLI.INVOUTSPE, and the definition is taken back."""
    try:
        dcl.refresh_streams()
        dcl.redirections.error_stream()
    except VmsError as error:
        dcl.process.names.delete(name)
        dcl.refresh_streams()
        raise CLI.INVOUTSPE.error(cause=error) from None


@routine("DEASSIGN")
def deassign(dcl: Interpreter, command: ParsedCommand) -> None:
    """DEASSIGN logical-name, or /ALL. Errors: SS.NOLOGNAM."""
    name = None if command.present("ALL") else (command.value("P1") or "").removesuffix(":")
    sys_dellnm(dcl.process, name, table=table_of(command), mode=mode_of(command))
    if name is None or name in _PERMANENT:
        _restore_output(dcl)
        dcl.refresh_streams()
        dcl.redirections.error_stream()  # closes what the name was open on


def _restore_output(dcl: Interpreter) -> None:
    """DCL always has SYS$OUTPUT in supervisor mode; without another definition it is what the process was made with."""
    names = dcl.process.names
    entries = names.process_table.entries("SYS$OUTPUT")
    if entries and all(entry.mode is AccessMode.EXEC for entry in entries):
        names.define("SYS$OUTPUT", entries[0].translations, attributes=entries[0].attributes)


@routine("CREATE_NAME_TABLE")
def create_name_table(dcl: Interpreter, command: ParsedCommand) -> None:
    """CREATE/NAME_TABLE table."""
    name = (command.value("P1") or "").upper()
    attributes = command.values("ATTRIBUTES")
    protection = command.values("PROTECTION")
    result = sys_crelnt(
        dcl.process,
        name,
        parent=(command.value("PARENT_TABLE") or "LNM$PROCESS_DIRECTORY").upper(),
        mode=mode_of(command),
        quota=command.integer("QUOTA"),
        attributes=[a for a in attributes if a != "SUPERSEDE"],
        supersede="SUPERSEDE" in attributes,
        protection=_table_protection(protection) if protection else None,
    )
    if command.negated("LOG"):
        return
    if result is TableCreation.EXISTS:
        dcl.put_message(CLI.TABEXIST(name))
    elif result is TableCreation.SUPERSEDED:
        dcl.put_message(CLI.TABSUPER(name))
    elif "SUPERSEDE" in attributes:
        dcl.put_message(CLI.TABNOTFND(name))


def _table_protection(given: Sequence[str]) -> Protection:
    """The masks of a table, where the third bit is C, create, which E also stands for. Errors: CLI.IVPROT.

    fidelity: that classes not named have no access is inferred.
    """
    parts = [part.partition(":") for part in given]
    return Protection.from_text(",".join(name + colon + access.replace("C", "E") for name, colon, access in parts))
