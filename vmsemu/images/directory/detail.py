"""The detail of DIRECTORY: size, dates, owner, protection on a line, and the /FULL block."""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.base.time import VmsTime
from vmsemu.files.attributes import BLOCK, CarriageControl, Organization, RecordFormat
from vmsemu.files.header import CONTIG, CONTIGB, DIRECTORY, ERASE, LOCKED, NOBACKUP, NOMOVE, FileHeader
from vmsemu.files.indexed import IndexState
from vmsemu.files.relative import Prologue
from vmsemu.images.context import ImageContext
from vmsemu.images.directory.columns import NAME_WIDTH
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import SS

OWNER_WIDTH = 31
SIZE_WIDTH = 6
_CHARACTERISTICS = (
    (CONTIG, "Contiguous"), (CONTIGB, "Contiguous best try"), (DIRECTORY, "Directory file"), (NOBACKUP, "Backups disabled"),
    (LOCKED, "Locked"), (ERASE, "Erase on delete"), (NOMOVE, "MoveFile disabled"),
)  # fmt: skip
_DATES = ("CREATED", "MODIFIED", "EXPIRED", "BACKUP")


@dataclass(frozen=True)
class Widths:
    """/WIDTH: columns of the fields of a line. A longer owner is cut off, a larger size shows as asterisks."""

    name: int = NAME_WIDTH
    owner: int = OWNER_WIDTH
    size: int = SIZE_WIDTH

    @classmethod
    def of(cls, ctx: ImageContext) -> Widths:
        cli = ctx.cli
        return cls(*(
            int(cli.value(f"WIDTH.{word}") or 0) or default
            for word, default in (("FILENAME", NAME_WIDTH), ("OWNER", OWNER_WIDTH), ("SIZE", SIZE_WIDTH))
        ))  # fmt: skip


@dataclass
class Detail:
    """Which fields the command asked for."""

    ctx: ImageContext
    full: bool
    file_id: bool
    size: str
    dates: tuple[str, ...]
    owner: bool
    protection: bool
    acl: bool
    caching: bool
    shelved: bool
    widths: Widths

    @classmethod
    def of(cls, ctx: ImageContext) -> Detail:
        cli = ctx.cli
        full = cli.present("FULL")
        size = ""
        if cli.present("SIZE") or full:
            size = "ALL" if full else (cli.value("SIZE") or "USED")
        dates: tuple[str, ...] = ()
        if cli.present("DATE"):
            asked = cli.values("DATE") or ["CREATED"]
            dates = _DATES if "ALL" in asked else tuple(d for d in _DATES if d in asked)
        security = cli.present("SECURITY")
        return cls(
            ctx, full, cli.present("FILE_ID"), size, dates, cli.present("OWNER") or security,
            cli.present("PROTECTION") or security, cli.present("ACL") or security,
            cli.present("CACHING_ATTRIBUTE"), cli.present("SHELVED_STATE"), Widths.of(ctx),
        )  # fmt: skip

    @property
    def any(self) -> bool:
        return bool(self.file_id or self.size or self.dates or self.owner or self.protection or self.acl or self.caching or self.shelved)

    def fault(self, found: FoundFile) -> str | None:
        """Why nothing can be told of the file: it is gone, or the user may do nothing with it at all."""
        if found.lost:
            return SS.NOSUCHFILE.text
        return None if self.ctx.files.security.any_access(found.header) else SS.NOPRIV.text

    def fault_lines(self, name: str, fault: str) -> list[str]:
        """The entry with that in place of the detail."""
        width = self.widths.name
        return [f"{name.ljust(width)}  {fault}"] if len(name) < width else [name, f"{'':{width}}  {fault}"]

    def block_total(self, used: int, allocated: int) -> str:
        """`, 15 blocks` of a Total line."""
        if not self.size:
            return ""
        shown = {"ALL": f"{used}/{allocated}", "ALLOCATION": str(allocated)}.get(self.size, str(used))
        last = used if self.size == "USED" else allocated
        return f", {shown} block{'' if last == 1 else 's'}"

    def lines(self, name: str, found: FoundFile) -> list[str]:
        """The entry with its detail; a name that fills its field stands on a line of its own.

        fidelity: where caching attribute and shelved state stand is inferred.
        """
        header, width = found.header, self.widths.name
        fields = ""
        if self.file_id:
            fields += "  " + header.fid.to_text().ljust(22)
        fields += self._size(header)
        for date in self.dates:
            fields += "  " + _date(header, date).ljust(23)
        if self.owner:
            owner = self.ctx.system.rights.uic_text(header.owner)
            fields += "  " + owner[: self.widths.owner].ljust(self.widths.owner)
        if self.protection:
            fields += "  " + header.protection.to_text()
        if self.caching:
            fields += "  Writethrough"
        if self.shelved:
            fields += "  Online"
        entry = [name.ljust(width) + fields] if len(name) < width or not fields else [name, " " * width + fields]
        if self.acl:
            entry += [" " * 10 + ace for ace in self.ctx.files.security.shown_acl(header)]
        return entry

    @property
    def fields_width(self) -> int | None:
        """Columns that the fields of a line take after the name; protection is as wide as it can be. None when they take whole lines."""
        if self.full or self.acl:
            return None
        sizes = 0 if not self.size else self.widths.size + 3 + (self.widths.size + 2 if self.size == "ALL" else 0)
        return (
            24 * self.file_id + sizes + 25 * len(self.dates) + (self.widths.owner + 2) * self.owner + 23 * self.protection
            + 14 * self.caching + 8 * self.shelved
        )  # fmt: skip

    def _size(self, header: FileHeader) -> str:
        if not self.size:
            return ""
        width = self.widths.size + 1
        used, allocated = (str(n) if len(str(n)) <= width else "*" * self.widths.size for n in (header.used_blocks, header.allocated))
        if self.size == "ALL":
            return f"  {used:>{width}}/{allocated.ljust(width)}"
        return f"  {allocated if self.size == 'ALLOCATION' else used:>{width}}"

    def full_lines(self, name: str, found: FoundFile) -> list[str]:
        """The block of DIRECTORY/FULL."""
        header = found.header
        fid = "File ID:  " + header.fid.to_text().ljust(22)
        lines = [name.ljust(30) + fid] if len(name) < 30 else [name, " " * 30 + fid]
        used = str(header.used_blocks)
        lines += [
            f"Size:{used:>13}/{str(header.allocated).ljust(11)}Owner:    {self.ctx.system.rights.uic_text(header.owner)}",
            f"Created:   {_time(header.created)}",
            f"Revised:   {_time(header.revised)} ({header.revision})",
            f"Expires:   {_time(header.expires)}",
            f"Backup:    {_time(header.backup, '<No backup recorded>')}",
            "Effective: <None specified>",
            "Recording: <None specified>",
            f"File organization:  {_organization(found)}",
            "Shelved state:      Online ",
            "Caching attribute:  Writethrough",
            *_file_attributes(found),
            f"Record format:      {_format(header)}",
            f"Record attributes:  {_carriage(header)}",
            "RMS attributes:     None",
            "Journaling enabled: None",
            f"File protection:    {header.protection.to_long_text()}",
            "Access Cntrl List:  " + ("None" if not header.acl else ""),
            *(" " * 10 + ace for ace in header.acl),
            "Client attributes:  None",
        ]
        return lines


def _time(when: VmsTime, none: str = "<None specified>") -> str:
    return when.to_text() if when else none


def _date(header: FileHeader, which: str) -> str:
    when = {"CREATED": header.created, "MODIFIED": header.revised, "EXPIRED": header.expires, "BACKUP": header.backup}[which]
    return when.to_text() if when else ("<No backup recorded>" if which == "BACKUP" else "<None specified>")


def _organization(found: FoundFile) -> str:
    header, volume = found.header, found.volume
    kind = header.attributes.organization
    if kind is Organization.INDEXED:
        keys = len(IndexState(volume.store, header.fid.number).keys)
        return "Indexed, Prolog: 3" + (f", Using {keys} key{'' if keys == 1 else 's'}" if keys else "")
    if kind is Organization.RELATIVE:
        prologue = Prologue.from_bytes(volume.read_at(header, 0, BLOCK))
        return f"Relative, Maximum record number: {prologue.maximum_number}"
    return "Sequential"


def _file_attributes(found: FoundFile) -> list[str]:
    """The comma list, wrapped at column 80 with an indent of 20."""
    header, limit = found.header, found.version_limit
    attributes = header.attributes
    words = [f"Allocation: {header.allocated}", f"Extend: {attributes.extension}"]
    if attributes.bucket_size:
        words.append(f"Maximum bucket size: {attributes.bucket_size}")
    words.append(f"Global buffer count: {attributes.global_buffers}")
    default = "default " if header.is_directory else ""
    if limit:
        words.append(f"{default.capitalize()}{'version' if default else 'Version'} limit: {limit}")
    else:
        words.append(f"No {default}version limit")
    words += [text for bit, text in _CHARACTERISTICS if header.characteristics & bit]
    lines: list[str] = []
    line = "File attributes:    "
    for at, word in enumerate(words):
        piece = word + (", " if at + 1 < len(words) else "")
        if len(line) + len(word) > 79:
            lines.append(line.rstrip(" ").rstrip(","))
            line = " " * 20
        line += piece
    return [*lines, line.rstrip()]


def _format(header: FileHeader) -> str:
    attributes = header.attributes
    sizes = f"maximum {attributes.maximum_size} bytes, longest {header.record_size} bytes"
    match attributes.format:
        case RecordFormat.FIX:
            return f"Fixed length {header.record_size} byte records"
        case RecordFormat.VAR:
            return f"Variable length, {sizes}"
        case RecordFormat.VFC:
            return f"VFC, {attributes.control_size or 2} byte header, {sizes}"
        case RecordFormat.STM:
            return f"Stream, {sizes}"
        case RecordFormat.STMLF:
            return f"Stream_LF, {sizes}"
        case RecordFormat.STMCR:
            return f"Stream_CR, {sizes}"
    return "Undefined"


def _carriage(header: FileHeader) -> str:
    carriage = header.attributes.carriage
    words = [
        text
        for flag, text in (
            (CarriageControl.CR, "Carriage return carriage control"),
            (CarriageControl.FTN, "Fortran carriage control"),
            (CarriageControl.PRN, "Print file carriage control"),
            (CarriageControl.BLK, "Non-spanned"),
        )
        if carriage & flag
    ]
    return ", ".join(words) or "None"
