"""EDT's line-mode commands on its buffers. Source: EDT Reference Manual, line commands.

Left out, and said so when asked for: screen mode (CHANGE); DEFINE KEY and the settings that only screen mode uses are kept, not used.
fidelity: the texts of EDT's messages are recalled; TYPE makes the first line of its range the current one.
"""

from __future__ import annotations

import re

from vmsemu.images.edt.buffer import UNIT, Buffer
from vmsemu.images.edt.editor import Editor, read_qualifiers, read_range, show_current, shown
from vmsemu.images.edt.ranges import EdtError, Range

_BRIEF = 10
_NUMBER_COLUMNS = 12


def lines_text(count: int) -> str:
    """`1 line`, `3 lines`"""
    return f"{count} line{'' if count == 1 else 's'}"


async def type_(editor: Editor, text: str) -> None:
    """TYPE [range] [/BRIEF[:n]] [/STAY]"""
    found, rest = read_range(editor, text)
    qualifiers = read_qualifiers(rest, "BRIEF", "STAY")
    buffer = editor.buffer = found.buffer
    for index in found.indexes:
        editor.write(_brief(editor, shown(editor, buffer.lines[index]), qualifiers))
    if not found.indexes or (found.end == len(buffer.lines) and found.spans):
        editor.write(editor.settings.end)
    if "STAY" not in qualifiers:
        buffer.at = found.first


def _brief(editor: Editor, line: str, qualifiers: dict[str, str]) -> str:
    """What /BRIEF[:n] leaves of a displayed line."""
    value = qualifiers.get("BRIEF")
    if value is None:
        return line
    width = int(value) if value.isdigit() else _BRIEF
    return line[: (_NUMBER_COLUMNS if editor.settings.numbers else 0) + width]


async def next_line(editor: Editor, text: str) -> None:
    """An empty command: the next line."""
    buffer = editor.buffer
    buffer.at = min(buffer.at + 1, len(buffer.lines))
    show_current(editor)


async def insert(editor: Editor, text: str) -> None:
    """INSERT [range] [;line]: lines before the range, up to Ctrl/Z; with a semicolon that one line."""
    place, semicolon, one = text.partition(";")
    found, _ = read_range(editor, place)
    editor.buffer = found.buffer
    new = [one] if semicolon else await editor.new_lines()
    found.buffer.at = found.first
    found.buffer.insert(found.first, new)
    if not semicolon:
        show_current(editor)


async def delete(editor: Editor, text: str) -> None:
    """DELETE [range] [/QUERY]"""
    found, rest = read_range(editor, text)
    indexes = await _queried(editor, found, read_qualifiers(rest, "QUERY"))
    editor.buffer = found.buffer
    _remove(found.buffer, indexes)
    editor.write(f"{lines_text(len(indexes))} deleted")
    show_current(editor)


def _remove(buffer: Buffer, indexes: list[int]) -> None:
    for index in reversed(indexes):
        buffer.delete(index, index + 1)


async def _queried(editor: Editor, found: Range, qualifiers: dict[str, str]) -> list[int]:
    """The lines of the range, with /QUERY those the user says Y to; A takes the rest, Q ends."""
    if "QUERY" not in qualifiers:
        return found.indexes
    taken: list[int] = []
    for at, index in enumerate(found.indexes):
        editor.write(shown(editor, found.buffer.lines[index]))
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
    found, _ = read_range(editor, place)
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
    found, _ = read_range(editor, text)
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
    source, _ = read_range(editor, source_text)
    target, rest = read_range(editor, target_text)
    qualifiers = read_qualifiers(rest, "QUERY", *(() if moving else ("DUPLICATE",)))
    times = int(value) if (value := qualifiers.get("DUPLICATE", "")).isdigit() else 1
    indexes = await _queried(editor, source, qualifiers)
    texts = [source.buffer.lines[index].text for index in indexes]
    place = target.first
    if moving:
        if target.buffer is source.buffer:
            place -= sum(1 for index in indexes if index < place)
        _remove(source.buffer, indexes)
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
    editor.after = (0, 0)
    place, tail = read_range(editor, rest)
    qualifiers = read_qualifiers(tail, "BRIEF", "QUERY", "NOTYPE")
    editor.buffer = place.buffer
    count = 0
    for index in await _queried(editor, place, qualifiers):
        done = _substitute_line(editor, place.buffer, index)
        if done and "NOTYPE" not in qualifiers:
            editor.write(_brief(editor, shown(editor, place.buffer.lines[index]), qualifiers))
        count += done
    editor.write(f"{count} substitution{'' if count == 1 else 's'}" if count else "No substitutions")


async def substitute_next(editor: Editor, text: str) -> None:
    """SUBSTITUTE NEXT [/old/new/]: the next place that has the string; what was put there is passed over."""
    if text[:1] and not text[:1].isalnum():
        parts = text[1:].split(text[0])
        if len(parts) < 2 or not parts[0]:
            raise EdtError("Invalid string")
        editor.substitution = (parts[0], parts[1])
    if editor.substitution is None:
        raise EdtError("No previous SUBSTITUTE command")
    old, new = editor.substitution
    buffer = editor.buffer
    pattern = _pattern(editor, old)
    for index in range(buffer.at, len(buffer.lines)):
        line = buffer.lines[index]
        match = pattern.search(line.text, editor.after[1] if editor.after[0] == index == buffer.at else 0)
        if match is not None:
            line.text = line.text[: match.start()] + new + line.text[match.end() :]
            buffer.changed, buffer.at, editor.after = True, index, (index, match.start() + len(new))
            editor.write(shown(editor, line))
            return
    raise EdtError("String was not found")


def _pattern(editor: Editor, old: str) -> re.Pattern[str]:
    return re.compile(re.escape(old), 0 if editor.settings.exact else re.IGNORECASE)


def _substitute_line(editor: Editor, buffer: Buffer, index: int) -> int:
    """Put the new string in place of every old one in a line: how many there were."""
    assert editor.substitution is not None
    old, new = editor.substitution
    line = buffer.lines[index]
    line.text, count = _pattern(editor, old).subn(lambda match: new, line.text)
    buffer.changed = buffer.changed or count > 0
    return count


async def resequence(editor: Editor, text: str) -> None:
    """RESEQUENCE [range] [/SEQUENCE[:start:increment]]"""
    found, rest = read_range(editor, text, "WHOLE")
    start, step = UNIT, UNIT
    numbers = [int(part) for part in read_qualifiers(rest, "SEQUENCE").get("SEQUENCE", "").split(":") if part.isdigit()]
    if numbers:
        start, step = numbers[0] * UNIT, (numbers[1] if len(numbers) > 1 else 1) * UNIT
    found.buffer.renumber(found.first, start, step)
    editor.write(f"{lines_text(len(found.indexes))} resequenced")


async def clear(editor: Editor, text: str) -> None:
    """CLEAR buffer"""
    name = text.strip().lstrip("=").upper()
    if name not in editor.buffers:
        raise EdtError("No such buffer")
    editor.buffers[name].lines.clear()
    editor.buffers[name].at = 0
