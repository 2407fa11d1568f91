"""SET SECURITY and SET ACL: owner, protection and access control list of files, volumes, devices, queues and logical name tables.

/LIKE copies the profile of another object, /DEFAULT makes that of a file what a new file in its directory would have. The ACL editor and the
templates of classes (/PROFILE) are not here. Source: DCL Dictionary, SET SECURITY and SET ACL.
"""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.condition import Message
from vmsemu.base.protection import Protection
from vmsemu.dcl.errors import at_segment
from vmsemu.images.common.gaps import refuse
from vmsemu.images.common.objects import ObjectProfile, ProtectedObject, class_of, file_profile, find_object, object_protection
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.set.acl_change import AclChange, copied_acl
from vmsemu.images.set.each import each_file, each_named
from vmsemu.images.set.facility import SET
from vmsemu.security.acl import OBJECT_ACCESS, AccessNames
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import CLI, SS

_FILES_ONLY = ("BACKUP", "BEFORE", "BY_OWNER", "CONFIRM", "CREATED", "DEFAULT", "EXCLUDE", "EXPIRED", "MODIFIED", "SINCE")
NO_ACCESS = Protection(0, 0, 0, 0)
_ELEMENTS = ("ACL", "OWNER", "PROTECTION")


class _Change:
    """What the command asks for. Errors: SET.SYNTAX, CLI.IVPROT, CLI.IVKEYW, SS.NOSUCHID, those of finding the object of /LIKE."""

    def __init__(self, ctx: ImageContext, names: AccessNames, like_class: str | None, like_name: str | None) -> None:
        cli = ctx.cli
        self.ctx = ctx
        self.names = names
        self.acl = AclChange.of(ctx, names)
        self.owner = ctx.system.rights.parse_owner(cli.value("OWNER") or "") if cli.present("OWNER") else None
        self.protection = cli.values("PROTECTION")
        object_protection(self.protection, names, NO_ACCESS)
        self.like = _profile_of(ctx, like_class, like_name) if like_name is not None else None
        if like_name is not None and OBJECT_ACCESS[class_of(like_class)] != names:
            raise at_segment(CLI.CONFLICT, "LIKE")
        self.elements = tuple(word.upper() for word in cli.values("COPY_ATTRIBUTES")) or _ELEMENTS
        if ctx.cli.syntax == "SET_ACL":
            self.elements = ("ACL",)

    def profile(self, now: ObjectProfile, default: ObjectProfile | None) -> ObjectProfile:
        """The profile afterwards; `default` is that of /DEFAULT. Errors: as AclChange.apply."""
        source = self.like or default
        if source is not None:
            if "ACL" in self.elements:
                now = replace(now, acl=copied_acl(source.acl, now.acl, self.names))
            if "OWNER" in self.elements:
                now = replace(now, owner=source.owner)
            if "PROTECTION" in self.elements:
                now = replace(now, protection=source.protection)
        if self.acl is not None and (self.acl.entries or source is None):
            now = replace(now, acl=self.acl.apply(self.ctx, now.acl, self.names))
        if self.owner is not None:
            now = replace(now, owner=self.owner)
        if self.protection:
            now = replace(now, protection=object_protection(self.protection, self.names, now.protection))
        return now


async def set_security(ctx: ImageContext) -> ImageResult:
    """SET SECURITY object[,...]"""
    refuse(ctx, "EDIT")
    like = ctx.cli.value("LIKE.NAME") if ctx.cli.present("LIKE") else None
    if ctx.cli.present("LIKE") and like is None:
        raise CLI.INSFPRM.error()
    object_class = class_of(ctx.cli.value("CLASS"))
    return await _set(ctx, object_class, ctx.cli.value("LIKE.CLASS") or object_class, like)


async def set_acl(ctx: ImageContext) -> ImageResult:
    """SET ACL object[,...]: the list alone, with the qualifiers of older versions."""
    refuse(ctx, "EDIT")
    object_class = class_of(ctx.cli.value("TYPE"))
    like = ctx.cli.value("LIKE.OBJECT_NAME") if ctx.cli.present("LIKE") else None
    if ctx.cli.present("LIKE") and like is None:
        raise CLI.INSFPRM.error()
    return await _set(ctx, object_class, ctx.cli.value("LIKE.OBJECT_TYPE") or object_class, like)


async def _set(ctx: ImageContext, object_class: str, like_class: str | None, like: str | None) -> ImageResult:
    change = _Change(ctx, OBJECT_ACCESS[object_class], like_class, like)
    if object_class == "FILE":
        return await each_file(ctx, input_files(ctx, "P2", ""), lambda found: _set_file(ctx, change, found), not_set=SET.NOTSETE)
    for word in _FILES_ONLY:
        if ctx.cli.present(word):
            raise at_segment(CLI.IVQUAL, word)
    return await each_named(ctx, lambda name: _set_object(ctx, change, object_class, name))


def _set_object(ctx: ImageContext, change: _Change, object_class: str, name: str) -> str:
    target = find_object(ctx, object_class, name)
    target.change(change.profile(target.profile(), None))
    return target.name


def _set_file(ctx: ImageContext, change: _Change, found: FoundFile) -> Message:
    """Errors: RMS.PRV, SS.NOPRIV for an owner that files cannot be given to, those of AclChange.apply."""
    now = file_profile(found)
    wanted = change.profile(now, default_profile(ctx, found) if ctx.cli.present("DEFAULT") else None)
    set_file_profile(ctx, found, wanted)
    return SET.MODIFIED(found.spec)


def set_file_profile(ctx: ImageContext, found: FoundFile, profile: ObjectProfile) -> None:
    """Errors: RMS.PRV without control access, SS.NOPRIV for an owner that files cannot be given to, SS.EXDISKQUOTA."""
    if profile.owner != found.header.owner and not ctx.files.security.may_own(profile.owner):
        raise SS.NOPRIV.error()
    ctx.files.modify(found, owner=profile.owner, protection=profile.protection, acl=profile.acl)


def default_profile(ctx: ImageContext, found: FoundFile) -> ObjectProfile:
    """What the file would have if it were made now in its directory, without an earlier version."""
    security, parent = ctx.files.security, found.volume.header(found.directory)
    owner = security.new_owner(parent)
    if found.header.is_directory:
        return ObjectProfile(owner, security.new_directory_protection(parent), security.new_directory_acl(parent))
    protection = security.new_protection(parent)
    return ObjectProfile(owner, protection, security.new_acl(parent, None, owner, protection))


def _profile_of(ctx: ImageContext, object_class: str | None, name: str) -> ObjectProfile:
    """The profile of the object that /LIKE names. Errors: those of finding it."""
    if class_of(object_class) == "FILE":
        return file_profile(ctx.files.find(name))
    found: ProtectedObject = find_object(ctx, class_of(object_class), name)
    return found.profile()


