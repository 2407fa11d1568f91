"""SHOW SECURITY and SHOW ACL: owner, protection and access control list of an object. Source: DCL Dictionary, SHOW SECURITY and SHOW ACL.

Classes without objects here are refused. fidelity: the heading of SHOW ACL with entries, and the names of objects other than files.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.images.common.objects import ObjectProfile, class_of, file_profile, find_object, protection_text
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.facility import SHOW
from vmsemu.security.access import READ
from vmsemu.security.acl import OBJECT_ACCESS
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import CLI, SS


async def show_security(ctx: ImageContext) -> ImageResult:
    """The security profile of each object."""
    object_class = class_of(ctx.cli.value("CLASS"))
    if not ctx.cli.parameters("P2"):
        raise CLI.INSFPRM.error()
    status: ImageResult = SS.NORMAL
    if object_class == "FILE":
        for asked, found, error in input_files(ctx, "P2", ""):
            if found is None:
                status = ctx.put_message(SHOW.SEARCHFAIL.error(asked, cause=error))
            else:
                _security(ctx, str(found.spec), "FILE", _visible(ctx, found))
        return status
    for item in ctx.cli.parameters("P2"):
        try:
            target = find_object(ctx, object_class, item.text)
        except VmsError as failure:
            status = ctx.put_message(SHOW.SEARCHFAIL.error(item.text.upper(), cause=failure))
            continue
        _security(ctx, target.name, object_class, target.profile())
    return status


def _visible(ctx: ImageContext, found: FoundFile) -> ObjectProfile:
    profile = file_profile(found)
    return ObjectProfile(profile.owner, profile.protection, ctx.files.security.shown_acl(found.header))


def _security(ctx: ImageContext, name: str, object_class: str, profile: ObjectProfile) -> None:
    ctx.write()
    ctx.write(f"{name} object of class {object_class}")
    ctx.write(f"     Owner: {ctx.system.rights.uic_text(profile.owner)}")
    ctx.write(f"     Protection: {protection_text(profile.protection, OBJECT_ACCESS[object_class])}")
    ctx.write("     Access Control List:" + ("" if profile.acl else " <empty>"))
    for ace in profile.acl:
        ctx.write(" " * 10 + ace)


async def show_acl(ctx: ImageContext) -> ImageResult:
    """The access control list of each object."""
    object_class = class_of(ctx.cli.value("TYPE"))
    if object_class != "FILE":
        target = find_object(ctx, object_class, ctx.cli.parameters("P2")[0].text)
        return _acl(ctx, object_class, target.name, target.profile().acl)
    status: ImageResult = SS.NORMAL
    for asked, found, error in input_files(ctx, "P2", ""):
        if found is None:
            status = ctx.put_message(SHOW.SEARCHFAIL.error(asked, cause=error))
        elif not ctx.files.security.volume_allowed(found.volume, READ):
            status = ctx.put_message(SS.NOPRIV)
        else:
            status = _acl(ctx, "FILE", str(found.spec), ctx.files.security.shown_acl(found.header))
    return status


def _acl(ctx: ImageContext, object_class: str, name: str, acl: tuple[str, ...]) -> ImageResult:
    if not acl:
        return ctx.put_message(SS.ACLEMPTY)
    ctx.write(f"Object type: {object_class},  Object name: {name},  on {ctx.now.to_text()}")
    ctx.write()
    for ace in acl:
        ctx.write(" " * 10 + ace)
    return SS.NORMAL
