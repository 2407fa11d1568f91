"""SHOW VERSION. Source: tcpip reference 3.16; fidelity: the second line of this version is not known."""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue
from vmsemu.images.context import ImageContext
from vmsemu.tables.facilities import SS


async def show_version(ctx: ImageContext) -> ConditionValue:
    """SHOW VERSION"""
    profile = ctx.system.profile
    ctx.write("")
    ctx.write(f"  Compaq TCP/IP Services for OpenVMS {profile.arch_name} Version {profile.tcpip_version.split('-')[0]}")
    ctx.write(f"  on a {profile.hw_name} running OpenVMS {profile.version}")
    return SS.NORMAL.value
