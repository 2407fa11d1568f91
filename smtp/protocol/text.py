"""The text of a message on the wire: transparency (RFC 821 4.5.2), line ends, and the only end of data there is.

Theory of operation. Data ends at CR LF "." CR LF and at nothing else. A bare LF ends a record of the text but never the message, and every
record that leaves again is stuffed on its own; so what one system takes for one message can not become two on the next ("smuggling").
A leading dot is removed only after a true CR LF, where the sender had to double it.

The buffer begins with the last two octets before what it holds, because dots and the end of data are judged by them; at first they are a CR LF.
`take` gives the records that are complete out of the buffer, so that a long text need not be held: what is taken, and where, changes no record.

The 8th bit is cleared, where it must be, before records are looked for: X'8A' must not become a LF that nobody examined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

_SEVEN_BITS = bytes(byte & 0x7F for byte in range(256))
_END = b"\r\n.\r\n"
END_OF_DATA = _END[2:]
_AT_ONCE = 1000
_HIDDEN_LF = b"\x8a"
RECORD_LIMIT = 1_000_000
"""Records of a message. fidelity: ours; a record costs more than its octets, and 64 MB of empty ones would hold the node for long."""


class TextReader:
    """Collects a message's text from chunks of any size.

    Units: `line_limit` counts the octets of a line with its CR LF, `size_limit` those of the whole text. Over a limit the text is thrown
    away as it comes, so memory stays bounded, and `fault` names the reply; at twice the limit of the text it is `endless`.
    """

    __slots__ = ("_buffer", "_hidden", "_line_limit", "_records", "_scanned", "_size", "_size_limit", "bare_end", "endless", "fault")

    def __init__(self, line_limit: int, size_limit: int) -> None:
        self._buffer = bytearray(b"\r\n")
        self._scanned = 2
        self._size = 0
        self._records = 0
        self._hidden = 0
        self._line_limit = line_limit
        self._size_limit = size_limit
        self.fault: str | None = None
        self.bare_end = False
        self.endless = False

    @property
    def size(self) -> int:
        """Octets so far."""
        return self._size

    @property
    def held(self) -> int:
        """Octets that are still here."""
        return len(self._buffer)

    def feed(self, data: bytes) -> bytes | None:
        """Take a chunk. None while the message goes on; at its end, what followed it in the chunk."""
        buffer = self._buffer
        buffer += data
        end = buffer.find(_END, max(0, self._scanned - len(_END) + 1))
        if end >= 0:
            rest = bytes(buffer[end + len(_END) :])
            del buffer[end + 2 :]
            self._size += end + 2 - self._scanned
            self._check(self._size_limit)
            return rest
        self._size += len(buffer) - self._scanned
        self._check(self._size_limit + len(b".\r"))
        self._scanned = len(buffer)
        return None

    def _check(self, size_limit: int) -> None:
        buffer = self._buffer
        self.endless = self.endless or self._size > size_limit + self._size_limit
        if not self.bare_end:
            start = max(0, self._scanned - 3)
            self.bare_end = buffer.find(b"\n.\n", start) >= 0 or buffer.find(b"\n.\r\n", start) >= 0
        self._records += buffer.count(b"\n", self._scanned)
        if self._size > size_limit or self._records > RECORD_LIMIT:
            self.fault = "TOO_MUCH_DATA"
        elif self.fault is None and len(buffer) - (buffer.rfind(b"\n") + 1) > self._line_limit:
            self.fault = "LINE_TOO_LONG"
        if self.fault is not None:
            del buffer[: -(len(_END) - 1)]

    def lines(self, *, eight_bit: bool) -> tuple[bytes, ...]:
        """The records that are left of the message, after `feed` has seen its end. Sets `fault` when one is too long."""
        before, text = bytes(self._buffer[:2]), bytes(self._buffer[2:])
        self._buffer = bytearray()
        return tuple(self._records_of(before, text, eight_bit=eight_bit))

    def take(self, *, eight_bit: bool) -> tuple[bytes, ...]:
        """The records that are complete so far, once. Sets `fault` when one is too long."""
        buffer = self._buffer
        end = buffer.rfind(b"\r\n", 2) + 2
        if end < 4:  # not one line end that is whole, so records can only end at bare LFs
            end = buffer.rfind(b"\n", 2) + 1
        if end < 3:
            return ()
        before, text = bytes(buffer[:2]), bytes(buffer[2:end])
        del buffer[: end - 2]
        self._scanned = len(buffer)
        lines = self._records_of(before, text, eight_bit=eight_bit)
        if self.fault is not None:
            del buffer[: -(len(_END) - 1)]
            self._scanned = len(buffer)
        return tuple(lines)

    def _records_of(self, before: bytes, text: bytes, *, eight_bit: bool) -> list[bytes]:
        """The records of a part of the text that ends with one; `before` are the two octets that precede it."""
        if not text:
            return []
        at_line_start = before == b"\r\n"
        whole = text.endswith(b"\r\n")
        lines = (text[:-2] if whole else text).split(b"\r\n")
        if text.startswith(b".") or b"\r\n." in text:
            first = lines[0]
            lines = [line[1:] if line.startswith(b".") else line for line in lines]
            if not at_line_start:
                lines[0] = first
        bare = not whole or text.count(b"\n") > len(lines)
        limit = self._line_limit - 2
        longest = max(map(len, text.split(b"\n"))) - 1 if bare else max(map(len, lines))
        if not eight_bit:
            self._hidden += text.count(_HIDDEN_LF)
        if longest > limit:
            self.fault = "LINE_TOO_LONG"
        elif self._records + self._hidden > RECORD_LIMIT:
            self.fault = "TOO_MUCH_DATA"
        if self.fault is not None:
            return []
        if not eight_bit and not text.isascii():
            lines = [line.translate(_SEVEN_BITS) for line in lines]
            bare = True
        if not at_line_start:
            lines[0] = b"\n" + lines[0]
        if bare or not at_line_start:
            lines = [piece for line in lines for piece in _pieces(line)]
        return lines[not at_line_start : len(lines) - (not whole)]


def _pieces(line: bytes) -> list[bytes]:
    """A line cut at the bare LFs in it; a CR before one goes with it."""
    return [piece.removesuffix(b"\r") for piece in line.split(b"\n")] if b"\n" in line else [line]


def clear_eighth_bit(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines with the eighth bit of every character cleared (/OPTIONS=NOEIGHT_BIT)."""
    return (piece for line in lines for piece in _pieces(line if line.isascii() else line.translate(_SEVEN_BITS)))


def stuffed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines as they go on the wire, dots doubled, ended by the end of data, in pieces of whole lines.

    A CR or LF inside a line becomes a line end of its own, so that no receiver can see a line that was not stuffed here.
    """
    source = iter(lines)
    while len(some := list(islice(source, _AT_ONCE))) == _AT_ONCE:
        yield _stuffed(some)
    yield _stuffed(some) + END_OF_DATA


def _stuffed(lines: list[bytes]) -> bytes:
    text = b"".join([line + b"\r\n" for line in lines])
    if text.count(b"\n") != text.count(b"\r\n") or text.count(b"\r") != text.count(b"\r\n"):
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if text.startswith(b"."):
        text = b"." + text
    return text.replace(b"\r\n.", b"\r\n..")
