"""EDT's commands that lay text out anew: FILL and TAB ADJUST. Source: EDT Reference Manual, FILL and TAB ADJUST."""

from __future__ import annotations

import re

from vmsemu.images.edt.editor import Editor, read_range
from vmsemu.images.edt.ranges import EdtError, Range

_ADJUST = re.compile(r"(?i)adj[a-z]*\s*([+-]?\d+)\s*")
_TAB_STOP = 8


def filled(texts: list[str], width: int) -> list[str]:
    """Paragraphs, which blank lines divide, with as many words to the line as fit in `width` columns."""
    out: list[str] = []
    words: list[str] = []
    for text in [*texts, ""]:
        if text.strip():
            words += text.split()
            continue
        out += _packed(words, width)
        words = []
        out.append("")
    return out[:-1]


def _packed(words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def adjusted(text: str, columns: int) -> str:
    """The text moved by so many columns, its indentation made of tabs and spaces."""
    bare = text.lstrip(" \t")
    indent = len(text[: len(text) - len(bare)].expandtabs(_TAB_STOP)) + columns
    tabs, spaces = divmod(max(indent, 0), _TAB_STOP)
    return "\t" * tabs + " " * spaces + bare if bare else ""


async def fill(editor: Editor, text: str) -> None:
    """FILL [range]: the lines of the range as paragraphs of SET WRAP or SET SCREEN columns."""
    found, rest = read_range(editor, text)
    if rest:
        raise EdtError("Unexpected characters after end of command")
    _replace(editor, found, filled([found.buffer.lines[index].text for index in found.indexes], editor.settings.fill_width))


def _replace(editor: Editor, found: Range, texts: list[str]) -> None:
    buffer = editor.buffer = found.buffer
    first = found.first
    for index in reversed(found.indexes):
        buffer.delete(index, index + 1)
    buffer.at = first
    buffer.insert(first, texts)


async def tab(editor: Editor, text: str) -> None:
    """TAB ADJUST [-]n [range]: move the lines by n times SET TAB columns. Errors: EdtError without SET TAB."""
    match = _ADJUST.match(text)
    if match is None:
        raise EdtError("Numeric value required")
    if not editor.settings.amounts["TAB"]:
        raise EdtError("No tab size has been set")
    found, rest = read_range(editor, text[match.end() :])
    if rest:
        raise EdtError("Unexpected characters after end of command")
    for index in found.indexes:
        line = found.buffer.lines[index]
        line.text = adjusted(line.text, int(match[1]) * editor.settings.amounts["TAB"])
        found.buffer.changed = True
