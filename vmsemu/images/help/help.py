"""HELP: display help texts, in a dialogue that goes down and up the tree of topics.

HELP/MESSAGE is the image MSGHLP. Left out: /SEARCH, /HIGHLIGHT, /EXACT, /WRAP. Source: DCL Dictionary, HELP.
"""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.condition import VmsError
from vmsemu.images.common.gaps import refuse
from vmsemu.images.context import ImageContext
from vmsemu.images.help.library import open_library, system_library, user_libraries
from vmsemu.images.help.pager import Pager, Stop, read
from vmsemu.images.registry import ImageResult, image
from vmsemu.tables.facilities import SS
from vmsemu.tables.help import HelpTopic, find_help, help_words, show_help, show_subtopics
from vmsemu.tables.message import Facility

HELP = Facility(__package__, "help.msg")
_TABLES = {"PROCESS": "LNM$PROCESS_TABLE", "GROUP": "LNM$GROUP", "SYSTEM": "LNM$SYSTEM_TABLE"}

Path = tuple[HelpTopic, ...]


@image("HELP")
async def help_command(ctx: ImageContext) -> ImageResult:
    """Show the topic asked for, then prompt for more unless /NOPROMPT, /OUTPUT, or there is nobody to ask."""
    refuse(ctx, "EXACT", "HIGHLIGHT", "LIBLIST", "SEARCH", "WRAP")
    dialogue = _Dialogue(ctx, _libraries(ctx))
    output = None
    if ctx.cli.present("OUTPUT"):
        name = ctx.cli.value("OUTPUT") or "HELP.LIS"
        try:
            output = ctx.files.create(name, default="HELP.LIS")
        except VmsError as error:
            raise HELP.OPENOUT.error(name, cause=error) from None
        dialogue.put = output.put_text
    try:
        await dialogue.ask(ctx.cli.value("TOPIC") or "")
        if output is None and not ctx.cli.negated("PROMPT"):
            await dialogue.run()
    except Stop:
        pass
    finally:
        if output is not None:
            output.close()
    return SS.NORMAL


def _libraries(ctx: ImageContext) -> list[HelpTopic]:
    """The libraries to look in, in order."""
    libraries: list[HelpTopic] = []
    if not ctx.cli.negated("LIBRARY"):
        name = ctx.cli.value("LIBRARY")
        libraries.append(_open(ctx, name) if name else system_library())
    libraries += [_open(ctx, name) for name in user_libraries(ctx, _user_tables(ctx))]
    return libraries


def _user_tables(ctx: ImageContext) -> tuple[str, ...]:
    asked = ctx.cli.values("USERLIBRARY")
    if ctx.cli.negated("USERLIBRARY") or "NONE" in asked:
        return ()
    return tuple(table for name, table in _TABLES.items() if not asked or "ALL" in asked or name in asked)


def _open(ctx: ImageContext, name: str) -> HelpTopic:
    try:
        return open_library(ctx, name)
    except VmsError as error:
        raise HELP.OPENIN.error(name, cause=error) from None


async def help_dialogue(ctx: ImageContext, library: HelpTopic, line: str) -> None:
    """HELP inside a utility: show what `line` asks for in the utility's own library, then prompt for more."""
    dialogue = _Dialogue(ctx, [library])
    try:
        await dialogue.ask(line)
        await dialogue.run()
    except Stop:
        pass


class _Dialogue:
    """Where the reader is in the tree, and what is on the page."""

    def __init__(self, ctx: ImageContext, libraries: list[HelpTopic]) -> None:
        self.ctx = ctx
        self.libraries = libraries or [HelpTopic("")]
        self.where: Path = (self.libraries[0],)
        self.put: Callable[[str], None] | None = None
        self.width = int(getattr(ctx.dcl.input, "width", 80) or 80)

    async def run(self) -> None:
        """Prompt until the reader leaves: Return goes up a level, and out of HELP at the top."""
        while True:
            names = " ".join(topic.name for topic in self.where[1:])
            self.ctx.write()
            answer = (await read(self.ctx, f"{names} Subtopic? " if names else "Topic? ")).strip()
            if answer == "?":
                await self._show(show_help(self.where) + show_subtopics(self.where, self.width))
            elif answer:
                await self.ask(answer)
            elif len(self.where) > 1:
                self.where = self.where[:-1]
            else:
                return

    async def ask(self, line: str) -> None:
        """Show what `line` asks for, seen from where the reader is."""
        if line.startswith("@"):
            name, _, line = line[1:].partition(" ")
            self.where = (_open(self.ctx, name),)
        words = help_words(line)
        if not words:
            await self._show(self._introduction() + show_subtopics(self.where, self.width))
            return
        above, (paths, understood) = self._find(words)
        paths = [(*above, *path) for path in paths]
        if understood < len(words):
            self.where = paths[0]
            text = ["", f"  Sorry, no documentation on {' '.join(words).upper()}"]
            await self._show(text + show_subtopics(self.where, self.width))
            return
        everything = words[-1].endswith("...")
        lines: list[str] = []
        for path in paths:
            lines += show_help(path)
            if not everything:
                lines += show_subtopics(path, self.width)
        if not everything:
            self.where = paths[0] if len(paths) == 1 and paths[0][-1].children else paths[0][:-1]
        await self._show(lines)

    def _find(self, words: list[str]) -> tuple[Path, tuple[list[Path], int]]:
        """The topics, with what is above them. At the top every library is searched; the first that knows the first word counts."""
        if len(self.where) > 1:
            return self.where[:-1], find_help(self.where[-1], words)
        places = [self.where[0], *(library for library in self.libraries if library is not self.where[0])]
        found = [find_help(library, words) for library in places]
        return (), next((answer for answer in found if answer[1]), found[0])

    def _introduction(self) -> list[str]:
        topic = self.where[0].children.get("HELP")
        if len(self.where) > 1 or topic is None or self.ctx.cli.negated("INSTRUCTIONS"):
            return []
        return show_help((self.where[0], topic))

    async def _show(self, lines: list[str]) -> None:
        """Write lines, a page at a time on a terminal."""
        if self.put is None:
            await Pager(self.ctx).show(lines)
            return
        for line in lines:
            self.put(line)
