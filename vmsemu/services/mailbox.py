"""Mailbox devices MBAn: ($CREMBX, $DELMBX): records put in by one process and taken out by another, in order, each once.

A mailbox holds messages of at most `max_message` bytes, together at most `buffer_quota`. A temporary one goes when its last channel is
closed, a permanent one when it is marked for deletion and its last channel is closed. Its logical name lies in the table that
LNM$TEMPORARY_MAILBOX or LNM$PERMANENT_MAILBOX stands for.

`write` never waits: it is the write with IO$M_NORSWAIT. `put` waits for room. Left out: attention ASTs, reader and writer checks.

Source: I/O User's Reference Manual, "Mailbox driver"; System Services Reference, $CREMBX.
"""

from __future__ import annotations

from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.mount import DeviceClass
from vmsemu.kernel.event import EventFlag, TimedOut, WaitQueue
from vmsemu.kernel.task import ProcessState
from vmsemu.lnm.names import AccessMode
from vmsemu.security.access import READ, WRITE, check_access
from vmsemu.services.process import Process
from vmsemu.services.system import System
from vmsemu.tables.facilities import RMS, SS

DEFAULT_MAX_MESSAGE = 256
DEFAULT_BUFFER_QUOTA = 1056
MAX_UNIT = 9999


class _EndOfFile:
    """IO$_WRITEOF among the messages."""


_END = _EndOfFile()


class MailboxDevice:
    """MBAn:. `name` has its colon and no underscore."""

    device_class = DeviceClass.MAILBOX
    is_terminal = False

    def __init__(
        self,
        system: System,
        name: str,
        *,
        owner: Uic,
        permanent: bool = False,
        protection: Protection | None = None,
        max_message: int = DEFAULT_MAX_MESSAGE,
        buffer_quota: int = DEFAULT_BUFFER_QUOTA,
    ) -> None:
        self.system = system
        self.name = name
        self.owner_uic = owner
        self.permanent = permanent
        self.protection = protection if protection is not None else Protection(15, 15, 15, 15)
        self.max_message = max_message
        self.buffer_quota = buffer_quota
        self.delete_pending = False
        self.channels = 0
        self.operations = 0
        self.logical_name: tuple[Process, str, str] | None = None
        self._messages: WaitQueue[str | _EndOfFile] = WaitQueue(system.kernel)
        self._used = 0
        self._room = EventFlag(system.kernel)

    @property
    def message_count(self) -> int:
        return len(self._messages)

    def write(self, text: str) -> None:
        """Put a message in, at once. Errors: SS.MBTOOSML, SS.MBFULL."""
        if len(text) > self.max_message:
            raise SS.MBTOOSML.error()
        if self._used + len(text) > self.buffer_quota:
            raise SS.MBFULL.error()
        self._used += len(text)
        self.operations += 1
        self._messages.put(text)

    async def put(self, text: str) -> None:
        """Put a message in, waiting until there is room. Errors: SS.MBTOOSML."""
        while self._used + len(text) > self.buffer_quota and len(text) <= self.max_message:
            self._room.clear()
            await self._room.wait(state=ProcessState.RWMBX)
        self.write(text)

    def write_end_of_file(self) -> None:
        """IO$_WRITEOF: the reader that comes to it gets end of file."""
        self.operations += 1
        self._messages.put(_END)

    async def read(self, *, deadline: VmsTime | None = None) -> str:
        """The next message. Errors: RMS.EOF at an end-of-file message, RMS.TMO when `deadline` passes."""
        try:
            message = await self._messages.get(state=ProcessState.LEF, deadline=deadline)
        except TimedOut:
            raise RMS.TMO.error() from None
        return self._taken(message)

    def read_now(self) -> str:
        """The next message if there is one (IO$M_NOW). Errors: RMS.EOF when there is none."""
        message = self._messages.get_nowait()
        if message is None:
            raise RMS.EOF.error()
        return self._taken(message)

    def _taken(self, message: str | _EndOfFile) -> str:
        self.operations += 1
        if isinstance(message, _EndOfFile):
            raise RMS.EOF.error()
        self._used -= len(message)
        self._room.set()
        return message

    def open_stream(self, process: Process, mode: str) -> MailboxStream:
        """A channel for a process; `mode` is "r", "w" or "rw". Errors: SS.NOPRIV."""
        wanted = (READ if "r" in mode.lower() else 0) | (WRITE if "w" in mode.lower() or "a" in mode.lower() else 0)
        if not check_access(process.credentials, self.owner_uic, self.protection, (), wanted):
            raise SS.NOPRIV.error()
        self.channels += 1
        return MailboxStream(self, process)

    def delete(self) -> None:
        """$DELMBX: gone at once, or with its last channel."""
        self.delete_pending = True
        self.delete_if_unused()

    def released(self) -> None:
        """A channel was closed."""
        self.channels -= 1
        self.delete_if_unused()

    def delete_if_unused(self) -> None:
        """Go, unless a channel is open or it is permanent and not marked for deletion."""
        if self.channels or (self.permanent and not self.delete_pending):
            return
        self.system.devices.remove(self)
        if self.logical_name is not None:
            (process, name, table), self.logical_name = self.logical_name, None
            found = process.names.translate(name, table, mode=AccessMode.USER)
            if found is not None and found.equivalence == self.name:
                process.names.delete(name, table, found.mode)


class MailboxStream:
    """A process's channel to a mailbox, as an input and output stream."""

    is_terminal = False

    def __init__(self, device: MailboxDevice, process: Process) -> None:
        self.device = device
        self._process = process
        self._open = True
        process.rundown.append(self.close)

    @property
    def name(self) -> str:
        return self.device.name

    def write(self, text: str) -> None:
        self.device.write(text)

    def write_raw(self, text: str) -> None:
        self.device.write(text)

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        return await self.device.read(deadline=deadline)

    def close(self) -> None:
        if self._open:
            self._open = False
            if self.close in self._process.rundown:
                self._process.rundown.remove(self.close)
            self.device.released()


class MailboxUnits:
    """The next unit number of MBAn: devices of a node: 1 to 9999, then the first that is free."""

    def __init__(self) -> None:
        self._last = 0

    def take(self, system: System) -> str:
        """Errors: SS.NOSUCHDEV when every unit is in use."""
        for _ in range(MAX_UNIT):
            self._last = self._last % MAX_UNIT + 1
            name = f"MBA{self._last}:"
            if system.devices.find_or_none(name) is None:
                return name
        raise SS.NOSUCHDEV.error()


def create_mailbox(
    process: Process,
    logical_name: str = "",
    *,
    permanent: bool = False,
    max_message: int = DEFAULT_MAX_MESSAGE,
    buffer_quota: int = DEFAULT_BUFFER_QUOTA,
    protection: Protection | None = None,
) -> MailboxDevice:
    """$CREMBX without the channel: use `open_stream` on the result. An existing mailbox of that logical name is used again.

    Errors: SS.NOPRIV (TMPMBX or PRMMBX is missing), SS.IVLOGNAM, SS.BADPARAM (sizes), SS.NOSUCHDEV (no unit is free).
    """
    system = process.system
    process.require(Privilege.PRMMBX if permanent else Privilege.TMPMBX)
    if max_message < 0 or buffer_quota < 0 or max_message > 65355 or buffer_quota > 65355:
        raise SS.BADPARAM.error()
    table = "LNM$PERMANENT_MAILBOX" if permanent else "LNM$TEMPORARY_MAILBOX"
    if logical_name:
        known = process.names.translate(logical_name, table)
        device = system.devices.find_or_none(known.equivalence) if known is not None and known.translations else None
        if isinstance(device, MailboxDevice):
            return device
    if MailboxUnits not in system.parts:
        system.add_part(MailboxUnits())
    size = max_message or DEFAULT_MAX_MESSAGE
    made = MailboxDevice(
        system,
        system.part(MailboxUnits).take(system),
        owner=process.uic,
        permanent=permanent,
        protection=protection,
        max_message=size,
        buffer_quota=max(buffer_quota or DEFAULT_BUFFER_QUOTA, size),
    )
    if logical_name:
        process.names.define(logical_name, [made.name], table=table, mode=AccessMode.USER)
        made.logical_name = (process, logical_name, table)
    system.devices.add(made)
    if not permanent:
        process.rundown.append(made.delete_if_unused)
    return made


def mailboxes(system: System) -> list[MailboxDevice]:
    """The mailboxes of the node, in order of unit."""
    return [device for device in system.devices if isinstance(device, MailboxDevice)]
