"""SHOW CLUSTER: one view of the members of the cluster.

Source: DCL Dictionary, SHOW CLUSTER; the shape of captured displays. fidelity: that a node without a cluster shows itself is inferred; the first line
is as wide as 80 columns.
"""

from __future__ import annotations

from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.cluster import members
from vmsemu.services.getsyi import system_parameters
from vmsemu.tables.facilities import SS

_WIDTH = 80
_WIDE, _RULE = "+-------------------+---------+", "+--------+----------+---------+"


@image("SHWCLSTR")
async def show_cluster(ctx: ImageContext) -> ImageResult:
    """SHOW CLUSTER[/OUTPUT=file]; the continuous display is not there."""
    refuse(ctx, "BEGINNING", "CONTINUOUS", "ENDING", "INTERVAL")
    name = ctx.cli.value("OUTPUT")
    if not name:
        for line in view(ctx):
            ctx.write(line)
        return SS.NORMAL
    with ctx.files.create(name, default="SHOW_CLUSTER.LIS") as file:
        for line in view(ctx):
            file.put_text(line)
    return SS.NORMAL


def view(ctx: ImageContext) -> list[str]:
    """The lines of the display."""
    system = ctx.system
    head = f"View of Cluster from system ID {system_parameters(system).get('SCSSYSTEMID')}  node: {system.node_name}"
    lines = [head + system.now.to_text()[:20].rjust(_WIDTH - len(head)), _WIDE, "|      SYSTEMS      | MEMBERS |", _RULE]
    lines += ["|  NODE  | SOFTWARE |  STATUS |", _RULE]
    for member in members(system):
        lines.append(f"| {member.node_name:<6} | {'VMS ' + member.profile.version:<8} | {'MEMBER':<7} |")
    return [*lines, _RULE]
