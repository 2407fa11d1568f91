"""DUMP/HEADER: a file header in words. Source: captured DUMP/HEADER; Files-11 On-Disk Structure.

fidelity: the area offsets are those every header of a fresh volume has, and the checksum is shown as 0: headers here are not ODS blocks.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmsemu.base.time import VmsTime
from vmsemu.files.attributes import CarriageControl, Organization, RecordFormat
from vmsemu.files.header import FileHeader

_FORMATS = {
    RecordFormat.UDF: "Undefined", RecordFormat.FIX: "Fixed", RecordFormat.VAR: "Variable",
    RecordFormat.VFC: "Variable with fixed control", RecordFormat.STM: "Stream", RecordFormat.STMLF: "Stream_LF",
    RecordFormat.STMCR: "Stream_CR",
}  # fmt: skip
_ORGANIZATIONS = {Organization.SEQUENTIAL: "Sequential", Organization.RELATIVE: "Relative", Organization.INDEXED: "Indexed"}
_CARRIAGE = (
    (CarriageControl.FTN, "Fortran carriage control"), (CarriageControl.CR, "Implied carriage control"),
    (CarriageControl.PRN, "Print file carriage control"), (CarriageControl.BLK, "Non-spanned"),
)  # fmt: skip
_CHARACTERISTICS = (
    (0x1, "Was contiguous"), (0x2, "No backup"), (0x20, "Contiguous best try"), (0x40, "Locked"), (0x80, "Contiguous"),
    (0x2000, "Directory file"), (0x8000, "Marked for delete"), (0x20000, "Erase on delete"), (0x200000, "Movefile disabled"),
)  # fmt: skip
_NONE = "<none specified>"
_VALUE_AT = 42


def header_lines(header: FileHeader, owner: str) -> Iterator[str]:
    """The report of one header, with a blank line before each area."""
    yield " " * 29 + "File Header"
    yield ""
    yield "Header area"
    yield from _rows(4, _area_rows(header))
    yield "    VAX-11 RMS attributes"
    yield from _rows(8, _record_rows(header))
    yield from _rows(4, _file_rows(header, owner))
    yield ""
    yield "Identification area"
    yield from _rows(4, _identification_rows(header))
    yield ""
    yield "Map area"
    yield "    Retrieval pointers"
    if header.allocated:
        yield f"        Count:{header.allocated:>11}        LBN:{0:>11}"
    if header.acl:
        yield ""
        yield "Access Control List"
        yield from (f"    {ace}" for ace in header.acl)
    yield ""
    yield from _rows(0, [("Checksum:", "0")])


def _rows(indent: int, rows: list[tuple[str, str]]) -> Iterator[str]:
    for label, value in rows:
        yield (" " * indent + label).ljust(_VALUE_AT) + value


def _area_rows(header: FileHeader) -> list[tuple[str, str]]:
    return [
        ("Identification area offset:", "40"), ("Map area offset:", "100"), ("Access control area offset:", "255"),
        ("Reserved area offset:", "255"), ("Extension segment number:", "0"), ("Structure level and version:", "2, 1"),
        ("File identification:", header.fid.to_text()), ("Extension file identification:", "(0,0,0)"),
    ]  # fmt: skip


def _record_rows(header: FileHeader) -> list[tuple[str, str]]:
    attributes = header.attributes
    carriage = ", ".join(text for flag, text in _CARRIAGE if attributes.carriage & flag) or _NONE
    return [
        ("Record type:", _FORMATS[attributes.format]), ("File organization:", _ORGANIZATIONS[attributes.organization]),
        ("Record attributes:", carriage), ("Record size:", str(header.record_size)), ("Highest block:", str(header.allocated)),
        ("End of file block:", str(header.eof_block)), ("End of file byte:", str(header.eof_byte)),
        ("Bucket size:", str(attributes.bucket_size)), ("Fixed control area size:", str(attributes.control_size)),
        ("Maximum record size:", str(attributes.maximum_size)), ("Default extension size:", str(attributes.extension)),
        ("Global buffer count:", str(attributes.global_buffers)), ("Directory version limit:", str(header.version_limit)),
    ]  # fmt: skip


def _file_rows(header: FileHeader, owner: str) -> list[tuple[str, str]]:
    words = ", ".join(text for bit, text in _CHARACTERISTICS if header.characteristics & bit) or _NONE
    protection = header.protection.to_long_text().replace("System", "S").replace("Owner", "O").replace("Group", "G").replace("World", "W")
    return [
        ("File characteristics:", words), ("Caching attribute:", "Writethrough"),
        ("Map area words in use:", "3" if header.allocated else "0"), ("Access mode:", "0"), ("File owner UIC:", owner),
        ("File protection:", protection), ("Back link file identification:", header.backlink.to_text()),
        ("Journal control flags:", _NONE), ("Active recovery units:", "None"), ("Highest block written:", str(header.used_blocks)),
        ("Client attributes:", "None"),
    ]  # fmt: skip


def _identification_rows(header: FileHeader) -> list[tuple[str, str]]:
    return [
        ("File name:", header.name), ("Revision number:", str(header.revision)), ("Creation date:", _time(header.created)),
        ("Revision date:", _time(header.revised)), ("Expiration date:", _time(header.expires)), ("Backup date:", _time(header.backup)),
    ]  # fmt: skip


def _time(when: VmsTime) -> str:
    return when.to_text() if when else _NONE
