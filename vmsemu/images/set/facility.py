"""The messages of SET."""

from vmsemu.tables.message import Facility

SET = Facility(__package__, "set.msg")
