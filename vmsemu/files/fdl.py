"""What an FDL definition means for a file: record attributes, keys, allocation, and the definition that describes a file there is.

Source: Record Management Utilities Reference Manual, FDL facility (defaults). fidelity: areas become one allocation; fill factors and
compression, which the files here do not have, are described as RMS would use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmsemu.files.attributes import CarriageControl, Organization, RecordAttributes, RecordFormat
from vmsemu.files.header import CONTIG, CONTIGB, NOBACKUP, FileHeader
from vmsemu.files.keys import KeyDefinition, KeyType
from vmsemu.tables.facilities import RMS
from vmsemu.tables.fdl import FileDefinition, Section, Value

_ORGANIZATIONS = {"SEQUENTIAL": Organization.SEQUENTIAL, "RELATIVE": Organization.RELATIVE, "INDEXED": Organization.INDEXED}
_FORMATS = {
    "FIXED": RecordFormat.FIX, "STREAM": RecordFormat.STM, "STREAM_CR": RecordFormat.STMCR, "STREAM_LF": RecordFormat.STMLF,
    "UNDEFINED": RecordFormat.UDF, "VARIABLE": RecordFormat.VAR, "VFC": RecordFormat.VFC,
}  # fmt: skip
_CARRIAGE = {
    "NONE": CarriageControl.NONE, "CARRIAGE_RETURN": CarriageControl.CR, "FORTRAN": CarriageControl.FTN, "PRINT": CarriageControl.PRN,
}  # fmt: skip
_TYPES = {name.replace("PACKED", "DECIMAL"): type for name, type in KeyType.__members__.items()}
_CHARACTERISTICS = {"CONTIGUOUS": CONTIG, "BEST_TRY_CONTIGUOUS": CONTIGB, "NOBACKUP": NOBACKUP}
_DATES = {"BACKUP": "backup", "CREATION": "created", "EXPIRATION": "expires", "REVISION": "revised"}
_NOT_SERVED = (
    "CREATE_IF", "DELETE_ON_CLOSE", "FILE_MONITORING", "NON_FILE_STRUCTURED", "PRINT_ON_CLOSE", "STORED_SEMANTICS", "SUBMIT_ON_CLOSE", "TEMPORARY",
)  # fmt: skip
_PROLOGUE = 3
_COMPRESSED = 6  # bytes of a string key from which on RMS compresses it


@dataclass(frozen=True, slots=True)
class FileDesign:
    """What a file shall be. Owner, protection, ACL and dates are as they are written, dates by the field of the header; `allocation` is blocks."""

    attributes: RecordAttributes
    keys: tuple[KeyDefinition, ...] = ()
    allocation: int = 0
    maximum_number: int = 0
    characteristics: int = 0
    name: str = ""
    default_name: str = ""
    owner: str = ""
    protection: str = ""
    supersede: bool = False
    acl: tuple[str, ...] = ()
    dates: tuple[tuple[str, str], ...] = ()
    revision: int | None = None
    version_limit: int | None = None

    @property
    def finishes(self) -> bool:
        """Is there something to set in the header when the file was made?"""
        return bool(self.acl or self.dates or self.revision is not None or self.version_limit is not None)

    @classmethod
    def of(cls, definition: FileDefinition) -> FileDesign:
        """Errors: RMS.FOP, RMS.JNS and RMS.PLV for what no file here can have."""
        file, areas = definition.section("FILE"), definition.numbered("AREA")
        _check(definition, file)
        organization = _ORGANIZATIONS[str(file.get("ORGANIZATION", "SEQUENTIAL"))]
        keys = definition.numbered("KEY") if organization is Organization.INDEXED else ()
        return cls(
            _attributes(definition, organization), tuple(_key(key) for key in keys),
            file.number("ALLOCATION") or sum(area.number("ALLOCATION") for area in areas), file.number("MAX_RECORD_NUMBER"),
            sum(bit for word, bit in _CHARACTERISTICS.items() if file.get(word)),
            str(file.get("NAME", "")), str(file.get("DEFAULT_NAME", "")), str(file.get("OWNER", "")), str(file.get("PROTECTION", "")),
            bool(file.get("SUPERSEDE")), tuple(str(entry) for _, entry in definition.section("ACL").attributes),
            tuple((_DATES[word], str(when)) for word, when in definition.section("DATE").attributes),
            _optional(file, "REVISION"), _optional(file, "VERSION_LIMIT"),
        )  # fmt: skip


def _optional(section: Section, name: str) -> int | None:
    value = section.get(name)
    return value if isinstance(value, int) else None


def _check(definition: FileDefinition, file: Section) -> None:
    if any(file.get(word) for word in _NOT_SERVED) or file.get("DIRECTORY_ENTRY") is False:
        raise RMS.FOP.error()
    if any(value for _, value in definition.section("JOURNAL").attributes):
        raise RMS.JNS.error()
    if any(key.number("PROLOG", _PROLOGUE) not in (0, _PROLOGUE) for key in definition.numbered("KEY")):
        raise RMS.PLV.error()


def _attributes(definition: FileDefinition, organization: Organization) -> RecordAttributes:
    file, record = definition.section("FILE"), definition.section("RECORD")
    areas = definition.numbered("AREA")
    format = _FORMATS[str(record.get("FORMAT", "VARIABLE"))]
    carriage = _CARRIAGE[str(record.get("CARRIAGE_CONTROL", "CARRIAGE_RETURN"))]
    if not record.get("BLOCK_SPAN", True):
        carriage |= CarriageControl.BLK
    buckets = max([area.number("BUCKET_SIZE") for area in areas], default=0)
    return RecordAttributes(
        organization, format, carriage, record.number("SIZE"),
        record.number("CONTROL_FIELD_SIZE", 2) if format is RecordFormat.VFC else 0,
        0 if organization is Organization.SEQUENTIAL else file.number("BUCKET_SIZE") or buckets,
        file.number("EXTENSION") or max([area.number("EXTENSION") for area in areas], default=0), file.number("GLOBAL_BUFFER_COUNT"),
    )  # fmt: skip


def _key(key: Section) -> KeyDefinition:
    """Errors: RMS.DTP for a collated key."""
    name = str(key.get("TYPE", "STRING"))
    if name not in _TYPES:
        raise RMS.DTP.error(key.value)
    type = _TYPES[name]
    size = KeyDefinition.integer(0, type).size if any(letter.isdigit() for letter in name) else 0
    segments = [(key.number(f"SEG{n}_POSITION"), key.number(f"SEG{n}_LENGTH", size)) for n in range(8) if _has_segment(key, n)]
    if not segments:
        segments = [(key.number("POSITION"), key.number("LENGTH", size))]
    null = key.number("NULL_VALUE") if key.get("NULL_KEY") else None
    return KeyDefinition(tuple(segments), type, bool(key.get("DUPLICATES")), bool(key.get("CHANGES")), null, str(key.get("NAME", "")))


def _has_segment(key: Section, number: int) -> bool:
    return any(key.get(f"SEG{number}_{word}") is not None for word in ("LENGTH", "POSITION"))


# -- the definition of a file ---------------------------------------------------------------------------------------------------------------


def describe(
    ident: str, header: FileHeader, name: str, owner: str, keys: Sequence[KeyDefinition] = (), maximum_number: int = 0
) -> FileDefinition:
    """The definition that makes such a file."""
    attributes = header.attributes
    sections = [
        Section("IDENT", ident),
        Section("SYSTEM", None, (("SOURCE", "OPENVMS"),)),
        Section("FILE", None, tuple(_file_attributes(header, name, owner, maximum_number))),
        Section("RECORD", None, tuple(record_attributes(attributes))),
    ]
    if keys:
        sections.append(Section("AREA", 0, tuple(_area_attributes(header))))
    sections += [Section("KEY", number, tuple(key_attributes(key, number))) for number, key in enumerate(keys)]
    return FileDefinition(tuple(sections))


def _file_attributes(header: FileHeader, name: str, owner: str, maximum_number: int) -> list[tuple[str, Value]]:
    attributes = header.attributes
    values: dict[str, Value] = {
        "ALLOCATION": header.allocated,
        "BEST_TRY_CONTIGUOUS": bool(header.characteristics & CONTIGB),
        "BUCKET_SIZE": attributes.bucket_size,
        "CONTIGUOUS": bool(header.characteristics & CONTIG),
        "EXTENSION": attributes.extension,
        "FILE_MONITORING": False,
        "GLOBAL_BUFFER_COUNT": attributes.global_buffers,
        "MAX_RECORD_NUMBER": maximum_number,
        "NAME": name,
        "NOBACKUP": bool(header.characteristics & NOBACKUP),
        "ORGANIZATION": attributes.organization.name,
        "OWNER": owner,
        "PROTECTION": "(" + header.protection.to_long_text().replace("System", "system").replace(" Owner", " owner")
        .replace(" Group", " group").replace(" World", " world") + ")",
    }  # fmt: skip
    if attributes.organization is not Organization.RELATIVE:
        del values["MAX_RECORD_NUMBER"]
    if attributes.organization is Organization.SEQUENTIAL:
        del values["BUCKET_SIZE"]
    return list(values.items())


def record_attributes(attributes: RecordAttributes) -> list[tuple[str, Value]]:
    """The attributes of a RECORD section."""
    carriage = attributes.carriage & ~CarriageControl.BLK
    values: list[tuple[str, Value]] = [
        ("BLOCK_SPAN", not attributes.carriage & CarriageControl.BLK),
        ("CARRIAGE_CONTROL", next((word for word, bit in _CARRIAGE.items() if bit == carriage), "CARRIAGE_RETURN")),
    ]
    if attributes.format is RecordFormat.VFC:
        values.append(("CONTROL_FIELD_SIZE", attributes.control_size or 2))
    values.append(("FORMAT", next(word for word, format in _FORMATS.items() if format is attributes.format)))
    values.append(("SIZE", attributes.maximum_size))
    return values


def _area_attributes(header: FileHeader) -> list[tuple[str, Value]]:
    return [
        ("ALLOCATION", header.allocated), ("BEST_TRY_CONTIGUOUS", bool(header.characteristics & CONTIGB)),
        ("BUCKET_SIZE", header.attributes.bucket_size), ("EXTENSION", header.attributes.extension),
    ]  # fmt: skip


def key_attributes(key: KeyDefinition, number: int) -> list[tuple[str, Value]]:
    """The attributes of a KEY section."""
    compressed = key.type in (KeyType.STRING, KeyType.DSTRING) and key.size >= _COMPRESSED
    values: list[tuple[str, Value]] = [
        ("CHANGES", key.changes), ("DATA_AREA", 0), ("DATA_FILL", 100), ("DATA_KEY_COMPRESSION", compressed),
        ("DATA_RECORD_COMPRESSION", True), ("DUPLICATES", key.duplicates), ("INDEX_AREA", 0), ("INDEX_COMPRESSION", compressed),
        ("INDEX_FILL", 100), ("LEVEL1_INDEX_AREA", 0), ("NAME", key.name), ("NULL_KEY", key.null is not None), ("NULL_VALUE", key.null),
        ("PROLOG", _PROLOGUE),
    ]  # fmt: skip
    for at, (position, size) in enumerate(key.segments):
        values += [(f"SEG{at}_LENGTH", size), (f"SEG{at}_POSITION", position)]
    values.append(("TYPE", next(word for word, type in _TYPES.items() if type is key.type)))
    missing = {"NULL_VALUE"} if key.null is None else set()
    missing |= set() if key.name else {"NAME"}
    if number:
        missing |= {"DATA_RECORD_COMPRESSION", "PROLOG"}
    return [(name, value) for name, value in values if name not in missing]
