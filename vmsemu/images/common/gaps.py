"""Qualifiers that the grammar knows and an image does not serve yet: they are refused, never ignored."""

from __future__ import annotations

from vmsemu.dcl.errors import at_segment
from vmsemu.images.context import ImageContext
from vmsemu.tables.facilities import CLI


def refuse(ctx: ImageContext, *qualifiers: str) -> None:
    """Raise CLI.IVQUAL, with the qualifier as the segment, for the first of these that is present."""
    for name in qualifiers:
        if ctx.cli.present(name):
            raise at_segment(CLI.IVQUAL, name)


def serve_only(ctx: ImageContext, *qualifiers: str) -> None:
    """Raise CLI.IVQUAL for the first qualifier on the line, negated or not, that is none of these."""
    for name, occurrence in ctx.cli.given.items():
        if name not in qualifiers:
            raise at_segment(CLI.IVQUAL, ("NO" if occurrence.negated else "") + name)
