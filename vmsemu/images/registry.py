"""Image names to Python entry points.

An .EXE file on the emulated disk carries only an image name. That name is looked up here, by convention: the image PURGE is the function
decorated `@image("PURGE")` in `vmsemu/images/purge/purge.py`; layered products add packages that follow the same rule (`$` is written `_`).
A file can never name arbitrary code, because only names with a module of that shape are found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from vmsemu.base.condition import ConditionValue, MessageDefinition
from vmsemu.images.context import ImageContext

ImageResult = ConditionValue | MessageDefinition | None
ImageEntry = Callable[[ImageContext], Coroutine[Any, Any, ImageResult]]

_ENTRIES: dict[str, ImageEntry] = {}
_PACKAGES = ["vmsemu.images"]


def image(name: str) -> Callable[[ImageEntry], ImageEntry]:
    """Declare the entry point of the image `name`."""

    def declare(entry: ImageEntry) -> ImageEntry:
        _ENTRIES[name] = entry
        return entry

    return declare


def add_image_package(package: str) -> None:
    """Let a layered product's package be searched for images."""
    if package not in _PACKAGES:
        _PACKAGES.append(package)


def image_packages() -> tuple[str, ...]:
    """The packages that are searched, the machine's own first."""
    return tuple(_PACKAGES)


def find_image(name: str) -> ImageEntry | None:
    """The entry point of an image, its module imported at first use; None when there is no such image."""
    entry = _ENTRIES.get(name)
    if entry is not None:
        return entry
    if re.fullmatch(r"[A-Z][A-Z0-9_$]*", name) is None:
        return None
    word = name.lower().replace("$", "_")
    for package in _PACKAGES:
        if find_spec(f"{package}.{word}") is not None and find_spec(f"{package}.{word}.{word}") is not None:
            import_module(f"{package}.{word}.{word}")
            return _ENTRIES.get(name)
    return None
