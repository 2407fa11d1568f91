"""LINK: make an image of message object modules. Images of programs are not made of object modules on this machine, so every other input is refused.

Served are /SHAREABLE, /EXECUTABLE and what is the default anyway. Without /SHAREABLE the image has no transfer address, as on VMS.
Source: OpenVMS Linker Utility Manual; Message Utility Manual, "Using message object modules".
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import FIX_512
from vmsemu.formats.message_section import MessageSection, from_records, to_blocks
from vmsemu.images.common.gaps import serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

LINK = Facility(__package__, "link.msg")
_SERVED = ("EXECUTABLE", "SHAREABLE", "TRACEBACK", "SYSLIB", "SYSSHR", "USERLIBRARY", "INFORMATIONALS", "GST", "NATIVE_ONLY", "REPLACE")


@image("LINK")
async def link(ctx: ImageContext) -> ImageResult:
    """LINK file[,...]. The image is named after the first file."""
    serve_only(ctx, *_SERVED)
    name, sections = "", []
    for item in ctx.cli.parameters("P1"):
        spec, section = _module(ctx, item.text)
        name = name or spec
        sections.append(section)
    _warn_of_duplicates(ctx, sections)
    if ctx.cli.negated("EXECUTABLE") and not ctx.cli.present("SHAREABLE"):
        return SS.NORMAL
    made = _write(ctx, name, sections)
    return SS.NORMAL if ctx.cli.present("SHAREABLE") else ctx.put_message(LINK.USRTFR(made))


def _module(ctx: ImageContext, text: str) -> tuple[str, MessageSection]:
    """The name of a file and the module in it. Errors: LINK.OPENIN, LINK.ILLRECTYP."""
    try:
        with ctx.files.open(text, default=".OBJ") as file:
            section, spec = from_records(_records(file)), file.spec
    except VmsError as error:
        found = getattr(error, "spec", None)
        raise LINK.OPENIN.error(found.to_text() if found is not None else text, cause=error) from None
    if section is None:
        raise LINK.ILLRECTYP.error(spec.to_text())
    return spec.name, section


def _records(file: RecordFile) -> list[bytes]:
    records: list[bytes] = []
    try:
        while True:
            records.append(file.get())
    except VmsError as error:
        if not error.matches(RMS.EOF):
            raise
    return records


def _warn_of_duplicates(ctx: ImageContext, sections: list[MessageSection]) -> None:
    seen: dict[str, int] = {}
    for section in sections:
        for symbol, value in section.symbols.items():
            if seen.setdefault(symbol, value) != value:
                ctx.put_message(LINK.MULDEF(symbol))


def _write(ctx: ImageContext, name: str, sections: list[MessageSection]) -> str:
    """Write the image; its specification. Errors: LINK.OPENOUT."""
    spec = ctx.cli.value("SHAREABLE") or ctx.cli.value("EXECUTABLE") or name
    try:
        with ctx.files.create(spec, default=f"{name}.EXE", attributes=FIX_512) as file:
            for block in to_blocks(sections):
                file.put(block)
            return file.spec.to_text()
    except VmsError as error:
        raise LINK.OPENOUT.error(spec, cause=error) from None
