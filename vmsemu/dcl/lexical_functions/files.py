"""F$FILE_ATTRIBUTES, F$PARSE, F$SEARCH.

Source: DCL Dictionary; DCL reference 4.3; files.md 1.5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import letters
from vmsemu.base.time import VmsTime
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value
from vmsemu.files.attributes import CarriageControl, Organization, RecordFormat
from vmsemu.files.header import CONTIG, CONTIGB, ERASE, LOCKED, NO_VERSION_LIMIT, NOBACKUP, NOMOVE
from vmsemu.services.file_search import FoundFile
from vmsemu.tables.facilities import CLI, RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_FIELDS = ("NODE", "DEVICE", "DIRECTORY", "NAME", "TYPE", "VERSION")


# -- F$SEARCH -----------------------------------------------------------------------------------------------------------------------------


# Alpha's RMS parses a name of extended syntax (A.B.C, A+B) whatever the parse style; an ODS-2 volume holds none, so nothing matches.
# fidelity: inferred from procedures that search such names on ODS-2 disks without a handler.
_EXTENDED = (RMS.FNM, RMS.TYP, RMS.VER, RMS.SYN)


@lexical
def f_search(dcl: Interpreter, spec: str, stream: int = 0) -> str:
    """The next file that matches; nothing at the end. A specification for one file answers the same at every call.

    A stream remembers one search: another specification on it, even for one file, makes the earlier one begin anew.
    """
    files = dcl.process.files
    try:
        candidates = files.candidates(spec)
        continues = len(candidates) > 1 or candidates[0].spec.has_wildcards
        kept: tuple[str, Iterator[FoundFile]] | None = dcl.searches.get(stream)
        if not continues:
            if kept is not None:
                del dcl.searches[stream]
            return files.find(spec).spec.to_text()
        if kept is None or kept[0] != spec:
            kept = dcl.searches[stream] = (spec, files.search(spec))
        found = next(kept[1], None)
    except VmsError as error:
        dcl.searches.pop(stream, None)
        if error.matches(RMS.FNF, RMS.DNF, RMS.DEV, RMS.NMF, RMS.PRV, *_EXTENDED):
            return ""
        raise
    if found is None:
        del dcl.searches[stream]
        return ""
    return found.spec.to_text()


# -- F$PARSE ------------------------------------------------------------------------------------------------------------------------------


@lexical
def f_parse(dcl: Interpreter, spec: str, default: str = "", related: str = "", field: str = "", type: str = "") -> str:
    """A specification with its defaults filled in, or one field of it; nothing when it is bad or its directory does not exist.

    Of a search list it is the first element whose directory exists. A field is given even when none does. Errors: CLI.IVKEYW.
    """
    name, kind = field.strip().upper(), type.strip().upper()
    if name and name not in _FIELDS:
        raise at_segment(CLI.IVKEYW, name)
    if kind and kind not in ("SYNTAX_ONLY", "NO_CONCEAL"):
        raise at_segment(CLI.IVKEYW, kind)
    files = dcl.process.files
    try:
        candidates = files.candidates(spec, default, related)
        parsed = candidates[0]
        if kind != "SYNTAX_ONLY" and (not name or len(candidates) > 1):
            existing = next((each for each in candidates if files.place_exists(each)), None)
            if existing is None and not name:
                return ""
            parsed = existing or parsed
        full = parsed.unconcealed if kind == "NO_CONCEAL" else parsed.spec
    except VmsError:
        return ""
    return str(getattr(full, name.lower())) if name else full.to_text()


# -- F$FILE_ATTRIBUTES ----------------------------------------------------------------------------------------------------------------------

_FORMATS = {f: f.name for f in RecordFormat} | {RecordFormat.UDF: "UDF"}
_ORGANIZATIONS = {Organization.SEQUENTIAL: "SEQ", Organization.RELATIVE: "REL", Organization.INDEXED: "IDX"}
_CARRIAGE = ((CarriageControl.FTN, "FTN"), (CarriageControl.CR, "CR"), (CarriageControl.PRN, "PRN"), (CarriageControl.BLK, "BLK"))


def _time(when: VmsTime) -> str:
    return when.to_text() if when else ""


def _flag(value: object) -> str:
    return "TRUE" if value else "FALSE"


def _characteristic(bit: int) -> Callable[[Interpreter, FoundFile], str]:
    return lambda dcl, f: _flag(f.header.characteristics & bit)


def _protection(dcl: Interpreter, found: FoundFile) -> str:
    protection = found.header.protection
    classes = (("SYSTEM", protection.system), ("OWNER", protection.owner), ("GROUP", protection.group), ("WORLD", protection.world))
    return ", ".join(f"{name}={letters(mask)}" if mask else name for name, mask in classes)


def _always(value: Value) -> Callable[[Interpreter, FoundFile], Value]:
    return lambda dcl, f: value


def _keys(found: FoundFile, what: str) -> int:
    from vmsemu.files.control import Share
    from vmsemu.files.indexed import IndexedFile
    from vmsemu.files.rms import open_file

    if found.header.attributes.organization is not Organization.INDEXED:
        return 0
    stream = open_file(found.volume, found.header.fid, share=Share.ALL)
    try:
        return len(stream.keys) if what == "NOK" and isinstance(stream, IndexedFile) else 1
    finally:
        stream.close()


_ITEMS: dict[str, Callable[[Interpreter, FoundFile], Value]] = {
    "AI": _always("FALSE"),
    "ALQ": lambda dcl, f: f.header.allocated,
    "BDT": lambda dcl, f: _time(f.header.backup),
    "BI": _always("FALSE"),
    "BKS": lambda dcl, f: f.header.attributes.bucket_size,
    "BLS": _always(0),
    "CBT": _characteristic(CONTIGB),
    "CDT": lambda dcl, f: _time(f.header.created),
    "CTG": _characteristic(CONTIG),
    "DEQ": lambda dcl, f: f.header.attributes.extension,
    "DID": lambda dcl, f: f.directory.to_text(),
    "DIRECTORY": lambda dcl, f: _flag(f.header.is_directory),
    "DVI": lambda dcl, f: f.device.name.removesuffix(":"),
    "EDT": lambda dcl, f: _time(f.header.expires),
    "EOF": lambda dcl, f: f.header.used_blocks,
    "ERASE": _characteristic(ERASE),
    "FFB": lambda dcl, f: f.header.eof_byte,
    "FID": lambda dcl, f: f.header.fid.to_text(),
    "FILE_LENGTH_HINT": _always("(-1,-1)"),
    "FSZ": lambda dcl, f: f.header.attributes.control_size,
    "GBC": lambda dcl, f: f.header.attributes.global_buffers,
    "GRP": lambda dcl, f: f.header.owner.group,
    "JOURNAL_FILE": _always("FALSE"),
    "KNOWN": _always("FALSE"),
    "LOCKED": _characteristic(LOCKED),
    "LRL": lambda dcl, f: f.header.record_size,
    "MBM": lambda dcl, f: f.header.owner.member,
    "MOVE": lambda dcl, f: _flag(not f.header.characteristics & NOMOVE),
    "MRN": _always(0),
    "MRS": lambda dcl, f: f.header.attributes.maximum_size,
    "NOA": lambda dcl, f: _keys(f, "NOA"),
    "NOBACKUP": _characteristic(NOBACKUP),
    "NOK": lambda dcl, f: _keys(f, "NOK"),
    "ORG": lambda dcl, f: _ORGANIZATIONS[f.header.attributes.organization],
    "PRO": _protection,
    "PVN": lambda dcl, f: 3 if f.header.attributes.organization is Organization.INDEXED else 0,
    "RAT": lambda dcl, f: ",".join(name for bit, name in _CARRIAGE if f.header.attributes.carriage & bit),
    "RCK": _always("FALSE"),
    "RDT": lambda dcl, f: _time(f.header.revised),
    "RFM": lambda dcl, f: _FORMATS[f.header.attributes.format],
    "RU": _always("FALSE"),
    "RVN": lambda dcl, f: f.header.revision,
    "STORED_SEMANTICS": _always(""),
    "UIC": lambda dcl, f: dcl.system.rights.uic_text(f.header.owner),
    "VERLIMIT": lambda dcl, f: f.version_limit or NO_VERSION_LIMIT,
    "WCK": _always("FALSE"),
}


@lexical
def f_file_attributes(dcl: Interpreter, spec: str, item: str) -> Value:
    """One fact about a file. Errors: RMS.FNF and the like, CLI.IVKEYW."""
    name = item.strip().upper()
    get = _ITEMS.get(name)
    if get is None:
        raise at_segment(CLI.IVKEYW, name)
    files = dcl.process.files
    full = files.parse(spec)
    if full.has_wildcards:
        raise RMS.WLD.error()
    return get(dcl, files.find(spec))


