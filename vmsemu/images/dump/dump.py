"""DUMP: the bytes of files, by blocks or by records. Source: DCL Dictionary, DUMP.

Indexed files are dumped by /RECORDS only: their buckets exist nowhere as bytes. Neither do the blocks of a volume, nor those of file headers.
Left out (refused): processes, /FILE_HEADER, /NOFORMATTED, /DESCRIPTION, and /EXACT, which belongs to /PAGE=SAVE.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.privilege import Privilege
from vmsemu.files.attributes import Organization
from vmsemu.files.header import FileId
from vmsemu.files.mount import DiskDevice
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.common.output import TextOutput, shown_spec
from vmsemu.images.common.paging import Pages
from vmsemu.images.common.places import directory_of
from vmsemu.images.common.printing import print_listing
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.dump.body import BLOCK, Body
from vmsemu.images.dump.directory_records import directory_record_lines
from vmsemu.images.dump.header_report import header_lines
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile, RecordFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

DUMP = Facility(__package__, "dump.msg")
_SIZES = {"BYTE": 1, "WORD": 2, "LONGWORD": 4}
_TERMINAL_WIDTH, _FILE_WIDTH = 80, 132
_REFUSED = ("DESCRIPTION", "EXACT", "FILE_HEADER", "FORMATTED", "PROCESS")
_AT_A_TIME = 256


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

    def file(self, found: FoundFile) -> Iterator[str]:
        """The dump of one file, line by line. Errors: DUMP.OPENIN, DUMP.READERR, DUMP.NOBLOCKS, DUMP.NOTDIR."""
        header, cli = found.header, self.ctx.cli
        yield ""
        yield f"Dump of file {found.spec} on {self.ctx.now.to_text()}"
        yield f"File ID {header.fid.to_text()}   End of file block {header.eof_block} / Allocated {header.allocated}"
        if cli.present("HEADER"):
            yield ""
            yield from header_lines(header, self.ctx.system.rights.uic_text(header.owner))
        with self._open(found) as stream:
            if cli.present("DIRECTORY") and not header.is_directory:
                raise DUMP.NOTDIR.error(found.spec)
            if cli.present("RECORDS"):
                yield from self._records(stream)
            elif header.attributes.organization is Organization.INDEXED:
                raise DUMP.NOBLOCKS.error(found.spec)
            else:
                yield from self._blocks(found)

    def _open(self, found: FoundFile) -> RecordFile:
        try:
            return self.ctx.files.open(found, shared=True)
        except VmsError as error:
            raise DUMP.OPENIN.error(found.spec, cause=error) from None

    def _blocks(self, found: FoundFile) -> Iterator[str]:
        wanted = _Range.of(self.ctx, "BLOCKS")
        header = found.header
        records = self.ctx.cli.present("DIRECTORY")
        end = header.allocated if self.ctx.cli.present("ALLOCATED") else header.used_blocks
        for number in range(wanted.first, (end if wanted.last is None else min(end, wanted.last)) + 1):
            data = found.volume.read_at(header, (number - 1) * BLOCK, BLOCK).ljust(BLOCK, b"\0")
            yield ""
            yield f"Virtual block number {number} ({number:08X}), 512 (0200) bytes"
            yield ""
            yield from directory_record_lines(data) if records else self._body(data)

    def _records(self, stream: RecordFile) -> Iterator[str]:
        wanted = _Range.of(self.ctx, "RECORDS")
        for number, data, address in _numbered(stream):
            if number < wanted.first:
                continue
            if wanted.last is not None and number > wanted.last:
                break
            yield ""
            yield f"Record number {number} ({number:08X}), {len(data)} ({len(data):04X}) bytes, RFA({address})"
            yield ""
            yield from self._body(data)

    def _body(self, data: bytes) -> list[str]:
        return self.body.lines(data, self.ctx.cli.integer("NUMBER") if self.ctx.cli.present("NUMBER") else 0)


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
    accept(ctx, "STYLE")
    output = _output(ctx)
    size = next((count for word, count in _SIZES.items() if ctx.cli.present(word)), 4)
    radix = next((word for word in ("DECIMAL", "OCTAL") if ctx.cli.present(word)), "HEXADECIMAL")
    width = ctx.cli.integer("WIDTH", _TERMINAL_WIDTH if output is None else _FILE_WIDTH)
    dumper = _Dumper(ctx, Body(size, radix, width, ctx.cli.present("ASCII")))
    pages = Pages(ctx, None if output is None else output.write)
    status: ImageResult = SS.NORMAL
    for asked, found, error in _files(ctx):
        if pages.stopped:
            break
        if found is None:
            status = ctx.put_message(error if error is not None and error.matches(DUMP.NOBLOCKS) else DUMP.OPENIN.error(asked, cause=error))
            continue
        failure = await _show(pages, dumper.file(found))
        if failure is not None:
            status = ctx.put_message(failure)
    if output is not None:
        output.close()
        if ctx.cli.present("PRINTER"):
            await print_listing(ctx, output.spec, DUMP.CREJOB)
    return status


async def _show(pages: Pages, lines: Iterator[str]) -> VmsError | None:
    """Display lines as they are made, also those before a failure, which is returned."""
    some: list[str] = []
    try:
        for line in lines:
            some.append(line)
            if len(some) == _AT_A_TIME:
                await pages.show(some)
                some.clear()
                if pages.stopped:
                    break
    except VmsError as failure:
        await pages.show(some)
        return failure
    await pages.show(some)
    return None


def _files(ctx: ImageContext) -> Iterator[tuple[FileSpec, FoundFile | None, VmsError | None]]:
    """What to dump, as input_files; with /IDENTIFIER the file of that identification. A device alone has no blocks here."""
    if ctx.cli.present("FILE_ID"):
        yield _identified(ctx)
        return
    texts = [item.text for item in ctx.cli.parameters("P1")]
    device = _volume(ctx, texts[0]) if len(texts) == 1 else None
    if device is None:
        yield from input_files(ctx, "P1", ".DMP")
        return
    spec = FileSpec(device=device.name)
    if Privilege.LOG_IO not in ctx.process.privileges and Privilege.PHY_IO not in ctx.process.privileges:
        yield spec, None, SS.NOPRIV.error()
    else:
        yield spec, None, DUMP.NOBLOCKS.error(spec)


def _volume(ctx: ImageContext, text: str) -> DiskDevice | None:
    """The drive, when the specification is one and nothing more; a logical name may have more behind it."""
    try:
        parsed = ctx.files.candidates(text)[0]
        written = ctx.files.names.spec(text)
        device = ctx.files.device_of(text)
    except VmsError:
        return None
    bare = not (written.directory or written.name or written.type or written.version) and not parsed.root
    default = parsed.spec.directory == ctx.files.default_directory
    return device if isinstance(device, DiskDevice) and bare and default and not parsed.spec.name else None


def _identified(ctx: ImageContext) -> tuple[FileSpec, FoundFile | None, VmsError | None]:
    """The file of /IDENTIFIER on the volume of the parameter. fidelity: that its full name is shown is inferred."""
    text = ctx.cli.parameters("P1")[0].text
    try:
        device = ctx.files.device_of(text)
    except VmsError as error:
        return FileSpec(name=text), None, error
    if not isinstance(device, DiskDevice):
        return FileSpec(device=device.name), None, RMS.DEV.error()
    numbers = [int(text) for text in ctx.cli.values("FILE_ID")]
    asked = FileSpec(device=device.name, name=f"({','.join(map(str, numbers))})")
    if device.volume is None:
        return asked, None, SS.DEVNOTMOUNT.error()
    try:
        header = device.volume.header(FileId(numbers[0], numbers[1] if len(numbers) > 1 else 0, numbers[2] if len(numbers) > 2 else 0))
    except VmsError as error:
        return asked, None, error
    stem, dot, rest = header.name.rpartition(".")
    type_, semicolon, version = rest.partition(";")
    spec = FileSpec("", device.name, directory_of(device.volume, header), stem, dot + type_, semicolon + version)
    return spec, FoundFile(spec, header, device.volume, device, header.backlink), None


def _output(ctx: ImageContext) -> TextOutput | None:
    """The file of /OUTPUT and /PRINTER (type .DMP), None for SYS$OUTPUT. Errors: DUMP.OPENOUT; DUMP.WRITEERR when it is written."""
    if not ctx.cli.present("OUTPUT") and not ctx.cli.present("PRINTER"):
        return None
    name = ctx.cli.value("OUTPUT") or ""
    default = (ctx.files.parse(ctx.cli.parameters("P1")[0].text).name or "DUMP") + ".DMP"
    try:
        return TextOutput(ctx.files.create(name, default=default), DUMP.WRITEERR)
    except VmsError as error:
        raise DUMP.OPENOUT.error(shown_spec(ctx, name, default), cause=error) from None
