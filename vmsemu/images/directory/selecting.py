"""DIRECTORY/SELECT: which files by size, version and ACL, and which parts of their names. Source: DCL Dictionary, DIRECTORY."""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.base.filespec import FileSpec
from vmsemu.images.context import ImageContext
from vmsemu.services.rms import FoundFile

_FIELDS = ("NODE", "DEVICE", "DIRECTORY", "NAME", "TYPE", "VERSION")
_UNLIMITED = 1 << 40


@dataclass(frozen=True, slots=True)
class Select:
    """What /SELECT asks for. `fields` are the parts of the specification that are displayed; none means all.

    `unused` are allocated blocks that hold no data. fidelity: that SIZE=UNUSED=n asks for n of them at least is inferred.
    """

    size: tuple[int, int] = (0, _UNLIMITED)
    unused: tuple[int, int] = (0, _UNLIMITED)
    version: tuple[int, int] = (0, _UNLIMITED)
    acl: bool | None = None
    fields: tuple[str, ...] = ()
    none: bool = False

    @classmethod
    def of(cls, ctx: ImageContext) -> Select:
        """Read it from the command."""
        cli = ctx.cli
        if not cli.present("SELECT"):
            return cls()
        acl = True if cli.present("SELECT.ACL") else False if cli.negated("SELECT.ACL") else None
        fields: tuple[str, ...] = ()
        if cli.present("SELECT.FILE"):
            chosen = tuple(name for name in _FIELDS if cli.present(f"SELECT.FILE.{name}"))
            fields = chosen or tuple(name for name in _FIELDS if not cli.negated(f"SELECT.FILE.{name}"))
        # Every file here is online, shelvable, and cached write through.
        none = cli.negated("SELECT.ONLINE") or cli.negated("SELECT.SHELVABLE") or cli.value("SELECT.CACHING_ATTRIBUTE") == "NO_CACHING"
        return cls(_range(ctx, "SIZE"), _unused(ctx), _range(ctx, "VERSION"), acl, fields, none)

    def wants(self, found: FoundFile) -> bool:
        """Is the file among those selected?"""
        used = found.header.used_blocks
        numbers = ((used, self.size), (found.header.allocated - used, self.unused), (found.version, self.version))
        if self.none or any(not low <= number <= high for number, (low, high) in numbers):
            return False
        return self.acl is None or self.acl == bool(found.header.acl)

    def shown(self, spec: FileSpec) -> str:
        """The specification with the chosen parts."""
        if not self.fields:
            return spec.to_text()
        return "".join(getattr(spec, name.lower()) for name in self.fields)


def _range(ctx: ImageContext, kind: str) -> tuple[int, int]:
    return ctx.cli.integer(f"SELECT.{kind}.MINIMUM", 0), ctx.cli.integer(f"SELECT.{kind}.MAXIMUM", _UNLIMITED)


def _unused(ctx: ImageContext) -> tuple[int, int]:
    if ctx.cli.negated("SELECT.SIZE.UNUSED"):
        return 0, 0
    return (int(ctx.cli.value("SELECT.SIZE.UNUSED") or 1) if ctx.cli.present("SELECT.SIZE.UNUSED") else 0), _UNLIMITED
