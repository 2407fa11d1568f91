"""EDT, the line editor: EDIT/EDT. Source: EDT Reference Manual.

A journal of what is typed is kept beside the file (type .JOU) until EXIT, so that EDIT/EDT/RECOVER repeats a session that broke off. Start-up
commands come from /COMMAND, EDTSYS or EDTINI.EDT. Screen mode is left out: CHANGE says so.
"""

from __future__ import annotations

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.common.gaps import serve_only
from vmsemu.images.context import ImageContext
from vmsemu.images.edt import commands
from vmsemu.images.edt.buffer import Buffer
from vmsemu.images.edt.ranges import EdtError
from vmsemu.images.registry import ImageResult, image
from vmsemu.services.putmsg import message_lines
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

EDT = Facility(__package__, "edt.msg")
PROMPT, INSERT_PROMPT = "*", " " * 12
_COMMANDS: tuple[tuple[str, int, commands.Command], ...] = (
    ("CLEAR", 2, commands.clear), ("COPY", 2, commands.copy), ("DELETE", 1, commands.delete), ("FIND", 1, commands.find),
    ("INCLUDE", 3, commands.include), ("INSERT", 1, commands.insert), ("MOVE", 1, commands.move), ("REPLACE", 1, commands.replace),
    ("RESEQUENCE", 3, commands.resequence), ("SET", 2, commands.set_), ("SHOW", 2, commands.show), ("SUBSTITUTE", 1, commands.substitute),
    ("TYPE", 1, commands.type_), ("WRITE", 1, commands.write),
)  # fmt: skip


def reason(error: VmsError) -> str:
    """The text of a condition without its facility, as EDT shows it below its own line."""
    return message_lines(error.message)[0].partition(", ")[2]


class Session:
    """One editing session; implements commands.Editor."""

    def __init__(self, ctx: ImageContext, journal: RecordFile | None, script: list[str]) -> None:
        self.ctx = ctx
        self.buffer = Buffer("MAIN")
        self.buffers = {"MAIN": self.buffer, "PASTE": Buffer("PASTE")}
        self.numbers = True
        self.substitution: tuple[str, str] | None = None
        self.input: FileSpec | None = None
        self._journal = journal
        self._script = script

    # -- what commands ask for ------------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        self.ctx.write(text)

    async def _line(self, prompt: str) -> str:
        """The next line: of the start-up commands or the journal first, then what is typed. Errors: RMS.EOF at Ctrl/Z."""
        if self._script:
            line = self._script.pop(0)
            if line == "\x1a":
                raise RMS.EOF.error()
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
                out.append(await self._line(INSERT_PROMPT))
            except VmsError as error:
                if error.matches(RMS.EOF):
                    return out
                raise

    async def confirm(self) -> str:
        return await self._line("?")

    def read_file(self, spec: str) -> list[str]:
        """Errors: EdtError."""
        try:
            with self.ctx.files.open(spec) as file:
                return list(file.lines())
        except VmsError as error:
            raise EdtError(f"Error opening file {self.ctx.files.parse(spec)}\n{reason(error)}") from None

    def write_file(self, spec: str, texts: list[str]) -> None:
        """Write a new version and say how many lines it has. Errors: EdtError."""
        try:
            with self.ctx.files.create(spec) as file:
                for text in texts:
                    file.put_text(text)
                name = file.spec
        except VmsError as error:
            raise EdtError(f"Error opening file {self.ctx.files.parse(spec)}\n{reason(error)}") from None
        self.write(f"{name} {commands.lines_text(len(texts))}")

    # -- the session ----------------------------------------------------------------------------------------------------------------

    async def run(self) -> bool:
        """Carry out commands until EXIT (True) or QUIT (False); the end of the input is QUIT with the journal kept."""
        while True:
            try:
                line = await self._line(PROMPT)
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
        if word in ("EX", "EXI", "EXIT"):
            return self._exit(rest)
        if word and "QUIT".startswith(word):
            return False
        if word and "CHANGE".startswith(word):
            raise EdtError("Change mode can be entered only from a supported terminal")
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

    def _exit(self, rest: str) -> bool:
        """EXIT [file]: write the main buffer. Errors: EdtError."""
        cli = self.ctx.cli
        spec = rest or ("" if cli.negated("OUTPUT") else cli.value("OUTPUT") or "")
        if not spec and self.input is not None and not (cli.present("READ_ONLY") or cli.negated("OUTPUT")):
            spec = self.input.with_fields(version="").to_text()
        if not spec:
            raise EdtError("No output file; use EXIT filespec or QUIT")
        self.write_file(spec, self.buffers["MAIN"].texts())
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
    commands.show_current(session)
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
