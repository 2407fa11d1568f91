"""COPY: copy files, or join several into one. Source: DCL Dictionary, COPY."""

from __future__ import annotations

from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.protection import Protection
from vmsemu.files.attributes import RecordAttributes
from vmsemu.images.common.devices import is_record_device, read_records
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.output import output_spec
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.rms import FoundFile, RecordFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

COPY = Facility(__package__, "copy.msg")


@dataclass
class _Copier:
    """One COPY command: the output being written, and what was created."""

    ctx: ImageContext
    target: str
    joined: RecordFile | None = None
    created: int = 0

    def question(self, found: FoundFile) -> str:
        """What /CONFIRM asks. fidelity: recalled."""
        return f"COPY {found.spec} to {output_spec(self.ctx, self.target, found.spec, version=False)}"

    def copy(self, found: FoundFile, *, joining: bool) -> None:
        """Copy one input. Errors: COPY.OPENIN, COPY.OPENOUT."""
        if found.header.is_directory:
            raise COPY.ILLDIRCOPY.error(found.spec)
        try:
            source = self.ctx.files.open(found)
        except VmsError as error:
            raise COPY.OPENIN.error(found.spec, cause=error) from None
        try:
            if joining and self.joined is not None:
                self._join(source, found)
                return
            target = self._create(found.spec, found.header.attributes, self._protection(found))
            spec = target.spec
            if joining:
                self.joined = target
                for record in source:
                    target.put(record)
            else:
                self._contents(source, target, found)
        finally:
            source.close()
        if self.ctx.cli.present("LOG"):
            self.ctx.put_message(COPY.COPIED(found.spec, spec, found.header.used_blocks))

    async def copy_device(self, name: str, *, joining: bool) -> None:
        """Copy the records of a terminal, of SYS$INPUT or of the null device. Errors: COPY.OPENIN, COPY.NOTCOPIED."""
        try:
            source = self.ctx.files.open(name)
        except VmsError as error:
            raise COPY.OPENIN.error(name, cause=error) from None
        with source:
            target = self.joined if joining and self.joined is not None else self._create(source.spec, source.attributes)
            data = await read_records(self.ctx, source)
            for record in data:
                target.put(record)
        if joining:
            self.joined = target
        else:
            target.close()
        if self.ctx.cli.present("LOG"):
            self.ctx.put_message(COPY.COPIEDR(source.spec, target.spec, len(data)))

    def _contents(self, source: RecordFile, target: RecordFile, found: FoundFile) -> None:
        """All bytes at once within a volume, record by record to another. Errors: COPY.WRITEERR."""
        try:
            if target.stream is None and self.ctx.files.device_of(target.spec) is found.device:
                target.close()
                found.volume.copy_contents(found.header, target.header)
                return
            for record in source:
                target.put(record)
            target.close()
        except VmsError as error:
            raise COPY.WRITEERR.error(target.spec, cause=error) from None

    def _create(self, source: FileSpec, attributes: RecordAttributes, protection: Protection | None = None) -> RecordFile:
        if is_record_device(self.ctx, self.target):
            return self.ctx.files.create(self.target)
        spec = output_spec(self.ctx, self.target, source, version=True)
        try:
            stream = self.ctx.files.create(spec, attributes=attributes, protection=protection)
        except VmsError as error:
            if error.matches(RMS.FEX) and not FileSpec.from_text(self.target).version.strip(";"):
                spec = FileSpec.from_text(spec).with_fields(version="").to_text()
                stream = self.ctx.files.create(spec, attributes=attributes, protection=protection)
            else:
                self.ctx.put_message(COPY.OPENOUT.error(spec, cause=error))
                raise COPY.NOTCOPIED.error(source) from None
        self.created += 1
        return stream

    def _protection(self, found: FoundFile) -> Protection:
        values = self.ctx.cli.values("PROTECTION")
        return Protection.from_text(",".join(values), found.header.protection) if values else found.header.protection

    def _join(self, source: RecordFile, found: FoundFile) -> None:
        """Append the records of a further input."""
        assert self.joined is not None
        if found.header.attributes.format != self.joined.attributes.format:
            self.ctx.put_message(COPY.INCOMPAT(found.spec, self.joined.spec))
        count = 0
        for record in source:
            self.joined.put(record)
            count += 1
        if self.ctx.cli.present("LOG"):
            self.ctx.put_message(COPY.COPIEDR(found.spec, self.joined.spec, count))


@image("COPY")
async def copy(ctx: ImageContext) -> ImageResult:
    """Copy each input; several inputs to one named output are joined."""
    refuse(ctx, "FTP", "OVERLAY", "REPLACE", "TRUNCATE", "VOLUME", "CONTIGUOUS", "ALLOCATION", "EXTENSION", "READ_CHECK", "STYLE", "WRITE_CHECK")
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    target = ctx.cli.value("P2") or ""
    wanted = FileSpec.from_text(target)
    inputs = ctx.cli.parameters("P1")
    named = bool(wanted.name) and "*" not in wanted.name and "*" not in wanted.type
    several = len(inputs) > 1 or ctx.files.parse(inputs[0].text).has_wildcards
    joining = named and several and not ctx.cli.negated("CONCATENATE")
    copier = _Copier(ctx, target)
    status: ImageResult = SS.NORMAL
    for asked, found, error in input_files(ctx, "P1", "", devices=True):
        if found is None and error is None:
            try:
                await copier.copy_device(asked.device, joining=joining)
            except VmsError as failure:
                status = ctx.put_message(failure)
            continue
        if found is None:
            status = ctx.put_message(COPY.OPENIN.error(asked, cause=error))
            continue
        if not selection.wants(found) or not await confirmation.allows(copier.question(found)):
            continue
        try:
            copier.copy(found, joining=joining)
        except VmsError as failure:
            status = ctx.put_message(failure)
    if copier.joined is not None:
        copier.joined.close()
    if ctx.cli.present("LOG") and copier.created > 1:
        ctx.put_message(COPY.NEWFILES(copier.created))
    return status
