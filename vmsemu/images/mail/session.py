"""One activation of the MAIL utility: the open mail file, the selected messages, the message being read, the screen.

Theory of operation. A selection is a list of message times taken when a folder is selected; messages are numbered by their place in it. A message that
is moved or deleted keeps its number and is shown as deleted until the next selection. A message of NEWMAIL that was displayed stays there as
long as the folder is selected, and goes to MAIL when it is left. What a command could not show on one page is kept as `more`; RETURN shows it.

The user's own mail file is opened as callable MAIL does, whatever its protection; any other file needs the user's own access.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.images.context import ImageContext
from vmsemu.images.mail.screens import CLEAR_SCREEN, rows_taken
from vmsemu.mail.callable import Mail
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail_file import DEFAULT_FOLDER, NEWMAIL, MailFile, Place
from vmsemu.mail.place import MAIL_FILE
from vmsemu.mail.profile import MailProfile
from vmsemu.mail.record import MailFlags, MailHeader
from vmsemu.mail.send import Sending
from vmsemu.queue.status import FileFlags
from vmsemu.tables.facilities import RMS

_PAGE_MARGIN = 4
"""Rows below a page that goes on: empty, `Press RETURN for more...`, empty, the prompt."""


@dataclass
class PrintJob:
    """What PRINT has gathered for one queue."""

    queue: str
    flags: FileFlags
    lines: list[str] = field(default_factory=list)
    attributes: dict[str, object] = field(default_factory=dict)
    copies: int = 1
    messages: int = 0


class MailSession:
    """The state of MAIL between two commands."""

    def __init__(self, ctx: ImageContext) -> None:
        self.ctx = ctx
        self.process = ctx.process
        self.mail = ctx.system.part(Mail)
        self.username = ctx.process.username
        self.folder = ""
        self.selected: list[int] = []
        self.gone: set[int] = set()
        self.current = -1
        self.search_text = ""
        self.last_text: list[str] | None = None
        self.more: Callable[[], None] | None = None
        self.reading = False
        self.edit_defaults: frozenset[str] = frozenset()
        self.print_job: PrintJob | None = None
        self.quit = False
        self.purge_at_exit = True
        self.announced = 0
        self.sending: Sending | None = None
        self._file: MailFile | None = None
        self._displayed: set[int] = set()

    # -- output ----------------------------------------------------------------------------------------------------------------------

    def write(self, text: str = "") -> None:
        self.ctx.write(text)

    @property
    def page_rows(self) -> int:
        """Rows of a page; 0 when output is no screen."""
        output = self.ctx.dcl.output
        if not output.is_terminal or not self.ctx.dcl.input.is_terminal:
            return 0
        return int(getattr(output, "page", 0) or 0)

    @property
    def width(self) -> int:
        return int(getattr(self.ctx.dcl.output, "width", 80) or 80)

    def clear_screen(self) -> None:
        """Start a new page on a screen."""
        if self.page_rows:
            self.ctx.dcl.output.write_raw(CLEAR_SCREEN)

    def show_pages(self, heading: Sequence[str], lines: Iterable[str], again: Sequence[str], *, clear: bool = False) -> None:
        """Show lines a page at a time, `heading` above the first page and `again` above the others. Nothing waits here: RETURN goes on."""
        self.more = None
        rows = self.page_rows
        if clear:
            self.clear_screen()
        room = rows - _PAGE_MARGIN - sum(rows_taken(line, self.width) for line in heading) if rows else 0
        for line in heading:
            self.write(line)
        source = iter(lines)
        for shown, line in enumerate(source):
            if rows:
                room -= rows_taken(line, self.width)
                if room < 0 and shown:
                    self.more = partial(self.show_pages, again, chain((line,), source), again, clear=True)
                    self.write()
                    self.write(MAIL.MOREMSG.text)
                    break
            self.write(line)
        self.write()

    # -- the profile -----------------------------------------------------------------------------------------------------------------

    @property
    def profile(self) -> MailProfile:
        return self.mail.profile(self.username)

    def change_profile(self, **changes: object) -> None:
        self.mail.profiles.put(self.profile.with_(**changes))

    # -- the mail file ---------------------------------------------------------------------------------------------------------------

    @property
    def file(self) -> MailFile:
        """The open mail file; the user's own is opened when there is none. Errors: MAIL.NOMSGS when he has none yet."""
        found = self.file_or_none()
        if found is None:
            raise MAIL.NOMSGS.error()
        return found

    def file_or_none(self) -> MailFile | None:
        if self._file is None:
            self._file = self.mail.open_of_user(self.username)
        return self._file

    def file_or_new(self) -> MailFile:
        """As `file`; an empty mail file is made when there is none."""
        found = self.file_or_none()
        if found is None:
            found = self._file = MailFile.create(self.mail.place_of_user(self.username), owner=self.process.uic)
        return found

    def find_file(self, spec: str) -> MailFile:
        """A mail file the user names, opened with his own rights. Errors: MAIL.OPENIN, MAIL.NOTISAM."""
        default = f"{self.mail.directory_of(self.username)}.MAI"
        try:
            found = self.process.files.find(spec, default=default)
            self.process.files.open(found, write=True, shared=True).close()
        except VmsError as error:
            shown = getattr(error, "spec", spec)
            raise MAIL.OPENIN.error(str(shown), cause=error) from None
        place = Place(found.volume, found.directory, FileSpec(device=found.spec.device, directory=found.spec.directory))
        return MailFile.open_found(place, found.name_type, found.version, found.header.fid)

    def is_own_file(self, file: MailFile) -> bool:
        """It is the user's default mail file."""
        own = self.mail.place_of_user(self.username)
        return file.name == MAIL_FILE and (own.volume, own.directory) == (file.place.volume, file.place.directory)

    def use_file(self, file: MailFile | None) -> None:
        """Leave the current file for another; None is the user's own."""
        self.leave_folder()
        self.close_file()
        self._file = file

    def give_up_sending(self) -> None:
        """A message that was begun and not sent: its links to other nodes are broken."""
        if self.sending is not None:
            self.sending.close()
        self.sending = None

    def close_file(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = None
        self.forget_selection()

    def forget_selection(self) -> None:
        self.folder, self.selected, self.gone, self.current, self.reading, self.more = "", [], set(), -1, False, None

    # -- selections ------------------------------------------------------------------------------------------------------------------

    def default_folder(self, *, new: bool, selecting: bool) -> str:
        """The folder meant when none is named: the current one, NEWMAIL when there is new mail, else MAIL."""
        if self.folder and not new:
            return self.folder
        if new or (not selecting and self._has_new_mail()):
            return NEWMAIL
        return DEFAULT_FOLDER

    def _has_new_mail(self) -> bool:
        file = self.file_or_none()
        return file is not None and file.has_folder(NEWMAIL)

    def select(self, folder: str, wanted: Callable[[MailHeader], bool] | None = None) -> None:
        """Select messages of a folder. Errors: MAIL.NOTEXIST, MAIL.NOMSGS; the old selection stays then."""
        self.leave_folder()
        file = self.file
        headers = file.headers(folder)
        if not headers:
            raise MAIL.NOTEXIST.error(folder)
        chosen = [int(h.datim) for h in headers if wanted is None or wanted(h)]
        if not chosen:
            raise MAIL.NOMSGS.error()
        self.forget_selection()
        self.folder, self.selected = folder, chosen

    def select_default(self) -> None:
        """Select the folder meant when none is named. Errors: MAIL.NOMSGS."""
        try:
            self.select(self.default_folder(new=False, selecting=False))
        except VmsError as error:
            if error.matches(MAIL.NOTEXIST):
                raise MAIL.NOMSGS.error() from None
            raise

    def leave_folder(self) -> None:
        """Messages of NEWMAIL that were displayed go to MAIL."""
        displayed, self._displayed = self._displayed, set()
        if self._file is None:
            return
        for datim in sorted(displayed):
            header = self._file.header(datim)
            if header is not None and header.folder == NEWMAIL:
                header.folder = DEFAULT_FOLDER
                self._file.rewrite(header)

    def message(self, index: int) -> MailHeader | None:
        """The message of that place in the selection; None when it was deleted or moved away."""
        datim = self.selected[index]
        if datim in self.gone:
            return None
        return self.file.header(datim)

    def current_message(self) -> MailHeader:
        """The message being read. Errors: MAIL.NOTREADIN, MAIL.DELMSG."""
        if not self.reading or self.current < 0:
            raise MAIL.NOTREADIN.error()
        header = self.message(self.current)
        if header is None:
            raise MAIL.DELMSG.error()
        return header

    def all_messages(self) -> list[tuple[int, MailHeader]]:
        """(index, header) of every message of the selection that is still there. Errors: MAIL.NOMSGS."""
        if not self.selected:
            self.select_default()
        out = [(at, header) for at in range(len(self.selected)) if (header := self.message(at)) is not None]
        if not out:
            raise MAIL.NOMSGS.error()
        return out

    def listed(self, numbers: Iterable[int]) -> list[tuple[int, MailHeader]]:
        """(index, header) of messages by number. Errors: MAIL.NOMOREMSG beyond the last one, MAIL.DELMSG."""
        if not self.selected:
            self.select_default()
        out = []
        for number in numbers:
            if not 1 <= number <= len(self.selected):
                raise MAIL.NOMOREMSG.error()
            header = self.message(number - 1)
            if header is None:
                raise MAIL.DELMSG.error()
            out.append((number - 1, header))
        return out

    # -- what happens to messages ----------------------------------------------------------------------------------------------------

    def note_displayed(self, header: MailHeader) -> None:
        """The message was shown: it is no longer new, and leaves NEWMAIL with the user."""
        if header.flags & MailFlags.NEWMSG:
            self.clear_new(header)
            self.file.rewrite(header)
        if header.folder == NEWMAIL:
            self._displayed.add(int(header.datim))

    def clear_new(self, header: MailHeader) -> None:
        """Take away the flag and count one new message less; the caller writes the header."""
        if header.flags & MailFlags.NEWMSG:
            header.flags &= ~MailFlags.NEWMSG
            self.mail.profiles.add_to_count(self.username, -1)

    def took_away(self, index: int) -> None:
        """The message of that place is in this folder no more."""
        self.gone.add(self.selected[index])
        self._displayed.discard(self.selected[index])

    # -- asking ----------------------------------------------------------------------------------------------------------------------

    async def ask(self, question: str, *, default: bool) -> bool:
        """A question with the answers Y and N; end of file is N."""
        try:
            answer = (await self.ctx.read(question)).strip().upper()
        except VmsError as error:
            if not error.matches(RMS.EOF):
                raise
            return False
        return answer.startswith("Y") if answer else default
