"""The HELP librarian: .HLP source to a tree of topics, lookup, and the display of a topic.

Source language: a line `n name` with n from 1 to 9 begins a topic of that level. A line that begins with a slash begins a qualifier, which
stands beside a topic whose name begins with "Qualifier" and below any other. A line that begins with `!` is a comment. Everything else is
text. A topic that comes twice is one topic, so that several files may speak about one command.

Lookup: each word is an abbreviation, or has the wildcards `*` and `%`; an exact name wins over names that begin with the word. A last word
that is or ends in `...` asks for everything below, too.

fidelity: the layout of a display (indentation, columns of eleven, order of subtopics) is from memory of the real one.
Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, "Help libraries"; LBR$OUTPUT_HELP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vmsemu.base.wildcard import match

_KEY = re.compile(r"([1-9])[ \t]+(\S.*?)[ \t]*$")
_QUALIFIER = re.compile(r"/[A-Z0-9_$]+", re.IGNORECASE)
_WORDS = re.compile(r"/?[^\s/]+")
_EVERYTHING = "..."
COLUMN = 11
MARGIN = 2


class HelpTopic:
    """One topic: its text, and its subtopics in the order of the source."""

    __slots__ = ("children", "name", "text")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text: list[str] = []
        self.children: dict[str, HelpTopic] = {}

    def child(self, name: str) -> HelpTopic:
        """The subtopic of that name, made when it does not exist."""
        found = self.children.get(name.upper())
        if found is None:
            found = self.children[name.upper()] = HelpTopic(name)
        return found

    def matching(self, word: str) -> list[HelpTopic]:
        """The subtopics that `word` names."""
        word = word.upper()
        if word in self.children:
            return [self.children[word]]
        pattern = word if word[-1:] in ("*", "%") else word + "*"
        return [topic for name, topic in self.children.items() if match(pattern, name)]


def compile_help(source: str, root: HelpTopic | None = None) -> HelpTopic:
    """Add the topics of .HLP source to `root`, or to a new library."""
    library = root if root is not None else HelpTopic("")
    path = [library]
    topic: HelpTopic | None = None
    for line in source.splitlines():
        if line.startswith("!"):
            continue
        key = _KEY.match(line) if line[:1].isdigit() else None
        if key is not None:
            level = min(int(key[1]), len(path))
            del path[level:]
            topic = path[-1].child(key[2])
            path.append(topic)
        elif line.startswith("/") and len(path) > 1 and _QUALIFIER.match(line) is not None:
            above = path[-2] if path[-1].name.upper().startswith("QUALIFIER") else path[-1]
            topic = above.child(line.split("=", 1)[0].strip())
            if "=" in line:
                topic.text.append(" " + line.strip())
                topic.text.append("")
        elif topic is not None:
            topic.text.append(line.rstrip())
    return library


def help_words(line: str) -> list[str]:
    """The words of a request: `SET TERM/PAGE` asks for SET, TERM and /PAGE."""
    return _WORDS.findall(line.replace('"', " "))


def find_help(library: HelpTopic, words: Sequence[str]) -> tuple[list[tuple[HelpTopic, ...]], int]:
    """The topics that the words name, each with those above it, and how many of the words were understood."""
    paths: list[tuple[HelpTopic, ...]] = [(library,)]
    for at, word in enumerate(words):
        if word.endswith(_EVERYTHING):
            bare = word[: -len(_EVERYTHING)]
            found = [(*path, topic) for path in paths for topic in path[-1].matching(bare)] if bare else paths
            return ([deeper for path in found for deeper in _below(path)], len(words)) if found else (paths, at)
        found = [(*path, topic) for path in paths for topic in path[-1].matching(word)]
        if not found:
            return paths, at
        paths = found
    return paths, len(words)


def _below(path: tuple[HelpTopic, ...]) -> Iterator[tuple[HelpTopic, ...]]:
    """A topic and everything below it; not the library itself."""
    if len(path) > 1:
        yield path
    for topic in path[-1].children.values():
        yield from _below((*path, topic))


def show_help(path: tuple[HelpTopic, ...]) -> list[str]:
    """The display of a topic: the names that lead to it, then its text."""
    lines: list[str] = []
    for level, topic in enumerate(path[1:]):
        lines += ["", " " * (MARGIN * level) + topic.name]
    text = path[-1].text
    while text and not text[-1]:
        text = text[:-1]
    if any(text):
        indent = " " * (MARGIN * (len(path) - 1))
        lines += ["", *(indent + line if line else "" for line in text)]
    return lines


def show_subtopics(path: tuple[HelpTopic, ...], width: int = 80) -> list[str]:
    """The list of what may be asked next; empty when there is nothing. The topics of a library are listed in alphabetical order."""
    topic = path[-1]
    names = [t.name for t in topic.children.values()]
    if not names:
        return []
    indent = " " * (MARGIN * max(1, len(path) - 1))
    if len(path) == 1:
        return ["", f"{indent}Additional information available:", "", *_columns(sorted(names, key=str.upper), indent, width)]
    lines = ["", f"{indent}Additional information available:", ""]
    group: list[str] = []
    for name in names:
        if group and (group[-1][0] == "/") != (name[0] == "/"):
            lines += _columns(group, indent, width)
            group = []
        group.append(name)
    return lines + _columns(group, indent, width)


def _columns(names: Sequence[str], indent: str, width: int) -> list[str]:
    """Names in columns; a long name takes as many columns as it needs."""
    lines: list[str] = []
    line = indent
    for name in names:
        cell = name.ljust(-(-(len(name) + 1) // COLUMN) * COLUMN)
        if len(line) + len(name) > width and line != indent:
            lines.append(line.rstrip())
            line = indent
        line += cell
    return [*lines, line.rstrip()]
