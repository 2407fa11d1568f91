"""INITIALIZE: write an empty Files-11 volume on the pack in a drive. Source: DCL Dictionary, INITIALIZE.

Silent when all goes well. Structure levels 2 and 5. /ERASE overwrites deleted files from then on too.
Left out (refused): tapes, shadow sets, the placement of the index file.
"""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.extended import upper
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.home_block import VolumeAttributes
from vmsemu.files.initialize import MAXIMUM_LABEL
from vmsemu.files.volume import ALL_ACCESS
from vmsemu.images.common.devices import disk_drive
from vmsemu.images.common.gaps import accept, serve_only
from vmsemu.images.common.volumes import USER_NAME_SIZE, data_checks, volume_protection
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.mount import initialize_volume
from vmsemu.tables.facilities import SS
from vmsemu.tables.message import Facility

INIT = Facility(__package__, "initialize.msg")
_HARMLESS = ("VERIFIED",)
_SERVED = (
    "ACCESSED", "CLUSTER_SIZE", "DATA_CHECK", "DIRECTORIES", "ERASE", "EXTENSION", "FILE_PROTECTION", "GROUP", "HEADERS", "HIGHWATER",
    "MAXIMUM_FILES", "OWNER_UIC", "PROTECTION", "SHARE", "STRUCTURE", "SYSTEM", "USER_NAME", "WINDOWS",
)  # fmt: skip
_MAXIMUM_FILES, _MAXIMUM_CLUSTER = 16_711_679, 16_380


@image("INITIALIZE")
async def initialize(ctx: ImageContext) -> ImageResult:
    """Everything the pack held is gone afterwards."""
    cli = ctx.cli
    serve_only(ctx, *_SERVED, *_HARMLESS, negations=True)
    accept(ctx, *_HARMLESS)
    structure = cli.value("STRUCTURE") or "2"
    if structure not in ("2", "5"):
        raise INIT.BADSTRUCT.error()
    label = upper(cli.value("LABEL") or "")
    if not 0 < len(label) <= MAXIMUM_LABEL:
        raise INIT.BADVOLLAB.error()
    device = disk_drive(ctx, cli.value("DEVICE") or "", INIT.NOTDISK)
    sizes = _sizes(ctx, device.blocks)
    owner, protection, attributes = _owner(ctx), _protection(ctx), _attributes(ctx)
    try:
        initialize_volume(
            ctx.process, device, label, owner=owner, protection=protection, structure=int(structure), attributes=attributes, **sizes
        )
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
    """/PROTECTION; /NOSHARE leaves out the world, and the group unless /GROUP is there."""
    base = ALL_ACCESS
    if ctx.cli.negated("SHARE"):
        base = Protection(base.system, base.owner, base.group if ctx.cli.present("GROUP") else 0, 0)
    return volume_protection(ctx.cli, base)


def _sizes(ctx: ImageContext, blocks: int) -> dict[str, int]:
    """/CLUSTER_SIZE, /MAXIMUM_FILES, /HEADERS and /DIRECTORIES, those that were given. Errors: INIT.BADCLUSTER and so on, INIT.CLUSTER."""
    cluster = _number(ctx, "CLUSTER_SIZE", 1, _MAXIMUM_CLUSTER, INIT.BADCLUSTER)
    if (cluster or 1) > blocks // 100:
        raise INIT.CLUSTER.error()
    files = _number(ctx, "MAXIMUM_FILES", 16, min(_MAXIMUM_FILES, blocks // ((cluster or 1) + 1)), INIT.BADMAXIMUM)
    given = {
        "cluster": cluster, "maximum_files": files, "headers": _number(ctx, "HEADERS", 16, files or 65_535, INIT.BADHEADER),
        "directories": _number(ctx, "DIRECTORIES", 16, 16_000, INIT.BADDIRECTORIES),
    }  # fmt: skip
    return {field: number for field, number in given.items() if number is not None}


def _attributes(ctx: ImageContext) -> VolumeAttributes:
    """What SET VOLUME can change later. Errors: INIT.BADEXTENSION, BADWINDOWS, BADACCESSED."""
    cli, fresh = ctx.cli, VolumeAttributes()
    extension = _number(ctx, "EXTENSION", 0, 65_535, INIT.BADEXTENSION)
    windows = _number(ctx, "WINDOWS", 7, 80, INIT.BADWINDOWS)
    accessed = _number(ctx, "ACCESSED", 0, 255, INIT.BADACCESSED)
    read_check, write_check = data_checks(cli, fresh)
    return replace(
        fresh, extension=fresh.extension if extension is None else extension, windows=windows or fresh.windows,
        accessed=fresh.accessed if accessed is None else accessed, read_check=read_check, write_check=write_check,
        file_protection=Protection.from_text(",".join(cli.values("FILE_PROTECTION")), fresh.file_protection),
        highwater=not cli.negated("HIGHWATER"), erase=cli.present("ERASE"), user_name=upper((cli.value("USER_NAME") or "")[:USER_NAME_SIZE]),
    )  # fmt: skip


def _number(ctx: ImageContext, qualifier: str, low: int, high: int, refusal: MessageDefinition) -> int | None:
    """The value of a qualifier, None without it. Errors: `refusal` for one out of range."""
    if not ctx.cli.present(qualifier):
        return None
    number = ctx.cli.integer(qualifier)
    if not low <= number <= high:
        raise refusal.error()
    return number
