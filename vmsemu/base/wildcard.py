"""Wildcard matching: `*` any run of characters, `%` exactly one, `...` any depth of directories.

Matching ignores case. `?` is an ordinary character (it is a synonym of `%` only in the extended parse style).

Source: OpenVMS User's Manual, "Using wildcard characters with file specifications".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from vmsemu.base.directory import split_directory

ELLIPSIS = "..."


def match(pattern: str, text: str) -> bool:
    """True when the whole of `text` matches `pattern`."""
    return matcher(pattern)(text)


@lru_cache(maxsize=2048)
def matcher(pattern: str) -> Callable[[str], bool]:
    """The compiled test of one pattern."""
    if pattern == "*":
        return _any
    if "*" not in pattern and "%" not in pattern:
        folded = pattern.upper()
        return lambda text: text.upper() == folded
    compiled = re.compile(expression(pattern), re.IGNORECASE | re.DOTALL)
    return lambda text: compiled.fullmatch(text) is not None


def is_wild(text: str) -> bool:
    """True when `text` holds a wildcard character."""
    return "*" in text or "%" in text


def match_directory(pattern: str, directory: Sequence[str]) -> bool:
    """True when the directory with these components (none: the master file directory) matches a directory field such as `[A...]`.

    `pattern` is absolute. Errors: RMS.DIR.
    """
    return _directory_matcher(pattern)(tuple(directory))


@lru_cache(maxsize=512)
def _directory_matcher(pattern: str) -> Callable[[tuple[str, ...]], bool]:
    parts = split_directory(pattern.upper())
    if ELLIPSIS not in parts and not any(is_wild(p) for p in parts):
        return lambda directory: tuple(c.upper() for c in directory) == parts
    # Components cannot hold a dot, so each is closed with one: a component is `[^.]+\.`, an ellipsis any number of them.
    steps = ["(?:[^.]+\\.)*" if part == ELLIPSIS else expression(part, "[^.]") + "\\." for part in parts]
    compiled = re.compile("".join(steps), re.IGNORECASE)
    return lambda directory: compiled.fullmatch("".join(c + "." for c in directory)) is not None


def _any(text: str) -> bool:
    return True


def expression(pattern: str, one: str = ".") -> str:
    """The regular expression of a pattern; inner `*` are atomic, so that matching stays linear."""
    head, *rest = [re.escape(part).replace("%", one) for part in re.sub(r"\*+", "*", pattern).split("*")]
    if not rest:
        return head
    *middle, last = rest
    return head + "".join(f"(?>{one}*?{part})" for part in middle) + f"{one}*" + last
