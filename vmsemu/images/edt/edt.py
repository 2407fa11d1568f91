"""EDT, the line editor: EDIT/EDT. Source: EDT Reference Manual.

A journal of what is typed is kept beside the file (type .JOU) until EXIT, so that EDIT/EDT/RECOVER repeats a session that broke off. Start-up
commands come from /COMMAND, EDTSYS or EDTINI.EDT. Screen mode is left out: CHANGE says so.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.files.attributes import VAR_CR, RecordAttributes, RecordFormat
from vmsemu.images.common.gaps import serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.edt import commands, file_commands, layout
from vmsemu.images.edt.buffer import Buffer
from vmsemu.images.edt.editor import Command, read_qualifiers, show_current
from vmsemu.images.edt.ranges import EdtError
from vmsemu.images.edt.settings import NO_SCREEN, Settings
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.putmsg import message_lines
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.help import HelpTopic, compile_help, find_help, help_words, show_help, show_subtopics
from vmsemu.tables.message import Facility

EDT = Facility(__package__, "edt.msg")
SEQUENCED = RecordAttributes(format=RecordFormat.VFC, control_size=2)
_COMMANDS: tuple[tuple[str, int, Command], ...] = (
    ("CLEAR", 2, commands.clear), ("COPY", 2, commands.copy), ("DEFINE", 3, file_commands.define), ("DELETE", 1, commands.delete),
    ("FILL", 3, layout.fill), ("FIND", 1, commands.find), ("HELP", 1, file_commands.help_), ("INCLUDE", 3, file_commands.include),
    ("INSERT", 1, commands.insert), ("MOVE", 1, commands.move), ("PRINT", 2, file_commands.print_), ("REPLACE", 1, commands.replace),
    ("RESEQUENCE", 3, commands.resequence), ("SET", 2, file_commands.set_), ("SHOW", 2, file_commands.show),
    ("SUBSTITUTE", 1, commands.substitute), ("TAB", 3, layout.tab), ("TYPE", 1, commands.type_), ("WRITE", 1, file_commands.write),
)  # fmt: skip


@cache
def help_library() -> HelpTopic:
    """EDTHELP: the topics of HELP at the asterisk."""
    return compile_help((files("vmsemu.images.edt") / "edthelp.hlp").read_text(encoding="utf-8"))


def reason(error: VmsError) -> str:
    """The text of a condition without its facility, as EDT shows it below its own line."""
    return message_lines(error.message)[0].partition(", ")[2]


class Session:
    """One editing session; implements editor.Editor."""

    def __init__(self, ctx: ImageContext, journal: RecordFile | None, script: list[str]) -> None:
        self.ctx = ctx
        self._buffer = Buffer("MAIN")
        self.previous: Buffer | None = None
        self.buffers = {"MAIN": self._buffer, "PASTE": Buffer("PASTE")}
        self.settings = Settings()
        self.substitution: tuple[str, str] | None = None
        self.after = (0, 0)
        self.macros: set[str] = set()
        self.keys: dict[str, str] = {}
        self.keeps_journal = False
        self.input: FileSpec | None = None
        self._journal = journal
        self._script = script

    # -- what commands ask for ------------------------------------------------------------------------------------------------------

    @property
    def buffer(self) -> Buffer:
        """The current buffer."""
        return self._buffer

    @buffer.setter
    def buffer(self, buffer: Buffer) -> None:
        if buffer is not self._buffer:
            self.previous, self._buffer = self._buffer, buffer

    def write(self, text: str) -> None:
        self.ctx.write(text)

    def help(self, words: str) -> list[str]:
        """What the help library has on a topic, and what it has besides."""
        library = help_library()
        asked = help_words(words)
        if not asked:
            return show_help((library, library.children["HELP"])) + show_subtopics((library,))
        paths, understood = find_help(library, asked)
        if understood < len(asked):
            return ["", f"  Sorry, no documentation on {words.upper()}", *show_subtopics(paths[0])]
        return [line for path in paths for line in show_help(path) + show_subtopics(path)]

    def files(self) -> list[str]:
        """SHOW FILES"""
        cli = self.ctx.cli
        output = "" if cli.negated("OUTPUT") or cli.present("READ_ONLY") else self._output("")
        return [f"Input file: {self.input.with_fields(version='') if self.input else ''}", f"Output file: {output}"]

    def carry_out(self, spec: str) -> None:
        """SET COMMAND: the commands of a file come next. Errors: EdtError."""
        self._script[:0] = self.read_file(spec, ".EDT")

    async def _line(self, prompt: str) -> str:
        """The next line: of the start-up commands or the journal first, then what is typed. Errors: RMS.EOF at Ctrl/Z."""
        if self._script:
            line = self._script.pop(0)
            if line == "\x1a":
                raise RMS.EOF.error()
            if self.settings.flags["VERIFY"]:
                self.write(prompt + line)
            return line
        try:
            line = await self.ctx.read(prompt)
        except VmsError as error:
            if error.matches(RMS.EOF):
                self._keep("\x1a")
            raise
        self._keep(line)
        return line

    def _keep(self, line: str) -> None:
        if self._journal is not None:
            self._journal.put_text(line)
            self._journal.flush()

    async def new_lines(self) -> list[str]:
        """The lines of INSERT, up to Ctrl/Z."""
        out: list[str] = []
        while True:
            try:
                out.append(await self._line(self.settings.prompt("INSERT")))
            except VmsError as error:
                if error.matches(RMS.EOF):
                    return out
                raise

    async def confirm(self) -> str:
        return await self._line(self.settings.prompt("QUERY"))

    def read_file(self, spec: str, default: str = "") -> list[str]:
        """The lines of a file. Errors: EdtError."""
        try:
            with self.ctx.files.open(spec, default=default) as file:
                return list(file.lines())
        except VmsError as error:
            raise EdtError(f"Error opening file {self.ctx.files.parse(spec)}\n{reason(error)}") from None

    def write_file(self, spec: str, texts: list[str], numbers: list[int] | None = None) -> None:
        """Write a new version and say how many lines it has. With `numbers` each line has one in its control area. Errors: EdtError."""
        try:
            with self.ctx.files.create(spec, attributes=VAR_CR if numbers is None else SEQUENCED) as file:
                for at, text in enumerate(texts):
                    file.put(text.encode("latin-1", "replace"), *(() if numbers is None else (numbers[at].to_bytes(2, "little"),)))
                name = file.spec
        except VmsError as error:
            raise EdtError(f"Error opening file {self.ctx.files.parse(spec)}\n{reason(error)}") from None
        if self.settings.flags["SUMMARY"]:
            self.write(f"{name} {commands.lines_text(len(texts))}")

    # -- the session ----------------------------------------------------------------------------------------------------------------

    async def run(self) -> bool:
        """Carry out commands until EXIT (True) or QUIT (False); the end of the input is QUIT with the journal kept."""
        while True:
            try:
                line = await self._line(self.settings.prompt("LINE"))
                ended = await self._command(line)
            except EdtError as error:
                for text in str(error).split("\n"):
                    self.write(text)
                continue
            if ended is not None:
                return ended

    async def _command(self, line: str) -> bool | None:
        text = line.strip()
        word = text[: next((at for at, char in enumerate(text) if not char.isalpha()), len(text))].upper()
        rest = text[len(word) :].strip()
        if not text or text.startswith("!"):
            if not text:
                await commands.next_line(self, "")
            return None
        if text.upper() in self.macros:
            self._script[:0] = self.buffers[text.upper()].texts()
            return None
        if word in ("EX", "EXI", "EXIT"):
            return self._exit(rest)
        if word and "QUIT".startswith(word):
            self._save(read_qualifiers(rest, "SAVE"))
            return False
        if word and "CHANGE".startswith(word):
            raise EdtError(NO_SCREEN)
        if word == "S" and rest[:4].upper() in ("NEXT", "N"):
            rest, word = rest[4:].strip(), "SN"
        if word == "SN" or (word.startswith("SUB") and rest.upper().startswith("NEXT")):
            await commands.substitute_next(self, rest.removeprefix("NEXT").strip() if word != "SN" else rest)
            return None
        for name, least, command in _COMMANDS:
            if len(word) >= least and name.startswith(word):
                await command(self, rest)
                return None
        await commands.type_(self, text)  # a range alone is a TYPE command
        return None

    def _save(self, qualifiers: dict[str, str]) -> None:
        """/SAVE of EXIT and QUIT: the journal stays."""
        self.keeps_journal = "SAVE" in qualifiers

    def _output(self, spec: str) -> str:
        """The file to write to; empty when there is none."""
        cli = self.ctx.cli
        spec = spec or ("" if cli.negated("OUTPUT") else cli.value("OUTPUT") or "")
        if not spec and self.input is not None and not (cli.present("READ_ONLY") or cli.negated("OUTPUT")):
            spec = self.input.with_fields(version="").to_text()
        return spec

    def _exit(self, rest: str) -> bool:
        """EXIT [file] [/SAVE] [/SEQUENCE[:first[:step]]]: write the main buffer. Errors: EdtError."""
        spec, slash, tail = rest.partition("/")
        qualifiers = read_qualifiers(slash + tail, "SAVE", "SEQUENCE")
        spec = self._output(spec.strip())
        if not spec:
            raise EdtError("No output file; use EXIT filespec or QUIT")
        main = self.buffers["MAIN"]
        self.write_file(spec, main.texts(), file_commands.sequence(main.lines, qualifiers))
        self._save(qualifiers)
        return True


@image("EDT")
async def edt(ctx: ImageContext) -> ImageResult:
    """Edit one file line by line."""
    serve_only(ctx, "EDT", "OUTPUT", "READ_ONLY", "COMMAND", "JOURNAL", "RECOVER", "CREATE")
    name = ctx.cli.value("FILE") or ""
    spec = ctx.files.parse(name)
    journal_spec = ctx.cli.value("JOURNAL") or (spec.name or "EDTINI") + ".JOU"
    script = _start_up(ctx)
    if ctx.cli.present("RECOVER"):
        script += _lines_of(ctx, journal_spec, ".JOU")
    texts = _input(ctx, name)
    journaling = not (ctx.cli.negated("JOURNAL") or ctx.cli.present("READ_ONLY"))
    journal = _journal(ctx, journal_spec) if journaling else None
    session = Session(ctx, journal, script)
    session.input = spec
    if texts is None:
        ctx.write("Input file does not exist")
    session.buffer.load(texts or [])
    show_current(session)
    try:
        await session.run()
    except VmsError as error:
        if not error.matches(RMS.EOF):
            raise
        if journal is not None:
            journal.close()
        return SS.NORMAL  # the end of the input: nothing is written, the journal stays
    if journal is not None:
        journal.close()
        if not session.keeps_journal:
            ctx.files.erase(ctx.files.find(journal.spec))
    return SS.NORMAL


def _input(ctx: ImageContext, name: str) -> list[str] | None:
    """The lines of the file, None for a new one. Errors: EDT.OPENIN, also for a file that is not there with /NOCREATE."""
    try:
        with ctx.files.open(name) as file:
            return list(file.lines())
    except VmsError as error:
        if error.matches(RMS.FNF) and not ctx.cli.negated("CREATE"):
            return None
        raise EDT.OPENIN.error(ctx.files.parse(name), cause=error) from None


def _start_up(ctx: ImageContext) -> list[str]:
    """The commands of the start-up file: /COMMAND, else EDTSYS, else EDTINI.EDT of the default directory."""
    if ctx.cli.negated("COMMAND"):
        return []
    given = ctx.cli.value("COMMAND")
    if given:
        return _lines_of(ctx, given, ".EDT")
    for spec in ("EDTSYS", "EDTINI.EDT"):
        if ctx.files.exists(spec, ".EDT"):
            return _lines_of(ctx, spec, ".EDT")
    return []


def _lines_of(ctx: ImageContext, spec: str, default: str) -> list[str]:
    try:
        with ctx.files.open(spec, default=default) as file:
            return list(file.lines())
    except VmsError as error:
        raise EDT.OPENIN.error(ctx.files.parse(spec, default), cause=error) from None


def _journal(ctx: ImageContext, spec: str) -> RecordFile:
    """A new journal; with /RECOVER the old one goes on. Errors: EDT.OPENOUT."""
    try:
        if ctx.cli.present("RECOVER"):
            return ctx.files.open(spec, default=".JOU", append=True)
        return ctx.files.create(spec, default=".JOU")
    except VmsError as error:
        raise EDT.OPENOUT.error(ctx.files.parse(spec, ".JOU"), cause=error) from None
