"""DUMP: the bytes of files, by blocks or by records. Source: DCL Dictionary, DUMP.

Indexed files are dumped by /RECORDS only: their buckets exist nowhere as bytes.
Left out (refused): formatted directories, processes, /IDENTIFIER, whole volumes, /PRINTER.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import Organization
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.dump.body import BLOCK, Body
from vmsemu.images.dump.header_report import header_lines
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile, RecordFile
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

DUMP = Facility(__package__, "dump.msg")
_SIZES = {"BYTE": 1, "WORD": 2, "LONGWORD": 4}
_TERMINAL_WIDTH, _FILE_WIDTH = 80, 132
_REFUSED = ("DESCRIPTION", "DIRECTORY", "EXACT", "FILE_HEADER", "FILE_ID", "FORMATTED", "PAGE", "PRINTER", "PROCESS", "STYLE")


@dataclass(frozen=True, slots=True)
class _Range:
    """Blocks or records from `first` to `last`, counted from 1; no end when `last` is None."""

    first: int = 1
    last: int | None = None

    @classmethod
    def of(cls, ctx: ImageContext, qualifier: str) -> _Range:
        def given(word: str) -> int | None:
            text = ctx.cli.value(f"{qualifier}.{word}")
            return None if text is None else int(text)

        first = given("START") or 1
        count, last = given("COUNT"), given("END")
        return cls(first, first + count - 1 if count is not None else last)


@dataclass
class _Dumper:
    ctx: ImageContext
    body: Body
    write: Callable[[str], None]

    def file(self, found: FoundFile) -> None:
        """The dump of one file. Errors: DUMP.OPENIN, DUMP.READERR, DUMP.NOBLOCKS."""
        header, cli = found.header, self.ctx.cli
        self.write("")
        self.write(f"Dump of file {found.spec} on {self.ctx.now.to_text()}")
        self.write(f"File ID {header.fid.to_text()}   End of file block {header.eof_block} / Allocated {header.allocated}")
        if cli.present("HEADER"):
            self.write("")
            for line in header_lines(header, self.ctx.system.rights.uic_text(header.owner)):
                self.write(line)
        with self._open(found) as stream:
            if cli.present("RECORDS"):
                self._records(stream)
            elif header.attributes.organization is Organization.INDEXED:
                raise DUMP.NOBLOCKS.error(found.spec)
            else:
                self._blocks(found)

    def _open(self, found: FoundFile) -> RecordFile:
        try:
            return self.ctx.files.open(found, shared=True)
        except VmsError as error:
            raise DUMP.OPENIN.error(found.spec, cause=error) from None

    def _blocks(self, found: FoundFile) -> None:
        wanted = _Range.of(self.ctx, "BLOCKS")
        header = found.header
        end = header.allocated if self.ctx.cli.present("ALLOCATED") else header.used_blocks
        for number in range(wanted.first, (end if wanted.last is None else min(end, wanted.last)) + 1):
            data = found.volume.read_at(header, (number - 1) * BLOCK, BLOCK).ljust(BLOCK, b"\0")
            self.write("")
            self.write(f"Virtual block number {number} ({number:08X}), 512 (0200) bytes")
            self.write("")
            self._body(data)

    def _records(self, stream: RecordFile) -> None:
        wanted = _Range.of(self.ctx, "RECORDS")
        for number, data, address in _numbered(stream):
            if number < wanted.first:
                continue
            if wanted.last is not None and number > wanted.last:
                break
            self.write("")
            self.write(f"Record number {number} ({number:08X}), {len(data)} ({len(data):04X}) bytes, RFA({address})")
            self.write("")
            self._body(data)

    def _body(self, data: bytes) -> None:
        base = self.ctx.cli.integer("NUMBER") if self.ctx.cli.present("NUMBER") else 0
        for line in self.body.lines(data, base):
            self.write(line)


def _numbered(stream: RecordFile) -> Iterator[tuple[int, bytes, str]]:
    """(number, record, address) for each record; the address is block and byte in hexadecimal words."""
    for number, data in enumerate(stream, 1):
        address = stream.rfa()
        block, byte = (address, 0) if isinstance(address, int) else (address.vbn, address.offset)
        yield number, data, f"{block & 0xFFFF:04X},{block >> 16:04X},{byte:04X}"


@image("DUMP")
async def dump(ctx: ImageContext) -> ImageResult:
    """Dump each file."""
    refuse(ctx, *_REFUSED)
    output = _output(ctx)
    size = next((count for word, count in _SIZES.items() if ctx.cli.present(word)), 4)
    radix = next((word for word in ("DECIMAL", "OCTAL") if ctx.cli.present(word)), "HEXADECIMAL")
    width = ctx.cli.integer("WIDTH", _TERMINAL_WIDTH if output is None else _FILE_WIDTH)
    dumper = _Dumper(ctx, Body(size, radix, width, ctx.cli.present("ASCII")), ctx.write if output is None else output.put_text)
    status: ImageResult = SS.NORMAL
    for asked, found, error in input_files(ctx, "P1", ".DMP"):
        if found is None:
            status = ctx.put_message(DUMP.OPENIN.error(asked, cause=error))
            continue
        try:
            dumper.file(found)
        except VmsError as failure:
            status = ctx.put_message(failure)
    if output is not None:
        output.close()
    return status


def _output(ctx: ImageContext) -> RecordFile | None:
    """The file of /OUTPUT (type .DMP), None for SYS$OUTPUT. Errors: DUMP.OPENOUT."""
    if not ctx.cli.present("OUTPUT"):
        return None
    name = ctx.cli.value("OUTPUT") or ""
    default = (ctx.files.parse(ctx.cli.parameters("P1")[0].text).name or "DUMP") + ".DMP"
    try:
        return ctx.files.create(name, default=default)
    except VmsError as error:
        raise DUMP.OPENOUT.error(ctx.files.parse(name, default), cause=error) from None
