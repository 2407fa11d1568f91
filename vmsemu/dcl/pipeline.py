"""The grammar of PIPE: from the text of the command to a tree of sequences, pipelines, segments and subshells.

    sequence:  list [&]            list:     pipeline { ; pipeline | && pipeline | || pipeline }
    pipeline:  segment { | segment }         segment:  ( sequence ) { redirection } | command { redirection }

A `;` separates only with a blank before it, since otherwise it begins a version number.
Source: DCL reference 3.15.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vmsemu.dcl.lines import NAME, upcase
from vmsemu.dcl.procedure import ASSIGNMENT, LABEL, is_block_if
from vmsemu.tables.facilities import CLI

_TOKEN = re.compile(
    r"""[ \t]*(?P<redirection>2?>>|2?>|<)[ \t]*(?P<file>(?:"[^"]*"|[^ \t|;&()<>"])*)"""
    r"""|[ \t]*(?P<operator>\|\||&&|\||(?<=[ \t]);|[()])"""
    r"""|(?P<end>[ \t]*&[ \t]*$)"""
    r"""|(?P<text>"(?:[^"]|"")*"?|&(?!&)|[^ \t|;&()<>"]+;?|;|[ \t]+)""",
    re.VERBOSE,
)
_PROHIBITED = frozenset(("GOTO", "GOSU", "CALL", "RETU", "SUBR", "ENDS", "THEN", "ELSE", "ENDI", "ON"))
SEGMENT_LIMIT = 64


@dataclass
class Segment:
    """One command, or a subshell; `redirections` maps `>`, `>>`, `<`, `2>` and `2>>` to file specifications."""

    command: str = ""
    subshell: Sequence | None = None
    redirections: dict[str, str] = field(default_factory=dict)


@dataclass
class Pipeline:
    segments: list[Segment]


@dataclass
class Sequence:
    """Pipelines, each with the separator before it: "", ";", "&&" or "||". `background` when a `&` ends it."""

    parts: list[tuple[str, Pipeline]]
    background: bool = False


def parse_pipe(text: str) -> Sequence:
    """Errors: CLI.NULLPIPE, INVNULLCMD, WRGSUBSHSYN, UNTERMSUBSH, DUPREDSYN, INCREDSYN, INVREDSYN, INVCONCHAR, CMDNOTALLINPIP, ..."""
    parser = _Parser(text)
    sequence = parser.sequence()
    if parser.peek() == ")":
        raise CLI.UNTERMSUBSH.error()
    return sequence


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise CLI.INVREDSYN.error()
            kind = found.lastgroup or ""
            if kind == "file":
                self._tokens.append((found["redirection"], found["file"]))
            elif kind == "operator":
                self._tokens.append((found["operator"], ""))
            elif kind == "end":
                self._tokens.append(("&", ""))
            else:
                self._tokens.append(("text", found["text"]))
            at = found.end()
        self._segments = 0

    def peek(self) -> str:
        while self._at < len(self._tokens) and self._tokens[self._at][0] == "text" and not self._tokens[self._at][1].strip():
            self._at += 1
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def sequence(self) -> Sequence:
        parts = [("", self.pipeline())]
        while (mark := self.peek()) in (";", "&&", "||"):
            self._at += 1
            if not self.peek() or self.peek() in (")", ";", "&&", "||"):
                if mark == ";" and self.peek() in ("", ")"):
                    break
                raise CLI.INVNULLCMD.error()
            parts.append((mark, self.pipeline()))
        background = self.peek() == "&"
        if background:
            self._at += 1
            if self.peek() not in ("", ")"):
                raise CLI.INVNULLCMD.error()
        return Sequence(parts, background)

    def pipeline(self) -> Pipeline:
        segments = [self.segment()]
        while self.peek() == "|":
            self._at += 1
            segments.append(self.segment())
        for number, segment in enumerate(segments):
            _check_place(segment, first=number == 0, last=number == len(segments) - 1)
        return Pipeline(segments)

    def segment(self) -> Segment:
        self._segments += 1
        if self._segments > SEGMENT_LIMIT:
            raise CLI.TOOMANYPIPCMD.error()
        mark = self.peek()
        if mark == "(":
            self._at += 1
            if self.peek() == ")":
                raise CLI.WRGSUBSHSYN.error()
            inner = self.sequence()
            if self.peek() != ")":
                raise CLI.UNTERMSUBSH.error()
            self._at += 1
            segment = Segment(subshell=inner)
            self._redirections(segment)
            if self.peek() in ("text", "("):
                raise CLI.WRGSUBSHSYN.error()
            return segment
        if mark in ("|", "") or mark == ")":
            raise CLI.NULLPIPE.error()
        if mark in (";", "&&", "||", "&"):
            raise CLI.INVNULLCMD.error()
        return self._command()

    def _command(self) -> Segment:
        segment = Segment()
        words: list[str] = []
        while self._at < len(self._tokens):
            kind, text = self._tokens[self._at]
            depth = sum(w == "(" for w in words) - sum(w == ")" for w in words)
            if kind == "text" or (kind == "(" and words) or (kind == ")" and depth > 0):
                words.append(text if kind == "text" else kind)
                self._at += 1
            elif kind in (">", ">>", "<", "2>", "2>>"):
                self._redirections(segment)
            else:
                break
        segment.command = "".join(words).strip(" \t")
        _check_command(segment.command)
        return segment

    def _redirections(self, segment: Segment) -> None:
        while self.peek() in (">", ">>", "<", "2>", "2>>"):
            kind, file = self._tokens[self._at]
            self._at += 1
            if not file:
                raise CLI.INCREDSYN.error()
            if any(kind.replace(">>", ">") == other.replace(">>", ">") for other in segment.redirections):
                raise CLI.DUPREDSYN.error()
            segment.redirections[kind] = file


def _check_place(segment: Segment, *, first: bool, last: bool) -> None:
    kinds = segment.redirections
    if (not first and "<" in kinds) or (not last and (">" in kinds or ">>" in kinds)):
        raise CLI.INVREDSYN.error()


def _check_command(text: str) -> None:
    """Errors: CLI.NULLPIPE, LBLNOTALLINPIP, CMDNOTALLINPIP, INVCONCHAR."""
    if not text:
        raise CLI.NULLPIPE.error()
    if text.endswith("-"):
        raise CLI.INVCONCHAR.error()
    if LABEL.match(text):
        raise CLI.LBLNOTALLINPIP.error()
    found = NAME.match(text)
    if found is None or ASSIGNMENT.match(text):
        return
    word = upcase(found[0])
    if word[:4] in _PROHIBITED or (word == "IF" and is_block_if(text)):
        raise CLI.CMDNOTALLINPIP.error()


