"""SYS$OUTPUT, SYS$ERROR and SYS$INPUT when they are defined to something else (DEFINE, ASSIGN, /USER_MODE, @/OUTPUT).

A supervisor-mode definition is opened once and used by DCL and images until it is deassigned; a user-mode one serves the next image only.
fidelity: DCL's own output does not follow a user-mode definition, because no image runs it down.

Source: files.md 2.2 (process-permanent files); DCL reference 3.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.dcl.streams import VFC_PRINT, FileInput, FileOutput, hold_terminal
from vmsemu.files.mount import DiskDevice
from vmsemu.lnm.names import AccessMode, LogicalName
from vmsemu.services.file_names import PERMANENT_NAMES
from vmsemu.services.stream import InputStream, OutputStream

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_USER, _SUPER = AccessMode.USER, AccessMode.SUPER


class Redirections:
    """What the process-permanent names of one process stand for now."""

    def __init__(self, dcl: Interpreter) -> None:
        self._dcl = dcl
        self.error_override: OutputStream | None = None
        self._open: dict[tuple[str, AccessMode], tuple[LogicalName, Any]] = {}

    # -- the three names --------------------------------------------------------------------------------------------------------------

    def output(self, *, for_image: bool) -> OutputStream:
        """SYS$OUTPUT."""
        default = self._default_output()
        redirected: OutputStream | None = self._redirected("SYS$OUTPUT", for_image, default)
        return redirected if redirected is not None else default

    def error_stream(self) -> OutputStream:
        """SYS$ERROR."""
        if self.error_override is not None:
            return self.error_override
        default = self._dcl.process.error or self._dcl.process.output
        redirected: OutputStream | None = self._redirected("SYS$ERROR", self._dcl.image_runs, default)
        return redirected if redirected is not None else default

    def input(self, *, for_image: bool) -> InputStream | None:
        """What SYS$INPUT is redefined as; None when it is not."""
        redirected: InputStream | None = self._redirected("SYS$INPUT", for_image, None)
        return redirected

    def _default_output(self) -> OutputStream:
        for level in reversed(self._dcl.levels):
            if level.output is not None:
                return level.output
        return self._dcl.process.output

    def _redirected(self, name: str, for_image: bool, default: Any) -> Any:
        user: LogicalName | None = None
        supervisor: LogicalName | None = None
        for each in self._dcl.process.names.process_table.entries(name):
            if each.mode is _USER:
                user = each
            elif each.mode is _SUPER:
                supervisor = each
            else:
                if supervisor is not None and supervisor.equivalence == each.equivalence:
                    supervisor = None
                break
        if user is None and supervisor is None and not self._open:
            return None
        found = None
        for mode, entry in ((_USER, user), (_SUPER, supervisor)):
            kept = self._open.get((name, mode))
            if kept is not None and kept[0] is not entry:
                del self._open[(name, mode)]
                self._close(kept[1])
            if entry is None or found is not None or (mode is _USER and not for_image):
                continue
            if kept is None or kept[0] is not entry:
                stream = self.open_input(entry.equivalence) if name == "SYS$INPUT" else self.open_output(entry.equivalence, default)
                self._open[(name, mode)] = (entry, stream)
            found = self._open[(name, mode)][1]
        return found

    def _close(self, stream: Any) -> None:
        process = self._dcl.process
        if stream not in (process.input, process.output, process.error, process.command, None):
            stream.close()

    def close(self) -> None:
        """Close what definitions had opened."""
        for _, stream in self._open.values():
            self._close(stream)
        self._open.clear()

    # -- opening ------------------------------------------------------------------------------------------------------------------------

    def permanent_name(self, text: str) -> str | None:
        """The process-permanent name, or the name that OPEN opened, that a text stands for, directly or through logical names."""
        word = text.upper().removesuffix(":")
        for _ in range(10):
            if word in PERMANENT_NAMES or word in self._dcl.open_files:
                return word
            entry = self._dcl.process.names.translate(word)
            if entry is None or not entry.translations:
                return None
            word = entry.equivalence.upper().removesuffix(":")
        return None

    def permanent_stream(self, name: str) -> Any:
        """What a process-permanent name, or one that OPEN opened, is open on now (RMS asks for it); None for other names."""
        dcl = self._dcl
        if name not in PERMANENT_NAMES:
            return dcl.open_files.stream(name)
        if name == "SYS$INPUT":
            return dcl.input
        if name == "SYS$COMMAND":
            return self.held_stream(dcl.command_input)
        return self.error_stream() if name == "SYS$ERROR" else dcl.output

    def held_stream(self, stream: Any) -> Any:
        """A record device that was opened: for an image, a terminal whose reads Ctrl/Y can leave and CONTINUE can repeat."""
        return hold_terminal(stream) if self._dcl.image is not None and hasattr(stream, "read") else stream

    def open_output(self, text: str, default: OutputStream | None = None) -> OutputStream:
        """A stream to write to: the terminal, a record device, a new file."""
        name = self.permanent_name(text)
        if name is not None:
            process = self._dcl.process
            if (opened := self._dcl.open_files.stream(name)) is not None:
                return opened
            if name == "SYS$OUTPUT":
                return default or process.output
            return process.error or process.output if name == "SYS$ERROR" else process.output
        return self.create(text, ".LIS")

    def open_input(self, text: str, type_: str = ".DAT") -> InputStream:
        """A stream to read from."""
        name = self.permanent_name(text)
        if name is not None:
            if (opened := self._dcl.open_files.stream(name)) is not None:
                return opened
            return self._dcl.level_input() if name == "SYS$INPUT" else self._dcl.command_input
        device = self.record_device(text)
        if device is not None:
            stream: InputStream = self._device_stream(device, "read")
            return stream
        return FileInput(self._dcl.process.files.open(text, default=type_))

    def create(self, text: str, type_: str, name: str = "") -> OutputStream:
        """A new file for output (or the device, when the text names one)."""
        if self.permanent_name(text) is not None:
            return self.open_output(text)
        device = self.record_device(text)
        if device is not None:
            stream: OutputStream = self._device_stream(device, "write")
            return stream
        return FileOutput(self._dcl.process.files.create(text, default=type_, attributes=VFC_PRINT))

    def is_stream(self, text: str) -> bool:
        """True when a text names no file but a process-permanent name or a record device."""
        return self.permanent_name(text) is not None or self.record_device(text) is not None

    def record_device(self, text: str) -> Any:
        """The device that a text names, if that is a terminal, a mailbox, the null device or the like; None for disks and files."""
        process = self._dcl.process
        word = text.upper().removesuffix(":")
        try:
            full = process.names.translate_fully(word)
        except VmsError:
            return None  # names in a circle: whoever opens the file reports it
        if full == word and not text.endswith(":"):
            return None
        name, _, rest = full.partition(":")
        if rest or not name or "[" in name or "." in name:
            return None
        try:
            device = process.system.devices.find(name)
        except VmsError:
            return None
        return None if isinstance(device, DiskDevice) else device

    def _device_stream(self, device: Any, mode: str) -> Any:
        process = self._dcl.process
        if device.name == process.terminal or getattr(process.output, "name", None) == device.name:
            return process.output if mode == "write" else process.command or process.input
        opener = getattr(device, "open_stream", None)
        return opener(process, mode) if opener is not None else device
