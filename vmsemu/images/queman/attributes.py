"""The attributes of a queue as INITIALIZE/QUEUE, START/QUEUE and SET QUEUE name them. Source: DCL Dictionary, INITIALIZE/QUEUE."""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.extended import upper
from vmsemu.base.time import DeltaTime
from vmsemu.dcl.errors import at_segment
from vmsemu.images.context import ImageContext
from vmsemu.images.queman.values import bounded, characteristics, cpu_limit, manager_of, queue_retention, working_set
from vmsemu.queue.access import protection_from_text
from vmsemu.queue.form import DEFAULT_FORM
from vmsemu.queue.jbc import JBC
from vmsemu.queue.queue import DEFAULT_LIBRARY, QUEUE_PROTECTION, QueueAttributes
from vmsemu.tables.facilities import CLI

_JOB_OPTIONS = ("BURST", "FEED", "FLAG", "TRAILER")


def queue_attributes(ctx: ImageContext, name: str) -> QueueAttributes:
    """What the command says of the queue; `name` tells which protection unnamed classes keep.

    Errors: CLI.IVVALU and its like for bad values, JBC.NOSUCHFORM, JBC.NOSUCHCHAR, SS.NOSUCHID.
    """
    out: QueueAttributes = {}
    given = {word for word in _READERS if ctx.cli.present(word) or ctx.cli.negated(word)}
    for word in _READERS:
        if word in given:
            _READERS[word](ctx, out)
    if "PROTECTION" in given:
        queue = manager_of(ctx).queues.get(upper(name))
        base = queue.protection if queue is not None else QUEUE_PROTECTION
        out["protection"] = protection_from_text(",".join(ctx.cli.values("PROTECTION")), base)
    return out


def place(text: str) -> tuple[str, str]:
    """`NODE::DEVICE`, `NODE::`, `DEVICE`: node and device."""
    node, colons, device = text.strip().partition("::")
    if not colons:
        node, device = "", text.strip()
    device = device.strip('"')
    if device and ":" not in device:
        device += ":"
    return upper(node), upper(device) if device.endswith(":") else device


def _base_priority(ctx: ImageContext, out: QueueAttributes) -> None:
    out["base_priority"] = bounded(ctx, "BASE_PRIORITY", 0, 15)


def _block_limit(ctx: ImageContext, out: QueueAttributes) -> None:
    values = [] if ctx.cli.negated("BLOCK_LIMIT") else ctx.cli.values("BLOCK_LIMIT")
    numbers = []
    for text in values:
        if text and not text.isdecimal():
            raise at_segment(CLI.IVVALU, text)
        numbers.append(int(text or 0))
    low, high = numbers[:2] if len(numbers) > 1 else (0, numbers[0] if numbers else 0)
    if len(numbers) > 2 or (high and low > high):
        raise JBC.INVPARVAL.error()
    out["block_minimum"], out["block_maximum"] = low, high


def _job_defaults(ctx: ImageContext, out: QueueAttributes) -> None:
    out["default_options"] = () if ctx.cli.negated("DEFAULT") else tuple(_options(ctx, "DEFAULT", _JOB_OPTIONS))
    form = ctx.cli.value("DEFAULT.FORM")
    if form or ctx.cli.negated("DEFAULT"):
        out["default_form"] = form or DEFAULT_FORM


def _separate(ctx: ImageContext, out: QueueAttributes) -> None:
    options: list[str] = []
    if not ctx.cli.negated("SEPARATE"):
        options = list(_options(ctx, "SEPARATE", ("BURST", "FLAG")))
        if ctx.cli.present("SEPARATE.RESET"):
            options.append(f"RESET=({','.join(ctx.cli.values('SEPARATE.RESET'))})")
        options += _options(ctx, "SEPARATE", ("TRAILER",))
    out["separate"] = tuple(options)


def _options(ctx: ImageContext, qualifier: str, words: tuple[str, ...]) -> list[str]:
    """`FLAG`, `FLAG=ONE`; ALL is the bare word, NONE and NO are left out."""
    out = []
    for word in words:
        how = ctx.cli.value(f"{qualifier}.{word}")
        if ctx.cli.present(f"{qualifier}.{word}") and how != "NONE":
            out.append(f"{word}=ONE" if how == "ONE" else word)
    return out


def _targets(ctx: ImageContext, out: QueueAttributes) -> None:
    manager = manager_of(ctx)
    out["targets"] = tuple(manager.translate_queue(name, ctx.process.names) for name in ctx.cli.values("GENERIC"))


def _on(ctx: ImageContext, out: QueueAttributes) -> None:
    node, device = place(ctx.cli.value("ON") or "")
    out["node"], out["device"] = node or ctx.system.node_name, device


def _autostart_on(ctx: ImageContext, out: QueueAttributes) -> None:
    out["autostart_on"] = tuple(place(text) for text in ctx.cli.values("AUTOSTART_ON"))


def _description(ctx: ImageContext, out: QueueAttributes) -> None:
    text = "" if ctx.cli.negated("DESCRIPTION") else ctx.cli.value("DESCRIPTION") or ""
    if len(text) > 255:
        raise JBC.INVPARLEN.error()
    out["description"] = text


def _owner(ctx: ImageContext, out: QueueAttributes) -> None:
    out["owner"] = ctx.system.rights.parse_uic(ctx.cli.value("OWNER_UIC") or "")


def _processor(ctx: ImageContext, out: QueueAttributes) -> None:
    out["processor"] = "" if ctx.cli.negated("PROCESSOR") else upper(ctx.cli.value("PROCESSOR") or "")


def _schedule(ctx: ImageContext, out: QueueAttributes) -> None:
    out["schedule_size"] = "NOSIZE" not in ctx.cli.values("SCHEDULE")


def _rad(ctx: ImageContext, out: QueueAttributes) -> None:
    out["rad"] = None if ctx.cli.negated("RAD") else bounded(ctx, "RAD", 0, 31)


def _job_limit(ctx: ImageContext, out: QueueAttributes) -> None:
    out["job_limit"] = bounded(ctx, "JOB_LIMIT", 1, 255)


def _set(key: str, value: Callable[[ImageContext], object]) -> Callable[[ImageContext, QueueAttributes], None]:
    def reader(ctx: ImageContext, out: QueueAttributes) -> None:
        out[key] = value(ctx)  # type: ignore[literal-required]

    return reader


def _switch(key: str, word: str) -> Callable[[ImageContext, QueueAttributes], None]:
    return _set(key, lambda ctx: ctx.cli.present(word))


def _cpu(word: str) -> Callable[[ImageContext], DeltaTime | None]:
    return lambda ctx: cpu_limit(ctx, word)


def _pages(word: str) -> Callable[[ImageContext], int]:
    return lambda ctx: working_set(ctx, word)


_READERS: dict[str, Callable[[ImageContext, QueueAttributes], None]] = {
    "AUTOSTART_ON": _autostart_on,
    "BASE_PRIORITY": _base_priority,
    "BLOCK_LIMIT": _block_limit,
    "CHARACTERISTICS": _set("characteristics", characteristics),
    "CLOSE": _set("closed", lambda ctx: True),
    "CPUDEFAULT": _set("cpu_default", _cpu("CPUDEFAULT")),
    "CPUMAXIMUM": _set("cpu_maximum", _cpu("CPUMAXIMUM")),
    "DEFAULT": _job_defaults,
    "DESCRIPTION": _description,
    "DISABLE_SWAPPING": _switch("disable_swapping", "DISABLE_SWAPPING"),
    "ENABLE_GENERIC": _switch("enable_generic", "ENABLE_GENERIC"),
    "FORM_MOUNTED": _set("form_mounted", lambda ctx: ctx.cli.value("FORM_MOUNTED") or DEFAULT_FORM),
    "GENERIC": _targets,
    "JOB_LIMIT": _job_limit,
    "LIBRARY": _set("library", lambda ctx: ctx.cli.value("LIBRARY") or DEFAULT_LIBRARY),
    "NO_INITIAL_FF": _switch("no_initial_ff", "NO_INITIAL_FF"),
    "ON": _on,
    "OPEN": _set("closed", lambda ctx: False),
    "OWNER_UIC": _owner,
    "PROCESSOR": _processor,
    "PROTECTION": lambda ctx, out: None,
    "RAD": _rad,
    "RECORD_BLOCKING": _switch("record_blocking", "RECORD_BLOCKING"),
    "RETAIN": _set("retain", queue_retention),
    "SCHEDULE": _schedule,
    "SEPARATE": _separate,
    "WSDEFAULT": _set("ws_default", _pages("WSDEFAULT")),
    "WSEXTENT": _set("ws_extent", _pages("WSEXTENT")),
    "WSQUOTA": _set("ws_quota", _pages("WSQUOTA")),
}
