"""SET DIRECTORY: the files of directories, which are named as directories. Source: DCL Dictionary, SET DIRECTORY."""

from __future__ import annotations

from collections.abc import Iterator

from vmsemu.base.condition import Message, VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.gaps import serve_only
from vmsemu.images.common.objects import file_profile
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.acl_change import AclChange, copied_acl
from vmsemu.images.set.each import SELECTION, each_file
from vmsemu.images.set.facility import SET
from vmsemu.images.set.file import limit_versions, new_owner
from vmsemu.images.set.security import default_profile
from vmsemu.security.acl import FILE_ACCESS
from vmsemu.services.rms import FoundFile


async def set_directory(ctx: ImageContext) -> ImageResult:
    """Owner, access control list, and the version limit of files created in the directory. /DEFAULT takes the list of the directory above."""
    serve_only(ctx, "ACL", "BACKUP", "DEFAULT", "OWNER_UIC", "VERSION_LIMIT", *SELECTION, negations=True)
    acl = AclChange.of(ctx, FILE_ACCESS)
    return await each_file(ctx, _directories(ctx), lambda found: _change(ctx, acl, found))


def _change(ctx: ImageContext, acl: AclChange | None, found: FoundFile) -> Message:
    """Errors: RMS.PRV, SS.NOPRIV, LIB.INVARG."""
    profile = file_profile(found)
    fields: dict[str, object] = {}
    entries = profile.acl
    if ctx.cli.present("DEFAULT"):
        entries = copied_acl(default_profile(ctx, found).acl, entries, FILE_ACCESS)
    if acl is not None and acl.entries:
        entries = acl.apply(ctx, entries, FILE_ACCESS)
    if entries != profile.acl:
        fields["acl"] = entries
    if ctx.cli.present("OWNER_UIC"):
        fields["owner"] = new_owner(ctx)
    ctx.files.modify(found, **fields)
    limit_versions(ctx, found)
    return SET.MODIFIED(found.spec)


def _directories(ctx: ImageContext) -> Iterator[tuple[FileSpec, FoundFile | None, VmsError | None]]:
    """The directory files of `[A.B]`, `[A...]` or `NAME.DIR`. Wildcards give the directories below."""
    for item in ctx.cli.parameters("P2"):
        asked = ctx.files.parse(item.text)
        for spec in _directory_files(asked):
            try:
                for found in ctx.files.search(spec.to_text()):
                    if found.header.is_directory:
                        yield asked, found, None
            except VmsError as error:
                yield asked, None, error


def _directory_files(asked: FileSpec) -> list[FileSpec]:
    """`DEV:[A.B]` is `DEV:[A]B.DIR`, `DEV:[A...]` is that and `DEV:[A...]*.DIR`."""
    if asked.name:
        return [asked.with_fields(type=asked.type if len(asked.type) > 1 else ".DIR", version=";1")]
    path = asked.directory[1:-1]
    tree = path.endswith("...")
    path = path.removesuffix("...")
    parent, _, name = path.rpartition(".")
    own = asked.with_fields(directory=f"[{parent or '000000'}]", name=name, type=".DIR", version=";1")
    out = [own] if name else []
    return [*out, asked.with_fields(name="*", type=".DIR", version=";1")] if tree else out
