"""What DCL needs of the images: entry points by name, what an .EXE file names, and the messages that images declare."""

from __future__ import annotations

from vmsemu.base.condition import MessageDefinition
from vmsemu.dcl.activation import ImageActivator
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import find_image

_MARK = b"IMAGE "


def image_activator() -> ImageActivator:
    """The part of the system that DCL activates images with."""
    return ImageActivator(find_image, ImageContext, image_in, _find_message)


def image_in(block: bytes) -> str | None:
    """The image name in the first block of an .EXE file; None when it is no image of this machine."""
    if not block.startswith(_MARK):
        return None
    return block[len(_MARK) :].rstrip(b"\0 \r\n").decode("latin-1")


def _find_message(value: int) -> MessageDefinition | None:
    from vmsemu.images.message_files import find_declared

    return find_declared(value)
