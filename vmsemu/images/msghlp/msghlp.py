"""HELP/MESSAGE: explain messages. With a search string those whose words agree with it, without one the message of $STATUS.

Left out: /DELETE, /INSERT, /SECTION_FILE. Source: DCL Dictionary, HELP/MESSAGE; OpenVMS System Messages: Companion Guide, chapter 2.
fidelity: the layout is that of the Companion Guide's examples; which $STATUS a success has is explained as any other.
"""

from __future__ import annotations

from collections.abc import Callable
from textwrap import wrap

from vmsemu.base.condition import VmsError
from vmsemu.dcl.status import definition_for
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.help.pager import Pager, Stop
from vmsemu.images.msghlp.database import SHARED, WordMatch, database, describing, of_facilities, search
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility
from vmsemu.tables.message_help import MessageDescription, parse_descriptions, source_lines

MSGHLP = Facility(__package__, "msghlp.msg")
_WIDTH = 76
_HANGING = " " * 16


@image("MSGHLP")
async def help_message(ctx: ImageContext) -> ImageResult:
    """HELP/MESSAGE [search-string]. Errors: MSGHLP.NOTFOUND, MSGHLP.OPENIN, MSGHLP.OPENOUT."""
    refuse(ctx, "DELETE", "INSERT", "SECTION_FILE")
    accept(ctx, "FULL")
    found = of_facilities(_found(ctx), ctx.cli.values("FACILITY"))
    if not found:
        raise MSGHLP.NOTFOUND.error()
    if ctx.cli.present("SORT"):
        found.sort(key=lambda each: (each.ident, each.facility))
    if ctx.cli.present("EXTRACT"):
        _write(ctx, ctx.cli.value("EXTRACT") or "", ".MSGHLP", [line for each in found for line in source_lines(each)])
        return SS.NORMAL
    shape: Callable[[MessageDescription], list[str]] = _heading if ctx.cli.present("BRIEF") else _whole
    lines = [line for each in found for line in shape(each)]
    if ctx.cli.present("OUTPUT"):
        _write(ctx, ctx.cli.value("OUTPUT") or "", ".LIS", lines)
        return SS.NORMAL
    try:
        await Pager(ctx).show(lines)
    except Stop:
        pass
    return SS.NORMAL


def _found(ctx: ImageContext) -> list[MessageDescription]:
    """What the search string, /STATUS or $STATUS asks for."""
    descriptions = _library(ctx)
    text = ctx.cli.value("MESSAGE_ID")
    if text is not None:
        return search(descriptions, text, WordMatch(ctx.cli.value("WORD_MATCH") or "INITIAL_SUBSTRING"))
    definition = definition_for(ctx.dcl, _status(ctx) & 0x0FFFFFFF, image=True)
    return describing(descriptions, definition) if definition is not None else []


def _status(ctx: ImageContext) -> int:
    """/STATUS, else $STATUS. Errors: MSGHLP.BADSTATUS."""
    text = ctx.cli.value("STATUS")
    if text is None:
        return ctx.dcl.status
    try:
        return int(text[2:], 16) if text[:2].upper() == "%X" else int(text)
    except ValueError:
        raise MSGHLP.BADSTATUS.error(text) from None


def _library(ctx: ImageContext) -> tuple[MessageDescription, ...]:
    name = ctx.cli.value("LIBRARY")
    if name is None:
        return database()
    try:
        with ctx.files.open(name, default="SYS$HELP:.MSGHLP$DATA") as file:
            return tuple(parse_descriptions(file.lines()))
    except VmsError as error:
        spec = getattr(error, "spec", None)
        raise MSGHLP.OPENIN.error(spec.to_text() if spec is not None else name, cause=error) from None


def _heading(description: MessageDescription) -> list[str]:
    return ["", *wrap(f"{description.ident},  {description.text}", _WIDTH, initial_indent=" ", subsequent_indent=" " * (len(description.ident) + 4))]


def _whole(description: MessageDescription) -> list[str]:
    shared = description.facility == SHARED
    name = description.facility_name if shared else f"{description.facility}, {description.facility_name}"
    lines = [*_heading(description), "", f"  Facility:     {name}"]
    for title, text in (("Explanation:", description.explanation), ("User Action:", description.action or "None.")):
        lines += ["", *wrap(text, _WIDTH, initial_indent=f"  {title}  ", subsequent_indent=_HANGING)]
    return lines


def _write(ctx: ImageContext, name: str, type_: str, lines: list[str]) -> None:
    try:
        with ctx.files.create(name, default=type_) as file:
            for line in lines:
                file.put_text(line)
    except VmsError as error:
        raise MSGHLP.OPENOUT.error(name, cause=error) from None
