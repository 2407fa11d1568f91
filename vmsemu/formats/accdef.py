"""The termination message of a process ($ACCDEF): what $CREPRC sends to the mailbox of the creator.

Units: times are quadwords of 100 ns; cputim is in 10 ms. Source: System Services Reference, $CREPRC, "termination mailbox".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from vmsemu.base.time import VmsTime

MSG_DELPROC = 3
_LAYOUT = struct.Struct("<HHIIIQ8s12s7IQI")
LENGTH = _LAYOUT.size


@dataclass(frozen=True, slots=True)
class TerminationMessage:
    """ACC$K_TERMLEN bytes."""

    final_status: int
    pid: int
    ended: VmsTime
    account: str
    username: str
    cpu: int
    page_faults: int
    buffered_io: int
    direct_io: int
    volumes: int
    login: VmsTime
    owner: int

    def to_bytes(self) -> bytes:
        """The peaks of page file and working set and the job identification are zero."""
        return _LAYOUT.pack(
            MSG_DELPROC, 0, self.final_status & 0xFFFFFFFF, self.pid, 0, self.ended,
            self.account.ljust(8).encode("latin-1")[:8], self.username.ljust(12).encode("latin-1")[:12],
            self.cpu, self.page_faults, 0, 0, self.buffered_io, self.direct_io, self.volumes, self.login, self.owner,
        )  # fmt: skip
