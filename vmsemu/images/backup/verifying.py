"""/VERIFY and /COMPARE: the contents of two files against each other."""

from __future__ import annotations

from itertools import zip_longest

from vmsemu.files.attributes import BLOCK, Organization
from vmsemu.images.backup.facility import BACKUP
from vmsemu.images.context import ImageContext
from vmsemu.services.rms import FoundFile

_PIECE = 128 * BLOCK


def compare(ctx: ImageContext, source: FoundFile, copy: FoundFile) -> None:
    """Errors: BACKUP.VERIFYERR with the first block that differs, or for attributes that differ."""
    a, b = source.header, copy.header
    if a.attributes.organization is not b.attributes.organization:
        raise BACKUP.ATTRIBUTE.error(copy.spec)
    if a.attributes.format is not b.attributes.format or a.attributes.organization is Organization.INDEXED:
        _compare_records(ctx, source, copy)
        return
    for at in range(0, max(a.size, b.size), _PIECE):
        one = source.volume.read_at(a, at, min(_PIECE, a.size - at)) if at < a.size else b""
        other = copy.volume.read_at(b, at, min(_PIECE, b.size - at)) if at < b.size else b""
        if one != other:
            raise BACKUP.VERIFYERR.error((at + _first_difference(one, other)) // BLOCK + 1, copy.spec)


def _compare_records(ctx: ImageContext, source: FoundFile, copy: FoundFile) -> None:
    """Record by record, where the blocks of the two need not be the same."""
    with ctx.files.open(source, shared=True) as one, ctx.files.open(copy, shared=True) as other:
        for number, (mine, theirs) in enumerate(zip_longest(one, other)):
            if mine != theirs:
                raise BACKUP.RECORDDIFF.error(number + 1, copy.spec)


def _first_difference(one: bytes, other: bytes) -> int:
    return next((at for at, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), min(len(one), len(other)))
