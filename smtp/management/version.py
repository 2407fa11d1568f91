"""SHOW VERSION. Source: tcpip reference 3.16; fidelity: the second line of this version, and the list of /ALL, are remembered."""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue
from vmsemu.images.context import ImageContext
from vmsemu.tables.facilities import SS

_IMAGES = "SYS$SYSTEM:TCPIP$*.EXE"


async def show_version(ctx: ImageContext) -> ConditionValue:
    """SHOW VERSION [/ALL]"""
    profile = ctx.system.profile
    ctx.write("")
    ctx.write(f"  Compaq TCP/IP Services for OpenVMS {profile.arch_name} Version {profile.tcpip_version.split('-')[0]}")
    ctx.write(f"  on a {profile.hw_name} running OpenVMS {profile.version}")
    if ctx.cli.present("ALL"):
        ctx.write("")
        for found in ctx.files.search(_IMAGES):
            spec = found.spec
            ctx.write(f"  {spec.name + spec.version:<28}{profile.tcpip_version:<12}{spec.device}{spec.directory}")
    return SS.NORMAL.value
