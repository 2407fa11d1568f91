"""EDT's line-mode commands on its buffers. What needs files or input is asked of `Editor`. Source: EDT Reference Manual, line commands.

Left out, and said so when asked for: screen mode (CHANGE), DEFINE, FILL, TAB ADJUST, PRINT, and the settings that only screen mode uses.
fidelity: the texts of EDT's messages are recalled; TYPE makes the first line of its range the current one.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from vmsemu.images.edt.buffer import UNIT, Buffer
from vmsemu.images.edt.ranges import EdtError, Range, RangeReader

EOB = "[EOB]"
_QUALIFIER = re.compile(r"/([A-Za-z]+)(?::(\S+))?\s*")


class Editor(Protocol):
    """What commands need of the session."""

    buffers: dict[str, Buffer]
    buffer: Buffer
    numbers: bool
    substitution: tuple[str, str] | None

    def write(self, text: str) -> None: ...
    async def new_lines(self) -> list[str]: ...
    async def confirm(self) -> str: ...
    def write_file(self, spec: str, texts: list[str]) -> None: ...
    def read_file(self, spec: str) -> list[str]: ...


Command = Callable[[Editor, str], Awaitable[None]]


def lines_text(count: int) -> str:
    """`1 line`, `3 lines`"""
    return f"{count} line{'' if count == 1 else 's'}"


def _range(editor: Editor, text: str, default: str = ".") -> tuple[Range, str]:
    reader = RangeReader(text, editor.buffer, editor.buffers)
    found = reader.read(default)
    return found, reader.text.strip()


def _qualifiers(text: str) -> dict[str, str]:
    """`/QUERY/BRIEF:10` as a dictionary. Errors: EdtError for anything else."""
    out: dict[str, str] = {}
    while text:
        match = _QUALIFIER.match(text)
        if match is None:
            raise EdtError("Unrecognized command")
        out[match[1].upper()] = match[2] or ""
        text = text[match.end() :]
    return out


def _asked(qualifiers: dict[str, str], word: str) -> bool:
    return any(word.startswith(given) for given in qualifiers)


def show_current(editor: Editor) -> None:
    """The current line, or [EOB]."""
    buffer = editor.buffer
    editor.write(buffer.lines[buffer.at].shown(numbers=editor.numbers) if buffer.at < len(buffer.lines) else EOB)


async def type_(editor: Editor, text: str) -> None:
    """TYPE [range] [/BRIEF[:n]] [/STAY]"""
    found, rest = _range(editor, text)
    qualifiers = _qualifiers(rest)
    brief = next((int(value or 10) for name, value in qualifiers.items() if "BRIEF".startswith(name) and (value or "10").isdigit()), None)
    buffer = editor.buffer = found.buffer
    for index in found.indexes:
        shown = buffer.lines[index].shown(numbers=editor.numbers)
        editor.write(shown if brief is None else shown[: 12 + brief])
    if not found.indexes or (found.end == len(buffer.lines) and len(found.indexes) > 1):
        editor.write(EOB)
    if not _asked(qualifiers, "STAY"):
        buffer.at = found.first


async def next_line(editor: Editor, text: str) -> None:
    """An empty command: the next line."""
    buffer = editor.buffer
    buffer.at = min(buffer.at + 1, len(buffer.lines))
    show_current(editor)


async def insert(editor: Editor, text: str) -> None:
    """INSERT [range] [;line]: lines before the range, up to Ctrl/Z; with a semicolon that one line."""
    place, semicolon, one = text.partition(";")
    found, _ = _range(editor, place)
    editor.buffer = found.buffer
    new = [one] if semicolon else await editor.new_lines()
    found.buffer.at = found.first
    found.buffer.insert(found.first, new)
    if not semicolon:
        show_current(editor)


async def delete(editor: Editor, text: str) -> None:
    """DELETE [range] [/QUERY]"""
    found, rest = _range(editor, text)
    indexes = await _queried(editor, found, _qualifiers(rest))
    editor.buffer = found.buffer
    _remove(found.buffer, indexes)
    editor.write(f"{lines_text(len(indexes))} deleted")
    show_current(editor)


def _remove(buffer: Buffer, indexes: list[int]) -> None:
    for index in reversed(indexes):
        buffer.delete(index, index + 1)


async def _queried(editor: Editor, found: Range, qualifiers: dict[str, str]) -> list[int]:
    """The lines of the range, with /QUERY those the user says Y to; A takes the rest, Q ends."""
    if not _asked(qualifiers, "QUERY"):
        return found.indexes
    taken: list[int] = []
    for at, index in enumerate(found.indexes):
        editor.write(found.buffer.lines[index].shown(numbers=editor.numbers))
        answer = (await editor.confirm()).strip().upper()[:1]
        if answer == "A":
            return taken + found.indexes[at:]
        if answer == "Q":
            break
        if answer == "Y":
            taken.append(index)
    return taken


async def replace(editor: Editor, text: str) -> None:
    """REPLACE [range] [;line]: DELETE, then INSERT."""
    place, semicolon, one = text.partition(";")
    found, _ = _range(editor, place)
    editor.buffer = found.buffer
    first, count = found.first, len(found.indexes)
    _remove(found.buffer, found.indexes)
    found.buffer.at = first
    editor.write(f"{lines_text(count)} deleted")
    found.buffer.insert(first, [one] if semicolon else await editor.new_lines())
    if not semicolon:
        show_current(editor)


async def find(editor: Editor, text: str) -> None:
    """FIND range: make a line the current one, without showing it."""
    found, _ = _range(editor, text)
    editor.buffer = found.buffer
    found.buffer.at = found.first


async def copy(editor: Editor, text: str) -> None:
    """COPY [range-1] TO [range-2] [/DUPLICATE:n]"""
    await _transfer(editor, text, moving=False)


async def move(editor: Editor, text: str) -> None:
    """MOVE [range-1] TO [range-2]"""
    await _transfer(editor, text, moving=True)


async def _transfer(editor: Editor, text: str, *, moving: bool) -> None:
    source_text, word, target_text = re.split(r"(?i)\b(to)\b", text, maxsplit=1) if re.search(r"(?i)\bto\b", text) else (text, "", "")
    if not word:
        raise EdtError("Destination for MOVE or COPY is missing")
    source, _ = _range(editor, source_text)
    target, rest = _range(editor, target_text)
    times = next((int(v) for n, v in _qualifiers(rest).items() if "DUPLICATE".startswith(n) and v.isdigit()), 1) if not moving else 1
    texts = [source.buffer.lines[index].text for index in source.indexes]
    place = target.first
    if moving:
        if target.buffer is source.buffer:
            place -= sum(1 for index in source.indexes if index < place)
        _remove(source.buffer, source.indexes)
    target.buffer.at = place
    target.buffer.insert(place, texts * min(times, 10_000))
    editor.buffer = target.buffer
    editor.write(f"{lines_text(len(texts))} {'moved' if moving else 'copied'}")


async def substitute(editor: Editor, text: str) -> None:
    """SUBSTITUTE /old/new/ [range] [/BRIEF] [/QUERY] [/NOTYPE]: every occurrence in the range."""
    delimiter, body = text[:1], text[1:]
    if not delimiter or delimiter.isalnum():
        raise EdtError("Invalid string")
    old, found_delimiter, rest = body.partition(delimiter)
    new, closing, rest = rest.partition(delimiter)
    if not old or not found_delimiter or not closing:
        raise EdtError("Invalid string")
    editor.substitution = (old, new)
    place, tail = _range(editor, rest)
    qualifiers = _qualifiers(tail)
    editor.buffer = place.buffer
    count = 0
    for index in await _queried(editor, place, qualifiers):
        count += _substitute_line(editor, place.buffer, index, quiet=_asked(qualifiers, "NOTYPE"))
    editor.write(f"{count} substitution{'' if count == 1 else 's'}" if count else "No substitutions")


async def substitute_next(editor: Editor, text: str) -> None:
    """SUBSTITUTE NEXT [/old/new/]: the next line that has the string."""
    if text[:1] and not text[:1].isalnum():
        parts = text[1:].split(text[0])
        if len(parts) < 2:
            raise EdtError("Invalid string")
        editor.substitution = (parts[0], parts[1])
    if editor.substitution is None:
        raise EdtError("No previous SUBSTITUTE command")
    buffer = editor.buffer
    for index in range(buffer.at, len(buffer.lines)):
        if editor.substitution[0].upper() in buffer.lines[index].text.upper():
            _substitute_line(editor, buffer, index, quiet=False)
            buffer.at = index
            return
    editor.write("String was not found")


def _substitute_line(editor: Editor, buffer: Buffer, index: int, *, quiet: bool) -> int:
    assert editor.substitution is not None
    old, new = editor.substitution
    line = buffer.lines[index]
    line.text, count = re.subn(re.escape(old), lambda match: new, line.text, flags=re.IGNORECASE)
    if count:
        buffer.changed = True
        if not quiet:
            editor.write(line.shown(numbers=editor.numbers))
    return count


async def resequence(editor: Editor, text: str) -> None:
    """RESEQUENCE [range] [/SEQUENCE[:start:increment]]"""
    found, rest = _range(editor, text, "WHOLE")
    start, step = UNIT, UNIT
    for name, value in _qualifiers(rest).items():
        if "SEQUENCE".startswith(name) and value:
            numbers = [part for part in value.split(":") if part.isdigit()]
            start = int(numbers[0]) * UNIT if numbers else UNIT
            step = int(numbers[1]) * UNIT if len(numbers) > 1 else UNIT
    found.buffer.renumber(found.first, start, step)
    editor.write(f"{lines_text(len(found.indexes))} resequenced")


async def write(editor: Editor, text: str) -> None:
    """WRITE file [range]"""
    spec, _, rest = text.partition(" ")
    if not spec:
        raise EdtError("File specification required")
    found, _ = _range(editor, rest, "WHOLE")
    editor.write_file(spec, [found.buffer.lines[index].text for index in found.indexes])


async def include(editor: Editor, text: str) -> None:
    """INCLUDE file [range]: the lines of a file before the range."""
    spec, _, rest = text.partition(" ")
    if not spec:
        raise EdtError("File specification required")
    found, _ = _range(editor, rest)
    texts = editor.read_file(spec)
    editor.buffer = found.buffer
    found.buffer.at = found.first
    found.buffer.insert(found.first, texts)


async def clear(editor: Editor, text: str) -> None:
    """CLEAR buffer"""
    name = text.strip().lstrip("=").upper()
    if name not in editor.buffers:
        raise EdtError("No such buffer")
    editor.buffers[name].lines.clear()
    editor.buffers[name].at = 0


async def show(editor: Editor, text: str) -> None:
    """SHOW BUFFER, SHOW NUMBERS, SHOW VERSION"""
    word = text.strip().upper()
    if len(word) >= 1 and "BUFFER".startswith(word):
        for name, buffer in editor.buffers.items():
            mark = "=" if buffer is editor.buffer else " "
            editor.write(f"{mark}{name:<30}{lines_text(len(buffer.lines))}")
    elif word and "NUMBERS".startswith(word):
        editor.write("numbers" if editor.numbers else "nonumbers")
    else:
        raise EdtError("Unrecognized command")


async def set_(editor: Editor, text: str) -> None:
    """SET [NO]NUMBERS, SET MODE LINE, SET [NO]QUIET"""
    words = text.upper().split()
    first = words[0] if words else ""
    if first and first != "NO" and ("NUMBERS".startswith(first) or ("NONUMBERS".startswith(first) and len(first) > 2)):
        editor.numbers = "NUMBERS".startswith(first)
    elif words[:2] != ["MODE", "LINE"] and first not in ("QUIET", "NOQUIET"):
        raise EdtError("Unrecognized command")
