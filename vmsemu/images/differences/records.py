"""The records DIFFERENCES compares: /IGNORE and /COMMENT_DELIMITER.

/IGNORE also says how records are listed: EDITED, the default, without the characters that are ignored; EXACT; PRETTY, with names for
control characters. Source: DCL Dictionary, DIFFERENCES.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

# Which characters begin a comment in a file of this type, unless /COMMENT_DELIMITER says it.
_DELIMITERS = {
    ".BAS": "!", ".B32": "!", ".BLI": "!", ".CBL": "*/", ".CMD": "!;", ".COB": "*/", ".COM": "!", ".DAT": "!", ".FOR": "!CD",
    ".HLP": "!", ".MAC": ";", ".MAR": ";", ".R32": "!", ".REQ": "!", ".MMS": "!", ".OPT": "!", ".TXT": "!",
}  # fmt: skip
_NAMED = {"COLON": ":", "COMMA": ",", "EXCLAMATION": "!", "FORM_FEED": "\f", "LEFT": "[", "RIGHT": "]", "SEMI_COLON": ";", "SLASH": "/",
          "SPACE": " ", "TAB": "\t"}  # fmt: skip
_HEADER_LINES = 2
_PRETTY = {code: "." for code in (*range(32), 127)} | {9: "\t", 10: "<LF>", 11: "<VT>", 12: "<FF>", 13: "<CR>"}


@dataclass(frozen=True, slots=True)
class Record:
    """One record that takes part: its number in the file (from 1), its text, and the form that is compared."""

    number: int
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Ignoring:
    """What does not count as a difference."""

    blank_lines: bool = False
    case: bool = False
    comments: str = ""
    form_feeds: bool = False
    header: int = 0
    spacing: bool = False
    trailing_spaces: bool = False
    editing: str = "EDITED"

    def records(self, texts: list[str]) -> list[Record]:
        """The records of a file that take part in the comparison."""
        simplify = self._simplifier()
        pretty = self.editing == "PRETTY"
        out: list[Record] = []
        skip = 0
        for number, text in enumerate(texts, 1):
            if self.header and text.startswith("\f"):
                skip = self.header
            if skip:
                skip -= 1
                continue
            key = simplify(text)
            if (self.blank_lines or self.comments) and not key.strip() and (self.blank_lines or text.strip()):
                continue
            shown = text.translate(_PRETTY).expandtabs() if pretty else key if self.editing == "EDITED" else text
            out.append(Record(number, shown, key.upper() if self.case else key))
        return out

    def _simplifier(self) -> Callable[[str], str]:
        steps: list[Callable[[str], str]] = []
        if self.comments:
            pattern = re.compile("[" + re.escape(self.comments) + "].*", re.DOTALL)
            steps.append(lambda text: pattern.sub("", text).rstrip())
        if self.form_feeds:
            steps.append(lambda text: text.replace("\f", ""))
        if self.spacing:
            steps.append(lambda text: " ".join(text.split()))
        if self.trailing_spaces:
            steps.append(lambda text: text.rstrip(" \t"))

        def simplify(text: str) -> str:
            for step in steps:
                text = step(text)
            return text

        return simplify


def delimiters(kind: str, given: list[str] | None) -> str:
    """The comment delimiters for files of this type."""
    if given is None:
        return _DELIMITERS.get(kind.upper(), "!")
    return "".join(next((char for word, char in _NAMED.items() if len(text) > 1 and word.startswith(text.upper())), text) for text in given)


def header_lines(value: str | None) -> int:
    """How many lines /IGNORE=HEADER[=n] leaves out after a form feed, that line included."""
    return int(value) if value else _HEADER_LINES
