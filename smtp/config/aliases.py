"""TCPIP$SMTP_LOCAL_ALIASES.TXT: the domains that count as local besides the node's own name.

One domain on a line, at most 64 characters, at most 255 domains; `!` begins a comment line. Looked for in TCPIP$SMTP_COMMON, then in
SYS$SPECIFIC:[TCPIP$SMTP], then as UCX$SMTP_LOCAL_ALIASES.TXT in TCPIP$SMTP_COMMON. Source: Management, 17.3.
fidelity: comparison is case-blind and exact; longer lines, further names and what is no name are ignored, with a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp.facility import TCPIP
from vmsemu.base.condition import VmsError
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.files.header import FileId
    from vmsemu.services.rms import ProcessFiles

PLACES = (
    "TCPIP$SMTP_COMMON:TCPIP$SMTP_LOCAL_ALIASES.TXT",
    "SYS$SPECIFIC:[TCPIP$SMTP]TCPIP$SMTP_LOCAL_ALIASES.TXT",
    "TCPIP$SMTP_COMMON:UCX$SMTP_LOCAL_ALIASES.TXT",
)
_LENGTH, _COUNT = 64, 255
_NAME = re.compile(r"\[?[A-Za-z0-9_$-][A-Za-z0-9_$.-]*\]?\Z")


@dataclass(frozen=True, slots=True)
class LocalAliases:
    """The domains in lower case, and what was wrong with the file."""

    domains: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> LocalAliases:
        domains: dict[str, None] = {}
        remarks = []
        for line in lines:
            text = line.strip()
            if not text or text.startswith("!"):
                continue
            if len(text) > _LENGTH:
                remarks.append(f"local alias longer than {_LENGTH} characters ignored: {text[:_LENGTH]}...")
            elif _NAME.match(text) is None:
                remarks.append(f"local alias that is no domain name ignored: {text}")
            elif len(domains) == _COUNT and _key(text) not in domains:
                remarks.append(f"local aliases after the first {_COUNT} ignored")
                break
            else:
                domains[_key(text)] = None
        return cls(frozenset(domains), tuple(remarks))

    @staticmethod
    def version(files: ProcessFiles) -> tuple[FileId, int] | str | None:
        """What changes when another file, or another version of it, is the one to read, or it can not be read; None when there is none."""
        for place in PLACES:
            try:
                found = files.existing(place)
            except VmsError as error:
                if error.matches(RMS.DEV):
                    continue
                return error.message.definition.ident
            if found is not None:
                return found.header.fid, found.header.revision
        return None

    @classmethod
    def read(cls, files: ProcessFiles) -> LocalAliases:
        """The first of the three files; no aliases when there is none.

        Errors: TCPIP.CONFIGREAD when it is there and can not be read now: without its names mail for here would be refused or returned.
        """
        for place in PLACES:
            try:
                return cls.from_lines(text_lines(files, place))
            except VmsError as error:
                if not error.matches(RMS.FNF, RMS.DNF, RMS.DEV):
                    raise TCPIP.CONFIGREAD.error(place, cause=error) from None
        return cls()


def _key(name: str) -> str:
    return name.lower().strip("[]").rstrip(".")


def text_lines(files: ProcessFiles, spec: str) -> list[str]:
    """The records of a text file. Errors: those of RMS."""
    with files.open(spec) as file:
        return list(file.lines())
