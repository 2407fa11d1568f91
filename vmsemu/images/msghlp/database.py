"""The Help Message database: descriptions beside the .MSG files, joined with the texts that are declared there; libraries of users; searching.

fidelity: a library of a user (.MSGHLP$DATA) has the text form of .MSGHLP files here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from enum import Enum
from functools import cache
from pathlib import Path

from vmsemu.base.condition import MessageDefinition
from vmsemu.images.message_files import message_files, message_folders
from vmsemu.services.putmsg import CLI, DCL, facility_name
from vmsemu.tables.message_help import MessageDescription, displayed_text, parse_descriptions

SHARED = "SHR"
_WORD = re.compile(r"[\w$]+")


class WordMatch(Enum):
    """/WORD_MATCH: how a word of the search string has to agree with one of the message."""

    INITIAL_SUBSTRING = "INITIAL_SUBSTRING"
    SUBSTRING = "SUBSTRING"
    WHOLE_WORD = "WHOLE_WORD"

    def agrees(self, wanted: str, word: str) -> bool:
        if self is WordMatch.SUBSTRING:
            return wanted in word
        return word == wanted if self is WordMatch.WHOLE_WORD else word.startswith(wanted)


def database() -> tuple[MessageDescription, ...]:
    """Every description of this system, with the text of its message."""
    return _database(message_folders())


@cache
def _database(folders: tuple[str, ...]) -> tuple[MessageDescription, ...]:
    texts: dict[tuple[str, str], str] = {}
    for messages in message_files().values():
        for definition in messages.values():
            texts.setdefault((facility_name(definition), definition.ident), definition.text)
    found: list[MessageDescription] = []
    for folder in folders:
        for path in sorted(Path(folder).glob("*.msghlp")):
            for each in parse_descriptions(path.read_text(encoding="utf-8").splitlines()):
                found.append(each if each.text else replace(each, text=displayed_text(texts.get((each.facility, each.ident), ""))))
    return tuple(found)


def search(descriptions: Iterable[MessageDescription], text: str, how: WordMatch) -> list[MessageDescription]:
    """Those whose ident and text have all words of a search string."""
    wanted = _WORD.findall(text.upper())
    if not wanted:
        return []
    found = []
    for each in descriptions:
        words = _WORD.findall(f"{each.ident} {each.text}".upper())
        if all(any(how.agrees(word, mine) for mine in words) for word in wanted):
            found.append(each)
    return found


def describing(descriptions: Iterable[MessageDescription], definition: MessageDefinition) -> list[MessageDescription]:
    """The description of a condition: its own facility's, else the shared one."""
    same = [each for each in descriptions if each.ident == definition.ident]
    own = [each for each in same if each.facility == facility_name(definition)]
    return own or [each for each in same if each.facility == SHARED]


def of_facilities(descriptions: Iterable[MessageDescription], names: Iterable[str]) -> list[MessageDescription]:
    """Those of some facilities (/FACILITY), and the shared ones."""
    wanted = {CLI if name.upper() == DCL else name.upper() for name in names}
    return [each for each in descriptions if not wanted or each.facility in wanted or each.facility == SHARED]
