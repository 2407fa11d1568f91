"""Copies of whole files as BACKUP makes them: contents of any organization, and everything the header says.

Source: System Management Utilities Reference Manual, BACKUP.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.uic import Uic
from vmsemu.files.header import CONTIG, CONTIGB, ERASE, NOBACKUP, NOMOVE, FileHeader
from vmsemu.files.volume import Volume
from vmsemu.security.access import WRITE
from vmsemu.services.file_names import FileError, about
from vmsemu.services.file_search import FoundFile, directory_path
from vmsemu.services.rms import ProcessFiles
from vmsemu.tables.facilities import RMS, SS

_KEPT = CONTIG | CONTIGB | ERASE | NOBACKUP | NOMOVE


def copy_file(files: ProcessFiles, source: FoundFile, spec: FileSpec, owner: Uic, *, supersede: bool, truncate: bool, data: bool) -> FoundFile:
    """Make `spec` a copy of a file, with its dates, attributes, protection and access control list.

    `supersede` replaces the version that is there, `truncate` gives it no more blocks than it needs, without `data` it stays empty.
    Errors: RMS.FEX, RMS.DNF, RMS.FUL, RMS.PRV, those of parse. Nothing is left of a copy that failed.
    """
    header = source.header
    parsed = files.names.candidates(spec)[0]
    made, volume, resultant, _ = files._make(
        parsed, header.attributes, header.protection, owner, 0 if truncate or not data else header.allocated, supersede,
        header.characteristics & _KEPT,
    )  # fmt: skip
    directory = made.backlink
    name, _, version = made.name.rpartition(";")
    try:
        if data:
            volume.copy_contents(header, made, source.volume)
        _describe(volume, made, header)
    except VmsError as error:
        volume.remove(directory, name, int(version))
        volume.delete(made.fid)
        raise about(error, resultant) from None
    return FoundFile(resultant, made, volume, parsed.device, directory)  # type: ignore[arg-type]


def overlay_file(files: ProcessFiles, source: FoundFile, target: FoundFile, *, data: bool) -> None:
    """Write a copy of a file over one that is there, which keeps its file ID and its blocks. Errors: RMS.PRV, RMS.FLK, RMS.FUL."""
    volume, made = target.volume, target.header
    if not files.security.allowed(made, WRITE):
        raise FileError(RMS.PRV(cause=SS.NOPRIV), target.spec)
    if made.fid.number in volume.open_files or made.is_directory:
        raise FileError(RMS.FLK(cause=SS.ACCONFLICT), target.spec)
    try:
        volume.extend(made, source.header.used_blocks)
        volume.truncate(made, 0)
        made.attributes, made.protection = source.header.attributes, source.header.protection
        if data:
            volume.copy_contents(source.header, made, source.volume)
        _describe(volume, made, source.header)
    except VmsError as error:
        raise about(error, target.spec) from None


def _describe(volume: Volume, made: FileHeader, source: FileHeader) -> None:
    """What a copy has of its original beside its contents."""
    made.created, made.revised, made.revision = source.created, source.revised, source.revision
    made.expires, made.backup = source.expires, source.backup
    made.acl = source.acl
    volume.write_header(made)


def copy_directory(files: ProcessFiles, spec: FileSpec, source: FoundFile | None, owner: Uic | None) -> bool:
    """Make a directory as `source` is, if it is not there. True when it was made. Errors: as create_directory."""
    if source is None:
        return files.create_directory(spec, owner=owner).created
    header = source.header
    made = files.create_directory(spec, owner=owner, protection=header.protection, version_limit=header.version_limit)
    if made.created:
        parsed = files.names.candidates(spec)[0]
        volume = files.names.volume(parsed)
        fid = volume.find_directory(directory_path(volume, parsed.path))
        assert fid is not None
        copy = volume.header(fid)
        copy.created, copy.revised, copy.acl = header.created, header.revised, header.acl
        volume.write_header(copy)
    return made.created
