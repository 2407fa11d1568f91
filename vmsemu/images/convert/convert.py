"""CONVERT: copy records into a file of another organization or format. CONVERT/RECLAIM: make empty buckets usable again.

/SORT orders records by the primary key of an indexed output; what belongs to the speed of the real program (/FAST_LOAD, /FILL_BUCKETS,
/WORK_FILES, /SECONDARY) and what checks the hardware (/READ_CHECK, /WRITE_CHECK) changes nothing that can be seen. CONVERT/DOCUMENT is refused.
Source: Record Management Utilities Reference Manual, CONVERT and CONVERT/RECLAIM.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.files.attributes import Organization, RecordFormat
from vmsemu.files.control import Share
from vmsemu.files.keys import KeyDefinition
from vmsemu.images.common.designs import finish_design
from vmsemu.images.common.devices import is_record_device, read_records
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.convert.fitting import CONV, Fitting, Record
from vmsemu.images.convert.loading import Exceptions, Loader, open_output
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import SS

_MAXIMUM_INPUTS = 10
_PERFORMANCE = ("FAST_LOAD", "FILL_BUCKETS", "READ_CHECK", "SECONDARY", "WORK_FILES", "WRITE_CHECK")


@dataclass
class _Counts:
    files: int = 0
    records: int = 0


@image("CONVERT")
async def convert(ctx: ImageContext) -> ImageResult:
    """CONVERT input[,...] output; CONVERT/RECLAIM file."""
    if ctx.cli.syntax == "CONVERT_DOCUMENT":
        refuse(ctx, "DOCUMENT", "FORMAT", "MESSAGE_FILE", "OPTIONS")
    if ctx.cli.present("RECLAIM"):
        return _reclaim(ctx)
    accept(ctx, *_PERFORMANCE)
    if ctx.cli.present("APPEND") and ctx.cli.present("MERGE"):
        raise CONV.CONFQUAL.error()
    began = ctx.now
    fitting = Fitting.of(ctx)
    inputs = _inputs(ctx)
    first = _open(ctx, inputs[0])
    exceptions = Exceptions.of(ctx)
    target, design = await open_output(ctx, first)
    loader = Loader(target, fitting, exceptions, _primary_key(target), _must_be_ordered(ctx, target))
    counts = _Counts()
    try:
        for at, name in enumerate(inputs):
            source = first if at == 0 else _open(ctx, name)
            with source:
                counts.records += loader.load(await _records(ctx, source, loader.key), source.attributes)
            counts.files += 1
    finally:
        _close(loader)
    if design is not None:
        finish_design(ctx, target.spec, design)
    if ctx.cli.present("STATISTICS"):
        _statistics(ctx, counts, loader, began)
    return SS.NORMAL if exceptions.status is None else exceptions.status


def _close(loader: Loader) -> None:
    """Errors: CONV.WRITEERR."""
    if loader.exceptions.file is not None:
        loader.exceptions.file.close()
    try:
        loader.file.close()
    except VmsError as error:
        raise CONV.WRITEERR.error(loader.file.spec, cause=error) from None


# -- input ----------------------------------------------------------------------------------------------------------------------------------


def _inputs(ctx: ImageContext) -> list[str]:
    """The input files, wildcards looked up. Errors: CONV.OPENIN, CONV.INP_FILES."""
    names = []
    for asked, found, error in input_files(ctx, "INPUT", "", devices=True):
        if error is not None:
            raise CONV.OPENIN.error(asked, cause=error)
        names.append((found.spec if found is not None else asked).to_text())
    if len(names) > _MAXIMUM_INPUTS:
        raise CONV.INP_FILES.error()
    return names


def _open(ctx: ImageContext, name: str) -> RecordFile:
    """An input file, by the key of /KEY. Errors: CONV.OPENIN, CONV.NOTIDX, CONV.KEYREF."""
    try:
        share = Share.ALL if ctx.cli.present("SHARE") else None
        file = ctx.files.open(name) if is_record_device(ctx, name) else ctx.files.open(name, share=share)
    except VmsError as error:
        raise CONV.OPENIN.error(getattr(error, "spec", name), cause=error) from None
    if ctx.cli.present("KEY"):
        if file.attributes.organization is not Organization.INDEXED:
            file.close()
            raise CONV.NOTIDX.error()
        if not 0 <= ctx.cli.integer("KEY") < len(file.indexed.keys):
            file.close()
            raise CONV.KEYREF.error()
        file.rewind(ctx.cli.integer("KEY"))
    return file


async def _records(ctx: ImageContext, source: RecordFile, key: KeyDefinition | None) -> Iterator[Record]:
    """The records of an input with their control areas, in the order of `key` with /SORT."""
    if source.stream is not None:
        records = iter([(data, b"") for data in await read_records(ctx, source)])
    else:
        records = _read(source)
    if key is None or ctx.cli.negated("SORT"):
        return records
    return iter(sorted(records, key=lambda record: key.extract(record[0]) or b""))


def _read(source: RecordFile) -> Iterator[Record]:
    """Errors: CONV.READERR."""
    has_control = source.attributes.format is RecordFormat.VFC
    try:
        for data in source:
            yield data, source.record_header if has_control else b""
    except VmsError as error:
        raise CONV.READERR.error(source.spec, cause=error) from None


def _primary_key(target: RecordFile) -> KeyDefinition | None:
    return target.indexed.keys[0] if target.attributes.organization is Organization.INDEXED else None


def _must_be_ordered(ctx: ImageContext, target: RecordFile) -> bool:
    """A fast load that does not sort takes records only in the order of their keys; /MERGE and /NOFAST_LOAD take any."""
    return ctx.cli.negated("SORT") and not ctx.cli.negated("FAST_LOAD") and not ctx.cli.present("MERGE")


# -- reports --------------------------------------------------------------------------------------------------------------------------------


def _statistics(ctx: ImageContext, counts: _Counts, loader: Loader, began: VmsTime) -> None:
    """The block of /STATISTICS. fidelity: recalled; the columns are inferred."""
    used = ctx.process.accounting
    rows: tuple[tuple[str, object, str, object], ...] = (
        ("Total Records Processed:", counts.records, "Buffered I/O Count:", used.buffered_io),
        ("Total Exception Records:", loader.exceptions.count, "Direct I/O Count:", used.direct_io),
        ("Total Valid Records:", loader.count, "Page Faults:", used.page_faults),
        ("Elapsed Time:", _elapsed(ctx, began), "CPU Time:", "0 00:00:00.00"),
    )
    ctx.write()
    ctx.write("CONVERT Statistics")
    ctx.write(f"{'Number of Files Processed:':26}{counts.files:>12}")
    for left, first, right, second in rows:
        width = 38 - len(left)
        ctx.write(f"{left}{first!s:>{width}}     {right}{second!s:>{32 - len(right)}}")


def _elapsed(ctx: ImageContext, began: VmsTime) -> str:
    return DeltaTime(int(ctx.now) - int(began)).to_text().strip()


def _reclaim(ctx: ImageContext) -> ImageResult:
    """CONVERT/RECLAIM. Deleted records leave no buckets behind here, so nothing is there to be reclaimed.

    Errors: CONV.OPENIN, CONV.NOTIDX, CONV.KEYREF. fidelity: the report's layout is inferred from what CONV$RECLAIM counts.
    """
    began = ctx.now
    name = ctx.cli.value("FILE") or ""
    try:
        file = ctx.files.open(name, write=True)
    except VmsError as error:
        raise CONV.OPENIN.error(getattr(error, "spec", name), cause=error) from None
    with file:
        attributes = file.attributes
        if attributes.organization is not Organization.INDEXED:
            raise CONV.NOTIDX.error()
        if ctx.cli.present("KEY") and not 0 <= ctx.cli.integer("KEY") < len(file.indexed.keys):
            raise CONV.KEYREF.error()
        scanned = -(-file.header.used_blocks // (attributes.bucket_size or 1))
    if ctx.cli.present("STATISTICS"):
        ctx.write()
        ctx.write("CONVERT/RECLAIM Statistics")
        counts = (
            ("Buckets Scanned:", scanned),
            ("Data Buckets Reclaimed:", 0),
            ("Index Buckets Reclaimed:", 0),
            ("Total Buckets Reclaimed:", 0),
        )
        for label, count in counts:
            ctx.write(f"{label:26}{count:>12}")
        ctx.write(f"{'Elapsed Time:':22}{_elapsed(ctx, began):>16}")
    return SS.NORMAL
