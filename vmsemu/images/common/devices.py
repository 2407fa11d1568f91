"""Record devices and process-permanent files as input and output of file commands: COPY SYS$INPUT X.TXT, TYPE NL:, COPY X.TXT TT:."""

from __future__ import annotations

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.files.mount import DiskDevice
from vmsemu.images.context import ImageContext
from vmsemu.services.record_file import RecordFile
from vmsemu.tables.facilities import RMS, SS


def is_record_device(ctx: ImageContext, text: str) -> bool:
    """Does the specification name something without files? What cannot be told is left to the file system."""
    if ctx.files.permanent_stream(text) is not None:
        return True
    try:
        return not isinstance(ctx.files.device_of(text), DiskDevice)
    except VmsError:
        return False


async def read_records(ctx: ImageContext, file: RecordFile) -> list[bytes]:
    """All records that follow; a terminal is read to Ctrl/Z."""
    stream = file.stream
    if stream is None:
        return list(file)
    out: list[bytes] = []
    try:
        while True:
            out.append((await stream.read()).encode("latin-1", "replace"))
    except VmsError as error:
        if not error.matches(RMS.EOF):
            raise
    return out


def disk_drive(ctx: ImageContext, name: str, not_a_disk: MessageDefinition) -> DiskDevice:
    """The drive of that name. Errors: SS.NOSUCHDEV, SS.IVDEVNAM, `not_a_disk`."""
    try:
        device = ctx.files.device_of(name if name.endswith(":") else name + ":")
    except VmsError as error:
        raise (SS.NOSUCHDEV.error() if error.matches(RMS.DEV) else error) from None
    if not isinstance(device, DiskDevice):
        raise not_a_disk.error()
    return device
