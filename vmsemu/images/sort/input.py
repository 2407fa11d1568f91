"""The input files of SORT and MERGE: their records, and where those stand for address and index sorts.

Source: HELP SORT Input_File_Qualifiers and /PROCESS.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import RecordAttributes, RecordFormat
from vmsemu.images.common.devices import is_record_device, read_records
from vmsemu.images.context import ImageContext
from vmsemu.images.sort.keys import SORT
from vmsemu.services.rms import RecordFile

_MAXIMUM_INPUTS = 10


class ControlledRecord(bytes):
    """A record of a VFC file with its control area."""

    control: bytes


class AddressedRecord(bytes):
    """A record with its address: the RFA, and the number of its file when there are several."""

    address: bytes


@dataclass
class Inputs:
    """The records of each input file, the attributes and the type of the first."""

    files: list[list[bytes]] = field(default_factory=list)
    attributes: RecordAttributes | None = None
    kind: str = ".DAT"


async def read_inputs(ctx: ImageContext, *, addresses: bool) -> Inputs:
    """Read every input; with `addresses` the records are AddressedRecord. Errors: SORT.OPENIN, SORT.READERR, SORT.BAD_FILE."""
    items = ctx.cli.parameters("P1")
    if len(items) > _MAXIMUM_INPUTS:
        raise SORT.BAD_FILE.error()
    inputs = Inputs()
    for number, item in enumerate(items):
        with _open(ctx, item.text) as stream:
            if inputs.attributes is None:
                inputs.attributes = stream.attributes
                inputs.kind = stream.spec.type or inputs.kind
            try:
                inputs.files.append(await _records(ctx, stream, (bytes([number]) if len(items) > 1 else b"") if addresses else None))
            except VmsError as error:
                raise SORT.READERR.error(stream.spec, cause=error) from None
    return inputs


def _open(ctx: ImageContext, text: str) -> RecordFile:
    try:
        return ctx.files.open(text) if is_record_device(ctx, text) else ctx.files.open(text, default=".DAT")
    except VmsError as error:
        raise SORT.OPENIN.error(ctx.files.parse(text, ".DAT"), cause=error) from None


async def _records(ctx: ImageContext, stream: RecordFile, file_number: bytes | None) -> list[bytes]:
    if file_number is None and stream.attributes.format is not RecordFormat.VFC:
        return await read_records(ctx, stream)
    out: list[bytes] = []
    for data in stream:
        if file_number is None:
            controlled = ControlledRecord(data)
            controlled.control = bytes(stream.record_header)
            out.append(controlled)
        else:
            addressed = AddressedRecord(data)
            addressed.address = _address(stream) + file_number
            out.append(addressed)
    return out


def _address(stream: RecordFile) -> bytes:
    """The RFA of the current record: block or record number as a longword, the byte in the block as a word."""
    address = stream.rfa()
    block, byte = (address, 0) if isinstance(address, int) else (address.vbn, address.offset)
    return bytes(block.to_bytes(4, "little") + byte.to_bytes(2, "little"))
