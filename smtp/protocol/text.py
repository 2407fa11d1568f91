"""The text of a message on the wire: transparency (RFC 821 4.5.2), line ends, and the only end of data there is.

Theory of operation. Data ends at CR LF "." CR LF and at nothing else. A bare LF ends a record of the text but never the message, and every
record that leaves again is stuffed on its own; so what one system takes for one message can not become two on the next ("smuggling").
A leading dot is removed only after a true CR LF, where the sender had to double it.

The 8th bit is cleared, where it must be, before records are looked for: X'8A' must not become a LF that nobody examined.
"""

from __future__ import annotations

from collections.abc import Iterable

_SEVEN_BITS = bytes(byte & 0x7F for byte in range(256))
_END = b"\r\n.\r\n"
_HIDDEN_LF = b"\x8a"
RECORD_LIMIT = 1_000_000
"""Records of a message. fidelity: ours; a record costs more than its octets, and 64 MB of empty ones would hold the node for long."""


class TextReader:
    """Collects a message's text from chunks of any size.

    Units: `line_limit` counts the octets of a line with its CR LF, `size_limit` those of the whole text. Over a limit the text is thrown
    away as it comes, so memory stays bounded, and `fault` names the reply; at twice the limit of the text it is `endless`.
    """

    __slots__ = ("_buffer", "_line_limit", "_records", "_scanned", "_size", "_size_limit", "bare_end", "endless", "fault")

    def __init__(self, line_limit: int, size_limit: int) -> None:
        self._buffer = bytearray(b"\r\n")
        self._scanned = 2
        self._size = 0
        self._records = 0
        self._line_limit = line_limit
        self._size_limit = size_limit
        self.fault: str | None = None
        self.bare_end = False
        self.endless = False

    @property
    def size(self) -> int:
        """Octets so far."""
        return self._size

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
        """The records of the whole message, after `feed` has seen its end. Sets `fault` when one is too long."""
        text = bytes(self._buffer[2:])
        self._buffer = bytearray()
        if not text:
            return ()
        lines = text[:-2].split(b"\r\n")
        if text.startswith(b".") or b"\r\n." in text:
            lines = [line[1:] if line.startswith(b".") else line for line in lines]
        bare = text.count(b"\n") > len(lines)
        limit = self._line_limit - 2
        longest = max(map(len, text.split(b"\n"))) - 1 if bare else max(map(len, lines))
        if longest > limit:
            self.fault = "LINE_TOO_LONG"
        elif not eight_bit and self._records + text.count(_HIDDEN_LF) > RECORD_LIMIT:
            self.fault = "TOO_MUCH_DATA"
        if self.fault is not None:
            return ()
        if not eight_bit and not text.isascii():
            lines = [line.translate(_SEVEN_BITS) for line in lines]
            bare = True
        if bare:
            lines = [piece for line in lines for piece in _pieces(line)]
        return tuple(lines)


def _pieces(line: bytes) -> list[bytes]:
    """A line cut at the bare LFs in it; a CR before one goes with it."""
    return [piece.removesuffix(b"\r") for piece in line.split(b"\n")] if b"\n" in line else [line]


def clear_eighth_bit(lines: Iterable[bytes]) -> list[bytes]:
    """The lines with the eighth bit of every character cleared (/OPTIONS=NOEIGHT_BIT)."""
    return [piece for line in lines for piece in _pieces(line if line.isascii() else line.translate(_SEVEN_BITS))]


def stuffed(lines: Iterable[bytes]) -> bytes:
    """Lines as they go on the wire, dots doubled, ended by the end of data.

    A CR or LF inside a line becomes a line end of its own, so that no receiver can see a line that was not stuffed here.
    """
    text = b"".join([line + b"\r\n" for line in lines])
    if text.count(b"\n") != text.count(b"\r\n") or text.count(b"\r") != text.count(b"\r\n"):
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if text.startswith(b"."):
        text = b"." + text
    return text.replace(b"\r\n.", b"\r\n..") + _END[2:]
