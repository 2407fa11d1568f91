"""SORT and MERGE: records of up to ten files in order. Source: DCL Dictionary, SORT and MERGE.

RECORD and TAG sorts give the same file, so /PROCESS=TAG is accepted; address and index sorts are refused. /WORK_FILES needs nothing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from heapq import merge

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.files.attributes import CarriageControl, Organization, RecordAttributes, RecordFormat
from vmsemu.images.common.devices import is_record_device, read_records
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.images.sort.keys import MAXIMUM_KEYS, SORT, SortKey, float_size, in_order, key_value, ordered
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import SS
from vmsemu.tables.parsed import QualifierItem

_MAXIMUM_INPUTS = 10
_KINDS = (
    "BINARY", "DECIMAL", "ZONED", "PACKED_DECIMAL", "F_FLOATING", "D_FLOATING", "G_FLOATING", "S_FLOATING", "T_FLOATING", "CHARACTER",
)  # fmt: skip
Collation = Callable[[bytes], bytes]


@image("SORT")
async def sort(ctx: ImageContext) -> ImageResult:
    """SORT reads everything, orders it by the keys and writes it; MERGE takes inputs that are in order already."""
    refuse(ctx, "SPECIFICATION", "INDEXED_SEQUENTIAL", "RELATIVE", "BUCKET_SIZE", "CONTIGUOUS")
    _refuse_values(ctx)
    accept(ctx, "SEQUENTIAL", "STABLE", "WORK_FILES")
    began = ctx.now
    keys, collate = _keys(ctx), _collation(ctx)
    inputs, attributes, kind = await _inputs(ctx)
    merging = ctx.cli.verb == "MERGE"
    if merging and ctx.cli.present("CHECK_SEQUENCE") and not all(in_order(records, keys, collate) for records in inputs):
        raise SORT.BAD_ORDER.error()
    if merging and not any(key.descending for key in keys):
        records = list(merge(*inputs, key=key_value(keys, collate)))
    else:
        records = ordered([record for each in inputs for record in each], keys, collate)
    read = len(records)
    if ctx.cli.negated("DUPLICATES"):
        records = _unique(records, keys, collate)
    _write(ctx, records, attributes, kind)
    if ctx.cli.present("STATISTICS"):
        _statistics(ctx, read, records, began)
    return SS.NORMAL


def _refuse_values(ctx: ImageContext) -> None:
    """The values that are not served: address and index sorts, the multinational sequence, H_floating keys."""
    refuse(ctx, *(f"PROCESS.{word}" for word in ("ADDRESS", "INDEX")), "FORMAT.STREAM", "FORMAT.BLOCK_SIZE")
    if (ctx.cli.value("COLLATING_SEQUENCE") or "ASCII").upper() not in ("ASCII", "EBCDIC"):
        refuse(ctx, "COLLATING_SEQUENCE")


def _keys(ctx: ImageContext) -> list[SortKey]:
    """The /KEY qualifiers, most significant first; without any the whole record. Errors: SORT.BAD_KEY, SORT.NUM_KEY, SORT.KEYAMBINC."""
    keys = [_key(item) for item in ctx.cli.each("KEY")]
    if len(keys) > MAXIMUM_KEYS:
        raise SORT.NUM_KEY.error()
    if any(key.number for key in keys):
        if len({key.number for key in keys}) < len(keys):
            raise SORT.KEYAMBINC.error()
        keys.sort(key=lambda key: key.number)
    for key in keys:
        key.check()
    return keys or [SortKey(1, 32767)]


def _key(item: QualifierItem) -> SortKey:
    if item.present("H_FLOATING"):
        raise SORT.BAD_KEY.error()
    kind = next((word for word in _KINDS if item.present(word)), "CHARACTER")
    size = item.value("SIZE")
    position = item.value("POSITION")
    implied = float_size(kind)
    if position is None or (size is None and implied is None):
        raise SORT.BAD_KEY.error()
    return SortKey(
        int(position), implied or int(size or 0), kind, item.present("DESCENDING"), not item.present("UNSIGNED"),
        item.present("LEADING_SIGN"), item.present("SEPARATE_SIGN"), int(item.value("NUMBER") or 0),
    )  # fmt: skip


def _collation(ctx: ImageContext) -> Collation:
    """What orders characters: ASCII by their codes, EBCDIC by those of that code."""
    if (ctx.cli.value("COLLATING_SEQUENCE") or "ASCII").upper() == "EBCDIC":
        return lambda data: data.decode("latin-1").encode("cp500", "replace")
    return lambda data: data


async def _inputs(ctx: ImageContext) -> tuple[list[list[bytes]], RecordAttributes | None, str]:
    """The records of each input file, the attributes and the type of the first. Errors: SORT.OPENIN, SORT.BAD_FILE."""
    items = ctx.cli.parameters("P1")
    if len(items) > _MAXIMUM_INPUTS:
        raise SORT.BAD_FILE.error()
    inputs: list[list[bytes]] = []
    attributes: RecordAttributes | None = None
    kind = ".DAT"
    for item in items:
        try:
            stream = ctx.files.open(item.text) if is_record_device(ctx, item.text) else ctx.files.open(item.text, default=".DAT")
        except VmsError as error:
            raise SORT.OPENIN.error(ctx.files.parse(item.text, ".DAT"), cause=error) from None
        with stream:
            inputs.append(await read_records(ctx, stream))
            if attributes is None:
                attributes = stream.attributes
                kind = stream.spec.type or kind
    return inputs, attributes, kind


def _unique(records: list[bytes], keys: list[SortKey], collate: Collation) -> list[bytes]:
    """Only the first of the records whose keys are equal."""
    value = key_value(keys, collate)
    return [record for at, record in enumerate(records) if at == 0 or value(record) != value(records[at - 1])]


def _write(ctx: ImageContext, records: list[bytes], attributes: RecordAttributes | None, kind: str) -> None:
    name = ctx.cli.value("P2") or ""
    try:
        target = _output(ctx, name, _output_attributes(ctx, attributes), kind)
    except VmsError as error:
        raise SORT.OPENOUT.error(ctx.files.parse(name, kind), cause=error) from None
    width = target.attributes.maximum_size if target.attributes.format is RecordFormat.FIX else 0
    with target:
        try:
            for record in records:
                target.put(record.ljust(width, b"\0"))
        except VmsError as error:
            raise SORT.WRITEERR.error(target.spec, cause=error) from None


def _output(ctx: ImageContext, name: str, attributes: RecordAttributes, kind: str) -> RecordFile:
    if is_record_device(ctx, name):
        return ctx.files.create(name)
    if ctx.cli.present("OVERLAY"):
        file = ctx.files.open(name, default=kind, write=True)
        if file.attributes.organization is Organization.SEQUENTIAL:
            file.truncate()
        return file
    return ctx.files.create(name, default=kind, attributes=attributes, allocation=ctx.cli.integer("ALLOCATION"))


def _output_attributes(ctx: ImageContext, source: RecordAttributes | None) -> RecordAttributes:
    """Those of the first input, in sequential organization, as /FORMAT changes them."""
    attributes = replace(source or RecordAttributes(), organization=Organization.SEQUENTIAL, bucket_size=0, control_size=0)
    if attributes.format is RecordFormat.VFC:
        attributes = replace(attributes, format=RecordFormat.VAR, carriage=CarriageControl.CR)
    size = ctx.cli.value("FORMAT.RECORD_SIZE")
    for word, format in (("FIXED", RecordFormat.FIX), ("VARIABLE", RecordFormat.VAR)):
        if ctx.cli.present(f"FORMAT.{word}"):
            size = ctx.cli.value(f"FORMAT.{word}") or size
            attributes = replace(attributes, format=format)
    return replace(attributes, maximum_size=int(size)) if size else attributes


def _statistics(ctx: ImageContext, read: int, records: list[bytes], began: VmsTime) -> None:
    """The summary of /STATISTICS. fidelity: recalled; the sizes that belong to the real program's memory are 0."""
    longest = max(map(len, records), default=0)
    counts = ctx.process.accounting
    rows: tuple[tuple[str, object, str, object], ...] = (
        ("Records read:", read, "Input record length:", longest),
        ("Records sorted:", read, "Internal length:", longest),
        ("Records output:", len(records), "Output record length:", longest),
        ("Working set extent:", ctx.process.quotas.wsextent, "Sort tree size:", 0),
        ("Virtual memory:", 0, "Number of initial runs:", 0),
        ("Direct I/O:", counts.direct_io, "Maximum merge order:", 0),
        ("Buffered I/O:", counts.buffered_io, "Number of merge passes:", 0),
        ("Page faults:", counts.page_faults, "Work file allocation:", 0),
        ("Elapsed time:", DeltaTime(int(ctx.now) - int(began)).to_text().strip(), "Elapsed CPU:", "0 00:00:00.00"),
    )
    ctx.write()
    ctx.write(" " * 24 + "OpenVMS Sort/Merge Statistics")
    ctx.write()
    for left, first, right, second in rows:
        ctx.write(f"{left:20}{first!s:>15}     {right:24}{second!s:>14}")
