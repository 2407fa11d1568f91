"""What BACKUP reads: the input list and its selection qualifiers.

A specification without name, type or version means all of them. /BEFORE and /SINCE look at the revision date unless /CREATED, /EXPIRED or
/BACKUP says otherwise (fidelity: that default is recalled); /SINCE=BACKUP means files changed since they were last recorded.
Source: System Management Utilities Reference Manual, BACKUP, input file-selection qualifiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.base.directory import split_directory
from vmsemu.base.filespec import FileSpec
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.base.wildcard import match_directory
from vmsemu.files.volume import RESERVED
from vmsemu.images.backup.facility import BACKUP, cause_of
from vmsemu.images.common.selection import excludes, named_times
from vmsemu.images.context import ImageContext
from vmsemu.security.access import READ
from vmsemu.services.rms import FoundFile, Sticky
from vmsemu.tables.facilities import CLI, RMS, SS
from vmsemu.tables.parsed import ParameterItem

EVERYTHING = "*.*;*"
_DATES = {"BACKUP": "backup", "CREATED": "created", "EXPIRED": "expires", "MODIFIED": "revised"}


@dataclass
class InputSelection:
    """The selection qualifiers of one input specification. `date` is the field of the header that /SINCE and /BEFORE look at."""

    since: VmsTime | None
    before: VmsTime | None
    since_backup: bool
    date: str
    excluded: tuple[FileSpec, ...]
    selected: tuple[FileSpec, ...]
    owner: Uic | None

    @classmethod
    def of(cls, ctx: ImageContext, item: ParameterItem) -> InputSelection:
        """Errors: CLI.CONFQUAL for two kinds of dates; LIB.IVTIME; those of UICs and file specifications."""
        kinds = [word for word in _DATES if item.present(word)]
        if len(kinds) > 1:
            raise CLI.CONFLICT.error()
        since_backup = (item.value("SINCE") or "").upper() == "BACKUP"
        owner = ctx.process.uic if item.present("BY_OWNER") or item.present("OWNER_UIC") else None
        named = item.value("BY_OWNER") or item.value("OWNER_UIC")
        if owner is not None and named:
            owner = ctx.system.rights.parse_uic(named)
        return cls(
            None if since_backup else _time(ctx, item, "SINCE"), _time(ctx, item, "BEFORE"), since_backup,
            _DATES[kinds[0]] if kinds else "revised", _specs(ctx, item, "EXCLUDE"), _specs(ctx, item, "SELECT"), owner,
        )  # fmt: skip

    def wants(self, found: FoundFile) -> bool:
        """Is the file among those selected?"""
        header = found.header
        if header.fid.number <= RESERVED or (self.owner is not None and header.owner != self.owner):
            return False
        if any(_matches(pattern, found.spec) for pattern in self.excluded):
            return False
        if self.selected and not any(_matches(pattern, found.spec) for pattern in self.selected):
            return False
        if self.since_backup and header.backup and header.revised <= header.backup:
            return False
        when: VmsTime = getattr(header, self.date)
        if self.since is not None and (not when or when < self.since):
            return False
        # A file that was never recorded is older than any date of a backup.
        return self.before is None or (not when and self.date == "backup") or (bool(when) and when < self.before)


def input_items(ctx: ImageContext) -> Iterator[tuple[FileSpec, FoundFile | None, ParameterItem]]:
    """The files of the input list, selected, in order: (what was asked for, file, its element of the list).

    At the end of an element that gave nothing stands an entry without a file; the message was displayed then.
    """
    sticky = Sticky()
    for item in ctx.cli.parameters("INPUT"):
        selection = InputSelection.of(ctx, item)
        any_selected = False
        asked = ctx.files.parse(item.text, EVERYTHING, sticky.last or "")
        try:
            for found in ctx.files.search(item.text, default=EVERYTHING, stickiness=sticky):
                if selection.wants(found):
                    any_selected = True
                    yield asked, found, item
        except VmsError as error:
            if not error.matches(RMS.FNF):
                place = FileSpec(device=asked.device, directory=asked.directory)
                definition = BACKUP.OPENDIR if error.matches(RMS.DNF, RMS.PRV) else BACKUP.OPENIN
                ctx.put_message(definition.error(place if definition is BACKUP.OPENDIR else asked, cause=cause_of(error)))
        if not any_selected:
            ctx.put_message(BACKUP.NOFILES(asked))
            yield asked, None, item


def is_interlocked(found: FoundFile) -> bool:
    """Has somebody the file open who lets nobody read it?"""
    control = found.volume.open_files.get(found.header.fid.number)
    return control is not None and any(access.write for access in control.accesses)


def check_input(ctx: ImageContext, found: FoundFile, item: ParameterItem) -> None:
    """May the file be read? Errors: BACKUP.OPENIN."""
    ignored = item.values("IGNORE")
    if not ctx.files.security.allowed(found.header, READ) and "ACCESS" not in ignored:
        raise BACKUP.OPENIN.error(found.spec, cause=SS.NOPRIV)
    if is_interlocked(found):
        if "INTERLOCK" not in ignored:
            raise BACKUP.OPENIN.error(found.spec, cause=SS.ACCONFLICT)
        ctx.put_message(BACKUP.ACCONFLICT(found.spec))


def _time(ctx: ImageContext, item: ParameterItem, qualifier: str) -> VmsTime | None:
    return VmsTime.from_text(item.value(qualifier) or "TODAY", ctx.now, named_times(ctx)) if item.present(qualifier) else None


def _specs(ctx: ImageContext, item: ParameterItem, qualifier: str) -> tuple[FileSpec, ...]:
    """The patterns of /EXCLUDE and /SELECT; a relative directory is one of the default directory."""
    out = []
    for text in item.values(qualifier):
        pattern = ctx.files.names.spec(text)
        out.append(pattern.with_directory(ctx.files.parse(text).directory) if pattern.directory else pattern)
    return tuple(out)


def _matches(pattern: FileSpec, spec: FileSpec) -> bool:
    if pattern.directory and not match_directory(pattern.directory, split_directory(spec.directory)):
        return False
    return excludes(pattern, spec)
