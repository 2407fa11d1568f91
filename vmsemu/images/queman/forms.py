"""DEFINE and DELETE for forms and characteristics. Source: DCL Dictionary, DEFINE/FORM, DEFINE/CHARACTERISTIC."""

from __future__ import annotations

from dataclasses import replace

from vmsemu.base.condition import VmsError
from vmsemu.base.extended import upper
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.delete.delete import DELETE
from vmsemu.images.queman.facility import QUEMAN
from vmsemu.images.queman.values import bounded, manager_of
from vmsemu.images.registry import ImageResult
from vmsemu.queue.form import Form
from vmsemu.queue.jbc import JBC
from vmsemu.queue.status import FormFlags


async def define_form(ctx: ImageContext) -> ImageResult:
    """DEFINE/FORM name number: a new form, or changes of one that is there."""
    refuse(ctx, "PAGE_SETUP")
    manager, cli = manager_of(ctx), ctx.cli
    name = upper(cli.value("P1") or "")
    if not name or len(name) > 31:
        raise JBC.INVFORNAM.error()
    old = manager.forms.get(name)
    number = cli.integer("P2", -1)
    if old is None and number < 0:
        raise JBC.MISREQPAR.error()
    form = old or Form(name, number)
    if number >= 0:
        form = replace(form, number=number)
    if cli.present("DESCRIPTION"):
        form = replace(form, description=cli.value("DESCRIPTION") or "")
    if cli.present("STOCK"):
        form = replace(form, stock=upper(cli.value("STOCK") or ""))
    if cli.present("LENGTH"):
        form = replace(form, length=bounded(ctx, "LENGTH", 1, 255))
    if cli.present("WIDTH"):
        form = replace(form, width=bounded(ctx, "WIDTH", 0, 65535))
    for word, field in (("BOTTOM", "bottom"), ("LEFT", "left"), ("RIGHT", "right"), ("TOP", "top")):
        if cli.present(f"MARGIN.{word}"):
            form = replace(form, **{field: bounded(ctx, f"MARGIN.{word}", 0, 65535)})  # type: ignore[arg-type]
    if cli.present("SETUP") or cli.negated("SETUP"):
        form = replace(form, setup=tuple(cli.values("SETUP")))
    manager.define_form(replace(form, flags=_flags(ctx, form.flags)), ctx.process.credentials)
    await ctx.kernel.durable()
    return JBC.NORMAL


def _flags(ctx: ImageContext, flags: FormFlags) -> FormFlags:
    """/SHEET_FEED, /TRUNCATE and /WRAP; the last two exclude each other."""
    for word in ("SHEET_FEED", "TRUNCATE", "WRAP"):
        if ctx.cli.present(word):
            flags |= FormFlags[word]
            flags &= ~{"TRUNCATE": FormFlags.WRAP, "WRAP": FormFlags.TRUNCATE}.get(word, FormFlags(0))
        elif ctx.cli.negated(word):
            flags &= ~FormFlags[word]
    return flags


async def define_characteristic(ctx: ImageContext) -> ImageResult:
    """DEFINE/CHARACTERISTIC name number"""
    manager_of(ctx).define_characteristic(ctx.cli.value("P1") or "", ctx.cli.integer("P2"), ctx.process.credentials)
    await ctx.kernel.durable()
    return JBC.NORMAL


async def delete_form(ctx: ImageContext) -> ImageResult:
    """DELETE/FORM name"""
    name = ctx.cli.value("P1") or ""
    try:
        manager_of(ctx).delete_form(name, ctx.process.credentials)
    except VmsError as error:
        raise (DELETE.SEARCHFAIL if error.matches(JBC.NOSUCHFORM) else DELETE.FILNOTDEL).error(name, cause=error) from error
    return await _deleted(ctx, name)


async def delete_characteristic(ctx: ImageContext) -> ImageResult:
    """DELETE/CHARACTERISTIC name"""
    name = ctx.cli.value("P1") or ""
    try:
        manager_of(ctx).delete_characteristic(name, ctx.process.credentials)
    except VmsError as error:
        raise (DELETE.SEARCHFAIL if error.matches(JBC.NOSUCHCHAR) else DELETE.FILNOTDEL).error(name, cause=error) from error
    return await _deleted(ctx, name)


async def _deleted(ctx: ImageContext, name: str) -> ImageResult:
    await ctx.kernel.durable()
    if ctx.cli.present("LOG"):
        ctx.put_message(QUEMAN.OBJDEL(name))
    return JBC.NORMAL
