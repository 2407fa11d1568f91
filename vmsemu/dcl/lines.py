"""Text of command lines: comments, continuation hyphens, quotation, letter case. Nothing here knows symbols or verbs.

Source: OpenVMS User's Manual, "DCL command line" rules; DCL reference 1.3 and 1.4.
"""

from __future__ import annotations

import re

from vmsemu.base.extended import upper

NAME_CHARACTERS = "A-Za-z0-9_$\u00c0-\u00ff"
NAME = re.compile(rf"[A-Za-z_$\u00c0-\u00ff][{NAME_CHARACTERS}]*")
_BLANKS = re.compile(r"[ \t]+")
_PIECES = re.compile(r'"[^"]*(?:"|$)|[^"]+')

COMMAND_LIMIT = 1024
TOKEN_LIMIT = 255


def comment_start(text: str) -> int:
    """The position of the `!` that begins the comment, or the length of the text."""
    at = text.find("!")
    if at < 0:
        return len(text)
    if '"' not in text:
        return at
    quoted = False
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == "!" and not quoted:
            return position
    return len(text)


def without_comment(text: str) -> str:
    return text[: comment_start(text)] if "!" in text else text


def continues(text: str) -> bool:
    """True when the last thing before any comment is a hyphen outside quotes."""
    body = without_comment(text).rstrip(" \t")
    return body.endswith("-") and body.count('"') % 2 == 0


def without_hyphen(text: str) -> str:
    """The part of a continued record that belongs to the command."""
    return without_comment(text).rstrip(" \t")[:-1]


def upcase(text: str) -> str:
    """Upper case as DCL does it: DEC Multinational, one character for one."""
    return upper(text)


def canonical(text: str) -> str:
    """Upper case and single blanks outside quotes; quoted parts keep their quotes and their characters."""
    if '"' not in text:
        return _BLANKS.sub(" ", upcase(text)).strip(" ")
    pieces = [p if p[0] == '"' else _BLANKS.sub(" ", upcase(p)) for p in _PIECES.findall(text)]
    return "".join(pieces).strip(" ")


def compressed(text: str) -> str:
    """Single blanks outside quotes; letters stay as they are."""
    return "".join(p if p[0] == '"' else _BLANKS.sub(" ", p) for p in _PIECES.findall(text)).strip(" ")


def unquoted(text: str) -> str:
    """The value of a canonical text: quotation marks removed, doubled ones inside a literal made single."""
    if '"' not in text:
        return text
    out: list[str] = []
    at, end = 0, len(text)
    quoted = False
    while at < end:
        character = text[at]
        at += 1
        if character != '"':
            out.append(character)
        elif quoted and at < end and text[at] == '"':
            out.append('"')
            at += 1
        else:
            quoted = not quoted
    return "".join(out)


def split_parameters(text: str) -> list[str]:
    """The blank-separated parameters of `@` and CALL, each canonical and with outer quotes taken away.

    A parameter that is one quoted string loses its quotes; one in which quotes are only a part keeps them.
    """
    out: list[str] = []
    for raw in re.findall(r'(?:"(?:[^"]|"")*(?:"|$)|[^" \t])+', text):
        if raw[0] == '"' and re.fullmatch(r'"(?:[^"]|"")*"?', raw):
            out.append(raw[1:-1].replace('""', '"') if len(raw) > 1 and raw[-1] == '"' else raw[1:].replace('""', '"'))
        else:
            out.append(canonical(raw))
    return out
