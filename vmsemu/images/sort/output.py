"""The output file of SORT and MERGE: its organization and format, and what is written into it. Source: HELP SORT Output_File_Qualifiers.

fidelity: an indexed input does not make the output indexed unless there is one to overlay; the file number of an address sort is recalled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import CarriageControl, Organization, RecordAttributes, RecordFormat
from vmsemu.files.header import CONTIG
from vmsemu.images.common.devices import is_record_device
from vmsemu.images.context import ImageContext
from vmsemu.images.sort.input import ControlledRecord, Inputs
from vmsemu.images.sort.keys import SORT
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS
from vmsemu.tables.parsed import ParameterItem

_FORMATS = (
    ("CONTROLLED", RecordFormat.VFC), ("FIXED", RecordFormat.FIX), ("STREAM", RecordFormat.STM), ("VARIABLE", RecordFormat.VAR),
)  # fmt: skip
_MAXIMUM_BUCKET = 32
_CONTROL_SIZE = 2


def write_output(ctx: ImageContext, records: Iterable[bytes], inputs: Inputs, size: int | None) -> None:
    """Write the records; `size` is what all of them have when SORT made them itself. Errors: SORT.OPENOUT, SORT.WRITEERR."""
    item = ctx.cli.parameters("P2")[0]
    name = item.text
    attributes = _attributes(item, inputs.attributes) if size is None else _made(item, size)
    if attributes.organization is Organization.RELATIVE and not attributes.maximum_size:
        attributes = replace(attributes, maximum_size=max((len(record) for each in inputs.files for record in each), default=1) or 1)
    try:
        target = _create(ctx, item, attributes, inputs.kind)
    except VmsError as error:
        raise SORT.OPENOUT.error(ctx.files.parse(name, inputs.kind), cause=error) from None
    width = target.attributes.maximum_size if target.attributes.format is RecordFormat.FIX else 0
    with target:
        try:
            if target.attributes.format is RecordFormat.VFC:
                for record in records:
                    target.put(record, record.control if isinstance(record, ControlledRecord) else b"")
            else:
                put = target.put
                for record in records:
                    put(record.ljust(width, b"\0") if len(record) < width else record)
        except VmsError as error:
            raise SORT.WRITEERR.error(target.spec, cause=error) from None


def _create(ctx: ImageContext, cli: ParameterItem, attributes: RecordAttributes, kind: str) -> RecordFile:
    name = cli.text
    if is_record_device(ctx, name):
        return ctx.files.create(name)
    if cli.present("OVERLAY") or cli.present("INDEXED_SEQUENTIAL"):
        file = ctx.files.open(name, default=kind, write=True)
        if cli.present("INDEXED_SEQUENTIAL") and file.attributes.organization is not Organization.INDEXED:
            file.close()
            raise RMS.ORG.error()
        if file.attributes.organization is Organization.SEQUENTIAL and not file.at_end():
            file.get()
            file.truncate()  # before the record that was read: the first
        return file
    contiguous = CONTIG if cli.present("CONTIGUOUS") else 0
    return ctx.files.create(name, default=kind, attributes=attributes, allocation=cli.integer("ALLOCATION"), characteristics=contiguous)


def _attributes(cli: ParameterItem, source: RecordAttributes | None) -> RecordAttributes:
    """Those of the first input, as the qualifiers of the output change them. Errors: SORT.BAD_LEN for a bucket size."""
    attributes = source or RecordAttributes()
    organization = attributes.organization if attributes.organization is Organization.RELATIVE else Organization.SEQUENTIAL
    if cli.present("RELATIVE") or cli.present("SEQUENTIAL"):
        organization = Organization.RELATIVE if cli.present("RELATIVE") else Organization.SEQUENTIAL
    bucket = attributes.bucket_size if organization is attributes.organization else 0
    if cli.present("BUCKET_SIZE"):
        bucket = cli.integer("BUCKET_SIZE")
        if not 1 <= bucket <= _MAXIMUM_BUCKET:
            raise SORT.BAD_LEN.error()
    attributes = replace(attributes, organization=organization, bucket_size=bucket if organization is Organization.RELATIVE else 0)
    size = cli.value("FORMAT.RECORD_SIZE")
    for word, format in _FORMATS:
        if cli.present(f"FORMAT.{word}"):
            size = cli.value(f"FORMAT.{word}") or size
            attributes = _formatted(attributes, format, cli.integer("FORMAT.SIZE"))
    return replace(attributes, maximum_size=int(size)) if size else attributes


def _formatted(attributes: RecordAttributes, format: RecordFormat, control_size: int) -> RecordAttributes:
    """Another record format; the control area, and what it meant, belong to VFC alone."""
    if format is RecordFormat.VFC:
        return replace(attributes, format=format, control_size=control_size or attributes.control_size or _CONTROL_SIZE)
    carriage = CarriageControl.CR if attributes.format is RecordFormat.VFC else attributes.carriage
    return replace(attributes, format=format, control_size=0, carriage=carriage)


def _made(cli: ParameterItem, size: int) -> RecordAttributes:
    """Records that SORT put together: of one size unless /FORMAT says otherwise."""
    if cli.present("FORMAT.VARIABLE"):
        return RecordAttributes()
    return RecordAttributes(format=RecordFormat.FIX, carriage=CarriageControl.NONE, maximum_size=size)
