"""Commands that the command tables define: parsed once per text, dispatched to a routine of DCL or to an image.

Routines that DCL runs inside itself are found by the CLIROUTINE name of the verb's definition: `@routine("NAME")` functions in commands/, which
get the parsed command each time it runs, and `@compiled("NAME")` ones, which turn it into a closure once.

Source: DCL reference 1.6 to 1.8, 7.1.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.dcl.activation import foreign, run_image
from vmsemu.dcl.control import find_control
from vmsemu.dcl.errors import segment_of
from vmsemu.dcl.holes import count_holes, has_holes, late_command
from vmsemu.dcl.lines import continues, without_hyphen
from vmsemu.dcl.procedure import Code
from vmsemu.dcl.requests import CHECK, Parsing, Request
from vmsemu.dcl.statement import Site
from vmsemu.dcl.substitution import expand, has_ampersand, replace_ampersands
from vmsemu.dcl.values import to_string
from vmsemu.tables.command import NeedParameter, ParsedCommand, parse
from vmsemu.tables.facilities import CLI, RMS
from vmsemu.tables.protected import protect

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.tables.command import CommandTable

NORMAL = int(CLI.NORMAL)
_OWN_AMPERSANDS = ("WRIT", "PIPE")  # expressions know ampersands; PIPE leaves them to its commands
_JUMPS = re.compile(r"/[ \t]*E[NR]", re.IGNORECASE)
_MODULES = (
    "attaching", "devices", "images", "inquire", "keys", "logical_names", "memory", "pipe", "process",
    "recall", "records", "settings", "showing", "spawning", "symbols",
)  # fmt: skip

Result = ConditionValue | MessageDefinition | Request | None
Routine = Callable[["Interpreter", ParsedCommand], Result | Awaitable[Any]]
Builder = Callable[[ParsedCommand], Code]
R = TypeVar("R", bound=Callable[..., Any])

_ROUTINES: dict[str, Routine] = {}
_BUILDERS: dict[str, Builder] = {}
_KEEPS_STATUS: set[str] = set()
_TAKES_HOLES: set[str] = set()


def routine(*names: str, keeps_status: bool = False) -> Callable[[R], R]:
    """Declare the DCL routine of a CLIROUTINE name. With `keeps_status` success leaves $STATUS alone (User's Manual, chapter 14)."""

    def declare(function: R) -> R:
        for name in names:
            _ROUTINES[name] = function
            if keeps_status:
                _KEEPS_STATUS.add(name)
        return function

    return declare


def compiled(*names: str, holes: bool = False) -> Callable[[R], R]:
    """Declare a routine that makes a closure from the parsed command; with `holes` its parameters may have some (holes.py)."""

    def declare(function: R) -> R:
        for name in names:
            _BUILDERS[name] = function
            if holes:
                _TAKES_HOLES.add(name)
        return function

    return declare


@cache
def load_routines() -> None:
    """Import the modules of commands/."""
    for module in _MODULES:
        import_module(f"vmsemu.dcl.commands.{module}")


def compile_command(text: str, word: str, site: Site | None) -> Code:
    """The closure of a command text that begins with the verb `word`."""
    if word[:4] not in _OWN_AMPERSANDS and has_ampersand(text):
        return lambda dcl: _expanded(dcl, text, site)(dcl)
    known: CommandTable | None = None
    known_parsing = Parsing.PLAIN
    action: Code = _unprepared

    def command(dcl: Interpreter) -> Any:
        nonlocal known, known_parsing, action
        if known is not dcl.table or known_parsing is not dcl.parsing:
            action = _prepare(dcl, text, word, site)
            known, known_parsing = dcl.table, dcl.parsing
        return action(dcl)

    return _with_place(command, site) if word.startswith("REA") or _JUMPS.search(text) else command


def compile_shaped_command(dcl: Interpreter, text: str, word: str) -> Code | None:
    """The closure of a command with holes in its parameters; None when only the filled text can be parsed."""
    if find_control(word) is not None or has_ampersand(text):
        return None
    load_routines()
    try:
        parsed = parse(dcl.table, text, batch=dcl.is_batch, extended=dcl.extended)
    except VmsError:
        return None
    if isinstance(parsed, NeedParameter) or parsed.notices:
        return None
    elements = [item.raw for items in parsed.parameter_lists for item in items]
    if sum(count_holes(each) for each in elements) != count_holes(text) or not all(_is_whole(each, text) for each in elements):
        return None
    if parsed.cliroutine in _TAKES_HOLES:
        return _BUILDERS[parsed.cliroutine](parsed)
    filled = late_command(parsed)
    return lambda dcl: action_of(filled(dcl))(dcl)


def _is_whole(element: str, text: str) -> bool:
    """The element stands between delimiters: no hole has become an element by what stood before it."""
    found = re.search(rf"(?:^|[\s,+]){re.escape(element)}(?=$|[\s,+/])", text, re.IGNORECASE)
    return found is not None or not has_holes(element)


def _with_place(code: Code, site: Site | None) -> Code:
    """A command that may jump to a label has to know where it stands."""
    if site is None:
        return code

    def placed(dcl: Interpreter) -> Any:
        dcl.level.pc = site.index
        return code(dcl)

    return placed


def _unprepared(dcl: Interpreter) -> None:
    raise AssertionError


def _expanded(dcl: Interpreter, text: str, site: Site | None) -> Code:
    """Phase 2: each `&name` becomes the symbol's value as one token."""
    return dcl.compiled_translation(replace_ampersands(text, lambda name: protect(to_string(dcl.symbol(name)))), site)


def _prepare(dcl: Interpreter, text: str, word: str, site: Site | None) -> Code:
    """Parse a command and find what serves it. Errors: those of the parser."""
    try:
        control = find_control(dcl.table.find_verb(word).cliroutine or "")
        if control is not None:
            return control(text[len(word) :].lstrip(" \t"), site)
        parsed = parse(dcl.table, text, batch=dcl.is_batch, extended=dcl.extended)
    except VmsError as error:
        if error.matches(CLI.IVVERB):
            found = _automatic_foreign(dcl, text, word)
            if found is not None:
                return found
        if error.matches(CLI.PARMDEL) and (segment_of(error) or "").startswith("@"):
            from vmsemu.dcl.inclusion import included_command

            found = included_command(text, site)
            if found is not None:
                return found
        raise
    if isinstance(parsed, NeedParameter):
        return lambda dcl: _prompted(dcl, text, parsed)
    return action_of(parsed)


def action_of(parsed: ParsedCommand) -> Code:
    """What runs a parsed command. Errors: CLI.INVROUT when its CLIROUTINE is not one of ours."""
    load_routines()
    name = parsed.cliroutine
    if name is None:
        image = parsed.image or parsed.verb
        return _with_notices(parsed, lambda dcl: run_image(dcl, image, parsed))
    builder = _BUILDERS.get(name)
    if builder is not None:
        return _with_notices(parsed, builder(parsed))
    serve = _ROUTINES.get(name)
    if serve is None:
        raise CLI.INVROUT.error()
    keeps = name in _KEEPS_STATUS

    def action(dcl: Interpreter) -> Any:
        result = serve(dcl, parsed)
        if result is None:
            if not keeps:
                dcl.status = NORMAL
            return None
        return _finish(dcl, result) if isinstance(result, (ConditionValue, MessageDefinition)) else _settle(dcl, result, keeps)

    return _with_notices(parsed, action)


def _settle(dcl: Interpreter, result: Any, keeps: bool) -> Any:
    if isinstance(result, Request):
        if not keeps:
            dcl.status = NORMAL
        return result
    if isinstance(result, int):
        return result
    return _awaited(dcl, result, keeps)


async def _awaited(dcl: Interpreter, result: Awaitable[Any], keeps: bool) -> Any:
    outcome = await result
    if outcome is None:
        if not keeps:
            dcl.status = NORMAL
        return None
    return _finish(dcl, outcome) if isinstance(outcome, (ConditionValue, MessageDefinition)) else outcome


def _finish(dcl: Interpreter, result: ConditionValue | MessageDefinition) -> Any:
    dcl.status = int(result)
    return None if dcl.status & 1 else CHECK


def _with_notices(parsed: ParsedCommand, code: Code) -> Code:
    if not parsed.notices:
        return code

    def noticed(dcl: Interpreter) -> Any:
        for message, segment in parsed.notices:
            dcl.put_message(message, segment)
        return code(dcl)

    return noticed


# -- prompting ----------------------------------------------------------------------------------------------------------------------------


def _prompted(dcl: Interpreter, text: str, need: NeedParameter) -> Any:
    """A parameter is missing: ask for it at a terminal. Errors: CLI.INSFPRM elsewhere."""
    level = dcl.level
    if level.procedure is not None or not (level.stream or dcl.process.input).is_terminal:
        raise CLI.INSFPRM.error()
    return _prompt(dcl, text, need)


async def _prompt(dcl: Interpreter, text: str, need: NeedParameter | ParsedCommand) -> Any:
    stream = dcl.level.stream or dcl.process.input
    answers: list[str] = []
    while isinstance(need, NeedParameter):
        try:
            answer = await _answer(dcl, stream, need.prompt)
        except VmsError as error:
            if error.matches(RMS.EOF):
                return None
            raise
        if answer.strip() or not need.required:
            answers.append(answer)
            need = parse(dcl.table, text, answers, batch=dcl.is_batch, extended=dcl.extended)
    result = action_of(need)(dcl)
    return await result if isinstance(result, Awaitable) else result


async def _answer(dcl: Interpreter, stream: Any, prompt: str) -> str:
    """An answer and its continuation lines. fidelity: that apostrophes are replaced in it is inferred."""
    line: str = await stream.read(prompt)
    while continues(line):
        line = without_hyphen(line) + await stream.read("_" + dcl.prompt)
    return expand(dcl, line) if "'" in line else line


# -- DCL$PATH -------------------------------------------------------------------------------------------------------------------------------


def _automatic_foreign(dcl: Interpreter, text: str, word: str) -> Code | None:
    """An unknown verb may be a procedure or an image in DCL$PATH."""
    from vmsemu.dcl.invocation import compile_invocation

    if len(word) > 39 or dcl.process.names.translate("DCL$PATH") is None:
        return None
    tail = text[len(word) :]
    files = dcl.process.files
    for type_ in (".COM", ".EXE"):
        try:
            found = next(iter(files.search(word, default=f"DCL$PATH:{type_}")), None)
        except VmsError:
            continue
        if found is not None:
            spec = found.spec.to_text()
            return compile_invocation("@" + spec + tail) if type_ == ".COM" else foreign(f"{spec} {tail.strip()}")
    return None

