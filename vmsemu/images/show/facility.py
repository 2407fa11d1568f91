"""The messages of SHOW."""

from vmsemu.tables.message import Facility

SHOW = Facility(__package__, "show.msg")
