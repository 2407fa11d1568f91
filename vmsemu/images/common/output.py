"""Output specifications of COPY, RENAME and APPEND: what the user leaves out or writes `*` comes from the input. Listings in files."""

from __future__ import annotations

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.filespec import FileSpec, output_fields
from vmsemu.images.context import ImageContext
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS

_WHOLE = ("*", "...", "*...")


def output_spec(ctx: ImageContext, target: str, source: FileSpec, *, version: bool) -> FileSpec:
    """The output for one input. With `version` an output that takes its name and type from the input takes its version too.

    Wildcards for the whole directory stand for the input's. Errors: RMS.WLD for partial wildcards.
    """
    wanted = ctx.files.parse(target)
    written = ctx.files.names.spec(target)
    logical = not written.device and not written.directory and not written.type and wanted.name != written.name
    name = "" if logical and not wanted.name else wanted.name
    from_input = name in ("", "*")
    type_from_input = wanted.type in ("", ".*") or (wanted.type == "." and not written.type)
    directory = wanted.directory
    if "*" in directory or "..." in directory:
        if written.directory.strip("[]<>") not in _WHOLE:
            raise RMS.WLD.error()
        directory = source.directory
    kept = written.version.strip(";*")
    take_version = version and from_input and type_from_input and not kept
    taken = ";*" if take_version or written.version == ";*" else f";{kept}" if kept else ""
    return output_fields(FileSpec(wanted.node, wanted.device, directory, name, "" if type_from_input else wanted.type, taken), source)


def shown_spec(ctx: ImageContext, text: str, default: str = "", related: str = "") -> FileSpec | str:
    """An output as OPENOUT shows it: what does not parse as it was typed."""
    try:
        return ctx.files.parse(text, default, related)
    except VmsError:
        return text


class TextOutput:
    """A listing in a file. Errors of all methods: `failure`, with what the file system says of it."""

    def __init__(self, file: RecordFile, failure: MessageDefinition) -> None:
        self._file = file
        self._failure = failure
        self.spec = file.spec

    def write(self, text: str) -> None:
        """A line."""
        try:
            self._file.put_text(text)
        except VmsError as error:
            raise self._failure.error(self.spec, cause=error) from None

    def close(self) -> None:
        try:
            self._file.close()
        except VmsError as error:
            raise self._failure.error(self.spec, cause=error) from None
