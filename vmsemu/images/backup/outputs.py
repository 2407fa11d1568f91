"""Where BACKUP puts its copies: the output specification applied to one input.

`[B]` takes every file, `[B...]` grafts the tree that the input's wildcards found below it, `[*...]` keeps the input's directories. What name,
type and version leave out, or write as wildcards, is the input's.
Source: System Management Utilities Reference Manual, BACKUP, "Output specifiers".
"""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.base.directory import directory_text, split_directory
from vmsemu.base.filespec import FileSpec, output_fields
from vmsemu.base.uic import Uic
from vmsemu.images.backup.facility import BACKUP
from vmsemu.images.context import ImageContext
from vmsemu.services.file_search import directory_path
from vmsemu.services.rms import FoundFile
from vmsemu.tables.parsed import ParameterItem, Presence

_ELLIPSIS = "..."


@dataclass
class Output:
    """The output specification and its qualifiers."""

    ctx: ImageContext
    item: ParameterItem
    wanted: FileSpec

    @classmethod
    def of(cls, ctx: ImageContext, item: ParameterItem) -> Output:
        """Errors: those of parse; BACKUP.INVOUTPUT for directory wildcards that say nothing about where files go."""
        wanted = ctx.files.parse(item.text)
        parts = split_directory(wanted.directory)
        fixed = parts[:-1] if parts and parts[-1] == _ELLIPSIS else parts
        if any(_is_wild(part) for part in fixed) and fixed != ("*",):
            raise BACKUP.INVOUTPUT.error(wanted)
        return cls(ctx, item, wanted)

    def directory(self, asked: FileSpec, source: FileSpec) -> tuple[str, ...]:
        """The directory of the copy of a file that was found in the directory of `source`, when `asked` was searched."""
        parts, found = split_directory(self.wanted.directory), split_directory(source.directory)
        if parts[:1] == ("*",):
            return found
        if parts and parts[-1] == _ELLIPSIS:
            return parts[:-1] + found[len(_fixed(asked)) :]
        return parts

    def spec(self, asked: FileSpec, source: FileSpec) -> FileSpec:
        """The specification of the copy of a file. Errors: RMS.WLD for names with wildcards in them."""
        wanted = self.wanted
        version = "" if wanted.version in ("", ";", ";*", ";0") else wanted.version
        type_ = "" if wanted.type in (".", ".*") and not self.ctx.files.names.spec(self.item.text).type.strip(".*") else wanted.type
        place = FileSpec(wanted.node, wanted.device, directory_text(self.directory(asked, source)), wanted.name, type_, version or ";*")
        return output_fields(place, source)

    def on_volume(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """The directory as the output's volume has it. Errors: RMS.DEV, RMS.DNR."""
        names = self.ctx.files.names
        return directory_path(names.volume(names.candidates(self.directory_spec(parts))[0]), parts)

    def directory_spec(self, parts: tuple[str, ...]) -> FileSpec:
        return FileSpec(self.wanted.node, self.wanted.device, directory_text(parts))

    def owner(self, found: FoundFile, parent: Uic | None) -> Uic:
        """/BY_OWNER after the output: DEFAULT (the user), ORIGINAL, PARENT (of the directory), or a UIC. Errors: those of UICs."""
        ctx = self.ctx
        name = next((n for n in ("BY_OWNER", "OWNER_UIC") if self.item.presence(n) is Presence.LOCPRES), None)
        word = (self.item.value(name) or "DEFAULT").upper() if name is not None else "DEFAULT"
        if word and "ORIGINAL".startswith(word):
            return found.header.owner
        if word and "PARENT".startswith(word):
            return parent if parent is not None else ctx.process.uic
        return ctx.process.uic if "DEFAULT".startswith(word) else ctx.system.rights.parse_uic(word)


def _fixed(asked: FileSpec) -> tuple[str, ...]:
    """The components before the first wildcard of what was asked for."""
    parts = split_directory(asked.directory)
    return parts[: next((at for at, part in enumerate(parts) if part == _ELLIPSIS or _is_wild(part)), len(parts))]


def _is_wild(part: str) -> bool:
    return "*" in part or "%" in part


def subdirectory(found: FoundFile, above: tuple[str, ...]) -> tuple[str, ...]:
    """The directory that a directory file becomes below `above`."""
    return (*above, found.spec.name)
