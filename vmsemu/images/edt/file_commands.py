"""EDT's commands about files, and about the session: WRITE, PRINT, INCLUDE, SET, SHOW, DEFINE, HELP. Source: EDT Reference Manual.

fidelity: the layouts of PRINT and of SHOW FILES are inferred.
"""

from __future__ import annotations

import re

from vmsemu.images.edt.buffer import UNIT, Buffer, Line
from vmsemu.images.edt.editor import Editor, read_qualifiers, read_range
from vmsemu.images.edt.ranges import EdtError
from vmsemu.images.edt.settings import INVALID

_FILE = re.compile(r"(=?[^\s/]+)\s*(.*)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_KEY = re.compile(r"(?i)(.+?)\s+as\s+(['\"])(.*)\2\s*\Z")
_VERSION = "V3.10"
_LARGEST = 65535


def _file(text: str) -> tuple[str, str]:
    match = _FILE.match(text)
    if match is None:
        raise EdtError("File specification required")
    return match[1], match[2]


def sequence(lines: list[Line], qualifiers: dict[str, str]) -> list[int] | None:
    """The numbers that /SEQUENCE[:first[:step]] writes before the lines; None without it. Errors: EdtError."""
    value = qualifiers.get("SEQUENCE")
    if value is None:
        return None
    if not value:
        return [min(line.number // UNIT, _LARGEST) for line in lines]
    parts = value.split(":")
    if not all(part.isdigit() for part in parts):
        raise EdtError("Numeric value required")
    first, step = int(parts[0]), int(parts[1]) if len(parts) > 1 else 1
    return [min(first + step * at, _LARGEST) for at in range(len(lines))]


async def write(editor: Editor, text: str) -> None:
    """WRITE file [range] [/SEQUENCE[:first[:step]]]"""
    spec, rest = _file(text)
    found, tail = read_range(editor, rest, "WHOLE")
    lines = [found.buffer.lines[index] for index in found.indexes]
    editor.write_file(spec, [line.text for line in lines], sequence(lines, read_qualifiers(tail, "SEQUENCE")))


async def print_(editor: Editor, text: str) -> None:
    """PRINT file [range]: the lines as TYPE displays them, in a file for the printer."""
    spec, rest = _file(text)
    found, _ = read_range(editor, rest, "WHOLE")
    editor.write_file(spec, [found.buffer.lines[index].shown() for index in found.indexes])


async def include(editor: Editor, text: str) -> None:
    """INCLUDE file [range], also INCLUDE file =buffer: the lines of a file before the range."""
    spec, rest = _file(text)
    found, _ = read_range(editor, rest)
    texts = editor.read_file(spec)
    editor.buffer = found.buffer
    found.buffer.at = found.first
    found.buffer.insert(found.first, texts)


async def set_(editor: Editor, text: str) -> None:
    """SET setting; SET COMMAND file carries out the commands of a file."""
    word, _, rest = text.strip().partition(" ")
    if len(word) > 1 and "COMMAND".startswith(word.upper()):
        editor.carry_out(_file(rest.strip())[0])
        return
    editor.settings.set(text)


async def show(editor: Editor, text: str) -> None:
    """SHOW setting, SHOW BUFFER, SHOW FILES, SHOW KEY name, SHOW VERSION"""
    word, _, rest = text.strip().upper().partition(" ")
    if word and "BUFFER".startswith(word):
        _show_buffers(editor)
    elif len(word) > 1 and "FILES".startswith(word):
        for line in editor.files():
            editor.write(line)
    elif word == "KEY":
        editor.write(editor.keys.get(" ".join(rest.split()), "No definition"))
    elif len(word) > 2 and "VERSION".startswith(word):
        editor.write(_VERSION)
    else:
        editor.write(editor.settings.show(text))


def _show_buffers(editor: Editor) -> None:
    for name, buffer in editor.buffers.items():
        mark = "=" if buffer is editor.buffer else " "
        count = len(buffer.lines)
        editor.write(f"{mark}{name:<30}{count} line{'' if count == 1 else 's'}")


async def define(editor: Editor, text: str) -> None:
    """DEFINE MACRO name: the commands in the buffer of that name become a command. DEFINE KEY key AS "string" is for screen mode."""
    word, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if word and "MACRO".startswith(word.upper()):
        if not _NAME.match(rest):
            raise EdtError("Macro name required")
        editor.macros.add(rest.upper())
        editor.buffers.setdefault(rest.upper(), Buffer(rest.upper()))
    elif word and "KEY".startswith(word.upper()):
        match = _KEY.match(rest)
        if match is None:
            raise EdtError(INVALID if not rest else "Invalid string")
        editor.keys[" ".join(match[1].upper().split())] = match[3]
    else:
        raise EdtError("Macro or key required")


async def help_(editor: Editor, text: str) -> None:
    """HELP [topic [subtopic]]"""
    for line in editor.help(text):
        editor.write(line)
