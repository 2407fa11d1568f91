"""OPEN, READ, WRITE, CLOSE.

Source: DCL Dictionary; DCL reference 3.9.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.dcl.command import NORMAL, compiled
from vmsemu.dcl.errors import bad_result_symbol
from vmsemu.dcl.evaluate import Evaluation, value
from vmsemu.dcl.expression import Invalid, read_expression
from vmsemu.dcl.interpreter import status_of
from vmsemu.dcl.lines import COMMAND_LIMIT
from vmsemu.dcl.procedure import Code
from vmsemu.dcl.records import OpenRecordFile
from vmsemu.dcl.streams import VFC_PRINT, DataInput, finish_data
from vmsemu.dcl.values import to_string
from vmsemu.files.attributes import RecordFormat
from vmsemu.files.control import Share
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI, RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

DEFAULT_PROMPT = "Data: "
READ_LIMIT = 1024  # bytes of a record that READ takes
SYMBOL_LIMIT = 2048  # bytes that WRITE/SYMBOL writes


def _jumping(command: ParsedCommand, dcl: Interpreter, error: VmsError, source: int) -> int:
    """Go to the /END_OF_FILE or /ERROR label for an error; raise it when there is none."""
    label = command.value("END_OF_FILE") if error.matches(RMS.EOF) and command.present("END_OF_FILE") else command.value("ERROR")
    if label is None or dcl.level.procedure is None:
        raise error
    dcl.status = int(status_of(error))
    return dcl.level.target(label, CLI.USGOTO, source)


# -- OPEN, CLOSE ----------------------------------------------------------------------------------------------------------------------------


@compiled("OPEN")
def open_(command: ParsedCommand) -> Code:
    """OPEN logical-name file."""
    name = (command.value("P1") or "").upper().removesuffix(":")
    spec = command.value("P2") or ""

    def run(dcl: Interpreter) -> int | None:
        if name in dcl.open_files:
            dcl.status = NORMAL  # fidelity: whether a second OPEN of a name is reported is not known
            return None
        try:
            _open(dcl, command, name, spec)
        except VmsError as error:
            return _jumping(command, dcl, error, dcl.level.pc)
        dcl.status = NORMAL
        return None

    return run


def _open(dcl: Interpreter, command: ParsedCommand, name: str, spec: str) -> None:
    files = dcl.process.files
    write, append = command.present("WRITE"), command.present("APPEND")
    read = command.present("READ") or not (write or append)
    share = None if not command.present("SHARE") else Share.READ if command.value("SHARE") == "READ" else Share.ALL
    if dcl.redirections.is_stream(spec):
        stream = dcl.redirections.open_input(spec) if read else dcl.redirections.open_output(spec)
        dcl.open_files.add(name, OpenRecordFile(stream, readable=read, writable=write or append), getattr(stream, "name", spec))
        return
    creates = write and not read and not append
    try:
        if creates:
            file = files.create(spec, default=".DAT", attributes=VFC_PRINT, share=share)
        else:
            file = files.open(
                spec, default=".DAT", write=write, append=append, update=read and write, share=share, locking=share is Share.ALL
            )
    except VmsError as error:
        definition = CLI.OPENOUT if creates else CLI.OPENIN
        raise definition.error(_full(dcl, spec, error), cause=error) from None
    if file.attributes.format is RecordFormat.UDF:
        file.close()
        raise CLI.INVRFM.error()
    dcl.open_files.add(name, OpenRecordFile(file, readable=read, writable=write or append), files.device_of(file.spec.device).name)


def _full(dcl: Interpreter, spec: str, error: VmsError) -> str:
    found = getattr(error, "spec", None)
    return found.to_text() if found is not None else spec.upper()


@compiled("CLOSE")
def close(command: ParsedCommand) -> Code:
    """CLOSE logical-name."""
    name = command.value("P1") or ""
    log = not command.negated("LOG")

    def run(dcl: Interpreter) -> int | None:
        try:
            dcl.open_files.close(name)
        except VmsError as error:
            if error.matches(CLI.UNDFIL) and not log:
                dcl.status = int(error.value)
                return None
            return _jumping(command, dcl, error, dcl.level.pc)
        dcl.status = NORMAL
        return None

    return run


# -- WRITE ----------------------------------------------------------------------------------------------------------------------------------


@compiled("WRITE")
def write(command: ParsedCommand) -> Code:
    """WRITE logical-name expression[,...]; /SYMBOL has room for longer records. Errors: CLI.BUFOVF, CLI.UNDFIL, those of $PUT and $UPDATE."""
    limit = SYMBOL_LIMIT if command.present("SYMBOL") else COMMAND_LIMIT
    name = (command.value("P1") or "").upper().removesuffix(":")
    text = _expressions(command.value("P2") or "")
    update = command.present("UPDATE")
    has_label = command.present("ERROR")

    def run(dcl: Interpreter) -> int | None:
        line = text(dcl)
        if len(line) > limit:
            raise CLI.BUFOVF.error()
        if name == "SYS$OUTPUT" and not update:
            dcl.output.write(line)
            dcl.status = NORMAL
            return None
        source = dcl.level.pc
        try:
            if update:
                _update(dcl, name, line)
            else:
                dcl.open_files.write(name, line)
        except VmsError as error:
            if not has_label:
                raise
            return _jumping(command, dcl, error, source)
        dcl.status = NORMAL
        return None

    return run


def _update(dcl: Interpreter, name: str, line: str) -> None:
    found = dcl.open_files.find(name)
    if not isinstance(found, OpenRecordFile):
        raise RMS.IOP.error()
    found.update(line)


def _expressions(text: str) -> Callable[[Interpreter], str]:
    """The closure that computes and joins a list of expressions."""
    evaluations: list[Evaluation] = []
    at = 0
    problem: MessageDefinition | None = None
    while problem is None:
        node, at = read_expression(text, at)
        evaluations.append(value(node))
        if isinstance(node, Invalid) or at >= len(text):
            break
        if text[at] != ",":
            problem = CLI.SYMDEL if text[at] == ")" else CLI.EXPSYN
        at += 1
    if problem is None and len(evaluations) == 1:
        (only,) = evaluations
        return lambda dcl: found if isinstance(found := only(dcl), str) else str(found)

    def join(dcl: Interpreter) -> str:
        line = "".join([to_string(e(dcl)) for e in evaluations])
        if problem is not None:
            raise problem.error()
        return line

    return join


# -- READ -----------------------------------------------------------------------------------------------------------------------------------


@compiled("READ")
def read(command: ParsedCommand) -> Code:
    """READ logical-name symbol. With /NOLOCK a record of a shared file is read whoever has locked it, and is not locked."""
    name = command.value("P1") or ""
    symbol = command.value("P2") or ""
    bad = bad_result_symbol(symbol)
    plain = command.value("KEY") is None and not command.present("DELETE") and not command.negated("LOCK")

    deletes = command.present("DELETE")

    def run(dcl: Interpreter) -> Any:
        if bad is not None:
            raise bad
        source = dcl.level.pc
        after: int | None = None
        try:
            found = dcl.open_files.find(name)
            if isinstance(found, OpenRecordFile) and found.file is not None:
                found.current = False
                data = found.file.get() if plain and found.readable else _record(command, found)
                found.current = not deletes
                if len(data) > READ_LIMIT:
                    raise RMS.RTB.error(len(data))
                record = data.decode("latin-1")
            else:
                stream = _stream(dcl, found)
                if not isinstance(stream, DataInput):
                    return _read_stream(dcl, command, stream, symbol, source)
                record, after = _data_record(dcl, stream)
        except VmsError as error:
            return _jumping(command, dcl, error, source)
        dcl.symbols.define(symbol, record)
        dcl.status = NORMAL
        return after

    return run


def _data_record(dcl: Interpreter, stream: DataInput) -> tuple[str, int | None]:
    """A data line of a procedure, and where the procedure goes on when it is the current level's own."""
    level = dcl.level
    if stream.level is not level:
        return stream.next_record(), None
    level.pc += 1
    record = stream.next_record()
    finish_data(level)
    return record, level.pc


def _record(command: ParsedCommand, found: OpenRecordFile) -> bytes:
    """The next record of a file, or the one with a key; /INDEX without /KEY changes nothing. Errors: RMS.FAC, those of $GET and $DELETE."""
    file = found.file
    assert file is not None
    if not found.readable or (command.present("DELETE") and not found.writable):
        raise RMS.FAC.error()
    key, lock = command.value("KEY"), not command.negated("LOCK")
    if key is not None:
        record: bytes = file.get_key(key.encode("latin-1", "replace"), command.integer("INDEX"), command.value("MATCH") or "EQ", lock=lock)
    else:
        record = file.get() if lock else file.get_unlocked()
    if command.present("DELETE"):
        found.delete()
    return record


def _stream(dcl: Interpreter, found: OpenRecordFile | str) -> Any:
    if isinstance(found, OpenRecordFile):
        if not found.readable:
            raise RMS.FAC.error()
        return found.stream
    if found == "SYS$INPUT":
        redirected = dcl.redirections.input(for_image=False)
        return redirected if redirected is not None else dcl.level_input()
    return dcl.process.input if found == "SYS$PIPE" else dcl.command_input


async def _read_stream(dcl: Interpreter, command: ParsedCommand, stream: Any, symbol: str, source: int) -> int | None:
    prompt = command.value("PROMPT")
    seconds = command.integer("TIME_OUT") if command.present("TIME_OUT") else None
    try:
        text = await dcl.open_files.read_stream(stream, DEFAULT_PROMPT if prompt is None else prompt, seconds)
    except VmsError as error:
        return _jumping(command, dcl, error, source)
    dcl.symbols.define(symbol, text)
    dcl.status = NORMAL
    return None


