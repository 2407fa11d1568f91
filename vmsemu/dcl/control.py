"""Flow of control, compiled: IF, THEN, ELSE, ENDIF, GOTO, GOSUB, RETURN, CALL, SUBROUTINE, ENDSUBROUTINE, EXIT, ON.

Inside a procedure the structure is known beforehand (procedure.py) and jumps are indices. Typed IF blocks are kept by blocks.py.
Source: DCL reference 3.2 to 3.7.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.evaluate import Evaluation, Test, truth, value
from vmsemu.dcl.expression import Invalid, Node, read_expression
from vmsemu.dcl.holes import late_all
from vmsemu.dcl.lines import NAME, NAME_CHARACTERS, split_parameters, upcase
from vmsemu.dcl.procedure import NOWHERE, Code, Unit, is_block_if
from vmsemu.dcl.requests import RESUME, Failed, LevelError, Returned
from vmsemu.dcl.statement import Site, compile_statement, nothing
from vmsemu.dcl.values import to_integer
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

GOSUB_LIMIT = 16
ON_LIMIT = 255  # fidelity: the limit is inferred; the action is kept as a counted string
_LABEL = re.compile(rf"[{NAME_CHARACTERS}]+")
_THEN = re.compile(rf"THEN(?![{NAME_CHARACTERS}])[ \t]*\$?[ \t]*", re.IGNORECASE)
_CALL = re.compile(r'(?:/[ \t]*OUT[A-Z]*[ \t]*[=:][ \t]*("[^"]*"|[^ \t]+))?[ \t]*([^ \t]*)[ \t]*', re.IGNORECASE)
_ON = re.compile(r"([A-Z_]+)[ \t]+", re.IGNORECASE)

Builder = Callable[[str, Site | None], Code]


def find_control(word: str) -> Builder | None:
    """The compiler of a control verb; only its first four letters count."""
    return _BUILDERS.get(word if len(word) <= 4 else word[:4])


def with_shadow(word: str, rest: str, site: Site | None, shadowed: Code) -> Code:
    """IF or GOTO that first makes sure that neither word is a symbol; `shadowed` runs when one might be."""
    if word == "IF":
        return _compile_if(rest, site, shadowed)
    target = _static_target(rest, site)
    goto = _goto(rest, site)

    def checked_goto(dcl: Interpreter) -> Any:
        if dcl.symbols.shadow:
            return shadowed(dcl)
        return target if target is not None else goto(dcl)

    return checked_goto


# -- IF -------------------------------------------------------------------------------------------------------------------------------------


def _if(rest: str, site: Site | None) -> Code:
    return _compile_if(rest, site, None)


def _compile_if(rest: str, site: Site | None, shadowed: Code | None) -> Code:
    node, end = read_expression(rest)
    tail = rest[end:]
    found = _THEN.match(tail)
    if found is not None:
        return _one_line_if(truth(node), tail[found.end() :], site, shadowed)
    if isinstance(node, Invalid) and not is_block_if(rest):
        return _guard(shadowed, _in_error(value(node), site))
    if tail:
        definition = CLI.NOTHEN if NAME.match(tail) else CLI.EXPSYN
        return _guard(shadowed, _in_error(lambda dcl: _refuse(dcl, node, definition), site))
    if not rest:
        return _guard(shadowed, _in_error(lambda dcl: _raise(CLI.EXPSYN.error()), site))
    return _guard(shadowed, _block_if(truth(node), site))


def _in_error(code: Code, site: Site | None) -> Code:
    """What substitution made of a condition is no expression: of the block that begins here neither branch is run."""
    unit = site.procedure.units[site.index] if site is not None else None
    if unit is None or unit.then == NOWHERE or unit.end == NOWHERE:
        return code
    end = unit.end

    def skipping(dcl: Interpreter) -> Any:
        try:
            return code(dcl)
        except VmsError as error:
            return Failed(error, end)

    return skipping


def _guard(shadowed: Code | None, code: Code) -> Code:
    if shadowed is None:
        return code
    return lambda dcl: shadowed(dcl) if dcl.symbols.shadow else code(dcl)


def _raise(error: VmsError) -> None:
    raise error


def _refuse(dcl: Interpreter, node: Node, definition: Any) -> None:
    value(node)(dcl)
    raise definition.error()


def _one_line_if(test: Test, command: str, site: Site | None, shadowed: Code | None) -> Code:
    target = None
    found = re.match(r"\$?[ \t]*GOTO[ \t]+(.*)", command, re.IGNORECASE)
    if found is not None:
        target = _static_target(found[1], site)
    if not command.strip():
        return _guard(shadowed, lambda dcl: _raise(CLI.NOTHEN.error()))
    then = compile_statement(command, site, labels=False)
    if target is not None and shadowed is not None:

        def if_goto(dcl: Interpreter) -> Any:
            if dcl.symbols.shadow:
                return shadowed(dcl)
            return target if test(dcl) else None

        return if_goto

    def if_then(dcl: Interpreter) -> Any:
        if shadowed is not None and dcl.symbols.shadow:
            return shadowed(dcl)
        return then(dcl) if test(dcl) else None

    return if_then


def _block_if(test: Test, site: Site | None) -> Code:
    if site is None:
        return lambda dcl: dcl.begin_block(test)
    unit = site.procedure.units[site.index]
    if unit.then == NOWHERE or not _follows(site, unit.then):
        return _bad_nesting
    taken, end = unit.then, _end_of_block(site, unit)
    otherwise = unit.partner if unit.partner != NOWHERE else end
    has_else = unit.partner != NOWHERE
    unbounded = unit.end == NOWHERE and not has_else

    def block_if(dcl: Interpreter) -> Any:
        try:
            result = test(dcl)
        except VmsError as error:
            return Failed(error, end)  # fidelity: whether ELSE runs after a bad expression is not known; neither branch does here
        if result:
            return taken
        if unbounded:
            return Failed(CLI.INVIFNEST.error(), end)
        dcl.level.else_entry = has_else
        return otherwise

    return block_if


def _end_of_block(site: Site, unit: Unit) -> int:
    """Where a branch that is not taken ends. fidelity: inferred; without an ENDIF it is the end of the file, and an error when it is skipped."""
    return unit.end if unit.end != NOWHERE else len(site.procedure.units)


def _follows(site: Site, then: int) -> bool:
    """Only blank lines and comments stand between an IF and its THEN."""
    return all(not u.is_data and not u.text for u in site.procedure.units[site.index + 1 : then])


def _bad_nesting(dcl: Interpreter) -> None:
    raise CLI.INVIFNEST.error()


def _then(rest: str, site: Site | None) -> Code:
    if site is None:
        return _bad_nesting
    unit = site.procedure.units[site.index]
    if unit.partner == NOWHERE:
        return _bad_nesting
    return _command_of_branch(rest, site)


def _command_of_branch(rest: str, site: Site | None) -> Code:
    """The command on the line of a THEN or ELSE, which may begin with a dollar sign."""
    command = rest.removeprefix("$").lstrip(" \t")
    return compile_statement(command, site, labels=False) if command else nothing


def _else(rest: str, site: Site | None) -> Code:
    if site is None:
        return _bad_nesting
    unit = site.procedure.units[site.index]
    if unit.partner == NOWHERE:
        return _bad_nesting
    command = _command_of_branch(rest, site)
    unbounded, end = unit.end == NOWHERE, _end_of_block(site, unit)

    def else_(dcl: Interpreter) -> Any:
        level = dcl.level
        if level.else_entry:
            level.else_entry = False
            return command(dcl)
        return Failed(CLI.INVIFNEST.error(), end) if unbounded else end

    return else_


def _endif(rest: str, site: Site | None) -> Code:
    if site is None or site.procedure.units[site.index].partner == NOWHERE:
        return _bad_nesting
    return nothing


# -- GOTO, GOSUB, RETURN ----------------------------------------------------------------------------------------------------------------------


def label_in(rest: str) -> str:
    """The label a statement names. Errors: CLI.INSFPRM, CLI.MAXPARM."""
    found = _LABEL.match(rest)
    if found is None:
        raise CLI.INSFPRM.error()
    if rest[found.end() :].strip(" \t"):
        raise at_segment(CLI.MAXPARM, upcase(rest[found.end() :].strip(" \t")))
    return upcase(found[0])


def _static_target(rest: str, site: Site | None) -> int | None:
    """The unit GOTO goes to, when the text alone decides it."""
    found = _LABEL.match(rest)
    if site is None or found is None or rest[found.end() :].strip(" \t") or site.procedure.has_duplicates:
        return None
    targets = site.procedure.candidates(site.index, upcase(found[0]))
    return targets[0] if targets else None


def _goto(rest: str, site: Site | None) -> Code:
    def goto(dcl: Interpreter) -> int | None:
        level = dcl.level
        if site is not None:
            level.pc = site.index
        if level.procedure is None:
            return None
        return level.target(label_in(rest), CLI.USGOTO)

    return goto


def _gosub(rest: str, site: Site | None) -> Code:
    target = _static_target(rest, site)

    def gosub(dcl: Interpreter) -> int | None:
        level = dcl.level
        if site is not None:
            level.pc = site.index
        if level.procedure is None:
            raise CLI.INVGOSUB.error()
        label = label_in(rest) if target is None else ""
        if len(level.gosubs) >= GOSUB_LIMIT:
            raise CLI.GOSUBMAX.error()
        level.gosubs.append(level.pc + 1)
        return target if target is not None else level.target(label, CLI.USGOSUB)

    return gosub


def _optional_status(rest: str) -> Evaluation | None:
    """The status expression of EXIT or RETURN."""
    if not rest:
        return None
    node, end = read_expression(rest)
    evaluation = value(node)
    if not rest[end:].strip():
        return evaluation

    def bad(dcl: Interpreter) -> int:
        evaluation(dcl)
        raise CLI.EXPSYN.error()

    return bad


def _return(rest: str, site: Site | None) -> Code:
    evaluation = _optional_status(rest)

    def return_(dcl: Interpreter) -> Any:
        level = dcl.level
        if level.procedure is None:
            raise CLI.INVGOSUB.error()
        if not level.gosubs:
            raise CLI.BADRET.error()
        if evaluation is not None:
            dcl.status = to_integer(evaluation(dcl)) & 0xFFFFFFFF
        target = level.gosubs.pop()
        if evaluation is not None and not dcl.status & 1:
            return Returned(target)
        return target

    return return_


# -- CALL, SUBROUTINE, ENDSUBROUTINE, EXIT ------------------------------------------------------------------------------------------------------


def _call(rest: str, site: Site | None) -> Code:
    found = _CALL.match(rest)
    assert found is not None
    output, label, parameters = found[1], upcase(found[2]), late_all(split_parameters(rest[found.end() :]))
    known = NOWHERE if site is None else site.procedure.subroutine(site.index, label)

    def call(dcl: Interpreter) -> Any:
        level = dcl.level
        if site is not None:
            level.pc = site.index
        if level.procedure is None:
            return None
        if not label:
            raise CLI.INSFPRM.error()
        start = known if known != NOWHERE else level.procedure.subroutine(level.pc, label)
        if start == NOWHERE:
            raise LevelError(CLI.USCALL(label))
        if level.procedure.units[start].end == NOWHERE:
            dcl.put_message(CLI.MSNGENDS())
            raise LevelError(CLI.USCALL(label))
        dcl.enter_subroutine(start, parameters(dcl), output)
        return RESUME

    return call


def _subroutine(rest: str, site: Site | None) -> Code:
    if site is None or site.procedure.units[site.index].end == NOWHERE:
        return lambda dcl: _raise(CLI.INVCALL.error())
    after = site.procedure.units[site.index].end + 1
    return lambda dcl: after


def _endsubroutine(rest: str, site: Site | None) -> Code:
    """It acts as EXIT: a failure of the last command is one for the caller's ON."""
    partner = NOWHERE if site is None else site.procedure.units[site.index].partner

    def endsubroutine(dcl: Interpreter) -> Any:
        if partner == NOWHERE or dcl.level.subroutine != partner:
            raise CLI.INVCALL.error()
        return dcl.exit(None)

    return endsubroutine


def _exit(rest: str, site: Site | None) -> Code:
    evaluation = _optional_status(rest)

    def exit_(dcl: Interpreter) -> Any:
        status = None if evaluation is None else to_integer(evaluation(dcl)) & 0xFFFFFFFF
        return dcl.exit(status)

    return exit_


# -- ON -----------------------------------------------------------------------------------------------------------------------------------------


def _on(rest: str, site: Site | None) -> Code:
    found = _ON.match(rest)
    then = _THEN.match(rest, found.end()) if found is not None else None

    def on(dcl: Interpreter) -> None:
        if dcl.level.procedure is None:
            raise CLI.ONLEVL.error()
        if found is None or then is None:
            raise CLI.NOTHEN.error()
        word = upcase(found[1])[:4]
        condition = next((c for c in ("WARNING", "ERROR", "SEVERE_ERROR", "CONTROL_Y") if c.startswith(word)), None)
        if condition is None:
            raise CLI.ONERR.error()
        action = rest[then.end() :].strip()
        if len(action) > ON_LIMIT:
            raise CLI.ONCOMD.error()
        dcl.level.set_action(condition, action)

    return on


_BUILDERS: dict[str, Builder] = {
    "IF": _if,
    "THEN": _then,
    "ELSE": _else,
    "ENDI": _endif,
    "GOTO": _goto,
    "GOSU": _gosub,
    "RETU": _return,
    "CALL": _call,
    "SUBR": _subroutine,
    "ENDS": _endsubroutine,
    "EXIT": _exit,
    "ON": _on,
}
