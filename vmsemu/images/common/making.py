"""What an output file is made with: /ALLOCATION, /EXTENSION, /CONTIGUOUS and /PROTECTION of COPY and APPEND, and the checks of what was copied.

Blocks are not placed on the disk here, so every allocation can be had in one piece: /CONTIGUOUS marks the file.
Source: DCL Dictionary, COPY and APPEND.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest

from vmsemu.base.condition import MessageDefinition
from vmsemu.base.filespec import FileSpec
from vmsemu.base.protection import Protection
from vmsemu.files.attributes import RecordAttributes
from vmsemu.files.header import CONTIG
from vmsemu.images.context import ImageContext
from vmsemu.services.rms import FoundFile
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import SS
from vmsemu.tables.parsed import ParameterItem

_MAXIMUM_EXTENSION = 65535


@dataclass(frozen=True, slots=True)
class OutputQualifiers:
    """The qualifiers of an output file. `allocation` is None when it was not asked for; sizes are blocks."""

    allocation: int | None
    extension: int | None
    contiguous: bool | None
    protection: str

    @classmethod
    def of(cls, answers: ParsedCommand | ParameterItem) -> OutputQualifiers:
        """Read them from the command, or from the parameter that they may follow. Errors: SS.BADPARAM for a size no file can have."""
        allocation = answers.integer("ALLOCATION") if answers.present("ALLOCATION") else None
        extension = answers.integer("EXTENSION") if answers.present("EXTENSION") else None
        if (allocation or 0) < 0 or not 0 <= (extension or 0) <= _MAXIMUM_EXTENSION:
            raise SS.BADPARAM.error()
        contiguous = True if answers.present("CONTIGUOUS") else False if answers.negated("CONTIGUOUS") else None
        return cls(allocation, extension, contiguous, ",".join(answers.values("PROTECTION")))

    def attributes(self, inputs: RecordAttributes) -> RecordAttributes:
        """The record attributes of the output, given those of its input."""
        return inputs if self.extension is None else replace(inputs, extension=self.extension)

    def characteristics(self, inputs: int = 0) -> int:
        """The characteristics of a new file, given those of its input."""
        return inputs & CONTIG if self.contiguous is None else CONTIG if self.contiguous else 0

    def apply(self, ctx: ImageContext, found: FoundFile) -> None:
        """Give a file that is there what was asked for. Errors: RMS.FUL, RMS.PRV."""
        header = found.header
        if self.extension is not None:
            header.attributes = self.attributes(header.attributes)
        if self.contiguous:
            header.characteristics |= CONTIG
        if self.allocation is not None:
            found.volume.extend(header, self.allocation)
        if self.protection:
            ctx.files.modify(found, protection=Protection.from_text(self.protection, header.protection))
        elif self != _NOTHING:
            found.volume.write_header(header)


_NOTHING = OutputQualifiers(None, None, None, "")


def check_read_back(one: Iterable[bytes], other: Iterable[bytes], failure: MessageDefinition, spec: FileSpec) -> None:
    """Compare the records of two readings (/READ_CHECK), or of input and output (/WRITE_CHECK). Errors: `failure` with SS.DATACHECK."""
    if any(a != b for a, b in zip_longest(one, other)):
        raise failure.error(spec, cause=SS.DATACHECK)
