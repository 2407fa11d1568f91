"""An image that has a Ctrl/C handler while it works: Ctrl/C then raises ControlC in it, and is no Ctrl/Y.

Reads have a flag of their own for this (`takes_control_c` of the input). Source: I/O User's Reference, "Ctrl/C AST".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmsemu.services.process import Process

_HANDLER = "CONTROL_C_HANDLER"


@contextmanager
def taking_control_c(process: Process) -> Iterator[None]:
    """While this lasts, Ctrl/C that is typed when nobody reads raises ControlC where the process waits."""
    before = process.attributes.get(_HANDLER)
    process.attributes[_HANDLER] = True
    try:
        yield
    finally:
        process.attributes[_HANDLER] = before


def takes_control_c(process: Process) -> bool:
    return bool(process.attributes.get(_HANDLER))
