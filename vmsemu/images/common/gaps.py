"""Qualifiers that the grammar knows and an image does not serve yet: they are refused, never ignored. The rules stand in dcl/refusals.py."""

from __future__ import annotations

from vmsemu.dcl.refusals import happens_anyway, refuse_qualifiers, serve_only_qualifiers
from vmsemu.images.context import ImageContext


def refuse(ctx: ImageContext, *qualifiers: str, negations: bool = False) -> None:
    """Raise CLI.IVQUAL for the first of these that asks for something else than what happens anyway."""
    refuse_qualifiers(ctx.cli, *qualifiers, negations=negations)


def serve_only(ctx: ImageContext, *qualifiers: str, negations: bool = False) -> None:
    """Raise CLI.IVQUAL for the first qualifier on the line that is none of these and asks for something else than what happens anyway."""
    serve_only_qualifiers(ctx.cli, *qualifiers, negations=negations)


def accept(ctx: ImageContext, *qualifiers: str) -> None:
    """Name qualifiers that ask for what the image does without them, such as /BRIEF."""
    happens_anyway(ctx.cli, *qualifiers)
