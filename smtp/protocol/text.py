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
_DOT = _END[1:3]
_AT_ONCE = 1000
_HIDDEN_LF = b"\x8a"
RECORD_LIMIT = 1_000_000
"""Records of a message. fidelity: ours; a record costs more than its octets, and 64 MB of empty ones would hold the node for long."""


class TextReader:
    """Collects a message's text from chunks of any size.

    Units: `line_limit` counts the octets of a line with its CR LF, `size_limit` those of the whole text. Over a limit the text is thrown
    away as it comes, so memory stays bounded, and `fault` names the reply; at twice the limit of the text it is `endless`.
    """

    __slots__ = (
        "_buffer", "_dotted", "_gone", "_hidden", "_line_limit", "_scanned", "_size", "_size_limit", "bare_end", "endless", "fault",
    )  # fmt: skip

    def __init__(self, line_limit: int, size_limit: int) -> None:
        self._buffer = bytearray(b"\r\n")
        self._scanned = 2
        self._size = 0
        self._gone = 0  # records that are no longer in the buffer
        self._hidden = 0
        self._dotted = False  # a line may begin with a dot
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
        start = max(0, self._scanned - len(_END) + 1)
        dot = buffer.find(_DOT, start)
        end = buffer.find(_END, max(start, dot - 1)) if dot >= 0 else -1
        if end >= 0:
            rest = bytes(buffer[end + len(_END) :])
            del buffer[end + 2 :]
            self._size += end + 2 - self._scanned
            self._check(dot, self._size_limit)
            return rest
        self._size += len(buffer) - self._scanned
        self._check(dot, self._size_limit + len(b".\r"))
        self._scanned = len(buffer)
        return None

    def _check(self, dot: int, size_limit: int) -> None:
        """Look at what is new in the buffer; the first dot behind a LF there is at `dot` and may be that of the end of data."""
        buffer = self._buffer
        self.endless = self.endless or self._size > size_limit + self._size_limit
        if 0 <= dot < len(buffer) - 1:
            self._dotted = True
            if not self.bare_end:
                self.bare_end = buffer.find(b"\n.\n", dot) >= 0 or buffer.find(b"\n.\r\n", dot) >= 0
        if self._size > size_limit or (self._gone + len(buffer) > RECORD_LIMIT and self._records() > RECORD_LIMIT):
            self.fault = "TOO_MUCH_DATA"
        elif self.fault is None and len(buffer) - (buffer.rfind(b"\n") + 1) > self._line_limit:
            self.fault = "LINE_TOO_LONG"
        if self.fault is not None:
            self._throw_away()

    def _records(self) -> int:
        """How many there were so far."""
        return self._gone + self._buffer.count(b"\n", 2)

    def _throw_away(self) -> None:
        """Keep no more than what the end of data may begin with."""
        buffer = self._buffer
        kept = len(_END) - 1
        self._gone += buffer.count(b"\n", 2, max(2, len(buffer) - kept + 2))
        del buffer[:-kept]

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
        lines = self._records_of(before, text, eight_bit=eight_bit)
        self._gone += text.count(b"\n")
        if self.fault is not None:
            self._throw_away()
        self._scanned = len(buffer)
        return tuple(lines)

    def _records_of(self, before: bytes, text: bytes, *, eight_bit: bool) -> list[bytes]:
        """The records of a part of the text that ends with one; `before` are the two octets that precede it."""
        if not text:
            return []
        at_line_start = before == b"\r\n"
        whole = text.endswith(b"\r\n")
        lines = (text[:-2] if whole else text).split(b"\r\n")
        if self._dotted:
            first = lines[0]
            lines = [line[1:] if line.startswith(b".") else line for line in lines]
            if not at_line_start:
                lines[0] = first
        bare = not whole or b"\n" in b"".join(lines)
        limit = self._line_limit - 2
        longest = max(map(len, text.split(b"\n"))) - 1 if bare else max(map(len, lines))
        clear = not eight_bit and not text.isascii()
        if clear:
            self._hidden += text.count(_HIDDEN_LF)
        if longest > limit:
            self.fault = "LINE_TOO_LONG"
        elif self._hidden and self._records() + text.count(b"\n") + self._hidden > RECORD_LIMIT:
            self.fault = "TOO_MUCH_DATA"
        if self.fault is not None:
            return []
        if clear:
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
