"""Retention periods: on a volume that has them, using a file moves its expiration date on.

A file that is created, or used when less than the minimum is left, expires the maximum from now. Source: DCL Dictionary, SET VOLUME/RETENTION.
"""

from __future__ import annotations

from vmsemu.base.time import VmsTime
from vmsemu.files.header import FileHeader
from vmsemu.files.volume import Volume


def retain(volume: Volume, header: FileHeader) -> None:
    """Do so, if the volume has retention periods and may be written."""
    attributes = volume.attributes
    if not attributes.maximum_retention or volume.write_locked:
        return
    now = volume.clock()
    if header.expires - now < attributes.minimum_retention:
        header.expires = VmsTime(now + attributes.maximum_retention)
        volume.write_header(header)
