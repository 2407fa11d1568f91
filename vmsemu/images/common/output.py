"""Output specifications of COPY, RENAME and APPEND: what the user leaves out or writes `*` comes from the input."""

from __future__ import annotations

from vmsemu.base.filespec import FileSpec, output_fields
from vmsemu.images.context import ImageContext
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
