"""SET VOLUME: what a mounted volume says of itself, and its defaults. Source: DCL Dictionary, SET VOLUME.

Allowed for the owner of the volume, for the system, and with VOLPRO. /FILE_PROTECTION, /WINDOWS and /ACCESSED are kept and have no effect, as on
a system that overrides them when it mounts. Left out (refused): /SUBSYSTEM, another structure level.
"""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.extended import upper
from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime
from vmsemu.dcl.errors import at_segment
from vmsemu.files.home_block import DEFAULT_EXTENSION, DEFAULT_WINDOWS, VolumeAttributes
from vmsemu.files.initialize import MAXIMUM_LABEL
from vmsemu.files.volume import Volume
from vmsemu.images.common.devices import disk_drive
from vmsemu.images.common.gaps import serve_only
from vmsemu.images.common.volumes import USER_NAME_SIZE, data_checks, volume_protection
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.each import each_named
from vmsemu.images.set.file import within
from vmsemu.tables.facilities import CLI, LIB, SS

_SERVED = (
    "ACCESSED", "DATA_CHECK", "ERASE_ON_DELETE", "EXTENSION", "FILE_PROTECTION", "HIGHWATER_MARKING", "LABEL", "LOG", "MOUNT_VERIFICATION",
    "OWNER_UIC", "PROTECTION", "REBUILD", "RETENTION", "STRUCTURE_LEVEL", "UNLOAD", "USER_NAME", "WINDOWS",
)  # fmt: skip
_FLAGS = {"ERASE_ON_DELETE": "erase", "HIGHWATER_MARKING": "highwater", "MOUNT_VERIFICATION": "mount_verification", "UNLOAD": "unload"}
_WEEK = 7 * 864_000_000_000


async def set_volume(ctx: ImageContext) -> ImageResult:
    """SET VOLUME device[:][,...]"""
    serve_only(ctx, *_SERVED, negations=True)
    return await each_named(ctx, lambda name: _set_one(ctx, name))


def _set_one(ctx: ImageContext, name: str) -> str:
    """Errors: SS.NOTFILEDEV, SS.DEVNOTMOUNT, those of _change."""
    device = disk_drive(ctx, name, SS.NOTFILEDEV)
    if device.volume is None:
        raise SS.DEVNOTMOUNT.error()
    _change(ctx, device.volume)
    return device.name


def _change(ctx: ImageContext, volume: Volume) -> None:
    """Errors: SS.NOPRIV, RMS.WLK, LIB.INVARG, CLI.IVPROT, SS.NOSUCHID, CLI.IVQUAL."""
    process = ctx.process
    if volume.owner != process.uic and not process.credentials.is_system and Privilege.VOLPRO not in process.privileges:
        raise SS.NOPRIV.error()
    if ctx.cli.present("STRUCTURE_LEVEL") and ctx.cli.integer("STRUCTURE_LEVEL") != volume.structure:
        raise at_segment(CLI.IVQUAL, "STRUCTURE_LEVEL")
    attributes = _attributes(ctx, volume.attributes)
    label, owner, protection = _label(ctx), None, None
    if ctx.cli.present("OWNER_UIC"):
        text = ctx.cli.value("OWNER_UIC")
        owner = ctx.system.rights.parse_owner(text) if text else process.uic
    if ctx.cli.present("PROTECTION"):
        protection = volume_protection(ctx.cli, volume.protection)
    if label is not None or owner is not None or protection is not None:
        volume.describe(label=label, owner=owner, protection=protection)
    if attributes != volume.attributes:
        volume.set_attributes(attributes)
    if ctx.cli.present("REBUILD") and volume.quotas is not None:
        volume.quotas.rebuild()


def _label(ctx: ImageContext) -> str | None:
    """Errors: LIB.INVARG for more than 12 characters."""
    if not ctx.cli.present("LABEL"):
        return None
    label = upper(ctx.cli.value("LABEL") or "")
    if not 0 < len(label) <= MAXIMUM_LABEL:
        raise LIB.INVARG.error()
    return label


def _attributes(ctx: ImageContext, old: VolumeAttributes) -> VolumeAttributes:
    cli = ctx.cli
    changed: dict[str, object] = {
        field: cli.present(word) for word, field in _FLAGS.items() if cli.present(word) or cli.negated(word)
    }
    if cli.present("EXTENSION"):
        changed["extension"] = within(cli.integer("EXTENSION", DEFAULT_EXTENSION), 65535)
    if cli.present("WINDOWS"):
        changed["windows"] = _between(cli.integer("WINDOWS", DEFAULT_WINDOWS), 7, 80)
    if cli.present("ACCESSED"):
        ctx.process.require(Privilege.OPER)
        changed["accessed"] = within(cli.integer("ACCESSED"), 255)
    if cli.present("FILE_PROTECTION"):
        changed["file_protection"] = Protection.from_text(",".join(cli.values("FILE_PROTECTION")), old.file_protection)
    if cli.present("USER_NAME"):
        changed["user_name"] = upper((cli.value("USER_NAME") or ctx.process.username)[:USER_NAME_SIZE])
    changed["read_check"], changed["write_check"] = data_checks(cli, old)
    return replace(old, **changed, **_retention(ctx))  # type: ignore[arg-type]


def _between(value: int, low: int, high: int) -> int:
    if value < low:
        raise LIB.INVARG.error()
    return within(value, high)


def _retention(ctx: ImageContext) -> dict[str, int]:
    """/RETENTION=(minimum[,maximum]), 0 for none. Without a maximum: twice the minimum, or a week more if that is less. Errors: LIB.INVARG."""
    if not ctx.cli.present("RETENTION"):
        return {}
    times = [0 if text.strip() == "0" else int(DeltaTime.from_text(text)) for text in ctx.cli.values("RETENTION")]
    minimum = times[0]
    maximum = times[1] if len(times) > 1 else min(2 * minimum, minimum + _WEEK)
    if maximum < minimum or len(times) > 2:
        raise LIB.INVARG.error()
    return {"minimum_retention": minimum, "maximum_retention": maximum}
