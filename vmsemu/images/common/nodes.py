"""/CLUSTER and /NODE: the members of the cluster that a display is about. Source: DCL Dictionary, SHOW SYSTEM, SHOW USERS."""

from __future__ import annotations

from vmsemu.images.context import ImageContext
from vmsemu.services.cluster import members
from vmsemu.services.system import System


def chosen_nodes(ctx: ImageContext) -> list[System]:
    """This node; all members with /CLUSTER; those named with /NODE. fidelity: a name that is no member is passed over."""
    names = [name.upper().removesuffix("::") for name in ctx.cli.values("NODE")]
    if names:
        return [member for member in members(ctx.system) if member.node_name in names]
    return members(ctx.system) if ctx.cli.present("CLUSTER") else [ctx.system]
