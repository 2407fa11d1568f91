"""SHOW SECURITY and SHOW ACL: owner, protection and access control list of files. Source: DCL Dictionary, SHOW SECURITY and SHOW ACL.

Objects of other classes than FILE are refused.
"""

from __future__ import annotations

from vmsemu.base.protection import Protection
from vmsemu.dcl.errors import at_segment
from vmsemu.images.common.selection import input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.facility import SHOW
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import CLI, SS


async def show_security(ctx: ImageContext) -> ImageResult:
    """The security profile of each file."""
    _only_files(ctx, ctx.cli.value("CLASS"))
    status: ImageResult = SS.NORMAL
    for asked, found, error in input_files(ctx, "P2", ""):
        if found is None:
            status = ctx.put_message(SHOW.SEARCHFAIL.error(asked, cause=error))
            continue
        ctx.write()
        ctx.write(f"{found.spec} object of class FILE")
        ctx.write(f"     Owner: {ctx.system.rights.uic_text(found.header.owner)}")
        ctx.write(f"     Protection: {_protection(found.header.protection)}")
        ctx.write("     Access Control List: " + ("" if found.header.acl else "<empty>"))
        for ace in found.header.acl:
            ctx.write(" " * 10 + ace)
    return status


async def show_acl(ctx: ImageContext) -> ImageResult:
    """The access control list of each file."""
    _only_files(ctx, ctx.cli.value("TYPE"))
    status: ImageResult = SS.NORMAL
    for asked, found, error in input_files(ctx, "P2", ""):
        if found is None:
            status = ctx.put_message(SHOW.SEARCHFAIL.error(asked, cause=error))
        elif not found.header.acl:
            status = ctx.put_message(SS.ACLEMPTY)
        else:
            _acl(ctx, found)
    return status


def _acl(ctx: ImageContext, found: FoundFile) -> None:
    ctx.write(f"Object type: FILE,  Object name: {found.spec},  on {ctx.now.to_text()}")
    ctx.write()
    for ace in found.header.acl:
        ctx.write(" " * 10 + ace)


def _only_files(ctx: ImageContext, wanted: str | None) -> None:
    """Errors: CLI.IVKEYW for another class of objects."""
    if wanted is not None and not "FILE".startswith(wanted.upper()):
        raise at_segment(CLI.IVKEYW, wanted)


def _protection(protection: Protection) -> str:
    """`(System: RWED, Owner: RWED, Group: RE, World)`: a class without access stands alone."""
    letters = protection.to_text().strip("()").split(",")
    names = ("System", "Owner", "Group", "World")
    return "(" + ", ".join(f"{name}: {text}" if text else name for name, text in zip(names, letters, strict=True)) + ")"
