"""The messages of AUTHORIZE."""

from vmsemu.tables.message import Facility

UAF = Facility(__package__, "authorize.msg")
