"""MOUNT: make the volume in a drive usable. Source: DCL Dictionary, MOUNT; System Manager's Manual.

One disk at a time, Files-11 structured, or a folder of the host (/HOST, an extension). Left out (refused): tapes, volume sets, shadow
sets, foreign volumes, cache and window sizes.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.extended import upper
from vmsemu.base.privilege import Privilege
from vmsemu.files.mount import DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.images.common.devices import disk_drive
from vmsemu.images.common.gaps import accept, serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.mount import MountKind, enter_volume, open_medium, read_volume
from vmsemu.tables.facilities import CLI, SS
from vmsemu.tables.message import Facility

MOUNT = Facility(__package__, "mount.msg")
_LABEL_SIZE = 12
_HARMLESS = ("ASSIST", "REBUILD", "CONFIRM", "MOUNT_VERIFICATION", "UNLOAD", "AUTOMATIC", "HDR3", "COMMENT")


@image("MOUNT")
async def mount(ctx: ImageContext) -> ImageResult:
    """Mount one volume, check its label, define its logical name."""
    serve_only(ctx, "SYSTEM", "GROUP", "SHARE", "CLUSTER", "WRITE", "OVERRIDE", "MESSAGE", "HOST", "QUOTA", *_HARMLESS)
    accept(ctx, *_HARMLESS)
    devices = ctx.cli.values("DEVICE")
    if len(devices) > 1:
        raise CLI.NOLIST.error()
    if ctx.cli.present("HOST"):
        return _mount_folder(ctx, devices[0])
    device = disk_drive(ctx, devices[0], MOUNT.NOTDISK)
    kind = _kind(ctx)
    if kind.privilege is not None:
        ctx.process.require(kind.privilege)
    overriding = "IDENTIFICATION" in ctx.cli.values("OVERRIDE")
    label = None if overriding else await _label(ctx)
    if device.volume is not None:
        raise MOUNT.DEVMOUNT.error()
    volume = _volume(ctx, device, label)
    if kind is MountKind.SYSTEM and any(isinstance(d, DiskDevice) and d.volume and d.volume.label == volume.label for d in ctx.system.devices):
        volume.store.close()
        raise MOUNT.VOLALRMNT.error()
    volume.write_locked = ctx.cli.negated("WRITE")
    if ctx.cli.negated("QUOTA"):
        _leave_quotas(ctx, volume)
    name = (ctx.cli.value("LOGICAL_NAME") or f"DISK${volume.label}").upper().removesuffix(":")
    try:
        enter_volume(ctx.process, device, volume, kind, name)
    except VmsError:
        volume.store.close()
        raise
    _tell(ctx, device, volume)
    return SS.NORMAL


def _leave_quotas(ctx: ImageContext, volume: Volume) -> None:
    """/NOQUOTA: the quotas of the volume do not bind until it is mounted again. Errors: SS.NOPRIV for another's volume without VOLPRO."""
    if volume.owner != ctx.process.uic and Privilege.VOLPRO not in ctx.process.privileges:
        volume.store.close()
        raise SS.NOPRIV.error()
    volume.quotas = None


def _tell(ctx: ImageContext, device: DiskDevice, volume: Volume) -> None:
    """/MESSAGE"""
    if not ctx.cli.negated("MESSAGE"):
        ctx.put_message(MOUNT.MOUNTED(volume.label, device.name))
        if volume.write_locked:
            ctx.put_message(MOUNT.WRITELOCK())


def _mount_folder(ctx: ImageContext, name: str) -> ImageResult:
    """/HOST="folder": a folder of the host as DNFSn:, for its operator only. It is write locked unless /WRITE was typed.

    Errors: SS.NOPRIV for everybody else; those of the folder, without a word about what it is that was not found.
    """
    from vmsemu.services.mount_host import mount_folder, open_folder

    kind = _kind(ctx)
    folder = open_folder(ctx.process, ctx.cli.value("HOST") or "")
    if kind.privilege is not None and kind.privilege not in ctx.process.privileges:
        folder.close()
        ctx.process.require(kind.privilege)
    try:
        device = mount_folder(
            ctx.process, name, folder, kind, label=upper(ctx.cli.value("LABEL") or ""), writable=bool(ctx.cli.typed("WRITE")),
            logical_name=(ctx.cli.value("LOGICAL_NAME") or "").upper().removesuffix(":"),
        )  # fmt: skip
    except VmsError as error:
        raise (MOUNT.DEVMOUNT.error() if error.matches(SS.DEVMOUNT) else error) from None
    if device.volume is not None:
        _tell(ctx, device, device.volume)
    return SS.NORMAL


def _kind(ctx: ImageContext) -> MountKind:
    if ctx.cli.present("SYSTEM") or ctx.cli.present("CLUSTER"):
        return MountKind.SYSTEM
    if ctx.cli.present("GROUP"):
        return MountKind.GROUP
    return MountKind.SHARE if ctx.cli.present("SHARE") else MountKind.PRIVATE


async def _label(ctx: ImageContext) -> str:
    """The label to expect; a terminal is asked when the command has none. Errors: CLI.INSFPRM."""
    label = ctx.cli.value("LABEL")
    while not label:
        if not ctx.process.input.is_terminal:
            raise CLI.INSFPRM.error()
        label = (await ctx.read("_Label: ")).strip()
    return upper(label)


def _volume(ctx: ImageContext, device: DiskDevice, label: str | None) -> Volume:
    """The volume on the pack. Errors: MOUNT.MEDOFL, MOUNT.NOHOMEBLK, MOUNT.INCVOLLABEL."""
    try:
        store = open_medium(device)
    except VmsError as error:
        raise (MOUNT.MEDOFL.error() if error.matches(SS.MEDOFL) else error) from None
    volume = read_volume(ctx.process, store)
    if volume is None:
        store.close()
        raise MOUNT.NOHOMEBLK.error()
    if label is not None and label != volume.label:
        store.close()
        raise MOUNT.INCVOLLABEL.error(cause=MOUNT.VOLIDENT(volume.label.ljust(_LABEL_SIZE), " " * _LABEL_SIZE))
    return volume
