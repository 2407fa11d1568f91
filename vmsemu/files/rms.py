"""Opening and creating files on a volume, for callers that have a file ID or a directory and a name.

No names, no defaults, no protection: that is services/rms.py. What comes back is a record stream: SequentialFile or IndexedFile.
Source: RMS Reference Manual, $OPEN, $CREATE, $CONNECT.
"""

from __future__ import annotations

from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import BLOCK, MAXIMUM_RECORD, VAR_CR, CarriageControl, Organization, RecordAttributes, RecordFormat
from vmsemu.files.control import Access, FileControl, Share, open_control
from vmsemu.files.header import FileHeader, FileId
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.relative import RelativeFile
from vmsemu.files.sequential import SequentialFile
from vmsemu.files.volume import Volume
from vmsemu.tables.facilities import RMS

_FORMATS = {
    Organization.RELATIVE: (RecordFormat.FIX, RecordFormat.VAR, RecordFormat.VFC),
    Organization.INDEXED: (RecordFormat.FIX, RecordFormat.VAR),
}
RecordStream = SequentialFile | IndexedFile | RelativeFile
_SEQUENTIAL, _INDEXED, _RELATIVE = Organization.SEQUENTIAL, Organization.INDEXED, Organization.RELATIVE


def open_file(
    volume: Volume, fid: FileId, *, write: bool = False, read: bool = True, append: bool = False, share: Share | None = None,
    locking: bool = False,
) -> RecordStream:  # fmt: skip
    """Open a file. Without `share`, readers let others read and writers let nobody in. With `locking`, a stream that lets others write
    locks records and minds their locks.

    Errors: RMS.FLK, SS.NOSUCHFILE, RMS.WLK, RMS.PLG.
    """
    if share is None:
        share = Share.NONE if write else Share.READ
    control, access = open_control(volume, fid, write, share)
    try:
        return _stream(control, access, read, append, locking and bool(share & Share.WRITE))
    except VmsError:
        control.abandon(access)
        raise


def _stream(control: FileControl, access: Access, read: bool, append: bool, locking: bool) -> RecordStream:
    """Errors: RMS.PLG."""
    organization = control.header.attributes.organization
    if locking:
        stream = _locking_stream(control, access, read, append)
    elif organization is _SEQUENTIAL:
        stream = SequentialFile(control, access, read=read, append=append)
    else:
        kind: Any = IndexedFile if organization is _INDEXED else RelativeFile
        stream = kind(control, access, read=read)
    if append and isinstance(stream, RelativeFile):
        stream.go_to_end()
    return stream


def _locking_stream(control: FileControl, access: Access, read: bool, append: bool) -> RecordStream:
    from vmsemu.files.locking import LockingIndexedFile, LockingRelativeFile, LockingSequentialFile

    organization = control.header.attributes.organization
    if organization is _SEQUENTIAL:
        return LockingSequentialFile(control, access, read=read, append=append)
    kind: Any = LockingIndexedFile if organization is _INDEXED else LockingRelativeFile
    return kind(control, access, read=read)


def create_file(
    volume: Volume, directory: FileId, name: str, version: int = 0, *, attributes: RecordAttributes = VAR_CR, read: bool = False,
    share: Share = Share.NONE, **header: Any,
) -> SequentialFile:  # fmt: skip
    """Create a sequential file and open it for writing. Errors as Volume.create."""
    check_attributes(attributes)
    made = volume.create(directory, name, version, attributes=attributes, **header)
    return open_new(volume, made, read=read, share=share)


def at_once(volume: Volume) -> bool:
    """May a file with its contents be made by one Volume.create? Not where blocks may be refused as they are written (quotas, folders of the host)."""
    return volume.tree is not None and volume.quotas is None


def check_attributes(attributes: RecordAttributes) -> None:
    """Refuse sizes that RMS refuses, and formats that an organization does not have. Errors: RMS.MRS, RMS.RFM."""
    organization, size = attributes.organization, attributes.maximum_size
    sequential = organization is _SEQUENTIAL
    if not sequential and attributes.format not in _FORMATS[organization]:
        raise RMS.RFM.error()
    if size:
        refused = not 0 < size <= MAXIMUM_RECORD or (sequential and size > BLOCK and attributes.carriage & CarriageControl.BLK)
    else:
        refused = attributes.format is RecordFormat.FIX or organization is _RELATIVE
    if refused:
        raise RMS.MRS.error()


def open_new(volume: Volume, made: FileHeader, *, read: bool = False, share: Share = Share.NONE) -> SequentialFile:
    """The first stream on a sequential file just made."""
    control = volume.open_files[made.fid.number] = FileControl(volume, made, fresh=True)
    return SequentialFile(control, control.claim(True, share), read=read)
