"""Files made from FDL definitions: CREATE/FDL and CONVERT/FDL. Source: Record Management Utilities Reference Manual."""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import Organization
from vmsemu.files.fdl import FileDesign
from vmsemu.images.context import ImageContext
from vmsemu.services.rms import RecordFile
from vmsemu.tables.fdl import FDL, FileDefinition

DEFAULT_TYPE = ".FDL"


def read_design(ctx: ImageContext, name: str) -> FileDesign:
    """The design in an FDL file. Errors: FDL.OPENFDL, FDL.FDLERROR, those of FileDesign.of."""
    try:
        with ctx.files.open(name, default=DEFAULT_TYPE) as file:
            text = "\n".join(file.lines())
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


def _owner(ctx: ImageContext, design: FileDesign) -> Uic | None:
    if not design.owner:
        return None
    owner = ctx.system.rights.parse_uic(design.owner)
    if owner != ctx.process.uic:
        ctx.process.require(Privilege.SYSPRV)
    return owner


def _protection(ctx: ImageContext, design: FileDesign) -> Protection | None:
    return Protection.from_text(design.protection, ctx.process.default_protection) if design.protection else None
