"""SET PROTECTION: the protection code of files (/DEFAULT is DCL's own). Source: DCL Dictionary, SET PROTECTION."""

from __future__ import annotations

from vmsemu.base.condition import Message
from vmsemu.base.protection import Protection
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.each import Files, each_file
from vmsemu.images.set.facility import SET
from vmsemu.services.rms import FoundFile


async def set_protection(ctx: ImageContext) -> ImageResult:
    """Classes that the code does not name keep what they have; without a code the process default is set.

    A code that follows a file holds for that file alone.
    """
    code = ",".join(ctx.cli.values("P1.PROTECTION"))
    own = _Codes(ctx)
    return await each_file(ctx, own.files(), lambda found: _change(ctx, own.of(found) or code, found))


class _Codes:
    """The codes that follow files of the list. A code before the first file holds for all that have none of their own."""

    def __init__(self, ctx: ImageContext) -> None:
        self.ctx = ctx
        self.codes: dict[str, str] = {}

    def files(self) -> Files:
        """All files of the list, each with the code that goes with it."""
        items = self.ctx.cli.parameters("P2")
        asked_before, at = None, -1
        for asked, found, error in input_files(self.ctx, "P2", ""):
            if asked is not asked_before:
                asked_before, at = asked, at + 1
            if found is not None and at < len(items):
                self.codes[str(found.spec)] = ",".join(items[at].values("PROTECTION"))
            yield asked, found, error

    def of(self, found: FoundFile) -> str:
        return self.codes.get(str(found.spec), "")


def _change(ctx: ImageContext, code: str, found: FoundFile) -> Message:
    wanted = Protection.from_text(code, found.header.protection) if code else ctx.process.default_protection
    ctx.files.modify(found, protection=wanted)
    text = wanted.to_text().strip("()").split(",")
    return SET.PROTECTED(found.spec, ",".join(f"{c}:{t}" for c, t in zip("SOGW", text, strict=True)))
