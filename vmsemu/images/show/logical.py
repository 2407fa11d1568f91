"""SHOW LOGICAL: names, tables and iterations. Source: DCL Dictionary, SHOW LOGICAL; layouts as on V7.3."""

from __future__ import annotations

from vmsemu.base.wildcard import is_wild, match
from vmsemu.images.common.gaps import accept, refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.facility import SHOW
from vmsemu.lnm.table import AccessMode, LogicalName, LogicalNameTable, NameAttribute
from vmsemu.tables.facilities import SS

_MAXIMUM_DEPTH = 10


async def show_logical(ctx: ImageContext) -> ImageResult:
    """Names without wildcards are shown with their iterations; everything else table by table."""
    refuse(ctx, "CASE_BLIND", "CLUSTER", "DESCENDANTS", "INTERLOCKED")
    accept(ctx, "ALL")
    items = [item.text for item in ctx.cli.parameters("P2")]
    if ctx.cli.present("STRUCTURE"):
        return _structure(ctx)
    status: ImageResult = SS.NORMAL
    for text in items or ["*"]:
        name = text.removesuffix(":")
        if not items or is_wild(name):
            _list(ctx, name)
        elif not _show_one(ctx, name):
            status = ctx.put_message(SHOW.NOTRAN(name))
    return status


def _tables(ctx: ImageContext) -> list[LogicalNameTable]:
    """The tables that the qualifiers name, LNM$DCL_LOGICAL otherwise. Errors: SS.NOLOGTAB."""
    cli = ctx.cli
    chosen = list(cli.values("TABLE"))
    chosen += [f"LNM${word}" for word in ("PROCESS", "JOB", "GROUP", "SYSTEM") if cli.present(word)]
    out: list[LogicalNameTable] = []
    for table in chosen or ["LNM$DCL_LOGICAL"]:
        found = [t for t in ctx.process.names.all_tables() if match(table, t.name)] if is_wild(table) else list(ctx.process.names.tables(table))
        if not found:
            raise SS.NOLOGTAB.error()
        out += [t for t in found if t not in out]
    return out


def _modes(ctx: ImageContext, entry: LogicalName) -> bool:
    cli = ctx.cli
    mode = cli.value("ACCESS_MODE")
    if cli.present("USER_MODE") or mode == "USER_MODE":
        return entry.mode == AccessMode.USER
    if cli.present("SUPERVISOR_MODE") or mode == "SUPERVISOR_MODE":
        return entry.mode == AccessMode.SUPER
    if cli.present("EXECUTIVE_MODE") or mode == "EXECUTIVE_MODE":
        return entry.mode == AccessMode.EXEC
    return True


def _show_one(ctx: ImageContext, name: str) -> bool:
    shown = False
    for table in _tables(ctx):
        entries = [e for e in table.entries(name) if _modes(ctx, e) and not e.is_table]
        for entry in entries:
            _lines(ctx, entry, 0, with_mode=len(entries) > 1)
            shown = True
    return shown


def _lines(ctx: ImageContext, entry: LogicalName, depth: int, *, with_mode: bool) -> None:
    lead = f"{depth or '':<3}"
    for line in _entry_lines(ctx, entry, lead, with_mode=with_mode, table=True):
        ctx.write(line)
    if depth >= _MAXIMUM_DEPTH:
        return
    for translation in entry.translations:
        if translation.terminal and not translation.concealed:
            continue
        found = ctx.process.names.translate(translation.equivalence.removesuffix(":"))
        if found is not None and found.translations:
            _lines(ctx, found, depth + 1, with_mode=False)


def _entry_lines(ctx: ImageContext, entry: LogicalName, lead: str, *, with_mode: bool, table: bool) -> list[str]:
    full = ctx.cli.present("FULL")
    words = [entry.mode.short] if full or with_mode else []
    if full:
        words += [word for flag, word in ((NameAttribute.NO_ALIAS, "no_alias"), (NameAttribute.CONFINE, "confine")) if entry.attributes & flag]
    mode = f" [{','.join(words)}]" if words else ""
    lines = []
    for at, translation in enumerate(entry.translations):
        flags = [word for on, word in ((translation.concealed, "concealed"), (translation.terminal, "terminal")) if on] if full else []
        suffix = f" [{','.join(flags)}]" if flags else ""
        if at == 0:
            where = f" ({entry.table})" if table else ""
            lines.append(f'{lead}"{entry.name}"{mode} = "{translation.equivalence}"{suffix}{where}')
        else:
            lines.append(f'\t= "{translation.equivalence}"{suffix}')
    return lines


def _list(ctx: ImageContext, pattern: str) -> None:
    for table in _tables(ctx):
        ctx.write()
        ctx.write(f"({table.name})")
        entries = [e for e in table if match(pattern, e.name) and _modes(ctx, e) and not e.is_table]
        if not entries:
            continue
        ctx.write()
        names = [e.name for e in entries]
        for entry in sorted(entries, key=lambda e: (e.name, -e.mode)):
            for line in _entry_lines(ctx, entry, "  ", with_mode=names.count(entry.name) > 1, table=False):
                ctx.write(line)


def _structure(ctx: ImageContext) -> ImageResult:
    """The tree of tables. fidelity: the layout is proposed."""
    tables = ctx.process.names.all_tables()

    def walk(parent: LogicalNameTable, depth: int) -> None:
        for table in tables:
            if table.parent is parent and table is not parent:
                ctx.write("    " * depth + f"({table.name})")
                walk(table, depth + 1)

    for root in [t for t in tables if t.parent is None or t.parent is t]:
        ctx.write(f"({root.name})")
        walk(root, 1)
    return SS.NORMAL
