"""Carriage control: what records look like on a display."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from vmsemu.files.attributes import VAR_CR, VFC_PRN, CarriageControl, RecordAttributes
from vmsemu.images.common.rendering import rendered_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmsemu.services.rms import RecordFile

FORTRAN = RecordAttributes(carriage=CarriageControl.FTN)


@dataclass
class Records:
    """A file of (control area, text)."""

    attributes: RecordAttributes
    contents: list[tuple[bytes, str]]
    record_header: bytes = b""

    def lines(self) -> Iterator[str]:
        for header, text in self.contents:
            self.record_header = header
            yield text


def shown(attributes: RecordAttributes, *contents: tuple[bytes, str]) -> list[str]:
    return rendered_lines(cast("RecordFile", Records(attributes, list(contents))))


def fortran(*texts: str) -> list[str]:
    return shown(FORTRAN, *((b"", text) for text in texts))


def test_implied_carriage_control_makes_a_line_of_each_record() -> None:
    assert shown(VAR_CR, (b"", "one"), (b"", ""), (b"", " two")) == ["one", "", " two"]


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        ((" one", " two"), ["one", "two"]),
        ((" one", "0two"), ["one", "", "two"]),
        ((" one", "1two"), ["one", "\ftwo"]),
        ((" one", "+___"), ["one\r___"]),
        ((" one", "+"), ["one"]),
        (("$Name: ", "+SMITH"), ["Name: SMITH"]),
        (("$Name: ", " SMITH"), ["Name: ", "SMITH"]),
        ((" one", "\0two", "\0three"), ["one\rtwothree"]),
        ((" ", " "), ["", ""]),
        (("", "Xone"), ["", "one"]),
        ((), []),
    ],
)
def test_the_first_byte_of_a_fortran_record_moves_the_paper(texts: tuple[str, ...], lines: list[str]) -> None:
    assert fortran(*texts) == lines


@pytest.mark.parametrize(
    ("contents", "lines"),
    [
        (((b"\x01\x8d", "one"), (b"\x01\x8d", "two")), ["one", "two"]),
        (((b"\x01\x8d", "one"), (b"\x01\x8d", ""), (b"\x01\x8d", "")), ["one", "", ""]),
        (((b"\x03\x8d", "one"), (b"\x02\x8d", "two")), ["", "", "one", "", "two"]),
        (((b"\x01\x8d", "one"), (b"\x00\x8d", "___")), ["one\r___"]),
        (((b"\x01\x00", "Name: "), (b"\x00\x8d", "SMITH")), ["Name: SMITH"]),
        (((b"\x8c\x8d", "one"), (b"\x8c\x8d", "two")), ["\fone", "\ftwo"]),
        (((b"\x00\x01", "one"), (b"\x00\x01", "two")), ["one", "two"]),
        (((b"\x01\x8d", "one"), (b"\xc0\x8d", "two")), ["one", "\ftwo"]),
        (((b"\x01\x87", "bell"),), ["bell\a"]),
    ],
)
def test_the_control_area_of_a_print_file_moves_the_paper(contents: tuple[tuple[bytes, str], ...], lines: list[str]) -> None:
    assert shown(VFC_PRN, *contents) == lines
