"""Mount verification: operators hear that a disk refuses to be written, and how that ended.

The kernel does the verifying (kernel/kernel.py): every process waits, whatever disk it uses (fidelity: on VMS only those that use the disk), until
what was written comes through or MVTIMEOUT is over. Source: System Manager's Manual, "Using mount verification for recovery".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.files.mount import DiskDevice
from vmsemu.kernel.kernel import CommitError, Committer
from vmsemu.opcom.opcom import OperatorCommunication

if TYPE_CHECKING:
    from vmsemu.services.system import System


class MountVerification:
    """Tells the operators of one node."""

    def __init__(self, system: System) -> None:
        self._system = system

    def offline(self, committer: Committer, error: CommitError) -> None:
        if (device := self._device(committer)) is not None:
            device.error_count += 1
            self._tell(f"Device {device.name} is offline.", "Mount verification in progress.")

    def online(self, committer: Committer) -> None:
        if (device := self._device(committer)) is not None:
            self._tell(f"Mount verification completed for device {device.name}.")

    def given_up(self, committer: Committer) -> None:
        if (device := self._device(committer)) is not None:
            self._tell(f"Mount verification aborted for device {device.name}.")

    def _device(self, committer: Committer) -> DiskDevice | None:
        """The disk on whose medium the node writes so."""
        for device in self._system.devices:
            if isinstance(device, DiskDevice) and device.volume is not None and device.volume.store is committer:
                return device
        return None

    def _tell(self, *lines: str) -> None:
        opcom: OperatorCommunication | None = self._system.parts.get(OperatorCommunication)
        if opcom is not None:
            opcom.block(lines, kind="DISKS")
