"""How records are made to fit the output of CONVERT: /PAD, /TRUNCATE, /FIXED_CONTROL. Source: Record Management Utilities Reference Manual."""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.files.attributes import BLOCK, RecordAttributes, RecordFormat
from vmsemu.images.context import ImageContext
from vmsemu.tables.message import Facility

CONV = Facility("vmsemu.images.convert", "convert.msg")
_RADIXES = {"D": 10, "O": 8, "X": 16}
Record = tuple[bytes, bytes]  # data, fixed control area


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is done with records that are too short or too long, and with fixed control areas."""

    pad: int | None
    truncate: bool
    fixed_control: bool

    @classmethod
    def of(cls, ctx: ImageContext) -> Fitting:
        """Read it from the command. Errors: CONV.PAD."""
        pad = _pad_character(ctx.cli.value("PAD") or "") if ctx.cli.present("PAD") else None
        return cls(pad, ctx.cli.present("TRUNCATE"), ctx.cli.present("FIXED_CONTROL"))

    def fit(self, record: Record, source: RecordAttributes, target: RecordAttributes) -> Record:
        """A record as the output takes it. Errors, which make an exception of it: CONV.VFC, CONV.RTS, CONV.RTL."""
        data, control = self._control(record, source, target)
        limit = target.maximum_size or (BLOCK if target.format is RecordFormat.FIX else 0)
        if target.format is RecordFormat.FIX and len(data) < limit:
            if self.pad is None:
                raise CONV.RTS.error()
            data = data.ljust(limit, bytes([self.pad]))
        if limit and len(data) > limit:
            if not self.truncate:
                raise CONV.RTL.error()
            data = data[:limit]
        return data, control

    def _control(self, record: Record, source: RecordAttributes, target: RecordAttributes) -> Record:
        """Between VFC and other formats the control area is part of the record with /FIXED_CONTROL; between two of VFC it is kept."""
        data, control = record
        from_vfc, to_vfc = source.format is RecordFormat.VFC, target.format is RecordFormat.VFC
        size = (target.control_size or 2) if to_vfc else 0
        if from_vfc and to_vfc:
            return data, control[:size].ljust(size, b"\0")
        if from_vfc:
            return (control + data if self.fixed_control else data), b""
        if not to_vfc:
            return data, b""
        if not self.fixed_control:
            return data, bytes(size)
        if len(data) < size:
            raise CONV.VFC.error()
        return data[size:], data[:size]


def _pad_character(text: str) -> int:
    """A character, or %D, %O, %X with a number; null without either. Errors: CONV.PAD."""
    if not text:
        return 0
    if len(text) == 1:
        return ord(text) & 0xFF
    try:
        value = int(text[2:], _RADIXES[text[1].upper()]) if text[0] == "%" else -1
    except (ValueError, KeyError):
        value = -1
    if not 0 <= value <= 255:
        raise CONV.PAD.error()
    return value
