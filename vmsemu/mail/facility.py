"""The messages of MAIL, for callable MAIL and for the utility."""

from vmsemu.tables.message import Facility

MAIL = Facility(__package__, "mail.msg")
