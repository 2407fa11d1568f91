"""Records as lines: what carriage control makes of them on a terminal or printer.

Theory of operation. Each record has movements before and after it: implied carriage control a line feed and a carriage return, Fortran's
what the first byte says, a print file's what its control area says, byte by byte. A line feed ends a line; text after a carriage return
alone overprints the line, and stands after the return in it; a form feed begins a line.

Source: OpenVMS I/O User's Reference Manual, "Carriage control"; RMS Reference Manual, FAB$B_RAT.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmsemu.files.attributes import CarriageControl, RecordFormat
from vmsemu.services.rms import RecordFile

_LF, _CR, _FF = "\n", "\r", "\f"
_FORTRAN = {" ": (_LF, _CR), "0": (_LF + _LF, _CR), "1": (_FF, _CR), "+": ("", _CR), "$": (_LF, ""), "\0": ("", "")}
_OTHER = _FORTRAN[" "]
_FORM_FEED_CHANNEL = 0xC0


def records(stream: RecordFile) -> list[bytes]:
    """All records from the present position to the end of the file."""
    return list(stream)


def rendered_lines(stream: RecordFile) -> list[str]:
    """The lines a display shows for the file."""
    return list(rendered(stream))


def rendered(stream: RecordFile) -> Iterator[str]:
    """As rendered_lines, one after the other."""
    carriage = stream.attributes.carriage
    if carriage & CarriageControl.PRN and stream.attributes.format is RecordFormat.VFC:
        return _lines(_print_movements(stream))
    if carriage & CarriageControl.FTN:
        return _lines(_fortran_movements(stream))
    return stream.lines()


def _fortran_movements(stream: RecordFile) -> Iterator[tuple[str, str, str]]:
    """(before, text, after) of each record; the first byte is taken off."""
    for line in stream.lines():
        before, after = _FORTRAN.get(line[:1], _OTHER)
        yield before, line[1:], after


def _print_movements(stream: RecordFile) -> Iterator[tuple[str, str, str]]:
    """(before, text, after) of each record of a print file."""
    for line in stream.lines():
        before, after = stream.record_header[:2]
        yield _movement(before), line, _movement(after)


def _movement(code: int) -> str:
    """What a byte of a print file's control area does: nothing, line feeds, a control character. Source: files of DCL and of languages.

    fidelity: of the channels of a forms unit only the one of the form feed does something.
    """
    if code < 0x80:
        return _LF * code
    if code < 0xA0:
        return chr(code & 0x1F)
    return _FF if code == _FORM_FEED_CHANNEL else ""


def _lines(movements: Iterator[tuple[str, str, str]]) -> Iterator[str]:
    """The lines that texts and the movements between them make."""
    line: str | None = None
    returned = moved = False  # moved: a line feed came last
    for before, text, after in movements:
        for part in (*before, text, *after):
            if part in (_LF, _FF):
                if line is not None:
                    yield line
                line, returned = ("" if part == _LF else _FF), False
            elif part == _CR:
                returned = True
            elif part:
                line = part if line is None else line + (_CR if returned and line.strip(_FF) else "") + part
                returned = False
        moved = after.endswith(_LF)
    if line is not None and not (moved and not line):
        yield line
