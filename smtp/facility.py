"""The messages of TCP/IP Services: `TCPIP.NORECORD` and the rest of tcpip.msg."""

from vmsemu.tables.message import Facility

TCPIP = Facility(__package__, "tcpip.msg")
