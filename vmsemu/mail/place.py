"""Where mail files are, and the process as which callable MAIL reaches them.

The shareable image of MAIL is installed with privileges: mail is written into anybody's mail file whoever sends it. Here that is a process of its
own with all privileges, which is in no process table and never runs. Source: System Manager's Manual, "Customizing Mail".
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.uic import Uic
from vmsemu.files.header import FileId
from vmsemu.files.volume import Volume
from vmsemu.lnm.names import ProcessNames
from vmsemu.lnm.table import Generation, LogicalNameTable, Scope
from vmsemu.mail.mail_file import MailFile, Place
from vmsemu.mail.profile import MailProfile
from vmsemu.security.sysuaf import UafRecord
from vmsemu.services.file_names import FileError
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.rms import ProcessFiles
from vmsemu.services.system import System
from vmsemu.tables.facilities import RMS, SS

MAIL_FILE = "MAIL.MAI"


def privileged_process(system: System) -> Process:
    """The process as which callable MAIL opens files: system names only, all privileges."""
    job = LogicalNameTable("LNM$JOB_MAIL", Generation(), Scope.JOB)
    names = ProcessNames(system.logical_names, 1, job)
    everything = PrivilegeSet.ALL
    process = Process(system, 0, "MAILSHR", "SYSTEM", Uic(1, 4), ProcessMode.OTHER, everything, everything, names)
    process.default_directory = "[000000]"
    return process


def place_of(files: ProcessFiles, spec: str | FileSpec) -> Place:
    """The directory that a specification means. Errors: RMS.DNF with SS.NOSUCHFILE, RMS.DEV, those of parsing."""
    parsed = files.candidates(spec)[0]
    volume: Volume = files.names.volume(parsed)
    directory: FileId | None = volume.find_directory(parsed.path)
    if directory is None:
        raise FileError(RMS.DNF(cause=SS.NOSUCHFILE), parsed.spec)
    return Place(volume, directory, FileSpec(device=parsed.spec.device, directory=parsed.spec.directory))


def mail_directory(record: UafRecord, profile: MailProfile | None) -> str:
    """Device and directory of a user's mail, as SHOW MAIL_DIRECTORY shows them: the login directory, or the subdirectory of the profile."""
    directory = record.directory
    if profile is not None and profile.directory:
        directory = subdirectory(directory, profile.directory)
    return record.device + directory


def subdirectory(directory: str, below: str) -> str:
    """`[SMITH]` and `.MAIL` (or `[.MAIL]`) are `[SMITH.MAIL]`."""
    inner = below.strip("[]<>").lstrip(".")
    return f"{directory[:-1]}.{inner}]"


def open_default(files: ProcessFiles, record: UafRecord, profile: MailProfile | None) -> MailFile | None:
    """A user's default mail file; None when there is none. Errors: as place_of and MailFile.open."""
    place = place_of(files, mail_directory(record, profile))
    return MailFile.open(place) if exists(place, MAIL_FILE) else None


def exists(place: Place, name: str) -> bool:
    try:
        return place.volume.lookup(place.directory, name) is not None
    except VmsError:
        return False
