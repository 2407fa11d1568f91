"""The facilities every floor may signal: SYSTEM, RMS, DCL (CLI$_), LIB, and SHR, which nobody signals under its own name.

Utilities declare their own beside their code.
"""

from vmsemu.tables.message import Facility

SS = Facility("vmsemu.tables", "system.msg")
RMS = Facility("vmsemu.tables", "rms.msg")
CLI = Facility("vmsemu.tables", "cli.msg")
LIB = Facility("vmsemu.tables", "lib.msg")
CDU = Facility("vmsemu.tables", "cdu.msg")
SHR = Facility("vmsemu.tables", "shr.msg")
