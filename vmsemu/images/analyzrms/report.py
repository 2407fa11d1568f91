"""The report of ANALYZE/RMS_FILE: header, attributes, prologue, areas, keys, with /STATISTICS the figures of areas and keys.

Source: Guide to OpenVMS File Applications, chapter 10 (what the sections hold). fidelity: the columns of figures and of the title are inferred.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.files.attributes import CarriageControl, Organization, RecordFormat
from vmsemu.files.header import CONTIG, CONTIGB, FileHeader
from vmsemu.files.keys import KeyType
from vmsemu.files.relative import NO_MAXIMUM, Prologue, RelativeFile
from vmsemu.images.analyzrms.structure import KeyFigures, Layout
from vmsemu.services.rms import RecordFile

_FORMATS = {
    RecordFormat.UDF: "undefined", RecordFormat.FIX: "fixed", RecordFormat.VAR: "variable",
    RecordFormat.VFC: "variable with fixed control", RecordFormat.STM: "stream", RecordFormat.STMLF: "stream_LF",
    RecordFormat.STMCR: "stream_CR",
}  # fmt: skip
_CARRIAGE = (
    (CarriageControl.FTN, "fortran"), (CarriageControl.CR, "carriage-return"), (CarriageControl.PRN, "print"),
    (CarriageControl.BLK, "no-span"),
)  # fmt: skip
_CONTIGUITY = ((CONTIG, "contiguous"), (CONTIGB, "contiguous-best-try"))
_DATA_TYPES = {type: name.lower().replace("packed", "decimal") for name, type in KeyType.__members__.items()}
_FLAGS = ((0, "DUPKEYS"), (1, "CHGKEYS"), (2, "NULKEYS"), (3, "IDX_COMPR"), (4, "INITIDX"), (6, "KEY_COMPR"), (7, "REC_COMPR"))
_COMPRESSED = 6


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one file. `figures` are those of its keys; `statistics` shows them."""

    title: str
    now: VmsTime
    file: RecordFile
    owner: str
    figures: list[KeyFigures]
    statistics: bool

    def lines(self) -> Iterator[str]:
        """Everything up to what the analysis uncovered."""
        header = self.file.header
        yield f"{self.title:40}{self.now.to_text()}   Page 1"
        yield str(self.file.spec)
        yield from _section("FILE HEADER", _header_rows(header, str(self.file.spec), self.owner))
        yield from _section("RMS FILE ATTRIBUTES", _attribute_rows(header))
        if isinstance(self.file.file, RelativeFile):
            yield from _section("FIXED PROLOG", _relative_rows(self.file.file.prologue))
        if header.attributes.organization is Organization.INDEXED:
            yield from self._indexed(header)

    def _indexed(self, header: FileHeader) -> Iterator[str]:
        layout = Layout(len(self.figures), header.attributes.bucket_size)
        rows = [f"Number of Areas: 1, VBN of First Descriptor: {layout.area}", "Prolog Version: 3"]
        yield from _section("FIXED PROLOG", rows)
        yield from _section(f"AREA DESCRIPTOR #0 (VBN {layout.area}, offset %X'0000')", self._area_rows(header))
        if self.statistics:
            yield from _section("STATISTICS FOR AREA #0", [_figure("Count of Reclaimed Blocks:", 0)])
        for figures in self.figures:
            block, byte = layout.descriptor(figures.number)
            yield from _section(f"KEY DESCRIPTOR #{figures.number} (VBN {block}, offset %X'{byte:04X}')", _key_rows(figures, layout))
            if self.statistics:
                yield from _section(f"STATISTICS FOR KEY #{figures.number}", _figure_rows(figures))

    def _area_rows(self, header: FileHeader) -> list[str]:
        layout = Layout(len(self.figures), header.attributes.bucket_size)
        used = min(layout.area + sum(f.data_space + f.index_space for f in self.figures), header.allocated)
        return [
            f"Bucket Size: {header.attributes.bucket_size}",
            "Reclaimed Bucket VBN: 0",
            f"Current Extent Start: 1, Blocks: {header.allocated}, Used: {used}, Next: {used + 1}",
            f"Default Extend Quantity: {header.attributes.extension}",
            f"Total Allocation: {header.allocated}",
        ]


def _section(title: str, rows: list[str]) -> Iterator[str]:
    yield ""
    yield ""
    yield title
    yield ""
    for row in rows:
        yield " " * 8 + row


def _header_rows(header: FileHeader, spec: str, owner: str) -> list[str]:
    contiguity = ", ".join(word for bit, word in _CONTIGUITY if header.characteristics & bit) or "none"
    return [
        f"File Spec: {spec}",
        f"File ID: {header.fid.to_text()}",
        f"Owner UIC: {owner}",
        f"Protection:  {_protection(header.protection)}",
        f"Creation Date:   {_time(header.created, 'none specified')}",
        f"Revision Date:   {_time(header.revised, 'none specified')}, Number: {header.revision}",
        f"Expiration Date: {_time(header.expires, 'none specified')}",
        f"Backup Date:     {_time(header.backup, 'none posted')}",
        f"Contiguity Options:  {contiguity}",
        "Performance Options:  none",
        "Reliability Options:  none",
        "Journaling Enabled:  none",
    ]


def _protection(protection: Protection) -> str:
    return protection.to_long_text().replace(":", ": ").replace(": ,", ":,").rstrip()


def _time(when: VmsTime, none: str) -> str:
    return when.to_text() if when else none


def _attribute_rows(header: FileHeader) -> list[str]:
    a = header.attributes
    rows = [
        f"File Organization: {a.organization.name.lower()}",
        f"Record Format: {_FORMATS[a.format]}",
        "Record Attributes:  " + (", ".join(word for bit, word in _CARRIAGE if a.carriage & bit) or "none"),
    ]
    if a.format is RecordFormat.VFC:
        rows.append(f"Fixed Control Size: {a.control_size or 2}")
    rows.append(f"Maximum Record Size: {a.maximum_size}")
    if a.organization is Organization.SEQUENTIAL:
        rows.append(f"Longest Record: {header.record_size}")
    rows.append(f"Blocks Allocated: {header.allocated}, Default Extend Size: {a.extension}")
    if a.organization is Organization.SEQUENTIAL:
        rows.append(f"End-of-File VBN: {header.eof_block}, Offset: %X'{header.eof_byte:04X}'")
    else:
        rows.append(f"Bucket Size: {a.bucket_size}")
    return [*rows, "File Monitoring: disabled", f"Global Buffer Count: {a.global_buffers}"]


def _relative_rows(prologue: Prologue) -> list[str]:
    return [
        "Prolog Flags:",
        "        (0)  PLG$V_NOEXTEND   0",
        "First Data Bucket VBN: 2",
        f"Maximum Record Number: {prologue.maximum_number or NO_MAXIMUM}",
        f"End-of-File VBN: {prologue.end_block}",
        "Prolog Version: 1",
    ]


def _key_rows(figures: KeyFigures, layout: Layout) -> list[str]:
    key = figures.definition
    following = layout.descriptor(figures.number + 1)
    compressed = key.type in (KeyType.STRING, KeyType.DSTRING) and key.size >= _COMPRESSED
    set_flags = {
        "DUPKEYS": key.duplicates, "CHGKEYS": key.changes, "NULKEYS": key.null is not None, "IDX_COMPR": compressed,
        "INITIDX": not figures.records, "KEY_COMPR": compressed, "REC_COMPR": figures.number == 0,
    }  # fmt: skip
    shown = [row for row in _FLAGS if row[1] not in (("NULKEYS",) if figures.number == 0 else ("REC_COMPR",))]
    fill = figures.bucket * 512
    rows = [
        f"Next Key Descriptor VBN: {following[0]}, Offset: %X'{following[1]:04X}'",
        "Index Area: 0, Level 1 Index Area: 0, Data Area: 0",
        f"Root Level: {figures.depth}",
        f"Index Bucket Size: {figures.bucket}, Data Bucket Size: {figures.bucket}",
        f"Root VBN: {layout.root(figures.number)}",
        "Key Flags:",
        *(f"        ({bit})  {'KEY$V_' + name:20} {set_flags[name]:d}" for bit, name in shown),
        f"Key Segments: {len(key.segments)}",
        f"Key Size: {key.size}",
        f"Minimum Record Size: {key.minimum_record}",
        f"Index Fill Quantity: {fill}, Data Fill Quantity: {fill}",
        "Segment Positions: " + "".join(f"{position:6}" for position, _ in key.segments),
        "Segment Sizes:     " + "".join(f"{size:6}" for _, size in key.segments),
        f"Data Type: {_DATA_TYPES[key.type]}",
    ]
    if key.null is not None:
        rows.append(f"Null Key Value: %X'{key.null:02X}'")
    return [*rows, f'Name: "{key.name}"', f"First Data Bucket VBN: {layout.first_data(figures.number)}"]


def _figure(label: str, value: int, unit: str = "") -> str:
    return f"{label:36}{value:>8}{unit}"


def _figure_rows(figures: KeyFigures) -> list[str]:
    data = "Data" if figures.number == 0 else "SIDR"
    return [
        _figure("Number of Index Levels:", figures.depth),
        _figure("Count of Level 1 Records:", figures.data_buckets),
        _figure("Mean Length of Index Entry:", figures.index_length),
        _figure("Count of Index Blocks:", figures.index_space),
        _figure("Mean Index Bucket Fill:", figures.index_fill, "%"),
        _figure("Mean Index Entry Compression:", 0, "%"),
        "",
        _figure(f"Count of {data} Records:", figures.records),
        _figure(f"Mean Length of {data} Record:", figures.mean_length),
        _figure("Count of Data Blocks:", figures.data_space),
        _figure("Mean Data Bucket Fill:", figures.data_fill, "%"),
        _figure("Mean Data Key Compression:", 0, "%"),
        *([_figure("Mean Data Record Compression:", 0, "%")] if figures.number == 0 else []),
    ]
