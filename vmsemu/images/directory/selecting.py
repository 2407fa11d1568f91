"""DIRECTORY/SELECT: which files by size, version and ACL, and which parts of their names. Source: DCL Dictionary, DIRECTORY."""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.base.filespec import FileSpec
from vmsemu.dcl.errors import at_segment
from vmsemu.images.context import ImageContext
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import CLI

_FIELDS = ("NODE", "DEVICE", "DIRECTORY", "NAME", "TYPE", "VERSION")
_GAPS = ("SIZE.UNUSED",)
_UNLIMITED = 1 << 40


@dataclass(frozen=True, slots=True)
class Select:
    """What /SELECT asks for. `fields` are the parts of the specification that are displayed; none means all."""

    size: tuple[int, int] = (0, _UNLIMITED)
    version: tuple[int, int] = (0, _UNLIMITED)
    acl: bool | None = None
    fields: tuple[str, ...] = ()
    none: bool = False

    @classmethod
    def of(cls, ctx: ImageContext) -> Select:
        """Read it from the command. Errors: CLI.IVKEYW for what is not served."""
        cli = ctx.cli
        if not cli.present("SELECT"):
            return cls()
        for name in _GAPS:
            if cli.present(f"SELECT.{name}") or cli.negated(f"SELECT.{name}"):
                raise at_segment(CLI.IVKEYW, name.rpartition(".")[2])
        acl = True if cli.present("SELECT.ACL") else False if cli.negated("SELECT.ACL") else None
        fields: tuple[str, ...] = ()
        if cli.present("SELECT.FILE"):
            chosen = tuple(name for name in _FIELDS if cli.present(f"SELECT.FILE.{name}"))
            fields = chosen or tuple(name for name in _FIELDS if not cli.negated(f"SELECT.FILE.{name}"))
        # Every file here is online, shelvable, and cached write through.
        none = cli.negated("SELECT.ONLINE") or cli.negated("SELECT.SHELVABLE") or cli.value("SELECT.CACHING_ATTRIBUTE") == "NO_CACHING"
        return cls(_range(ctx, "SIZE"), _range(ctx, "VERSION"), acl, fields, none)

    def wants(self, found: FoundFile) -> bool:
        """Is the file among those selected?"""
        if (
            self.none
            or not self.size[0] <= found.header.used_blocks <= self.size[1]
            or not self.version[0] <= found.version <= self.version[1]
        ):
            return False
        return self.acl is None or self.acl == bool(found.header.acl)

    def shown(self, spec: FileSpec) -> str:
        """The specification with the chosen parts."""
        if not self.fields:
            return spec.to_text()
        return "".join(getattr(spec, name.lower()) for name in self.fields)


def _range(ctx: ImageContext, kind: str) -> tuple[int, int]:
    return ctx.cli.integer(f"SELECT.{kind}.MINIMUM", 0), ctx.cli.integer(f"SELECT.{kind}.MAXIMUM", _UNLIMITED)
