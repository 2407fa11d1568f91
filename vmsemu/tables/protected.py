"""Characters that the command parser must take as they are: the value of `&symbol`.

Such a value is one element of the command whatever it contains: blanks, slashes, lower case. Its characters travel through the parser as code
points of a private area that no rule of the grammar knows, and are turned back when the element is complete.
"""

from __future__ import annotations

import re

_BASE = 0xE000
_PROTECTED = re.compile("[\ue000-\ue0ff]")
_PLAIN = re.compile(r"[A-Z0-9$_.;:*%\[\]<>-]*")


def protect(text: str) -> str:
    """The text as one element. Text that the parser would leave alone stays as it is."""
    if _PLAIN.fullmatch(text):
        return text or '""'
    return "".join(chr(_BASE + ord(c)) if ord(c) < 0x100 else c for c in text)


def reveal(text: str) -> str:
    """The text as it was before `protect`."""
    return text if text.isascii() else _PROTECTED.sub(lambda found: chr(ord(found[0]) - _BASE), text)
