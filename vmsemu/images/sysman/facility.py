"""The messages of SYSMAN."""

from vmsemu.tables.message import Facility

SYSMAN = Facility(__package__, "sysman.msg")
