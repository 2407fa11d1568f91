"""SET FILE: what the file header and the directory entry say. Source: DCL Dictionary, SET FILE.

/ENTER and /REMOVE change directories and leave the file alone; /REMOVE also takes out names whose file was deleted by another name. Left out
(refused): journaling, statistics, shelving, the allocation and the
organization of /ATTRIBUTES. fidelity: the texts of /LOG are recalled.
"""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.condition import Message
from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.dcl.errors import at_segment
from vmsemu.files.attributes import BLOCK, CarriageControl, RecordAttributes, RecordFormat
from vmsemu.files.header import ERASE, LOCKED, NO_TIME, NOBACKUP, NOMOVE, READCHECK, WRITCHECK
from vmsemu.files.nodirectory import forget_directory
from vmsemu.files.volume import MFD
from vmsemu.images.common.gaps import refuse, serve_only
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.acl_change import AclChange
from vmsemu.images.set.each import SELECTION, each_file
from vmsemu.images.set.facility import SET
from vmsemu.security.acl import FILE_ACCESS
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import CLI, LIB, RMS, SS

_SERVED = (
    "ACL", "AFTER", "ATTRIBUTES", "BACKUP", "CACHING_ATTRIBUTE", "DATA_CHECK", "DIRECTORY", "END_OF_FILE", "ENTER", "ERASE_ON_DELETE",
    "EXPIRATION_DATE", "EXTENSION", "GLOBAL_BUFFER", "MOVE", "OWNER_UIC", "PROTECTION", "REMOVE", "TRUNCATE", "UNLOCK", "VERSION_LIMIT",
)  # fmt: skip
_UNCHANGEABLE = ("ORG", "HBK")
_MAXIMUM_VERSIONS = 32767
_BITS = {"BACKUP": (NOBACKUP, False), "MOVE": (NOMOVE, False), "ERASE_ON_DELETE": (ERASE, True)}


async def set_file(ctx: ImageContext) -> ImageResult:
    """SET FILE file[,...]"""
    cli = ctx.cli
    serve_only(ctx, *_SERVED, *SELECTION, negations=True)
    if cli.negated("PROTECTION"):
        raise at_segment(CLI.IVQUAL, "NOPROTECTION")
    if cli.present("DIRECTORY"):
        refuse(ctx, "DIRECTORY")
    if (cli.value("CACHING_ATTRIBUTE") or "WRITETHROUGH").upper() != "WRITETHROUGH":
        raise at_segment(CLI.IVQUAL, "CACHING_ATTRIBUTE")
    for word in _UNCHANGEABLE:
        if cli.present("ATTRIBUTES." + word):
            raise at_segment(CLI.IVKEYW, word)
    acl = AclChange.of(ctx, FILE_ACCESS)
    files = input_files(ctx, "P2", "", lost=cli.present("REMOVE"))
    return await each_file(ctx, files, lambda found: _change(ctx, acl, found), dated=False)


def _change(ctx: ImageContext, acl: AclChange | None, found: FoundFile) -> Message:
    """Do it to one file; what /LOG says. Errors: RMS.PRV, RMS.DEV, RMS.FEX, RMS.FLK, LIB.INVARG, SS.NOPRIV."""
    cli = ctx.cli
    if cli.present("ENTER"):
        return SET.ENTERED(found.spec, ctx.files.enter(found, cli.value("ENTER") or ""))
    if cli.present("REMOVE"):
        ctx.files.remove_entry(found)
        return SET.REMOVED(found.spec)
    fields = {**_dates_and_owner(ctx, found), **_record_attributes(ctx, found), **_characteristics(ctx, found)}
    if acl is not None:
        fields["acl"] = acl.apply(ctx, found.header.acl, FILE_ACCESS)
    ctx.files.modify(found, **fields)
    if cli.negated("DIRECTORY"):
        forget_directory(found.volume, found.header)
    if cli.present("TRUNCATE") or cli.present("END_OF_FILE"):
        _resize(ctx, found)
    limit_versions(ctx, found)
    return SET.MODIFIED(found.spec)


def _dates_and_owner(ctx: ImageContext, found: FoundFile) -> dict[str, object]:
    cli = ctx.cli
    fields: dict[str, object] = {}
    if cli.present("PROTECTION"):
        fields["protection"] = Protection.from_text(",".join(cli.values("PROTECTION")), found.header.protection)
    if cli.present("OWNER_UIC"):
        fields["owner"] = new_owner(ctx)
    if cli.present("EXPIRATION_DATE"):
        fields["expires"] = VmsTime.from_text(cli.value("EXPIRATION_DATE") or "", ctx.now)
    elif cli.negated("EXPIRATION_DATE"):
        fields["expires"] = NO_TIME
    return fields


def new_owner(ctx: ImageContext) -> Uic:
    """/OWNER_UIC: the process without a value. Errors: SS.NOPRIV for somebody the process may not give files to, SS.NOSUCHID."""
    text = ctx.cli.value("OWNER_UIC")
    owner = ctx.system.rights.parse_owner(text) if text else ctx.process.uic
    if not ctx.files.security.may_own(owner):
        raise SS.NOPRIV.error()
    return owner


def _characteristics(ctx: ImageContext, found: FoundFile) -> dict[str, object]:
    """The bits of FILECHAR. /DATA_CHECK without a value is WRITE."""
    cli = ctx.cli
    bits = found.header.characteristics
    for qualifier, (bit, meaning) in _BITS.items():
        if cli.present(qualifier) or cli.negated(qualifier):
            bits = bits | bit if cli.present(qualifier) is meaning else bits & ~bit
    if cli.present("UNLOCK"):
        bits &= ~LOCKED
    if cli.negated("DATA_CHECK"):
        bits &= ~(READCHECK | WRITCHECK)
    elif cli.present("DATA_CHECK"):
        words = [word.upper() for word in cli.values("DATA_CHECK")] or ["WRITE"]
        for word, bit in (("READ", READCHECK), ("WRITE", WRITCHECK)):
            bits = bits | bit if word in words else bits & ~bit if "NO" + word in words else bits
    return {"characteristics": bits} if bits != found.header.characteristics else {}


def _record_attributes(ctx: ImageContext, found: FoundFile) -> dict[str, object]:
    """/EXTENSION, /GLOBAL_BUFFER and /ATTRIBUTES. Errors: LIB.INVARG."""
    cli = ctx.cli
    attributes = found.header.attributes
    if cli.present("EXTENSION") or cli.negated("EXTENSION"):
        attributes = replace(attributes, extension=within(cli.integer("EXTENSION"), 65535))
    if cli.present("GLOBAL_BUFFER"):
        attributes = replace(attributes, global_buffers=within(cli.integer("GLOBAL_BUFFER"), 32767))
    fields: dict[str, object] = {}
    if cli.present("ATTRIBUTES"):
        attributes = _fat(ctx, attributes)
        if cli.present("ATTRIBUTES.LRL"):
            fields["longest"] = within(cli.integer("ATTRIBUTES.LRL"), 65535)
        if cli.present("ATTRIBUTES.EBK") or cli.present("ATTRIBUTES.FFB"):
            fields["size"] = _end_of_file(ctx, found)
    return {**fields, "attributes": attributes} if attributes != found.header.attributes else fields


def _fat(ctx: ImageContext, attributes: RecordAttributes) -> RecordAttributes:
    """Record format, carriage control and sizes as /ATTRIBUTES gives them; the contents stay as they are."""
    cli = ctx.cli
    numbers = {"MRS": ("maximum_size", 65535), "FSZ": ("control_size", 255), "BKS": ("bucket_size", 63)}
    changed: dict[str, object] = {
        field: within(cli.integer("ATTRIBUTES." + word), highest)
        for word, (field, highest) in numbers.items()
        if cli.present("ATTRIBUTES." + word)
    }
    if cli.present("ATTRIBUTES.RFM"):
        changed["format"] = RecordFormat[(cli.value("ATTRIBUTES.RFM") or "").upper()]
    if cli.present("ATTRIBUTES.RAT"):
        carriage = CarriageControl.NONE
        for word in cli.values("ATTRIBUTES.RAT"):
            if word.upper() == "MSB":
                raise at_segment(CLI.IVKEYW, word)
            carriage |= CarriageControl[word.upper()]
        changed["carriage"] = carriage
    return replace(attributes, **changed)  # type: ignore[arg-type]


def _end_of_file(ctx: ImageContext, found: FoundFile) -> int:
    """The end that EBK and FFB give, in bytes. Errors: LIB.INVARG beyond what is allocated."""
    header = found.header
    block = ctx.cli.integer("ATTRIBUTES.EBK") if ctx.cli.present("ATTRIBUTES.EBK") else header.eof_block
    byte = ctx.cli.integer("ATTRIBUTES.FFB") if ctx.cli.present("ATTRIBUTES.FFB") else header.eof_byte
    if block < 1:
        raise LIB.INVARG.error()
    return within((block - 1) * BLOCK + within(byte, BLOCK - 1), header.allocated * BLOCK)


def _resize(ctx: ImageContext, found: FoundFile) -> None:
    """/END_OF_FILE: the end at the last allocated block; /TRUNCATE: the allocated blocks end at the end of file. Errors: RMS.FLK."""
    header = found.header
    if header.fid.number in found.volume.open_files:
        raise RMS.FLK.error(cause=SS.ACCONFLICT)
    if ctx.cli.present("TRUNCATE"):
        found.volume.release(header, header.used_blocks)
    else:
        header.size = header.allocated * BLOCK
    found.volume.write_header(header)


def within(value: int, maximum: int) -> int:
    """Errors: LIB.INVARG."""
    if not 0 <= value <= maximum:
        raise LIB.INVARG.error()
    return value


def limit_versions(ctx: ImageContext, found: FoundFile) -> None:
    """/VERSION_LIMIT of a file: of its directory entry; of a directory: the default of files created in it. Errors: RMS.PRV, LIB.INVARG."""
    cli = ctx.cli
    if cli.present("VERSION_LIMIT"):
        limit = within(cli.integer("VERSION_LIMIT"), _MAXIMUM_VERSIONS)
    elif cli.present("ATTRIBUTES.VERLIMIT"):
        limit = within(cli.integer("ATTRIBUTES.VERLIMIT"), _MAXIMUM_VERSIONS)
    elif cli.negated("VERSION_LIMIT"):
        limit = 0
    else:
        return
    if found.header.is_directory:
        ctx.files.modify(found, version_limit=limit)
    elif found.directory == MFD and ctx.process.uic.group > 1 and Privilege.SYSPRV not in ctx.process.privileges:
        raise RMS.PRV.error(cause=SS.NOPRIV())
    else:
        found.volume.set_version_limit(found.directory, found.name_type, limit)
