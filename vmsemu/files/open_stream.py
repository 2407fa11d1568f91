"""What every record stream on a file has, whatever the organization: its claim on the file, what it may do, and its end.

Source: RMS Reference Manual, $CONNECT, $FLUSH, $CLOSE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.files.control import Access, FileControl
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.files.header import FileHeader
    from vmsemu.files.volume import Volume


class OpenStream:
    """One stream. `record_header` is the fixed control area of the last record read from a VFC file."""

    __slots__ = ("_access", "_control", "attributes", "can_read", "can_write", "closed", "record_header")

    def __init__(self, control: FileControl, access: Access, read: bool) -> None:
        self._control = control
        self._access = access
        self.attributes = control.header.attributes
        self.can_read = read
        self.can_write = access.write
        self.closed = False
        self.record_header = b""

    @property
    def header(self) -> FileHeader:
        """The file's header."""
        return self._control.header

    @property
    def volume(self) -> Volume:
        """The volume that the file is on."""
        return self._control.volume

    def flush(self) -> None:
        """Write everything; others see it from now on."""
        if self.can_write:
            self._control.flush()

    def close(self) -> None:
        """Close the stream. Errors: RMS.IFI when it is closed already."""
        if self.closed:
            raise RMS.IFI.error()
        self.closed = True
        self._control.close(self._access)
        self.can_read = self.can_write = False

    def _check_open(self) -> None:
        if self.closed:
            raise RMS.ISI.error()
