"""The messages of the queue commands."""

from vmsemu.tables.message import Facility

QUEMAN = Facility(__package__, "queman.msg")
