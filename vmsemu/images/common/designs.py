"""Files made from FDL definitions: CREATE/FDL and CONVERT/FDL. Source: Record Management Utilities Reference Manual."""

from __future__ import annotations

from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import Organization
from vmsemu.files.fdl import FileDesign
from vmsemu.images.common.devices import read_records
from vmsemu.images.context import ImageContext
from vmsemu.security.acl import resolve_ace
from vmsemu.services.rms import RecordFile
from vmsemu.tables.fdl import FDL, FileDefinition

DEFAULT_TYPE = ".FDL"


async def read_design(ctx: ImageContext, name: str) -> FileDesign:
    """The design in an FDL file, or in the lines that follow in SYS$INPUT. Errors: FDL.OPENFDL, FDL.FDLERROR, those of FileDesign.of."""
    try:
        with ctx.files.open(name, default=DEFAULT_TYPE) as file:
            text = b"\n".join(await read_records(ctx, file)).decode("latin-1")
    except VmsError as error:
        raise FDL.OPENFDL.error(ctx.files.parse(name, DEFAULT_TYPE), cause=error) from None
    return FileDesign.of(FileDefinition.from_text(text))


def create_designed(ctx: ImageContext, spec: str, design: FileDesign, default: str = "") -> RecordFile:
    """Create a file as it is designed, and open it. Errors: as ProcessFiles.create and create_indexed; SS.NOPRIV for another's file."""
    files = ctx.files
    owner, protection = _owner(ctx, design), _protection(ctx, design)
    default = default or design.default_name
    if design.attributes.organization is Organization.INDEXED:
        return files.create_indexed(
            spec, design.keys, default=default, attributes=design.attributes, protection=protection, owner=owner,
            allocation=design.allocation, characteristics=design.characteristics, supersede=design.supersede, shared=False,
        )  # fmt: skip
    return files.create(
        spec, default=default, attributes=design.attributes, protection=protection, owner=owner, allocation=design.allocation,
        characteristics=design.characteristics, supersede=design.supersede, maximum_number=design.maximum_number,
    )  # fmt: skip


def finish_design(ctx: ImageContext, spec: FileSpec, design: FileDesign) -> None:
    """When the file is closed: the ACL, dates, revision and version limit of the design. Errors: LIB.IVTIME, SS.IVACL, RMS.PRV."""
    if not design.finishes:
        return
    fields: dict[str, Any] = {name: VmsTime.from_text(when, ctx.now) for name, when in design.dates}
    if design.acl:
        fields["acl"] = tuple(resolve_ace(text, ctx.system.rights).to_text() for text in design.acl)
    if design.revision is not None:
        fields["revision"] = design.revision
    found = ctx.files.find(spec)
    if fields:
        ctx.files.modify(found, **fields)
    if design.version_limit is not None:
        found.volume.set_version_limit(found.directory, found.name_type, design.version_limit)


def _owner(ctx: ImageContext, design: FileDesign) -> Uic | None:
    if not design.owner:
        return None
    owner = ctx.system.rights.parse_uic(design.owner)
    if owner != ctx.process.uic:
        ctx.process.require(Privilege.SYSPRV)
    return owner


def _protection(ctx: ImageContext, design: FileDesign) -> Protection | None:
    return Protection.from_text(design.protection, ctx.process.default_protection) if design.protection else None
