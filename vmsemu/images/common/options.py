"""Images that serve many syntaxes: one function for each, found by its name. An option that nobody serves fails as a missing image does.

The syntax SHOW_QUEUE is the function `show_queue` of the module `queue` beside the image; a plural may drop its S.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module
from importlib.util import find_spec
from typing import NoReturn

from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.tables.facilities import CLI

Handler = Callable[[ImageContext], Awaitable[ImageResult]]


def option_handler(package: str, syntax: str) -> Handler | None:
    """The function that serves a syntax of the image in `package`; None when there is none yet."""
    verb = package.rpartition(".")[2]
    option = syntax.lower().removeprefix(verb + "_")
    for name in (option, option.rstrip("s")):
        module = f"{package}.{name}"
        if name and name != verb and find_spec(module) is not None:
            handler: Handler | None = getattr(import_module(module), f"{verb}_{name}", None)
            if handler is not None:
                return handler
    return None


def missing_option(ctx: ImageContext) -> NoReturn:
    """Fail as the command does whose image is not on the system disk. Errors: CLI.ACTIMAGE with CLI.IMAGEFNF below it.

    fidelity: V7.3 keeps many of these options in one image; the name that is shown says which part is not here.
    """
    name = ctx.cli.syntax.replace("_", "$", 1)
    file = ctx.files.parse(name, default="SYS$SYSTEM:.EXE").to_text()
    raise CLI.ACTIMAGE.error(name, cause=CLI.IMAGEFNF(file))
