"""A small VT: what a person sees after the bytes a terminal was sent. Enough for line editing: text, CR, LF, BS, cursor moves, erase below."""

from __future__ import annotations

import re

_TOKENS = re.compile(r"\x1b\[([0-9;?]*)([@-~])|\x1b(.)|(.)", re.DOTALL)


class ScreenModel:
    """Rows of text that never scroll; `width` columns, after which the cursor stays at the last one until something is written."""

    def __init__(self, width: int = 80) -> None:
        self.width = width
        self.rows: list[list[str]] = [[]]
        self.row = self.column = 0
        self.bells = 0
        self.modes: list[str] = []

    def send(self, text: str) -> None:
        for parameters, final, escape, character in _TOKENS.findall(text):
            if final:
                self._sequence(parameters, final)
            elif escape:
                self.modes.append(escape)
            else:
                self._character(character)

    def lines(self) -> list[str]:
        return ["".join(row).rstrip() for row in self.rows]

    def _sequence(self, parameters: str, final: str) -> None:
        count = int(parameters) if parameters.isdigit() else 1
        if final == "A":
            self.row -= count
        elif final == "B":
            self.row += count
        elif final == "C":
            self.column += count
        elif final == "J":
            del self.rows[self.row + 1 :]
            del self.rows[self.row][self.column :]
        else:
            self.modes.append(parameters + final)

    def _character(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            if self.row == len(self.rows):
                self.rows.append([])
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character == "\x07":
            self.bells += 1
        else:
            self._write(character)

    def _write(self, character: str) -> None:
        row = self.rows[self.row]
        self.column = min(self.column, self.width - 1)
        row += " " * (self.column + 1 - len(row))
        row[self.column] = character
        self.column += 1
