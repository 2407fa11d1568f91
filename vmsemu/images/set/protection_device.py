"""SET PROTECTION/DEVICE: the protection of a device, as SET SECURITY/CLASS=DEVICE sets it. Source: DCL Dictionary, SET PROTECTION/DEVICE."""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.privilege import Privilege
from vmsemu.images.common.objects import find_object, object_protection
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.file import new_owner
from vmsemu.tables.facilities import SS


async def set_protection_device(ctx: ImageContext) -> ImageResult:
    """SET PROTECTION[=(code)]/DEVICE [/OWNER_UIC=uic] device. Errors: SS.NOPRIV without OPER, SS.NOSUCHDEV, CLI.IVPROT."""
    ctx.process.require(Privilege.OPER)
    target = find_object(ctx, "DEVICE", ctx.cli.parameters("P2")[0].text)
    profile = target.profile()
    profile = replace(profile, protection=object_protection(ctx.cli.values("P1.PROTECTION"), target.names, profile.protection))
    if ctx.cli.present("OWNER_UIC"):
        profile = replace(profile, owner=new_owner(ctx))
    target.store(profile)
    return SS.NORMAL
