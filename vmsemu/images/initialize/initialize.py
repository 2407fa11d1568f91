"""INITIALIZE: write an empty Files-11 volume on the pack in a drive. Source: DCL Dictionary, INITIALIZE.

Silent when all goes well. Structure levels 2 and 5. Left out (refused): tapes, shadow sets, the placement of the index file, volume defaults.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.initialize import MAXIMUM_LABEL
from vmsemu.files.volume import ALL_ACCESS
from vmsemu.images.common.devices import disk_drive
from vmsemu.images.common.gaps import accept, serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.mount import initialize_volume
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

INIT = Facility(__package__, "initialize.msg")
_HARMLESS = ("HIGHWATER", "VERIFIED", "SHARE", "ERASE")
_MAXIMUM_FILES = 16_711_679


@image("INITIALIZE")
async def initialize(ctx: ImageContext) -> ImageResult:
    """Everything the pack held is gone afterwards."""
    cli = ctx.cli
    serve_only(ctx, "CLUSTER_SIZE", "MAXIMUM_FILES", "OWNER_UIC", "PROTECTION", "SYSTEM", "GROUP", "STRUCTURE", *_HARMLESS)
    accept(ctx, *_HARMLESS)
    structure = cli.value("STRUCTURE") or "2"
    if structure not in ("2", "5"):
        raise INIT.BADSTRUCT.error()
    label = (cli.value("LABEL") or "").upper()
    if not 0 < len(label) <= MAXIMUM_LABEL:
        raise INIT.BADVOLLAB.error()
    device = disk_drive(ctx, cli.value("DEVICE") or "", INIT.NOTDISK)
    cluster, maximum_files = cli.integer("CLUSTER_SIZE"), cli.integer("MAXIMUM_FILES")
    if cluster and not 1 <= cluster <= min(16382, device.blocks // 100):
        raise INIT.CLUSTER.error()
    if cli.present("MAXIMUM_FILES") and not 16 <= maximum_files <= min(_MAXIMUM_FILES, device.blocks // (cluster + 1 or 2)):
        raise INIT.BADMAXIMUM.error()
    try:
        initialize_volume(
            ctx.process, device, label, owner=_owner(ctx), protection=_protection(ctx), cluster=cluster, maximum_files=maximum_files,
            structure=int(structure),
        )  # fmt: skip
    except VmsError as error:
        if error.matches(SS.MEDOFL, SS.DEVMOUNT):
            raise (INIT.MEDOFL if error.matches(SS.MEDOFL) else INIT.DEVMOUNT).error() from None
        raise
    return SS.NORMAL


def _owner(ctx: ImageContext) -> Uic:
    """/OWNER_UIC; [1,1] for /SYSTEM, the group for /GROUP, else who initializes. Errors: those of identifiers."""
    text = ctx.cli.value("OWNER_UIC")
    if text:
        return ctx.system.rights.parse_uic(text)
    if ctx.cli.present("SYSTEM"):
        return Uic(1, 1)
    return Uic(ctx.process.uic.group, 0) if ctx.cli.present("GROUP") else ctx.process.uic


def _protection(ctx: ImageContext) -> Protection:
    values = ctx.cli.values("PROTECTION")
    return Protection.from_text(",".join(values), ALL_ACCESS) if values else ALL_ACCESS
