"""Writing a control file whose text is not in memory: the text as it comes, the header block last.

Until the header is written the file begins with zeros, and as long as it is open its end of file is at its beginning; so what a crash leaves is an
empty file, which is no control file. Pieces of it may be durable before the whole is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING
from zlib import crc32

from smtp.control_file import layout
from smtp.control_file.control_file import ControlFile, TextRecords
from vmsemu.files.attributes import BLOCK

if TYPE_CHECKING:
    from vmsemu.services.record_file import RecordFile

_AT_ONCE = 1000


class LongTextWriter:
    """Writes into a control file just created. All header lines come before all body lines. Errors of every method: those of RMS."""

    def __init__(self, file: RecordFile, envelope_size: int) -> None:
        self._file = file
        self._stream = file.sequential
        self._lines = {b"H": 0, b"B": 0}
        self._length = 0
        self._check = 0
        self._start = b""
        self._stream.append_bytes(bytes(envelope_size))

    def headers(self, lines: Sequence[bytes]) -> None:
        self._put(b"H", lines)

    def body(self, lines: Iterable[bytes]) -> None:
        """Lines of the text, which may be read one after the other."""
        source = iter(lines)
        while some := list(islice(source, _AT_ONCE)):
            self._put(b"B", some)

    def _put(self, kind: bytes, lines: Sequence[bytes]) -> None:
        records = layout.records(kind, lines)
        self._lines[kind] += len(lines)
        self._length += len(records)
        self._check = crc32(records, self._check)
        if len(self._start) < BLOCK:
            self._start += records[: BLOCK - len(self._start)]
        self._stream.append_bytes(records)

    def finish(self, file: ControlFile) -> int:
        """Fill the last block, write header and recipients of `file` (whose text is not looked at), close; the number of blocks.

        Nothing waits here, so the file is a control file when the tick ends or it is not one.
        """
        stream = self._stream
        file.text = TextRecords(self._lines[b"H"], self._lines[b"B"], self._length, self._check, self._start)
        stream.append_bytes(bytes(-stream.end() % BLOCK))
        stream.write_bytes(0, file.changing_blocks())
        blocks = stream.end() // BLOCK
        self._file.close()
        return blocks
