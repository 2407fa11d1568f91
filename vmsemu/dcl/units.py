"""The code of a procedure's units: entries that compile themselves when first run, plain or with verification.

Source: DCL reference 2.5, 3.12.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vmsemu.dcl.lines import without_comment
from vmsemu.dcl.procedure import Code, Procedure, Unit, join
from vmsemu.dcl.requests import RESUME, Jump
from vmsemu.dcl.shapes import Shapes
from vmsemu.dcl.statement import Site, compile_statement, nothing
from vmsemu.dcl.values import Value
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

EXPANSION_LIMIT = 64
FEW_TEXTS = 2


def install_code(procedure: Procedure) -> None:
    """Give every unit its self-compiling entries; one more entry stands for the end of the file."""
    count = len(procedure.units)
    procedure.code = [_first(procedure, i) for i in range(count)]
    procedure.verified = [_first_verified(procedure, i) for i in range(count)]
    procedure.code.append(_end_of_file)
    procedure.verified.append(_end_of_file)


def _end_of_file(dcl: Interpreter) -> Any:
    return dcl.end_of_procedure()


def _first(procedure: Procedure, index: int) -> Code:
    def first(dcl: Interpreter) -> Any:
        code = procedure.code[index] = _plain(procedure, procedure.units[index])
        return code(dcl)

    return first


def _first_verified(procedure: Procedure, index: int) -> Code:
    def first(dcl: Interpreter) -> Any:
        code = procedure.verified[index] = _with_verification(procedure, procedure.units[index])
        return code(dcl)

    return first


def _plain(procedure: Procedure, unit: Unit) -> Code:
    if unit.is_data:
        return _data(procedure, unit)
    if unit.dynamic:
        # Phase 1 may turn verification on: the line itself is then shown.
        return _with_verification(procedure, unit) if _names_verify(unit) else _dynamic(procedure, unit)
    return _watching(unit, _static(procedure, unit))


def _static(procedure: Procedure, unit: Unit) -> Code:
    code = compile_statement(unit.text, Site(procedure, unit.index), labels=False)
    return _remembering_label(procedure, unit, code)


def _remembering_label(procedure: Procedure, unit: Unit, code: Code) -> Code:
    """With duplicate labels the one read last wins, so passing one is noted."""
    if not (unit.label and procedure.has_duplicates):
        return code

    def remembering(dcl: Interpreter) -> Any:
        dcl.level.labels[unit.label] = unit.index
        return code(dcl)

    return remembering


def _dynamic(procedure: Procedure, unit: Unit) -> Code:
    """A unit that phase 1 changes: its closures are kept by the text that comes out, and when texts keep coming by their shape."""
    shapes, index = Shapes(unit, Site(procedure, unit.index)), unit.index
    find = _by_text(procedure, unit, shapes)
    expand = unit.templates[0].expand

    def gathered(dcl: Interpreter) -> Any:
        dcl.level.pc = index
        values: list[Value] = []
        return find(dcl, join(unit.expand(dcl, values)), values)(dcl)

    def dynamic(dcl: Interpreter) -> Any:
        dcl.level.pc = index
        values: list[Value] = []
        text = expand(dcl, values)
        return find(dcl, (without_comment(text) if "!" in text else text).strip(" \t"), values)(dcl)

    if len(unit.texts) > 1:
        return gathered
    if len(unit.templates[0].references) != 1:
        return dynamic
    (reference,) = unit.templates[0].references

    def single(dcl: Interpreter) -> Any:
        dcl.level.pc = index
        value = reference(dcl)
        code = shapes.number_code(dcl, value)
        if code is None:
            values: list[Value] = []
            text = expand(dcl, values, value)
            code = find(dcl, (without_comment(text) if "!" in text else text).strip(" \t"), values)
        return code(dcl)

    return single


def _by_text(procedure: Procedure, unit: Unit, shapes: Shapes) -> Callable[[Interpreter, str, list[Value]], Code]:
    """What finds the closure for a text, of which `values` were replaced by phase 1."""
    compiled: dict[str, Code] = {}
    site = Site(procedure, unit.index)

    def find(dcl: Interpreter, text: str, values: list[Value]) -> Code:
        code = compiled.get(text)
        if code is not None:
            return code
        if len(compiled) >= FEW_TEXTS and values:
            code = shapes.find(dcl, values)
            if code is not None:
                return code
        if len(compiled) >= EXPANSION_LIMIT:
            compiled.clear()
        code = compiled[text] = _remembering_label(procedure, unit, compile_statement(text, site))
        return code

    return find


def _names_verify(unit: Unit) -> bool:
    return any("F$V" in text.upper() for text in unit.texts)


def _watching(unit: Unit, code: Code) -> Code:
    """F$VERIFY in a line may turn verification on or off: the interpreter then has to change to the other code."""
    if not _names_verify(unit):
        return code

    def watching(dcl: Interpreter) -> Any:
        before = dcl.verify_procedure
        result = code(dcl)
        if dcl.verify_procedure == before:
            return result
        return RESUME if result is None else Jump(result) if isinstance(result, int) else result

    return watching


def _data(procedure: Procedure, unit: Unit) -> Code:
    """Data records that no image has read: one message for all that stand together."""
    if unit.index > 0 and procedure.units[unit.index - 1].is_data:
        return nothing

    def data(dcl: Interpreter) -> None:
        raise CLI.SKPDAT.error()

    return data


def _with_verification(procedure: Procedure, unit: Unit) -> Code:
    if unit.is_data:
        return _data(procedure, unit)
    static = None if unit.dynamic else _static(procedure, unit)
    find = _by_text(procedure, unit, Shapes(unit, Site(procedure, unit.index)))

    def verified(dcl: Interpreter) -> Any:
        dcl.level.pc = unit.index
        before = dcl.verify_procedure
        values: list[Value] = []
        texts = unit.expand(dcl, values)
        if dcl.verify_procedure and not (unit.shared and (unit.word == "THEN" or dcl.level.else_entry)):
            show_verified(dcl, [unit.lead + texts[0], *texts[1:]])
        result = static(dcl) if static is not None else find(dcl, join(texts), values)(dcl)
        if dcl.verify_procedure == before:
            return result
        return RESUME if result is None else Jump(result) if isinstance(result, int) else result

    return verified


def show_verified(dcl: Interpreter, texts: list[str]) -> None:
    """Echo a command as it is after phase 1: the first record with its `$`, continuation records as they are."""
    prefix = dcl.verification_prefix()
    for at, text in enumerate(texts):
        dcl.output.write(f"{prefix}${text}" if at == 0 else f"{' ' * len(prefix)}{text}")
