"""SYSMAN's DISKQUOTA commands. Silent when all goes well, except SHOW.

Allowed for who owns the volume or may write QUOTA.SYS; SHOW for who may read it, and for one's own entry.
fidelity: the layout of SHOW is recalled; what SYSMAN says above a system's condition is not known.
Source: System Management Utilities Reference, SYSMAN, "DISKQUOTA".
"""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.condition import VmsError
from vmsemu.base.uic import Uic
from vmsemu.files.mount import DiskDevice
from vmsemu.files.quota import DiskQuotas, delete_quota_file, enable_quotas
from vmsemu.files.volume import MFD, Volume
from vmsemu.images.common.devices import disk_drive
from vmsemu.images.context import ImageContext
from vmsemu.images.sysman.facility import SYSMAN
from vmsemu.security.access import READ, WRITE
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import SS

_HEADING = "      UIC               Usage     Permanent Quota  Overdraft Limit"


def diskquota(ctx: ImageContext, command: ParsedCommand) -> None:
    """Carry out one command. Errors: SS.NOPRIV, SS.NOSUCHDEV, SS.DEVNOTMOUNT, SS.QFNOTACT, SS.NODISKQUOTA, SS.DUPDSKQUOTA, SS.NOSUCHID."""
    device = disk_drive(ctx, command.value("DEVICE") or ctx.files.default_device, SS.NOTFILEDEV)
    if device.volume is None:
        raise SS.DEVNOTMOUNT.error()
    _ROUTINES[command.syntax](ctx, command, device, device.volume)


def _allowed(ctx: ImageContext, volume: Volume, wanted: int) -> bool:
    header = volume.quotas.header if volume.quotas is not None else volume.header(MFD)
    return volume.owner == ctx.process.uic or ctx.files.security.allowed(header, wanted)


def _require(ctx: ImageContext, volume: Volume) -> None:
    """Errors: SS.NOPRIV."""
    if not _allowed(ctx, volume, WRITE):
        raise SS.NOPRIV.error()


def _active(ctx: ImageContext, volume: Volume) -> DiskQuotas:
    """Errors: SS.QFNOTACT, SS.NOPRIV."""
    if volume.quotas is None:
        raise SS.QFNOTACT.error()
    _require(ctx, volume)
    return volume.quotas


def _create(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    if volume.quotas is not None:
        raise SS.QFACTIVE.error()
    _require(ctx, volume)
    volume.quotas = DiskQuotas.create(volume)


def _delete(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    _require(ctx, volume)
    delete_quota_file(volume)


def _enable(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    _require(ctx, volume)
    enable_quotas(volume)


def _disable(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    _active(ctx, volume)
    volume.quotas = None


def _rebuild(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    _active(ctx, volume).rebuild(add=True)


def _limits(command: ParsedCommand) -> tuple[int | None, int | None]:
    return (
        command.integer("PERMQUOTA") if command.present("PERMQUOTA") else None,
        command.integer("OVERDRAFT") if command.present("OVERDRAFT") else None,
    )


def _owners(ctx: ImageContext, command: ParsedCommand) -> list[Uic]:
    return [ctx.system.rights.parse_owner(item.text) for item in command.parameters("P2")]


def _add(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    quotas = _active(ctx, volume)
    for owner in _owners(ctx, command):
        quotas.add(owner, *_limits(command))


def _modify(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    quotas = _active(ctx, volume)
    permanent, overdraft = _limits(command)
    for owner in _owners(ctx, command):
        entry = quotas.require(owner)
        entry.permanent = entry.permanent if permanent is None else permanent
        entry.overdraft = entry.overdraft if overdraft is None else overdraft
        quotas.put(owner, entry)
        if entry.usage > entry.permanent:
            ctx.put_message(SS.OVRDSKQUOTA)


def _remove(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    quotas = _active(ctx, volume)
    for owner in _owners(ctx, command):
        if quotas.remove(owner).usage:
            ctx.put_message(SS.OVRDSKQUOTA)


def _show(ctx: ImageContext, command: ParsedCommand, device: DiskDevice, volume: Volume) -> None:
    quotas = volume.quotas
    if quotas is None:
        raise SS.QFNOTACT.error()
    wanted = [_pattern(ctx, item.text) for item in command.parameters("P2")]
    if wanted != [ctx.process.uic] and not _allowed(ctx, volume, READ):
        raise SS.NOPRIV.error()
    found = [(owner, entry) for owner, entry in quotas if any(pattern == owner or pattern.matches(owner) for pattern in wanted)]
    if not found:
        raise SS.NODISKQUOTA.error()
    ctx.put_message(SYSMAN.QUOTA(device.name))
    ctx.write(f"Node {ctx.system.node_name}")
    ctx.write(_HEADING)
    for owner, entry in found:
        ctx.write(f"{ctx.system.rights.uic_text(owner):<18}{entry.usage:>11}{entry.permanent:>18}{entry.overdraft:>17}")


def _pattern(ctx: ImageContext, text: str) -> Uic:
    if "*" in text:
        try:
            return Uic.from_text(text, wild=True)
        except VmsError:
            group = ctx.system.rights.parse(text.strip("[]<>").partition(",")[0]) >> 16
            return Uic(group, 0o177777)
    return ctx.system.rights.parse_owner(text)


_ROUTINES: dict[str, Callable[[ImageContext, ParsedCommand, DiskDevice, Volume], None]] = {
    "DISKQUOTA_ADD": _add,
    "DISKQUOTA_CREATE": _create,
    "DISKQUOTA_DELETE": _delete,
    "DISKQUOTA_DISABLE": _disable,
    "DISKQUOTA_ENABLE": _enable,
    "DISKQUOTA_MODIFY": _modify,
    "DISKQUOTA_REBUILD": _rebuild,
    "DISKQUOTA_REMOVE": _remove,
    "DISKQUOTA_SHOW": _show,
}
