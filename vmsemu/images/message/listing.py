"""The listing of MESSAGE: source lines with their numbers and the values they define, errors below their lines.

fidelity: the columns are inferred from the manual's sample.
"""

from __future__ import annotations

from vmsemu.base.time import VmsTime
from vmsemu.tables.message_source import MessageModule, MessageSourceError

_BANNER = "OpenVMS Message V7.3"


def listing_lines(source: list[str], module: MessageModule, errors: list[MessageSourceError], now: VmsTime) -> list[str]:
    """All lines of the listing; a .PAGE directive begins a page."""
    values = {m.line: int(m.definition.value) for m in module.messages}
    wrong: dict[int, list[str]] = {}
    for error in errors:
        wrong.setdefault(error.line, []).append(error.what)
    page = 1
    lines = _heading(module, now, page)
    for number, line in enumerate(source, 1):
        if line.strip()[:5].upper() == ".PAGE":
            page += 1
            lines += ["\f", *_heading(module, now, page)]
            continue
        value = f"{values[number]:08X}" if number in values else ""
        lines.append(f"{value:8}  {number:6d}  {line}".rstrip())
        lines += [" " * 18 + "*** " + what for what in wrong.get(number, ())]
    return lines


def _heading(module: MessageModule, now: VmsTime, page: int) -> list[str]:
    return [f"{module.title:<32}{now.to_text()[:-3]}  {_BANNER:<24}Page {page:4d}", f"{module.ident}", ""]
