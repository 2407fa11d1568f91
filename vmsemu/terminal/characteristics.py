"""What a terminal is: its type, size, speed and characteristics, as SET TERMINAL, SHOW TERMINAL and $GETDVI have them.

The tables are characteristics.txt and types.txt; nothing here knows what a characteristic does.
Source: I/O User's Reference Manual, terminal driver, "Terminal characteristics"; DCL Dictionary, SET TERMINAL.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache

from vmsemu.terminal.tables import listed, rows

DEFAULT_TYPE = "VT300"
_TABLE, _TYPES = "characteristics.txt", "types.txt"


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One row of characteristics.txt; `bit` is -1 where no word of $GETDVI has it, `inverted` when the bit means the opposite."""

    name: str
    shown: str
    shown_clear: str
    word: str
    bit: int
    inverted: bool
    use: str


@dataclass(frozen=True, slots=True)
class TerminalType:
    """One row of types.txt; width and page are 0 when the type does not fix them."""

    name: str
    code: int
    shown: str
    width: int
    page: int
    answer: str
    characteristics: frozenset[str]


def _rows(table: str) -> list[list[str]]:
    return [row for row in rows(table) if not row[0].startswith("=")]


@cache
def all_characteristics() -> dict[str, Characteristic]:
    """Every characteristic by name, in the order of SHOW TERMINAL."""
    found = {}
    for name, shown, clear, place, use, _ in _rows(_TABLE):
        word, _, bit = place.partition(" ")
        found[name] = Characteristic(name, shown, clear, word, abs(int(bit)) if bit else -1, bit.startswith("-"), use)
    return found


@cache
def getdvi_items() -> dict[str, tuple[str, bool]]:
    """For each TT_ item of $GETDVI the characteristic it tells, and the value of that for which it is true."""
    return {item.lstrip("-"): (row[0], not item.startswith("-")) for row in _rows(_TABLE) for item in row[5].split()}


@cache
def all_types() -> dict[str, TerminalType]:
    """Every terminal type by its keyword."""
    return {
        row[0]: TerminalType(row[0], int(row[1]), row[2], int(row[3]), int(row[4]), row[5], frozenset(row[6].split()))
        for row in _rows(_TYPES)
    }


def find_type(word: str) -> TerminalType | None:
    """The type of a keyword, which may be shortened as long as one type fits (VT200_SERIES is VT200)."""
    types = all_types()
    exact = next((t for t in types.values() if word in (t.name, t.shown.upper())), None)
    fitting = [t for t in types.values() if word and t.name.startswith(word)]
    return exact or (fitting[0] if len(fitting) == 1 else None)


def type_of_answer(answer: str) -> TerminalType | None:
    """The type of a terminal that answered `answer` to "what are you" (CSI c), without CSI ? and c."""
    fitting = [t for t in all_types().values() if t.answer and (answer + ";").startswith(t.answer + ";")]
    return max(fitting, key=lambda t: len(t.answer), default=None)


@dataclass
class Characteristics:
    """What one terminal is set to. Width in columns, page in lines, speeds in baud, fills in characters."""

    type: TerminalType = field(default_factory=lambda: all_types()[DEFAULT_TYPE])
    width: int = 80
    page: int = 24
    input_speed: int = 9600
    output_speed: int = 9600
    crfill: int = 0
    lffill: int = 0
    parity: str = "None"
    frame: int = 8
    on: set[str] = field(default_factory=lambda: {*listed(_TABLE), *all_types()[DEFAULT_TYPE].characteristics})

    def copy(self) -> Characteristics:
        """The same settings, to be changed apart."""
        return replace(self, on=set(self.on))

    def __contains__(self, name: str) -> bool:
        return name in self.on

    def set(self, name: str, on: bool) -> None:
        """Turn a characteristic on or off."""
        if on:
            self.on.add(name)
        else:
            self.on.discard(name)

    def set_type(self, kind: TerminalType) -> None:
        """SET TERMINAL/DEVICE_TYPE: the type, its size, and the characteristics that belong to it."""
        self.type = kind
        self.width = kind.width or self.width
        self.page = kind.page or self.page
        self.on -= listed(_TYPES)
        self.on |= kind.characteristics

    def shown(self) -> list[str]:
        """The characteristics as SHOW TERMINAL words them."""
        return [c.shown if c.name in self.on else c.shown_clear for c in all_characteristics().values()]

    def word(self, word: str) -> int:
        """DEVDEPEND (TT) or DEVDEPEND2 (TT2), unsigned."""
        value = self.page << 24 if word == "TT" else 0
        for c in all_characteristics().values():
            if c.word == word and (c.name in self.on) is not c.inverted:
                value |= 1 << c.bit
        if word == "TT":
            value |= bool(self.crfill) << 10 | bool(self.lffill) << 11
        return value
