"""The work of COPY: one output for each input, or one for all.

The output's version is the input's when name and type are the input's and no version of that name is as high (or, when all versions are
copied, when it is free); else the next.
Protection and owner are those of any new file, whatever the input has.
/OVERLAY writes over the records of a file that is there, /REPLACE deletes it first.

Source: DCL Dictionary, COPY.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.files.attributes import Organization, RecordAttributes
from vmsemu.files.mount import DiskDevice
from vmsemu.images.common.devices import is_record_device, read_records
from vmsemu.images.common.making import OutputQualifiers, check_read_back
from vmsemu.images.common.output import output_spec
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.services.rms import FoundFile, RecordFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility
from vmsemu.tables.parsed import ParameterItem

COPY = Facility(__package__, "copy.msg")


@dataclass
class Copier:
    """One COPY command: the output being written, what was created, and the status of the last warning."""

    ctx: ImageContext
    output: ParameterItem
    making: OutputQualifiers
    joining: bool
    every_version: bool = False
    joined: RecordFile | None = None
    created: int = 0
    status: ImageResult = SS.NORMAL

    @classmethod
    def of(cls, ctx: ImageContext, output: ParameterItem, *, joining: bool) -> Copier:
        return cls(ctx, output, OutputQualifiers.of(output), joining)

    @property
    def target(self) -> str:
        """The output as it was typed."""
        return self.output.text

    def question(self, found: FoundFile) -> str:
        """What /CONFIRM asks. fidelity: recalled."""
        try:
            target = output_spec(self.ctx, self.target, found.spec, version=False).to_text()
        except VmsError:
            target = self.target  # what is wrong shows when the output is made
        return f"COPY {found.spec} to {target}"

    def finish(self) -> None:
        """Close what was joined; the count of two or more new files."""
        if self.joined is not None:
            try:
                self.joined.close()
            except VmsError as error:
                raise COPY.WRITEERR.error(self.joined.spec, cause=error) from None
        if self.ctx.cli.present("LOG") and self.created > 1:
            self.ctx.put_message(COPY.NEWFILES(self.created))

    # -- one input -----------------------------------------------------------------------------------------------------------------

    def copy(self, found: FoundFile) -> None:
        """Copy one input. Errors: COPY.OPENIN, COPY.OPENOUT, COPY.READERR, COPY.WRITEERR, COPY.NOTCOPIED."""
        if found.header.is_directory:
            raise COPY.ILLDIRCOPY.error(found.spec)
        try:
            source = self.ctx.files.open(found)
        except VmsError as error:
            raise COPY.OPENIN.error(found.spec, cause=error) from None
        with source:
            self._check_reading(source, found)
            if self.joined is not None:
                self._join(source, found)
                return
            target = self._output(found.spec, found.header.attributes, found)
            spec = target.spec
            if self.joining:
                self.joined = target
                self._put(target, source)
            else:
                self._contents(source, target, found)
        if self.ctx.cli.present("LOG"):
            self.ctx.put_message(COPY.COPIED(found.spec, spec, found.header.used_blocks))

    async def copy_device(self, name: str) -> None:
        """Copy the records of a terminal, of SYS$INPUT or of the null device. Errors: COPY.OPENIN, COPY.NOTCOPIED."""
        try:
            source = self.ctx.files.open(name)
        except VmsError as error:
            raise COPY.OPENIN.error(name, cause=error) from None
        with source:
            target = self.joined or self._output(source.spec, source.attributes)
            data = await read_records(self.ctx, source)
            self._put(target, data)
        if self.joining:
            self.joined = target
        else:
            target.close()
        if self.ctx.cli.present("LOG"):
            self.ctx.put_message(COPY.COPIEDR(source.spec, target.spec, len(data)))

    def _put(self, target: RecordFile, records: Iterable[bytes]) -> int:
        """Write records; how many there were. Errors: COPY.WRITEERR."""
        count = 0
        try:
            for record in records:
                target.put(record)
                count += 1
        except VmsError as error:
            raise COPY.WRITEERR.error(target.spec, cause=error) from None
        return count

    def _contents(self, source: RecordFile, target: RecordFile, found: FoundFile) -> None:
        """All blocks at once between disks, else record by record. Errors: COPY.WRITEERR."""
        try:
            device = self.ctx.files.device_of(target.spec) if target.stream is None else None
            if isinstance(device, DiskDevice) and device.volume is not None and not self.output.present("OVERLAY"):
                target.close()
                device.volume.copy_contents(found.header, target.header, found.volume)
            else:
                for record in source:
                    target.put(record)
                target.close()
        except VmsError as error:
            raise COPY.WRITEERR.error(target.spec, cause=error) from None
        self._check_writing(source, target)

    def _join(self, source: RecordFile, found: FoundFile) -> None:
        """Append the records of a further input."""
        assert self.joined is not None
        if found.header.attributes.format != self.joined.attributes.format:
            self.status = self.ctx.put_message(COPY.INCOMPAT(found.spec, self.joined.spec))
        count = self._put(self.joined, source)
        if self.ctx.cli.present("LOG"):
            self.ctx.put_message(COPY.COPIEDR(found.spec, self.joined.spec, count))

    def _check_reading(self, source: RecordFile, found: FoundFile) -> None:
        """/READ_CHECK: read twice. Errors: COPY.READERR."""
        if self.ctx.cli.present("READ_CHECK"):
            with self.ctx.files.open(found) as again:
                check_read_back(source, again, COPY.READERR, found.spec)
            source.rewind()

    def _check_writing(self, source: RecordFile, target: RecordFile) -> None:
        """/WRITE_CHECK: read what was written. Errors: COPY.WRITEERR."""
        if self.output.present("WRITE_CHECK") and target.stream is None:
            source.rewind()
            with self.ctx.files.open(target.spec) as written:
                check_read_back(source, written, COPY.WRITEERR, target.spec)

    # -- the output ----------------------------------------------------------------------------------------------------------------

    def _output(self, source: FileSpec, attributes: RecordAttributes, found: FoundFile | None = None) -> RecordFile:
        """Open the output for an input. Errors: COPY.NOTCOPIED, after the reason was displayed."""
        if is_record_device(self.ctx, self.target):
            return self.ctx.files.create(self.target)
        spec = self.ctx.files.names.spec(self.target)
        try:
            spec = self.ctx.files.parse(self.target)
            spec = output_spec(self.ctx, self.target, source, version=True)
            if self.output.present("OVERLAY"):
                return self._overlaid(spec)
            return self._create(self._numbered(spec), attributes, found)
        except VmsError as error:
            self.ctx.put_message(COPY.OPENOUT.error(spec.expanded(), cause=error))
            raise COPY.NOTCOPIED.error(source) from None

    def _numbered(self, spec: FileSpec) -> FileSpec:
        """The version to make: see the top. An explicit one that is lower than the highest gets a warning."""
        number = spec.version_number or 0
        if number <= 0 or (self.output.present("REPLACE") and self.ctx.files.exists(spec)):
            return spec
        highest = self._highest(spec)
        if self.ctx.files.names.spec(self.target).version.strip(";"):
            if number < highest:
                self.status = self.ctx.put_message(COPY.HIGHVER(spec))
            return spec
        taken = self.ctx.files.exists(spec) if self.every_version else number <= highest
        return spec.with_version("") if taken else spec

    def _highest(self, spec: FileSpec) -> int:
        try:
            return self.ctx.files.find(spec.with_version(";")).version
        except VmsError:
            return 0  # whatever is wrong shows when the output is made

    def _create(self, spec: FileSpec, attributes: RecordAttributes, found: FoundFile | None) -> RecordFile:
        replacing = self.output.present("REPLACE")
        if replacing and spec.version_number and self.ctx.files.exists(spec):
            self.ctx.put_message(COPY.REPLACED(spec))
        stream = self.ctx.files.create(
            spec, attributes=self.making.attributes(attributes), supersede=replacing, allocation=self._allocation(found),
            protection=self.making.protection, characteristics=self.making.characteristics(found.header.characteristics if found else 0),
        )  # fmt: skip
        self.created += 1
        return stream

    def _allocation(self, found: FoundFile | None) -> int:
        """/ALLOCATION; the input's allocation with /NOTRUNCATE; else as much as is written."""
        if self.making.allocation is not None:
            return self.making.allocation
        return found.header.allocated if found is not None and self.output.negated("TRUNCATE") else 0

    def _overlaid(self, spec: FileSpec) -> RecordFile:
        """The file that is there, emptied; it keeps its blocks and its attributes.

        Errors: as find and open; RMS.ORG for relative and indexed files (fidelity: V7.3 copies their blocks).
        """
        found = self.ctx.files.find(spec if spec.version_number and self.ctx.files.names.spec(self.target).version else spec.with_version(""))
        if found.header.attributes.organization is not Organization.SEQUENTIAL:
            raise RMS.ORG.error()
        self.ctx.files.open(found, update=True).close()
        found.volume.truncate(found.header, 0)
        self.making.apply(self.ctx, found)
        return self.ctx.files.open(found, append=True)
