"""Control files on the disk: written, read, updated and erased in the login directory of TCPIP$SMTP.

A control file is a file of fixed 512-byte records without carriage control. `write` is one call in one tick, so the file is there whole or not at
all; `begin` and `finish` are for a message that takes its time, and a crash between them leaves an empty file that no queue entry names.
fidelity: record attributes, owner and protection of the product's files are not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp.control_file.control_file import ControlFile
from smtp.control_file.name import ControlFileName
from smtp.facility import TCPIP
from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.files.attributes import BLOCK, FIX_512
from vmsemu.queue.entry import JobFile

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.record_file import RecordFile

DIRECTORY = "SYS$SPECIFIC:[TCPIP$SMTP]"
ACCOUNT = "TCPIP$SMTP"
_PROTECTION = Protection.from_text("S:RWED,O:RWED,G:RE,W:")
_FIRST = ";1"
_SYSPRV = PrivilegeSet.of(Privilege.SYSPRV)


@contextmanager
def as_installed(process: Process) -> Iterator[None]:
    """The rights of an image installed with SYSPRV, for the plain calls inside."""
    before = process.privileges
    process.privileges = before | _SYSPRV
    try:
        yield
    finally:
        process.privileges = before


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A control file that has its name but not its contents: `finish` it or `discard` its `spec`."""

    name: ControlFileName
    file: RecordFile

    @property
    def spec(self) -> str:
        return self.file.spec.to_text()


def begin(process: Process, name: ControlFileName) -> Unfinished:
    """Create a control file, open and empty, for a message that is still coming. Errors: TCPIP.CFWRITE with the RMS condition."""
    account = process.system.sysuaf.get(ACCOUNT)
    try:
        made = process.files.create(
            DIRECTORY + name.to_text(),
            attributes=FIX_512,
            protection=_PROTECTION,
            owner=account.uic if account is not None else None,
        )
        if made.spec.version == _FIRST:
            _lift_version_limit(process, made)
    except VmsError as error:
        raise TCPIP.CFWRITE.error(name.to_text(), cause=error) from None
    return Unfinished(name, made)


def _lift_version_limit(process: Process, made: RecordFile) -> None:
    """Several messages may have one name, and none of them may go because the directory keeps few versions of its logs. Errors: those of RMS."""
    found = process.files.find(made.spec)
    if found.version_limit:
        found.volume.set_version_limit(found.directory, found.name_type, 0)


def finish(process: Process, begun: Unfinished, file: ControlFile) -> JobFile:
    """Write the contents and close; returns it as a queue entry holds it.

    Errors: TCPIP.CFWRITE with the RMS condition, or with what `ControlFile.check` says; no file is left then.
    """
    try:
        file.check()
        data = file.to_bytes()
        begun.file.sequential.append_bytes(data)
        begun.file.close()
    except VmsError as error:
        discard(process, begun.spec)
        raise TCPIP.CFWRITE.error(begun.name.to_text(), cause=error) from None
    return JobFile(begun.spec, len(data) // BLOCK)


def write(process: Process, file: ControlFile, name: ControlFileName) -> JobFile:
    """Create a control file at once. Errors: as `begin` and `finish`."""
    return finish(process, begin(process, name), file)


def read(process: Process, spec: str) -> ControlFile:
    """Read and check a control file. Errors: TCPIP.CFREAD with the RMS condition, TCPIP.CFCORRUPT."""
    try:
        with process.files.open(spec) as opened:
            stream = opened.sequential
            data = stream.read_bytes(0, stream.end())
    except VmsError as error:
        raise TCPIP.CFREAD.error(spec, cause=error) from None
    return ControlFile.from_bytes(data, spec)


def update(process: Process, spec: str, file: ControlFile) -> None:
    """Write the blocks that changed. Errors: TCPIP.CFWRITE; the file is as it was then."""
    data = file.changing_blocks()
    try:
        with process.files.open(spec, update=True) as opened:
            stream = opened.sequential
            before = stream.read_bytes(0, len(data))
            for at in range(0, len(data), BLOCK):
                block = data[at : at + BLOCK]
                if before[at : at + BLOCK] != block:
                    stream.get_record(at // BLOCK + 1)
                    stream.update(block)
    except VmsError as error:
        raise TCPIP.CFWRITE.error(spec, cause=error) from None


def erase(process: Process, spec: str) -> None:
    """Delete a control file that is done with. Errors: those of RMS."""
    process.files.erase(spec)


def discard(process: Process, spec: str) -> None:
    """Delete a control file that must not stay; that it can not be deleted is of no consequence."""
    for opened in process.files.opened():
        if opened.spec.to_text() == spec:
            try:
                opened.close()
            except VmsError:
                continue
    try:
        process.files.erase(spec)
    except VmsError:
        return
