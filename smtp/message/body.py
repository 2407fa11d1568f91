"""The text of a message as lines: a tuple when it is short, and when it is long something that brings the lines anew whenever they are read.

So a long message goes from the client into its control file, and from there into a mail file or on to another host, without ever being in
memory as a whole. Whoever reads a text takes one line after the other and keeps none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

Body = Iterable[bytes]
"""Lines without their ends, which can be read more than once."""


@dataclass(frozen=True, slots=True)
class LongText(Generic[T]):
    """The lines that `make` makes, anew each time. Errors while they are read: those of the file they are in."""

    make: Callable[[], Iterator[T]]

    def __iter__(self) -> Iterator[T]:
        return self.make()


def is_long(lines: Iterable[object]) -> bool:
    """Are the lines not in memory?"""
    return isinstance(lines, LongText)
