"""The name of a control file: yymmddhhmmsscc_user-name.TCPIP_scsnode.

The manual prints the stamp as `yymmddmmshh`; captured names show 14 digits, year to hundredths. Two files of one user in one hundredth are
two versions of one name (fidelity: not known of the product). Names of the product before V5, type UCX_scsnode, are still recognised.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from smtp.message.dates import time_stamp
from vmsemu.base.time import VmsTime

PRODUCT, OLD_PRODUCT = "TCPIP", "UCX"
_NAME = re.compile(r"(\d{14})_(.+)\.(TCPIP|UCX)_([A-Z0-9$_]{1,15})(?:;(\d+))?\Z", re.IGNORECASE)


class ControlFileName(NamedTuple):
    """The parts of a control file's name. `product` is TCPIP, or UCX in a name of the releases before V5."""

    stamp: str
    user: str
    node: str
    product: str = PRODUCT

    @classmethod
    def make(cls, now: VmsTime, user: str, node: str) -> ControlFileName:
        return cls(time_stamp(now.fields()), user.upper(), node.upper())

    @classmethod
    def from_text(cls, text: str) -> ControlFileName | None:
        """The parts of `name.type[;version]`; None for a file that is no control file."""
        found = _NAME.match(text)
        return cls(found[1], found[2].upper(), found[4].upper(), found[3].upper()) if found else None

    @property
    def job_name(self) -> str:
        """What the queue entry is called. fidelity: the product's job name is not known."""
        return f"{self.stamp}_{self.user}"

    @property
    def is_old(self) -> bool:
        """Of a release before V5 (UCX), whose layout is not known."""
        return self.product == OLD_PRODUCT

    def to_text(self) -> str:
        return f"{self.stamp}_{self.user}.{self.product}_{self.node}"
