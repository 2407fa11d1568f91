"""What MAIL shows: header lines, message blocks, directory rows, extracted messages. Pure text.

Columns count from 0. Source: captures of READ and DIRECTORY on V7.3, bytes of extracted messages. fidelity: the marks of marked and deleted
messages, DIRECTORY/FULL and the layout of folder lists are inferred.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmsemu.mail.record import MailFlags, MailHeader

WIDTH = 80
_FROM_WIDTH = 20
_FOLDER_COLUMN = 76
_FOLDERS_EACH = 40
DIRECTORY_HEADING = "    # From                 Date         Subject"
CLEAR_SCREEN = "\x1b[;H\x1b[2J"
FOREIGN_NOTICE = (
    "You cannot read this foreign format message",
    "        Use the EXTRACT command to copy the message to an external file",
)


def title_line(number: int, header: MailHeader, folder: str) -> str:
    """`    #1           8-OCT-2026 06:37:49.01   ...   NEWMAIL`: 80 columns."""
    mark = "*" if header.flags & MailFlags.MARKED else ""
    left = f"    #{number}{mark}".ljust(16) + header.datim.to_text()
    return left + folder.rjust(WIDTH - len(left))


def address_lines(header: MailHeader) -> list[str]:
    """From, To, CC, Subj, each with its TAB, and an empty line."""
    return [f"From:\t{header.from_}", f"To:\t{header.to}", f"CC:\t{header.cc}", f"Subj:\t{header.subject}", ""]


def extract_header(header: MailHeader) -> list[str]:
    """The records before the text of an extracted message; the form feed that stands before them is the caller's."""
    return [f"From:\t{header.from_} {header.datim.to_text()}", *address_lines(header)[1:]]


def directory_title(folder: str) -> str:
    return folder.rjust(_FOLDER_COLUMN)


def directory_row(number: int, header: MailHeader | None, width: int = WIDTH) -> str:
    """One message of DIRECTORY; `header` of None is a message that was deleted meanwhile."""
    if header is None:
        return f"{number:5d} (Deleted)"
    mark = "*" if header.flags & MailFlags.MARKED else " "
    row = f"{number:5d}{mark}{header.from_[:_FROM_WIDTH]:<{_FROM_WIDTH}} {header.datim.to_text()[:11]}  {header.subject}"
    return row[: max(width, WIDTH)].rstrip()


def directory_details(header: MailHeader, records: int) -> list[str]:
    """What DIRECTORY/FULL adds below a row."""
    replied = "replied to" if header.flags & MailFlags.REPLIED else "not replied to"
    lines = [f"{'':17}{records} record{'' if records == 1 else 's'}, {replied}"]
    if header.flags & MailFlags.EXTMSG:
        lines.append(f"{'':17}{header.external_name}")
    return lines


def folder_rows(folders: Sequence[str]) -> list[str]:
    """The folders of DIRECTORY/FOLDER, two to a line."""
    return ["".join(name.ljust(_FOLDERS_EACH) for name in folders[at : at + 2]).rstrip() for at in range(0, len(folders), 2)]


def rows_taken(line: str, width: int) -> int:
    """How many rows of a screen a line takes, TABs expanded."""
    return max(1, -(-len(line.expandtabs(8)) // max(width, 1)))
