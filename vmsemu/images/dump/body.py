"""The lines of a dump: items in a radix from right to left, the characters from left to right, the offset.

Source: DCL Dictionary, DUMP; captured longword dumps. fidelity: widths of the decimal and octal items are those the items need.
"""

from __future__ import annotations

from dataclasses import dataclass

_WIDTHS = {"HEXADECIMAL": {1: 2, 2: 4, 4: 8}, "DECIMAL": {1: 4, 2: 6, 4: 11}, "OCTAL": {1: 3, 2: 6, 4: 11}}
_OFFSET_WIDTH = 6
_PRINTING = "".join(chr(code) if 32 <= code < 127 else "." for code in range(256))
BLOCK = 512


@dataclass(frozen=True, slots=True)
class Body:
    """How bytes are laid out: `size` of an item in bytes, `radix`, `width` of the display in columns."""

    size: int = 4
    radix: str = "HEXADECIMAL"
    width: int = 80
    ascii_only: bool = False

    @property
    def bytes_per_line(self) -> int:
        """The largest power of two up to 32 whose line fits the display."""
        item = _WIDTHS[self.radix][self.size] + 1
        for count in (32, 16, 8):
            if 1 + count // self.size * item + count + 1 + _OFFSET_WIDTH <= self.width:
                return count
        return 4

    def lines(self, data: bytes, base: int = 0) -> list[str]:
        """The dump of some bytes; `base` is the offset shown for the first."""
        if self.ascii_only:
            step = 64
            return [f" {_characters(data[at : at + step]).ljust(step)} {self._offset(base + at)}" for at in range(0, len(data), step)]
        step = self.bytes_per_line
        return [self._line(data[at : at + step], step, base + at) for at in range(0, len(data), step)]

    def _line(self, data: bytes, step: int, offset: int) -> str:
        width = _WIDTHS[self.radix][self.size]
        items = [self._item(data[at : at + self.size], width) for at in range(0, len(data), self.size)]
        numbers = "".join(f" {item}" for item in reversed(items)).rjust(step // self.size * (width + 1))
        return f"{numbers} {_characters(data).ljust(step)} {self._offset(offset)}"

    def _item(self, data: bytes, width: int) -> str:
        value = int.from_bytes(data, "little", signed=self.radix == "DECIMAL")
        if self.radix == "DECIMAL":
            return str(value).rjust(width)
        digits = f"{value:X}" if self.radix == "HEXADECIMAL" else f"{value:o}"
        full = width if len(data) == self.size else _WIDTHS[self.radix].get(len(data), len(data) * 2)
        return digits.rjust(full, "0").rjust(width)

    def _offset(self, offset: int) -> str:
        return f"{offset:0{_OFFSET_WIDTH}{'o' if self.radix == 'OCTAL' else 'd' if self.radix == 'DECIMAL' else 'X'}}"


def _characters(data: bytes) -> str:
    return data.decode("latin-1").translate(_PRINTING)
