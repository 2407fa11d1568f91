"""How SEARCH shows a record: /FORMAT, /HIGHLIGHT. Source: DCL Dictionary, SEARCH."""

from __future__ import annotations

_NAMES = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip
_LAYOUT = "\t\n\v\f\r"  # what /FORMAT=TEXT passes on
_DUMP = {code: f"<{name}>" for code, name in enumerate(_NAMES)} | {127: "<DEL>"}
_TEXT = {code: name for code, name in _DUMP.items() if chr(code) not in _LAYOUT}
_TABLES: dict[str, dict[int, str]] = {"TEXT": _TEXT, "DUMP": _DUMP, "NONULLS": _DUMP | {0: ""}, "PASSALL": {}}
_RENDITIONS = {"BOLD": "1", "UNDERLINE": "4", "BLINK": "5", "REVERSE": "7"}


def formatted(text: str, format: str) -> str:
    """Control characters as their mnemonics in angle brackets, as /FORMAT asks."""
    return text.translate(_TABLES[format])


class Highlighter:
    """Marks the strings found: with the sequences of an ANSI terminal, or for printers by printing over the line."""

    def __init__(self, renditions: list[str], *, hardcopy: bool = False) -> None:
        self._on = "" if hardcopy else "\x1b[" + ";".join(_RENDITIONS[word] for word in renditions) + "m"
        self._underscores = "UNDERLINE" in renditions

    def mark(self, text: str, spans: list[tuple[int, int]], format: str) -> str:
        """The record with every span (start, end) marked; overlapping spans are joined."""
        if not self._on:
            return self._printed_over(text, spans, format)
        out: list[str] = []
        at = 0
        for start, end in _joined(spans):
            out.append(formatted(text[at:start], format))
            out.append(f"{self._on}{formatted(text[start:end], format)}\x1b[0m")
            at = end
        out.append(formatted(text[at:], format))
        return "".join(out)

    def _printed_over(self, text: str, spans: list[tuple[int, int]], format: str) -> str:
        """The line, a carriage return, and over the spans the text again or underscores. fidelity: inferred."""
        over, at = "", 0
        for start, end in _joined(spans):
            marked = formatted(text[start:end], format)
            over += " " * len(formatted(text[at:start], format)) + ("_" * len(marked) if self._underscores else marked)
            at = end
        line = formatted(text, format)
        return f"{line}\r{over}" if over else line


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
