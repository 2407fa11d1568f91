"""Records as lines: what carriage control makes of them on a terminal.

Source: files with CR, Fortran and print carriage control as TYPE displays them.
"""

from __future__ import annotations

from vmsemu.files.attributes import CarriageControl
from vmsemu.services.rms import RecordFile


def records(stream: RecordFile) -> list[bytes]:
    """All records from the present position to the end of the file."""
    return list(stream)


def rendered_lines(stream: RecordFile) -> list[str]:
    """The lines a display shows for the file."""
    lines = [record.decode("latin-1") for record in records(stream)]
    if not stream.attributes.carriage & CarriageControl.FTN:
        return lines
    out: list[str] = []
    for line in lines:
        control, text = line[:1], line[1:]
        if control == "0":
            out.append("")
        elif control == "1":
            text = "\f" + text
        out.append(text)
    return out
