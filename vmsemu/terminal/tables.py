"""Reads the tables of this floor: lines of columns between bars, `!` before comments.

Source: none, our own notation.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a table file beside this module, each a list of stripped columns."""
    for line in (files(__package__) / name).read_text("ascii").splitlines():
        if line and not line.startswith("!"):
            yield [column.strip() for column in line.split("|")]


def listed(name: str) -> frozenset[str]:
    """The words of the line of a table file that begins with `=`."""
    return frozenset(next(row[0][1:] for row in rows(name) if row[0].startswith("=")).split())
