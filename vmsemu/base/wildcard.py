"""Wildcards: `*` any characters, `%` exactly one, within one field; `...` any depth of directories.

Source: OpenVMS User's Manual, "Using wildcards with file names".
"""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    out = []
    for c in pattern:
        out.append(".*" if c == "*" else "." if c == "%" else re.escape(c))
    return re.compile("".join(out) + r"\Z", re.IGNORECASE | re.DOTALL)


def has_wildcard(text: str) -> bool:
    """True when the field holds `*` or `%`."""
    return "*" in text or "%" in text


def match(pattern: str, text: str) -> bool:
    """Does `text` match the field pattern? Case does not matter."""
    if pattern == "*":
        return True
    if "*" not in pattern and "%" not in pattern:
        return pattern.upper() == text.upper()
    return _compiled(pattern).match(text) is not None


@lru_cache(maxsize=1024)
def directory_pattern(directory: str) -> tuple[str, ...]:
    """The components of `[A.*.B...]`; the ellipsis is the component `...`."""
    body = directory[1:-1]
    parts: list[str] = []
    while body:
        if body.startswith("..."):
            parts.append("...")
            body = body[3:].lstrip(".")
            continue
        found = re.match(r"[^.]+", body)
        if found is None:
            body = body[1:]
            continue
        parts.append(found[0])
        body = body[found.end() :]
        if body.startswith(".") and not body.startswith("..."):
            body = body[1:]
    return tuple(parts)


def match_directory(directory: str, path: tuple[str, ...]) -> bool:
    """Does the directory `path` (names below the MFD, () is the MFD) match the pattern `[A...]`?

    `[*...]` needs at least one level; `[000000...]` includes the MFD.
    """
    return _match_parts(directory_pattern(directory), path)


def _match_parts(parts: tuple[str, ...], path: tuple[str, ...]) -> bool:
    if parts and parts[0] == "000000":
        parts = parts[1:]
    if not parts:
        return not path
    if parts[0] == "...":
        return any(_match_parts(parts[1:], path[at:]) for at in range(len(path) + 1))
    return bool(path) and match(parts[0], path[0]) and _match_parts(parts[1:], path[1:])
