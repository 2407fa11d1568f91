"""What SUBMIT, PRINT and SET ENTRY have in common: the qualifiers that describe a job, and its files. Source: DCL Dictionary, those commands."""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.extended import upper
from vmsemu.base.privilege import Privilege
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.images.common.selection import Confirmation, Selection, input_files
from vmsemu.images.context import ImageContext
from vmsemu.images.queman.values import bounded, characteristics, cpu_limit, manager_of, working_set
from vmsemu.queue.entry import Entry, JobAttributes, JobFile
from vmsemu.queue.jbc import JBC
from vmsemu.queue.notify import job_reply
from vmsemu.queue.status import FileFlags, Retention
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import RMS
from vmsemu.tables.parsed import ParameterItem

_BLOCK = 512


def job_attributes(ctx: ImageContext) -> JobAttributes:
    """What the command says of the job. Errors: CLI.IVVALU and its like for bad values, JBC.NOSUCHCHAR, INVPARLEN."""
    out: JobAttributes = {}
    for word, reader in _READERS.items():
        if ctx.cli.present(word) or ctx.cli.negated(word):
            reader(ctx, out)
    return out


def _after(ctx: ImageContext, out: JobAttributes) -> None:
    out["after"] = None if ctx.cli.negated("AFTER") else VmsTime.from_text(ctx.cli.value("AFTER") or "", ctx.now)


def _name(ctx: ImageContext, out: JobAttributes) -> None:
    name = ctx.cli.value("NAME") or ""
    if len(name) > 39:
        raise JBC.INVPARLEN.error()
    out["name"] = name


def _parameters(ctx: ImageContext, out: JobAttributes) -> None:
    values = [] if ctx.cli.negated("PARAMETERS") else ctx.cli.values("PARAMETERS")
    if len(values) > 8 or any(len(v) > 255 for v in values):
        raise JBC.INVPARLEN.error()
    out["parameters"] = tuple(values)


def _priority(ctx: ImageContext, out: JobAttributes) -> None:
    if not ctx.cli.negated("PRIORITY"):
        out["priority"] = bounded(ctx, "PRIORITY", 0, 255)


def _retain(ctx: ImageContext, out: JobAttributes) -> None:
    out["retain"] = Retention.DEFAULT
    if ctx.cli.negated("RETAIN"):
        return
    out["retain"] = Retention[ctx.cli.value("RETAIN") or "DEFAULT"]
    if out["retain"] is Retention.UNTIL:
        out["retain_until"] = VmsTime.from_text(ctx.cli.value("RETAIN.UNTIL") or "", ctx.now)


def _log_file(ctx: ImageContext, out: JobAttributes) -> None:
    out["log_null"] = ctx.cli.negated("LOG_FILE")
    spec = ctx.cli.value("LOG_FILE")
    if spec and not out["log_null"]:
        out["log_file"] = ctx.files.parse(spec, default="SYS$LOGIN:.LOG").to_text().removesuffix(";")


def _printer(ctx: ImageContext, out: JobAttributes) -> None:
    out["log_print"] = not ctx.cli.negated("PRINTER")
    out["log_queue"] = upper(ctx.cli.value("PRINTER") or "")


def _text(key: str, word: str) -> Callable[[ImageContext, JobAttributes], None]:
    def reader(ctx: ImageContext, out: JobAttributes) -> None:
        text = "" if ctx.cli.negated(word) else ctx.cli.value(word) or ""
        if len(text) > 255:
            raise JBC.INVPARLEN.error()
        out[key] = text  # type: ignore[literal-required]

    return reader


def _set(key: str, value: Callable[[ImageContext], object]) -> Callable[[ImageContext, JobAttributes], None]:
    def reader(ctx: ImageContext, out: JobAttributes) -> None:
        out[key] = value(ctx)  # type: ignore[literal-required]

    return reader


def _switch(key: str, word: str) -> Callable[[ImageContext, JobAttributes], None]:
    return _set(key, lambda ctx: ctx.cli.present(word))


def _pages(word: str) -> Callable[[ImageContext], int]:
    return lambda ctx: working_set(ctx, word)


_READERS: dict[str, Callable[[ImageContext, JobAttributes], None]] = {
    "AFTER": _after,
    "CHARACTERISTICS": _set("characteristics", characteristics),
    "CLI": _text("cli", "CLI"),
    "CPUTIME": _set("cpu_limit", lambda ctx: cpu_limit(ctx, "CPUTIME")),
    "FORM": _text("form", "FORM"),
    "HOLD": _switch("hold", "HOLD"),
    "JOB_COUNT": _set("copies", lambda ctx: bounded(ctx, "JOB_COUNT", 1, 255)),
    "KEEP": _switch("log_keep", "KEEP"),
    "LOG_FILE": _log_file,
    "LOWERCASE": _switch("lowercase", "LOWERCASE"),
    "NAME": _name,
    "NOTE": _text("note", "NOTE"),
    "NOTIFY": _switch("notify", "NOTIFY"),
    "OPERATOR": _text("operator_request", "OPERATOR"),
    "PARAMETERS": _parameters,
    "PRINTER": _printer,
    "PRIORITY": _priority,
    "RESTART": _switch("restart", "RESTART"),
    "RETAIN": _retain,
    "WSDEFAULT": _set("ws_default", _pages("WSDEFAULT")),
    "WSEXTENT": _set("ws_extent", _pages("WSEXTENT")),
    "WSQUOTA": _set("ws_quota", _pages("WSQUOTA")),
}


# -- files ----------------------------------------------------------------------------------------------------------------------------


async def job_files(ctx: ImageContext, default_type: str, openin: MessageDefinition, *, to_read: bool = False) -> list[JobFile]:
    """The files of the command, versions resolved. A file that is not there, or with `to_read` must not be read, ends the command.

    Errors: `openin` with the cause.
    """
    selection, confirmation = Selection.of(ctx), Confirmation(ctx)
    out = []
    items = {item.text: item for item in ctx.cli.parameters("P1")}
    for asked, found, error in input_files(ctx, "P1", f"SYS$DISK:[]{default_type}"):
        if found is None:
            raise openin.error(asked, cause=error)
        if selection.wants(found) and await confirmation.allows(f"{ctx.cli.verb} {found.spec}"):
            if to_read:
                _check_readable(ctx, found, openin)
            item = next((items[text] for text in items if _asks_for(ctx, text, default_type, asked)), None)
            out.append(_job_file(ctx, found, item))
    if not out:
        raise JBC.EMPTYJOB.error()
    return out


def _check_readable(ctx: ImageContext, found: FoundFile, openin: MessageDefinition) -> None:
    try:
        ctx.files.open(found).close()
    except VmsError as error:
        if error.matches(RMS.PRV):
            raise openin.error(found.spec.to_text(), cause=error) from None


def _asks_for(ctx: ImageContext, text: str, default_type: str, asked: object) -> bool:
    return ctx.files.parse(text, f"SYS$DISK:[]{default_type}") == asked


def _job_file(ctx: ImageContext, found: FoundFile, item: ParameterItem | None) -> JobFile:
    answers = item if item is not None else ctx.cli
    flags = FileFlags(0)
    for word, bit in (
        ("BURST", FileFlags.BURST), ("DELETE", FileFlags.DELETE), ("SPACE", FileFlags.DOUBLE_SPACE), ("FLAG", FileFlags.FLAG),
        ("TRAILER", FileFlags.TRAILER), ("HEADER", FileFlags.PAGE_HEADER), ("FEED", FileFlags.PAGINATE), ("PASSALL", FileFlags.PASSALL),
    ):  # fmt: skip
        if answers.present(word):
            flags |= bit
    copies = answers.integer("COPIES", 1)
    if not 1 <= copies <= 255:
        raise JBC.INVPARVAL.error()
    pages = [int(p) if p.isdecimal() else 0 for p in answers.values("PAGES")]
    first, last = (pages[0], pages[1]) if len(pages) > 1 else (0, pages[0] if pages else 0)
    return JobFile(physical_spec(ctx, found), -(-found.header.size // _BLOCK), flags, copies, first, last)


def physical_spec(ctx: ImageContext, found: FoundFile) -> str:
    """The file with its real device and directory: what every process understands, whatever its logical names."""
    for parsed in ctx.files.candidates(found.spec):
        if ctx.files.names.device(parsed) is found.device and found.volume.find_directory(parsed.path) == found.directory:
            where = ".".join(parsed.path) or "000000"
            return f"{found.device.name}[{where}]{found.name_type}{found.spec.version}"
    return found.spec.to_text()


# -- creating the job -------------------------------------------------------------------------------------------------------------------


def create_job(ctx: ImageContext, queue: str, files: list[JobFile], attributes: JobAttributes, crejob: MessageDefinition) -> Entry:
    """Submit; $ENTRY becomes the entry number. Errors: `crejob` with the condition of the job controller."""
    try:
        username, uic, account = _user(ctx)
        attributes.setdefault("account", account)
        asked = attributes.get("priority", 0)
        entry = manager_of(ctx).submit(
            queue, files, username=username, uic=uic, credentials=ctx.process.credentials, names=ctx.process.names, **attributes
        )
    except VmsError as error:
        raise crejob.error(cause=error) from error
    ctx.dcl.set_symbol("$ENTRY", str(entry.number))
    if asked > entry.priority:
        ctx.put_message(JBC.PRIOSMALL())
    return entry


def _user(ctx: ImageContext) -> tuple[str, Uic, str]:
    """The owner of the job; /USER names another one. Errors: JBC.NOCMKRNL, RMS.RNF."""
    process = ctx.process
    name = ctx.cli.value("USER")
    if not name or upper(name) == process.username:
        return process.username, process.uic, process.account
    if Privilege.CMKRNL not in process.privileges:
        raise JBC.NOCMKRNL.error()
    record = ctx.system.sysuaf.get(upper(name))
    if record is None:
        raise RMS.RNF.error()
    return record.username, record.uic, record.account


def show_reply(ctx: ImageContext, entry: Entry) -> None:
    """`Job NAME (queue Q, entry N) started on Q`, unless /NOIDENTIFY."""
    if ctx.cli.present("IDENTIFY"):
        for line in job_reply(manager_of(ctx), entry):
            ctx.write(line)
