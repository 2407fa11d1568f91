"""Choosing files: the input list and the selection qualifiers that DIRECTORY, COPY, DELETE, PURGE, RENAME and TYPE share.

/BEFORE, /SINCE with /CREATED, /MODIFIED, /EXPIRED, /BACKUP; /EXCLUDE; /BY_OWNER; /CONFIRM. Source: DCL Dictionary, those commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.base.wildcard import match
from vmsemu.images.common.devices import is_record_device
from vmsemu.images.context import ImageContext
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import RMS


@dataclass
class Selection:
    """The selection qualifiers of one command."""

    since: VmsTime | None
    before: VmsTime | None
    date: str
    excluded: tuple[FileSpec, ...]
    owner: Uic | None

    @classmethod
    def of(cls, ctx: ImageContext) -> Selection:
        """Read them from the command. Errors: LIB.IVTIME for a bad time."""
        cli = ctx.cli
        date = next((word for word in ("BACKUP", "EXPIRED", "MODIFIED") if cli.present(word)), "CREATED")
        excluded = tuple(ctx.files.names.spec(text) for text in cli.values("EXCLUDE"))
        owner = ctx.process.uic if cli.present("BY_OWNER") else None
        if owner is not None and cli.value("BY_OWNER"):
            owner = ctx.system.rights.parse_owner(cli.value("BY_OWNER") or "")
        return cls(_time(ctx, "SINCE"), _time(ctx, "BEFORE"), date, excluded, owner)

    def wants(self, found: FoundFile) -> bool:
        """Is the file among those selected?"""
        if self.owner is not None and found.header.owner != self.owner:
            return False
        if self.since is not None or self.before is not None:
            when = self._when(found)
            if when is None or (self.since is not None and when < self.since) or (self.before is not None and when >= self.before):
                return False
        return not any(excludes(pattern, found.spec) for pattern in self.excluded)

    def _when(self, found: FoundFile) -> VmsTime | None:
        header = found.header
        value = {"CREATED": header.created, "MODIFIED": header.revised, "EXPIRED": header.expires, "BACKUP": header.backup}[self.date]
        return value if value else None


def _time(ctx: ImageContext, qualifier: str) -> VmsTime | None:
    if not ctx.cli.present(qualifier):
        return None
    return VmsTime.from_text(ctx.cli.value(qualifier) or "TODAY", ctx.now, named_times(ctx))


def named_times(ctx: ImageContext) -> dict[str, VmsTime]:
    """The words that /SINCE and /BEFORE know besides TODAY, TOMORROW and YESTERDAY."""
    return {"LOGIN": ctx.process.login_time, "BOOT": ctx.system.boot_time}


def excludes(pattern: FileSpec, spec: FileSpec) -> bool:
    if not match(pattern.name or "*", spec.name) or not match((pattern.type or ".*")[1:], spec.type[1:]):
        return False
    return pattern.version in ("", ";", ";*") or pattern.version == spec.version


class Confirmation:
    """/CONFIRM: asks before each file. Answers Y N TRUE FALSE 1 0 ALL QUIT; Return is N."""

    def __init__(self, ctx: ImageContext) -> None:
        self._ctx = ctx
        self._asking = ctx.cli.present("CONFIRM")
        self.quit = False

    async def allows(self, question: str) -> bool:
        """Ask `question ? [N]: `; after ALL everything is allowed, after QUIT nothing."""
        if self.quit:
            return False
        while self._asking:
            try:
                answer = (await self._ctx.read(f"{question} ? [N]: ")).strip().upper()
            except VmsError as error:
                if not error.matches(RMS.EOF):
                    raise
                self.quit = True
                return False
            for word, meaning in (("YES", True), ("TRUE", True), ("1", True), ("NO", False), ("FALSE", False), ("0", False)):
                if answer and word.startswith(answer):
                    return meaning
            if not answer:
                return False
            if "ALL".startswith(answer):
                self._asking = False
            elif "QUIT".startswith(answer):
                self.quit = True
                return False
        return True


def input_files(
    ctx: ImageContext, parameter: str, default: str, *, missing: bool = True, devices: bool = False, lost: bool = False
) -> Iterator[tuple[FileSpec, FoundFile | None, VmsError | None]]:
    """Every file of a parameter list, with sticky defaults: (specification asked for, file, error when there is none).

    With `devices` a record device stands in the list with neither file nor error; its specification is the device. What does not parse
    is asked for as it was typed. With `lost` entries without a file come too.
    """
    related: FileSpec | str = ""
    for text in [item.text for item in ctx.cli.parameters(parameter)] or [""]:
        if devices and is_record_device(ctx, text):
            permanent = ctx.files.permanent_stream(text) is not None
            yield FileSpec(device=text.upper().removesuffix(":") + ":" if permanent else ctx.files.device_of(text).name), None, None
            continue
        try:
            asked = ctx.files.parse(text, default, related)
        except VmsError as error:
            yield FileSpec(name=text), None, error
            continue
        try:
            for found in ctx.files.search(text, default=default, related=related, lost=lost):
                yield asked, found, None
        except VmsError as error:
            if missing:
                yield getattr(error, "spec", asked), None, error
        related = asked


class VersionCount:
    """Counts the versions of a name as a search finds them, from the highest down; each item of a list starts anew."""

    def __init__(self) -> None:
        self._asked: FileSpec | None = None
        self._name = ""
        self._count = 0

    def next(self, asked: FileSpec, found: FoundFile) -> int:
        """How many of the name there were so far, this one included."""
        name = found.spec.with_fields(version="").to_text()
        same = asked is self._asked and name == self._name
        self._asked, self._name, self._count = asked, name, self._count + 1 if same else 1
        return self._count
