"""SHOW LOGICAL: names, tables and iterations.

The header of a private table with /FULL is captured from V7.3: a tab and the mode, then three tabs and what is known of its protection.
fidelity: the header of a shareable table (attributes, quota, protection, owner), the words of tables among names and the tree of /STRUCTURE
are proposed.

Source: DCL Dictionary, SHOW LOGICAL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmsemu.base.protection import Protection
from vmsemu.base.wildcard import is_wild, match
from vmsemu.dcl.errors import at_segment
from vmsemu.images.common.gaps import accept
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import ImageResult
from vmsemu.images.show.facility import SHOW
from vmsemu.lnm.search import MAX_DEPTH
from vmsemu.lnm.table import AccessMode, LogicalName, LogicalNameTable, NameAttribute, Scope
from vmsemu.tables.facilities import CLI, SS

_ATTRIBUTES = ((NameAttribute.TABLE, "table"), (NameAttribute.NO_ALIAS, "no_alias"), (NameAttribute.CONFINE, "confine"))
_MODES = {
    "USER_MODE": AccessMode.USER,
    "SUPERVISOR_MODE": AccessMode.SUPER,
    "EXECUTIVE_MODE": AccessMode.EXEC,
    "KERNEL_MODE": AccessMode.KERNEL,
}
_TABLES = (("PROCESS", "LNM$PROCESS"), ("JOB", "LNM$JOB"), ("GROUP", "LNM$GROUP"), ("SYSTEM", "LNM$SYSTEM"), ("CLUSTER", "LNM$CLUSTER"))
_SHARED_WITH = {Scope.SYSTEM: "shareable,system", Scope.GROUP: "shareable,group", Scope.JOB: "shareable,job", Scope.SHARED: "shareable"}


async def show_logical(ctx: ImageContext) -> ImageResult:
    """Names without wildcards are shown with their iterations; everything else table by table."""
    accept(ctx, "ALL", "INTERLOCKED")  # one member of a cluster: every change is complete
    items = [item.text for item in ctx.cli.parameters("P2")]
    if ctx.cli.present("STRUCTURE"):
        return _structure(ctx)
    tables = _tables(ctx)
    status: ImageResult = None  # success that was displayed, %X10000001
    for name in items or ["*"]:
        if not items or is_wild(name):
            _list(ctx, tables, name)
        elif not any([_show_one(ctx, tables, each) for each in _spellings(ctx, tables, name)]):
            status = ctx.put_message(SHOW.NOTRAN(name.removesuffix(":")))
    return status


# -- which tables and which names ---------------------------------------------------------------------------------------------------------


def _tables(ctx: ImageContext) -> list[LogicalNameTable]:
    """The tables that the qualifiers name, LNM$DCL_LOGICAL otherwise. Errors: SS.NOLOGTAB, SS.NOPRIV, SS.TOOMANYLNAM, CLI.CONFLICT.

    fidelity: that /CLUSTER shows all clusterwide tables is inferred.
    """
    cli, names = ctx.cli, ctx.process.names
    if cli.present("DESCENDANTS") and not cli.present("TABLE"):
        raise at_segment(CLI.CONFLICT, "DESCENDANTS")
    chosen = list(cli.values("TABLE")) + [table for word, table in _TABLES if cli.present(word)]
    out: list[LogicalNameTable] = []
    for table in chosen or ["LNM$DCL_LOGICAL"]:
        found: Iterable[LogicalNameTable]
        if is_wild(table):
            found = [t for t in names.all_tables() if match(table, t.name) and names.readable(t)]
        else:
            found = names.tables(table)
        if cli.present("DESCENDANTS") or table == "LNM$CLUSTER":
            found = [t for above in found for t in (above, *_descendants(ctx, above)) if names.readable(t)]
        if not found:
            raise SS.NOLOGTAB.error()
        out += [t for t in found if t not in out]
    return out


def _children(ctx: ImageContext, parent: LogicalNameTable) -> list[LogicalNameTable]:
    return [t for t in ctx.process.names.all_tables() if t.parent is parent and t is not parent]


def _descendants(ctx: ImageContext, parent: LogicalNameTable) -> Iterator[LogicalNameTable]:
    for table in _children(ctx, parent):
        yield table
        yield from _descendants(ctx, table)


def _outermost(ctx: ImageContext) -> AccessMode:
    """The access mode asked for; names of that mode and of inner modes are shown."""
    given = ctx.cli.value("ACCESS_MODE") or next((word for word in _MODES if ctx.cli.present(word)), "USER_MODE")
    return _MODES[given]


def _spellings(ctx: ImageContext, tables: list[LogicalNameTable], name: str) -> list[str]:
    """The names to look up: as it is, without its trailing colon, and with /CASE_BLIND also those that differ in case."""
    if not any(table.entries(name) for table in tables):
        name = name.removesuffix(":")
    if not ctx.cli.present("CASE_BLIND"):
        return [name]
    return sorted({each for table in tables for each in table.spellings(name)})


# -- one name -----------------------------------------------------------------------------------------------------------------------------


def _show_one(ctx: ImageContext, tables: list[LogicalNameTable], name: str) -> bool:
    shown, mode = False, _outermost(ctx)
    for table in tables:
        entries = [entry for entry in table.entries(name) if entry.mode <= mode]
        for entry in entries:
            _lines(ctx, tables, entry, 0, with_mode=len(entries) > 1)
            shown = True
    return shown


def _lines(ctx: ImageContext, tables: list[LogicalNameTable], entry: LogicalName, depth: int, *, with_mode: bool) -> None:
    """A name and, below it, what its equivalence names stand for in the same tables. fidelity: that nothing is said at level 10 is inferred."""
    for line in _entry_lines(ctx, entry, f"{depth or '':<3}", with_mode=with_mode, table=True):
        ctx.write(line)
    if depth >= MAX_DEPTH:
        return
    mode = _outermost(ctx)
    for translation in entry.translations:
        if translation.terminal:
            continue
        name = translation.equivalence.removesuffix(":")
        found = next((each for each in (table.get(name, mode) for table in tables) if each is not None), None)
        if found is not None:
            _lines(ctx, tables, found, depth + 1, with_mode=False)


def _entry_lines(ctx: ImageContext, entry: LogicalName, lead: str, *, with_mode: bool, table: bool) -> list[str]:
    full = ctx.cli.present("FULL")
    words = [entry.mode.short] if full or with_mode else []
    words += [word for flag, word in _ATTRIBUTES if entry.attributes & flag and (full or flag is NameAttribute.TABLE)]
    mode = f" [{','.join(words)}]" if words else ""
    where = f" ({entry.table})" if table else ""
    if not entry.translations:
        return [f'{lead}"{entry.name}"{mode} = ""{where}']
    lines = []
    for at, translation in enumerate(entry.translations):
        flags = [word for on, word in ((translation.concealed, "concealed"), (translation.terminal, "terminal")) if on] if full else []
        suffix = f" [{','.join(flags)}]" if flags else ""
        if at == 0:
            lines.append(f'{lead}"{entry.name}"{mode} = "{translation.equivalence}"{suffix}{where}')
        else:
            lines.append(f'\t= "{translation.equivalence}"{suffix}')
    return lines


# -- tables -------------------------------------------------------------------------------------------------------------------------------


def _list(ctx: ImageContext, tables: list[LogicalNameTable], pattern: str) -> None:
    """Every table with its names that match. Letters count as they are, unless /CASE_BLIND."""
    outermost, blind = _outermost(ctx), ctx.cli.present("CASE_BLIND")
    for table in tables:
        ctx.write()
        for line in _header(ctx, table):
            ctx.write(line)
        entries = [
            e for e in table if e.mode <= outermost and match(pattern.upper() if blind else pattern, e.name.upper() if blind else e.name)
        ]
        if not entries:
            continue
        ctx.write()
        names = [e.name for e in entries]
        for entry in entries:
            for line in _entry_lines(ctx, entry, "  ", with_mode=names.count(entry.name) > 1, table=False):
                ctx.write(line)


def _header(ctx: ImageContext, table: LogicalNameTable) -> list[str]:
    if not ctx.cli.present("FULL"):
        return [f"({table.name})"]
    first, second = f"({table.name})\t[{table.mode.short}]", "[no protection information]"
    if table.scope is not Scope.PRIVATE:
        first += f"  [{_SHARED_WITH[table.scope]}]"
    if table.quota:
        first += f"  [Quota=({table.used},{table.quota})]"
    if table.protection is not None:
        owner = ctx.system.rights.uic_text(table.owner) if table.owner is not None else "[SYSTEM]"
        second = f"[Protection=({_masks(table.protection)})]  [Owner={owner}]"
    return [first, f"\t\t\t{second}"]


def _masks(protection: Protection) -> str:
    """The access of the four classes: of a table the third bit is create."""
    return ",".join(mask.replace("E", "C") for _, mask in protection.classes())


def _structure(ctx: ImageContext) -> ImageResult:
    """The tree of tables."""

    def show(table: LogicalNameTable, depth: int) -> None:
        ctx.write("    " * depth + f"({table.name})")
        for below in _children(ctx, table):
            show(below, depth + 1)

    for root in (ctx.process.names.directory, ctx.process.names.node.directory):
        show(root, 0)
    return None
