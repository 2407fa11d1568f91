"""Control files on the disk: written, read, updated and erased in the login directory of TCPIP$SMTP.

A control file is a file of fixed 512-byte records without carriage control. `write` is one call in one tick, so the file is there whole or not at
all; `begin` and `finish` are for a message that takes its time, and a crash between them leaves an empty file that no queue entry names. A long text
is written and read a piece after the other (long_text.py). A short one is kept until it is read for the first time, which as a rule is at once; when
the file was changed meanwhile, what it holds now is read.
fidelity: record attributes, owner and protection of the product's files are not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp.config.account import account, login_directory
from smtp.control_file.control_file import LONG, ControlFile, Source
from smtp.control_file.name import ControlFileName
from smtp.facility import TCPIP
from smtp.message.body import is_long
from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.files.attributes import BLOCK, FIX_512
from vmsemu.files.header import NO_VERSION_LIMIT
from vmsemu.queue.entry import JobFile
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from smtp.control_file.long_text import LongTextWriter
    from vmsemu.base.filespec import FileSpec
    from vmsemu.base.uic import Uic
    from vmsemu.files.header import FileHeader
    from vmsemu.files.volume import Volume
    from vmsemu.services.file_search import FoundFile
    from vmsemu.services.process import Process
    from vmsemu.services.record_file import RecordFile

_PROTECTION = Protection.from_text("S:RWED,O:RWED,G:RE,W:")
_FIRST = ";1"
_WRITTEN = "SMTP control file"
_SHORT = 24 * 1024
_LINE_COST = 50  # what a line takes in memory beside its bytes
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


@dataclass(slots=True)
class Unfinished:
    """A control file that has its name but not its contents: `finish` it or `discard` its `spec`. `text` writes a long text before that."""

    name: ControlFileName
    file: RecordFile
    text: LongTextWriter | None = None

    def begin_text(self, file: ControlFile) -> LongTextWriter:
        """Begin to write the text of `file`, whose recipients are known. Errors: those of RMS, TCPIP.INVADDR."""
        from smtp.control_file.long_text import LongTextWriter

        file.check()
        self.text = LongTextWriter(self.file, file.envelope_size())
        return self.text

    @property
    def spec(self) -> str:
        return self.file.spec.to_text()


def begin(process: Process, name: ControlFileName) -> Unfinished:
    """Create a control file, open and empty, for a message that is still coming. Errors: TCPIP.CFWRITE with the RMS condition."""
    spec, owner = _place(process, name)
    try:
        made = process.files.create(spec, attributes=FIX_512, protection=_PROTECTION, owner=owner)
        _lift_version_limit(made.spec, made.sequential.volume, made.header)
    except VmsError as error:
        raise TCPIP.CFWRITE.error(name.to_text(), cause=error) from None
    return Unfinished(name, made)


def _place(process: Process, name: ControlFileName) -> tuple[str, Uic | None]:
    """Where a control file goes, and who owns it."""
    owner = account(process.system)
    return login_directory(owner) + name.to_text(), owner.uic if owner is not None else None


def _lift_version_limit(spec: FileSpec, volume: Volume, header: FileHeader) -> None:
    """Several messages may have one name, and none of them may go because the directory keeps few versions of its logs. Errors: those of RMS."""
    if spec.version != _FIRST:
        return
    directory, name = header.backlink, spec.name_type
    entry = volume.directory(directory).entry(name)
    if entry is not None and entry.limit != NO_VERSION_LIMIT:
        volume.set_version_limit(directory, name, 0)


def finish(process: Process, begun: Unfinished, file: ControlFile) -> JobFile:
    """Write the contents (all but the text, when that has been written) and close; returns it as a queue entry holds it.

    Errors: TCPIP.CFWRITE with the RMS condition, or with what `ControlFile.check` says; no file is left then.
    """
    try:
        if begun.text is None and is_long(file.body):
            text = begun.begin_text(file)
            text.headers(file.headers)
            text.body(file.body)
        blocks = begun.text.finish(file) if begun.text is not None else _write_whole(begun.file, file)
    except VmsError as error:
        discard(process, begun.spec)
        raise TCPIP.CFWRITE.error(begun.name.to_text(), cause=error) from None
    return JobFile(begun.spec, blocks)


def _write_whole(opened: RecordFile, file: ControlFile) -> int:
    file.check()
    data = file.to_bytes()
    stream = opened.sequential
    stream.append_bytes(data)
    opened.close()
    _keep(stream.volume, stream.header, file)
    return len(data) // BLOCK


def _keep(volume: Volume, header: FileHeader, file: ControlFile) -> None:
    lines = file.text.body_lines if file.text is not None else 0
    if header.size + lines * _LINE_COST <= _SHORT and file.is_new:
        volume.derived.keep(volume, header, _WRITTEN, file)


def write(process: Process, file: ControlFile, name: ControlFileName) -> JobFile:
    """Create a control file at once. Errors: as `begin` and `finish`."""
    written = _write_at_once(process, file, name) if not is_long(file.body) else None
    return written or finish(process, begin(process, name), file)


def _write_at_once(process: Process, file: ControlFile, name: ControlFileName) -> JobFile | None:
    """As begin and finish, but as one call; None when the disk wants more."""
    spec, owner = _place(process, name)
    try:
        file.check()
        data = file.to_bytes()
        made = process.files.create_with(spec, data, attributes=FIX_512, protection=_PROTECTION, owner=owner)
        if made is None:
            return None
        _lift_version_limit(made.spec, made.volume, made.header)
    except VmsError as error:
        raise TCPIP.CFWRITE.error(name.to_text(), cause=error) from None
    _keep(made.volume, made.header, file)
    return JobFile(made.spec.to_text(), len(data) // BLOCK)


def find(process: Process, spec: str) -> FoundFile:
    """Where a control file is, for who will read it and note results in it. Errors: TCPIP.CFREAD with the RMS condition."""
    if "*" in spec or "%" in spec:
        raise TCPIP.CFREAD.error(spec, cause=RMS.WLD())
    try:
        return process.files.find(spec)
    except VmsError as error:
        raise TCPIP.CFREAD.error(spec, cause=error) from None


def read(process: Process, spec: str, found: FoundFile | None = None) -> ControlFile:
    """Read and check a control file, which may have been found already. Errors: TCPIP.CFREAD with the RMS condition, TCPIP.CFCORRUPT.

    The lines of a long text are read from the file whenever they are asked for; that may fail with the same errors.
    """
    found = found or find(process, spec)
    written: ControlFile | None = process.files.taken(found, _WRITTEN)
    if written is not None:
        return written.read_again()
    try:
        whole = process.files.contents(found, LONG)
    except VmsError as error:
        raise TCPIP.CFREAD.error(spec, cause=error) from None
    if whole is not None:
        return ControlFile.from_bytes(whole, spec)
    return ControlFile.from_source(_source(process, spec), found.header.size, spec)


def _source(process: Process, spec: str) -> Source:
    """Pieces of the file. It is opened for each, lest a delivery that takes its time keeps others, or its own notes of results, from the file."""

    def piece(offset: int, length: int) -> bytes:
        try:
            with process.files.open(spec) as opened:
                return opened.sequential.read_bytes(offset, length)
        except VmsError as error:
            raise TCPIP.CFREAD.error(spec, cause=error) from None

    return piece


def update(process: Process, spec: str, file: ControlFile, found: FoundFile | None = None) -> None:
    """Write the blocks that changed. Errors: TCPIP.CFWRITE; the file is as it was then."""
    data, before = file.changing_blocks(), file.stored_blocks()
    changed = [(at, data[at : at + BLOCK]) for at in range(0, len(data), BLOCK) if data[at : at + BLOCK] != before[at : at + BLOCK]]
    try:
        process.files.rewrite(found or process.files.find(spec), changed)
    except VmsError as error:
        raise TCPIP.CFWRITE.error(spec, cause=error) from None
    file.noted(data)


def erase(process: Process, spec: str, found: FoundFile | None = None) -> None:
    """Delete a control file that is done with. Errors: those of RMS."""
    process.files.erase(found or spec)


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
