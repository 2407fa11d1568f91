"""MESSAGE: compile message source files to an object module, which LINK makes an image of for SET MESSAGE.

Left out: /COPYRIGHT, /SDL. Source: Command Definition, Librarian, and Message Utilities Manual, part 3; DCL Dictionary, MESSAGE.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vmsemu.base.condition import ConditionValue, Message, VmsError
from vmsemu.dcl.errors import at_segment
from vmsemu.files.attributes import VAR_NONE
from vmsemu.formats.message_section import MessageSection, to_records
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.message.listing import listing_lines
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import CLI, RMS, SS
from vmsemu.tables.message import Facility
from vmsemu.tables.message_source import Fault, MessageModule, MessageSourceError, compile_source

MESSAGE = Facility(__package__, "message.msg")
_PLAIN = (Fault.NOFACILITY, Fault.NOSEVERITY)


@dataclass
class Source:
    """The concatenated lines, and where each came from: file specification and number there."""

    lines: list[str] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)
    name: str = ""

    def add(self, spec: str, lines: list[str]) -> None:
        self.places += [(spec, number) for number in range(1, len(lines) + 1)]
        self.lines += lines


@image("MESSAGE")
async def message(ctx: ImageContext) -> ImageResult:
    """MESSAGE file[,...]: all files are one source. With an error in it no object module is made."""
    refuse(ctx, "COPYRIGHT", "SDL")
    source = await _read(ctx)
    errors: list[MessageSourceError] = []
    module = compile_source(source.lines, source.name, on_error=errors.append)
    status: ConditionValue | None = None
    for error in errors:
        status = ctx.put_message(_described(error, source))
    if ctx.cli.present("LIST"):
        _write(ctx, ctx.cli.value("LIST"), source.name, ".LIS", listing_lines(source.lines, module, errors, ctx.now))
    if status is not None:
        ctx.put_message(MESSAGE.NOOBJ)
        return status
    if not ctx.cli.negated("OBJECT"):
        _write_object(ctx, _section(ctx, module, source), source.name)
    return SS.NORMAL


async def _read(ctx: ImageContext) -> Source:
    """Read all input files. Errors: MESSAGE.OPENIN."""
    source = Source()
    for item in ctx.cli.parameters("P1"):
        if item.text.upper().removesuffix(":") == "SYS$INPUT":
            source.add("SYS$INPUT", await _read_input(ctx))
            continue
        try:
            for found in ctx.files.search(item.text, default=".MSG"):
                source.name = source.name or found.spec.name
                with ctx.files.open(found) as file:
                    source.add(found.spec.to_text(), list(file.lines()))
        except VmsError as error:
            spec = getattr(error, "spec", None)
            raise MESSAGE.OPENIN.error(spec.to_text() if spec is not None else item.text, cause=error) from None
    if not source.name and not (ctx.cli.value("OBJECT") or ctx.cli.negated("OBJECT")):
        raise at_segment(CLI.VALREQ, "OBJECT")
    return source


async def _read_input(ctx: ImageContext) -> list[str]:
    lines: list[str] = []
    while True:
        try:
            lines.append(await ctx.read())
        except VmsError as error:
            if error.matches(RMS.EOF):
                return lines
            raise


def _described(error: MessageSourceError, source: Source) -> Message:
    """The message about an error, and the place below it."""
    definition = MESSAGE.definitions[error.fault.value]
    spec, line = source.places[error.line - 1]
    place = MESSAGE.ATLINE(line, spec)
    return definition(cause=place) if error.fault in _PLAIN else definition(error.what, cause=place)


def _section(ctx: ImageContext, module: MessageModule, source: Source) -> MessageSection:
    """What goes into the object module: /FILE_NAME puts a pointer in the place of the texts."""
    section = MessageSection(module.title or source.name or "MSG", module.ident)
    pointer = ctx.cli.value("FILE_NAME")
    if pointer is not None:
        section.pointers.append(ctx.files.parse(pointer, default="SYS$MESSAGE:.EXE").to_text())
    elif not ctx.cli.negated("TEXT"):
        section.messages = [(m.definition, m.user_value) for m in module.messages]
    if not ctx.cli.negated("SYMBOLS"):
        section.symbols = {**module.literals, **{m.symbol: int(m.definition.value) for m in module.messages}}
    return section


def _write_object(ctx: ImageContext, section: MessageSection, name: str) -> None:
    spec = ctx.cli.value("OBJECT") or name
    try:
        with ctx.files.create(spec, default=f"{name}.OBJ", attributes=VAR_NONE) as file:
            for record in to_records(section):
                file.put(record)
    except VmsError as error:
        raise MESSAGE.OPENOUT.error(spec, cause=error) from None


def _write(ctx: ImageContext, spec: str | None, name: str, type_: str, lines: list[str]) -> None:
    try:
        with ctx.files.create(spec or name, default=name + type_) as file:
            for line in lines:
                file.put_text(line)
    except VmsError as error:
        raise MESSAGE.OPENOUT.error(spec or name, cause=error) from None
