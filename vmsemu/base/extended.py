"""Extended file names (ODS-5): case is kept, and what ODS-2 names cannot hold stands behind a circumflex.

A name has two forms. As it is written and displayed, `A^.B^_C`, dots and blanks in it are escaped; as a directory keeps it, `A.B C`, they are
themselves. Names are looked up without regard to case, and the last dot of NAME.TYPE is the one before the type.

Left out: characters beyond ISO Latin-1 (`^Uhhhh` above 00FF), which need names of 16-bit characters.
Source: OpenVMS Guide to Extended File Specifications, chapter 2; User's Manual, "Extended file specifications".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

MAXIMUM_BYTES = 236
"""Name, dot and type together."""

_ESCAPE = re.compile(r"\^(?:U00([0-9A-F]{2})|([0-9A-F]{2})|(_)|(.))", re.IGNORECASE | re.DOTALL)
_TO_ESCAPE = re.compile(r"[!#&'()+@{},;\[\]%^=` .\x7f-\xa0]")
_UPPER = {**{c: c - 32 for c in range(ord("a"), ord("z") + 1)}, **{c: c - 32 for c in range(0xE0, 0xFF) if c != 0xF7}}
_ILLEGAL = re.compile(r'[\x00-\x1f"*:<>/\\?|]')
_TOKEN = r"(?:\^(?:U00[0-9A-F]{2}|[0-9A-F]{2}|[^0-9A-FU*?:<>\"/\\|])|[^\x00-\x20\"*:<>/\\?|\[\]^;.,%&()])"
WORD = re.compile(rf"(?:{_TOKEN}|[*%?])*", re.IGNORECASE)
"""Name, type or directory component as it is written, wildcards allowed."""
DOTTED = re.compile(rf"(?:{_TOKEN}|[*%?.])*", re.IGNORECASE)
"""The same with dots in it that are not escaped."""


def upper(text: str) -> str:
    """Upper case of ISO Latin-1, one character for one."""
    return text.upper() if text.isascii() else text.translate(_UPPER)


def unescape(text: str) -> str:
    """The name that is written so: `A^.B^_C^21` is `A.B C!`."""
    return _ESCAPE.sub(_character, text) if "^" in text else text


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else " " if found[3] else found[4]


def escape(name: str) -> str:
    """How a name, or part of a name, is written: `A.B C` as `A^.B^_C`."""
    return _TO_ESCAPE.sub(_escaped, name)


def _escaped(found: re.Match[str]) -> str:
    c = found[0]
    return "^_" if c == " " else f"^{ord(c):02X}" if "\x7f" <= c <= "\xa0" else "^" + c


def is_legal(name: str) -> bool:
    """May a file be called NAME.TYPE (not escaped)?"""
    return len(name) <= MAXIMUM_BYTES and _ILLEGAL.search(name) is None


def canonical(text: str) -> str:
    """The same name, or pattern, with exactly those escapes it needs; `?` is `%`, and dots in it are escaped."""
    out, at = [], 0
    for found in re.finditer(r"\^(?:U[0-9A-F]{4}|[0-9A-F]{2}|.)|[*%?]", text, re.IGNORECASE):
        out.append(escape(text[at : found.start()]))
        token = found[0]
        out.append(escape(unescape(token)) if token[0] == "^" else "%" if token == "?" else token)
        at = found.end()
    return "".join(out) + escape(text[at:])


def is_wild(text: str) -> bool:
    """Does a written name hold a wildcard that is not escaped?"""
    if "^" in text:
        text = re.sub(r"\^.", "", text)
    return "*" in text or "%" in text


def match(pattern: str, text: str) -> bool:
    """Does a written name match a written pattern, whatever the case?"""
    return matcher(pattern)(upper(unescape(text))) is not None


@lru_cache(maxsize=2048)
def matcher(pattern: str) -> Callable[[str], object]:
    """The test of one written pattern, for names that are unescaped and in upper case."""
    return re.compile(expression(pattern, ".") + r"\Z", re.DOTALL).match


def expression(pattern: str, one: str) -> str:
    """The regular expression of a written pattern; `one` is what stands for one character."""
    out = ""
    for found in re.finditer(r"\^(?:U[0-9A-F]{4}|[0-9A-F]{2}|.)|[*%]|.", pattern, re.IGNORECASE | re.DOTALL):
        token = found[0]
        if token == "*":
            out += one + "*"
        elif token == "%":
            out += one
        else:
            out += re.escape(upper(unescape(token)))
    return out
