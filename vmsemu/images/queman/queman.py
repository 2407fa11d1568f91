"""QUEMAN: the queue management commands. The syntax INITIALIZE_QUEUE is the function `initialize_queue` of one of the modules here.

Source: DCL Dictionary, the commands with /QUEUE, /FORM, /CHARACTERISTIC and /ENTRY.
"""

from __future__ import annotations

from importlib import import_module

from vmsemu.images.common.options import Handler, missing_option
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image

_MODULES = {
    "queues": ("initialize_queue", "start_queue", "stop_queue", "stop_queues", "delete_queue", "assign_queue", "assign_merge", "deassign_queue",
               "autostart"),
    "managers": ("start_queue_manager", "stop_queue_manager", "delete_queue_manager"),
    "forms": ("define_form", "define_characteristic", "delete_form", "delete_characteristic"),
    "entries": ("delete_entry",),
}  # fmt: skip


def handler(syntax: str) -> Handler | None:
    """What serves a syntax; None when nothing does yet."""
    name = syntax.lower()
    for module, names in _MODULES.items():
        if name in names:
            serve: Handler = getattr(import_module(f"vmsemu.images.queman.{module}"), name)
            return serve
    return None


@image("QUEMAN")
async def queman(ctx: ImageContext) -> ImageResult:
    """Hand the command to the function of its syntax."""
    serve = handler(ctx.cli.syntax)
    return await serve(ctx) if serve is not None else missing_option(ctx)
