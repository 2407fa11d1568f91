"""What DCL needs of the images: entry points by name, what an .EXE file names, and the messages that images declare."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from vmsemu.base.condition import MessageDefinition
from vmsemu.dcl.activation import ImageActivator
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import find_image, image_packages
from vmsemu.tables.facilities import CLI, LIB, RMS, SS
from vmsemu.tables.message import compile_messages

_MARK = b"IMAGE "


def image_activator() -> ImageActivator:
    """The part of the system that DCL activates images with."""
    return ImageActivator(find_image, ImageContext, image_in, MessageFinder().find)


def image_in(block: bytes) -> str | None:
    """The image name in the first block of an .EXE file; None when it is no image of this machine."""
    if not block.startswith(_MARK):
        return None
    return block[len(_MARK) :].rstrip(b"\0 \r\n").decode("latin-1")


class MessageFinder:
    """Looks a condition up: in the system's own facilities, then in the .MSG files beside the images, read at first need."""

    def __init__(self) -> None:
        self._declared: dict[int, MessageDefinition] | None = None

    def find(self, value: int) -> MessageDefinition | None:
        """The message of a condition value, apart from severity and control bits."""
        for facility in (SS, RMS, CLI, LIB):
            found = facility.by_value(value)
            if found is not None:
                return found
        if self._declared is None:
            self._declared = {}
            products = (package.partition(".")[0] for package in image_packages()[1:])
            for package in ("vmsemu.mail", "vmsemu.queue", "vmsemu.services", *image_packages(), *products):
                self._read(package)
        return self._declared.get(value & 0x0FFFFFF8)

    def _read(self, package: str) -> None:
        assert self._declared is not None
        spec = find_spec(package)
        for folder in spec.submodule_search_locations or () if spec is not None else ():
            for path in sorted([*Path(folder).glob("*.msg"), *Path(folder).glob("*/*.msg")]):
                for definition in compile_messages(path.read_text(encoding="utf-8"), path.name).values():
                    self._declared.setdefault(int(definition.value) & 0x0FFFFFF8, definition)
