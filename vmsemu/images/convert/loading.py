"""The output of CONVERT: opening or creating it, loading records, and where those go that do not fit.

Source: Record Management Utilities Reference Manual, CONVERT.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.files.attributes import VAR_CR, Organization, RecordAttributes
from vmsemu.files.fdl import FileDesign
from vmsemu.files.keys import KeyDefinition
from vmsemu.files.relative import RelativeFile
from vmsemu.images.common.designs import create_designed, read_design
from vmsemu.images.common.devices import is_record_device
from vmsemu.images.common.output import output_spec
from vmsemu.images.context import ImageContext
from vmsemu.images.convert.fitting import CONV, Fitting, Record
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS

_EXCEPTIONS_TYPE = ".EXC"
_EXCEPTIONS: tuple[tuple[MessageDefinition, MessageDefinition], ...] = (
    (RMS.DUP, CONV.DUP), (RMS.REX, CONV.REX), (RMS.RSZ, CONV.RSZ), (RMS.KEY, CONV.KEY),
)  # fmt: skip


@dataclass
class Exceptions:
    """The records that did not fit: counted, told, and kept in a file when there is one."""

    ctx: ImageContext
    file: RecordFile | None = None
    count: int = 0
    status: ConditionValue | None = None

    @classmethod
    def of(cls, ctx: ImageContext) -> Exceptions:
        """/EXCEPTIONS_FILE; without a name the records go to SYS$OUTPUT. Errors: CONV.OPENEXC."""
        if not ctx.cli.present("EXCEPTIONS_FILE"):
            return cls(ctx)
        name = ctx.cli.value("EXCEPTIONS_FILE") or "SYS$OUTPUT"
        try:
            return cls(ctx, ctx.files.create(name, default=_EXCEPTIONS_TYPE, attributes=VAR_CR))
        except VmsError as error:
            raise CONV.OPENEXC.error(ctx.files.parse(name, _EXCEPTIONS_TYPE), cause=error) from None

    def take(self, data: bytes, error: VmsError) -> None:
        """One record that did not fit. Errors: CONV.FATALEXC with /EXIT."""
        self.count += 1
        self.status = self.ctx.put_message(error)
        if self.file is not None:
            self.file.put(data)
        if self.ctx.cli.present("EXIT"):
            raise CONV.FATALEXC.error()


@dataclass
class Loader:
    """Puts records into the output. `count` are those that were taken."""

    file: RecordFile
    fitting: Fitting
    exceptions: Exceptions
    key: KeyDefinition | None
    in_order: bool = False
    count: int = 0
    _last: bytes = field(default=b"", repr=False)

    def load(self, records: Iterable[Record], source: RecordAttributes) -> int:
        """Put each record; how many there were. Errors: CONV.WRITEERR, CONV.FATALEXC."""
        put, attributes, fit = self.file.put, self.file.attributes, self.fitting.fit
        read = 0
        for record in records:
            read += 1
            try:
                data, control = fit(record, source, attributes)
                self._check_key(data)
                put(data, control)
            except VmsError as error:
                self.exceptions.take(record[0], self._as_exception(error))
                continue
            self.count += 1
        return read

    def _check_key(self, data: bytes) -> None:
        """Of an indexed output: the primary key is there, and in order when that is needed. Errors: CONV.RSK, CONV.SEQ."""
        if self.key is None:
            return
        value = self.key.extract(data)
        if value is None:
            raise CONV.RSK.error()
        if self.in_order:
            if value < self._last:
                raise CONV.SEQ.error()
            self._last = value

    def _as_exception(self, error: VmsError) -> VmsError:
        """What CONVERT calls an error of one record. Errors: CONV.WRITEERR for an error of the file."""
        if error.value.facility == CONV.DUP.value.facility:
            return error
        for condition, own in _EXCEPTIONS:
            if error.matches(condition):
                return own.error()
        raise CONV.WRITEERR.error(self.file.spec, cause=error) from None


async def open_output(ctx: ImageContext, first: RecordFile) -> tuple[RecordFile, FileDesign | None]:
    """The output file, and its design when there is one. With /APPEND, /MERGE and /NOCREATE the file exists, else it is made: as /FDL says,
    or as the first input is.

    Errors: CONV.OPENOUT, CONV.NOTSEQ, CONV.NOTIDX, those of the FDL file.
    """
    cli = ctx.cli
    name = cli.value("OUTPUT") or ""
    design = await read_design(ctx, cli.value("FDL") or "") if cli.present("FDL") else None
    if cli.present("APPEND") or cli.present("MERGE") or cli.negated("CREATE"):
        return _open_existing(ctx, name), None
    if is_record_device(ctx, name):
        return ctx.files.create(name), None
    spec = output_spec(ctx, name, first.spec, version=False).to_text()
    try:
        if cli.present("PROLOG") and cli.integer("PROLOG") != 3:
            raise RMS.PLV.error()
        return create_designed(ctx, spec, design or _like(first)), design
    except VmsError as error:
        raise CONV.OPENOUT.error(getattr(error, "spec", None) or ctx.files.parse(spec), cause=error) from None


def _like(first: RecordFile) -> FileDesign:
    """A file as the input is."""
    keys = first.indexed.keys if first.attributes.organization is Organization.INDEXED else ()
    maximum = first.file.prologue.maximum_number if isinstance(first.file, RelativeFile) else 0
    return FileDesign(first.attributes, keys, maximum_number=maximum)


def _open_existing(ctx: ImageContext, name: str) -> RecordFile:
    append = ctx.cli.present("APPEND")
    try:
        file = ctx.files.open(name, write=True, update=not append, append=append)
    except VmsError as error:
        raise CONV.OPENOUT.error(getattr(error, "spec", name), cause=error) from None
    organization = file.attributes.organization
    wrong = CONV.NOTSEQ if append and organization is not Organization.SEQUENTIAL else None
    if ctx.cli.present("MERGE") and organization is not Organization.INDEXED:
        wrong = CONV.NOTIDX
    if wrong is not None:
        file.close()
        raise wrong.error()
    if organization is Organization.SEQUENTIAL and not append:
        file.sequential.truncate_at(0)
    return file
