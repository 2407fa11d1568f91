"""SORT and MERGE: records of up to ten files in order. Source: DCL Dictionary, SORT and MERGE.

RECORD and TAG sorts give the same file, so /PROCESS=TAG is accepted; so is /WORK_FILES, which needs nothing here.
"""

from __future__ import annotations

from heapq import merge
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.images.sort.collating import SEQUENCES, Collation, collation
from vmsemu.images.sort.input import AddressedRecord, Inputs, read_inputs
from vmsemu.images.sort.keys import KINDS, MAXIMUM_KEYS, SORT, Key, SortKey, float_size, in_order, key_value, ordered
from vmsemu.images.sort.output import write_output
from vmsemu.images.sort.specification import Specification
from vmsemu.tables.facilities import SS
from vmsemu.tables.parsed import QualifierItem

_SPECIFICATION_TYPE = ".SRT"


@image("SORT")
async def sort(ctx: ImageContext) -> ImageResult:
    """SORT reads everything, orders it by the keys and writes it; MERGE takes inputs that are in order already."""
    refuse(ctx, "FORMAT.BLOCK_SIZE")
    accept(ctx, "STABLE", "WORK_FILES", "FORMAT.FILE_SIZE")
    began = ctx.now
    specification = _specification(ctx)
    keys, collate = _keys(ctx) or specification.keys(), specification.collate
    process = _process(ctx, specification)
    inputs = await read_inputs(ctx, addresses=process in ("ADDRESS", "INDEX"))
    read = sum(map(len, inputs.files))
    keys = keys or [SortKey(1, max((max(map(len, records), default=1) for records in inputs.files), default=1) or 1)]
    files = [specification.selected(records) for records in inputs.files]
    records = _merged(ctx, files, keys, collate, specification) if ctx.cli.verb == "MERGE" else ordered(_all(files), keys, collate)
    if ctx.cli.negated("DUPLICATES"):
        records = _unique(records, keys, collate)
    _write(ctx, records, keys, inputs, specification, process)
    if ctx.cli.present("STATISTICS"):
        _statistics(ctx, read, records, began)
    return SS.NORMAL


def _specification(ctx: ImageContext) -> Specification:
    """What /SPECIFICATION says, with the collating sequence of the command. Errors: SORT.OPENIN, SORT.SPCIVx, CLI.IVQUAL."""
    given = _collation(ctx)
    name = ctx.cli.value("SPECIFICATION")
    if name is None:
        return Specification(collate=given or bytes)
    try:
        with ctx.files.open(name, default=_SPECIFICATION_TYPE) as file:
            lines = list(file.lines())
    except VmsError as error:
        raise SORT.OPENIN.error(ctx.files.parse(name, _SPECIFICATION_TYPE), cause=error) from None
    return Specification.from_lines(lines, given)


def _collation(ctx: ImageContext) -> Collation | None:
    """The sequence of /COLLATING_SEQUENCE. Errors: CLI.IVQUAL for one of a library."""
    name = (ctx.cli.value("COLLATING_SEQUENCE") or "").upper()
    if not name:
        return None
    found = [word for word in SEQUENCES if word.startswith(name)]
    if not found:
        refuse(ctx, "COLLATING_SEQUENCE")
    return collation(found[0])


def _process(ctx: ImageContext, specification: Specification) -> str:
    """RECORD, TAG, ADDRESS or INDEX. MERGE keeps the records."""
    if ctx.cli.verb == "MERGE":
        return "RECORD"
    return ctx.cli.value("PROCESS") or specification.process


def _all(files: list[list[bytes]]) -> list[bytes]:
    return files[0] if len(files) == 1 else [record for each in files for record in each]


def _merged(ctx: ImageContext, files: list[list[bytes]], keys: list[Key], collate: Collation, specification: Specification) -> list[bytes]:
    """The records of inputs that are in order. Errors: SORT.BAD_ORDER."""
    checking = ctx.cli.present("CHECK_SEQUENCE") and specification.check_sequence
    if checking and not all(in_order(records, keys, collate) for records in files):
        raise SORT.BAD_ORDER.error()
    if any(key.descending for key in keys):
        return ordered(_all(files), keys, collate)
    return list(merge(*files, key=key_value(keys, collate)))


def _keys(ctx: ImageContext) -> list[Key]:
    """The /KEY qualifiers, most significant first. Errors: SORT.BAD_KEY, SORT.NUM_KEY, SORT.KEYAMBINC."""
    keys = [_key(item) for item in ctx.cli.each("KEY")]
    if len(keys) > MAXIMUM_KEYS:
        raise SORT.NUM_KEY.error()
    if any(key.number for key in keys):
        if len({key.number for key in keys}) < len(keys):
            raise SORT.KEYAMBINC.error()
        keys.sort(key=lambda key: key.number)
    for key in keys:
        key.check()
    return list(keys)


def _key(item: QualifierItem) -> SortKey:
    kind = next((word for word in KINDS if item.present(word)), "CHARACTER")
    size = item.value("SIZE")
    position = item.value("POSITION")
    implied = float_size(kind)
    if position is None or (size is None and implied is None):
        raise SORT.BAD_KEY.error()
    return SortKey(
        int(position), implied or int(size or 0), kind, item.present("DESCENDING"), not item.present("UNSIGNED"),
        item.present("LEADING_SIGN"), item.present("SEPARATE_SIGN"), int(item.value("NUMBER") or 0),
    )  # fmt: skip


def _unique(records: list[bytes], keys: list[Key], collate: Collation) -> list[bytes]:
    """Only the first of the records whose keys are equal."""
    values: list[Any] = [*map(key_value(keys, collate), records)]
    return [record for at, record in enumerate(records) if at == 0 or values[at] != values[at - 1]]


def _write(ctx: ImageContext, records: list[bytes], keys: list[Key], inputs: Inputs, specification: Specification, process: str) -> None:
    """Write the records themselves, rearranged ones, or where they stand."""
    out = records
    if process in ("ADDRESS", "INDEX"):
        out = [record.address for record in records if isinstance(record, AddressedRecord)]
        if process == "INDEX":
            out = [address + b"".join(key.raw(record) for key in keys) for address, record in zip(out, records, strict=True)]
    elif specification.rearranges:
        out = [specification.output(record) for record in records]
    else:
        write_output(ctx, records, inputs, None)
        return
    write_output(ctx, out, inputs, max(map(len, out), default=1))


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
