"""Who may exceed disk quotas: the process that runs now, if it has EXQUOTA. What no process does (the executive's own work) is not refused.

Source: System Manager's Manual, "Using disk quotas"; Guide to System Security, EXQUOTA.
"""

from __future__ import annotations

from vmsemu.base.privilege import Privilege
from vmsemu.files.volume import Volume
from vmsemu.services.cluster import members
from vmsemu.services.process import Process
from vmsemu.services.system import System


def enforce_quotas(system: System, volume: Volume) -> None:
    """Let the quotas of a volume bind the processes of this node, and of the cluster it is in."""
    volume.may_exceed_quota = lambda: _exempt(system)


def _exempt(system: System) -> bool:
    process = _running(system)
    return process is None or Privilege.EXQUOTA in process.privileges


def _running(system: System) -> Process | None:
    task = system.kernel.current
    if task is None:
        return None
    return next((process for member in members(system) for process in member.processes if process.task is task), None)
