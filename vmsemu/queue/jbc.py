"""JBC$_ conditions: what the job controller and the queue manager signal."""

from vmsemu.tables.message import Facility

JBC = Facility("vmsemu.queue", "jbc.msg")
