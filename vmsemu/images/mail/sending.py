"""SEND, REPLY, FORWARD and MAIL on the DCL command line.

Every addressee is checked when its line was typed. End of file ends the text, Ctrl/C abandons the message. Source: MAIL help; captures of SEND.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.images.mail.editing import edit_text
from vmsemu.images.mail.screens import extract_header
from vmsemu.images.mail.session import MailSession
from vmsemu.mail.facility import MAIL
from vmsemu.mail.message import MAXIMUM_SENT_NAME, ForeignBody, Message, compose_from, is_personal_name, split_from
from vmsemu.mail.record import MailFlags
from vmsemu.mail.send import Sending
from vmsemu.services.process import ControlC
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import RMS

BANNER = "Enter your message below. Press CTRL/Z when complete, or CTRL/C to quit:"
_TERMINAL_NAMES = ("SYS$INPUT", "SYS$COMMAND", "TT")


class Abandoned(Exception):
    """The user left a prompt with Ctrl/Z or Ctrl/C; nothing is to be said about it."""


@dataclass
class Draft:
    """A message being made. `foreign` stands instead of `text` for a file sent as it is."""

    sending: Sending
    subject: str = ""
    text: Sequence[str] = ()
    foreign: ForeignBody | None = None
    personal_name: str = ""
    signature: Sequence[str] = ()


# -- asking --------------------------------------------------------------------------------------------------------------------------


async def _line(session: MailSession, prompt: str) -> str:
    """One line of an answer. Errors: Abandoned at Ctrl/C and end of file."""
    try:
        return await session.ctx.read(prompt)
    except ControlC:
        raise Abandoned from None
    except VmsError as error:
        if error.matches(RMS.EOF):
            raise Abandoned from None
        raise


async def _addressees(session: MailSession, sending: Sending, prompt: str, *, cc: bool = False) -> None:
    """Ask for addressees; each that is refused is shown at once. Errors: Abandoned, MAIL.SENDABORT, NOUSERSPEC, those of a bad line."""
    text = await _line(session, prompt)
    if not text.strip():
        if cc:
            return
        raise MAIL.NOUSERSPEC.error()
    await _accept(session, sending, text, cc=cc)


async def _accept(session: MailSession, sending: Sending, text: str, *, cc: bool = False) -> None:
    """Add addressees. Errors: the last refusal when nobody is left; MAIL.SENDABORT when the user does not want to go on without some."""
    failures = await sending.add(text, cc=cc)
    if not failures:
        return
    for failure in failures[:-1] if not sending.has_recipients else failures:
        session.ctx.put_message(failure)
    if not sending.has_recipients:
        raise failures[-1]
    if not await session.ask(MAIL.WANTOSEND.text, default=True):
        raise MAIL.SENDABORT.error()


async def read_text(session: MailSession) -> list[str]:
    """The text of a message, up to end of file. Errors: MAIL.SENDABORT at Ctrl/C."""
    lines: list[str] = []
    while True:
        try:
            lines.append(await session.ctx.read())
        except ControlC:
            raise MAIL.SENDABORT.error() from None
        except VmsError as error:
            if error.matches(RMS.EOF):
                return lines
            raise


# -- parts ---------------------------------------------------------------------------------------------------------------------------


def _wants_cc(session: MailSession, command: ParsedCommand) -> bool:
    if command.negated("CC_PROMPT"):
        return False
    return command.present("CC_PROMPT") or session.profile.cc_prompt


def _personal_name(session: MailSession, command: ParsedCommand) -> str:
    """Errors: MAIL.ILLPERNAM."""
    if command.negated("PERSONAL_NAME"):
        return ""
    given = command.value("PERSONAL_NAME")
    if given is None:
        return session.profile.personal_name[:MAXIMUM_SENT_NAME]
    if not is_personal_name(given) or len(given) > MAXIMUM_SENT_NAME:
        raise MAIL.ILLPERNAM.error()
    return given


def _copy_self(session: MailSession, command: ParsedCommand, wanted: bool) -> bool:
    return command.present("SELF") or (wanted and not command.negated("SELF"))


def _signature(session: MailSession, command: ParsedCommand) -> list[str]:
    """The lines of the signature file. Errors: MAIL.OPENIN for one that is not there."""
    if command.negated("SIGNATURE_FILE"):
        return []
    name = command.value("SIGNATURE_FILE") or session.profile.signature_file
    if not name:
        return []
    return file_text(session, name, f"{session.mail.directory_of(session.username)}.SIG")


def new_draft(session: MailSession, command: ParsedCommand, subject: str = "") -> Draft:
    """A draft with the sender's name and signature. Errors: MAIL.ILLPERNAM, MAIL.OPENIN, before anything is asked."""
    name, signature = _personal_name(session, command), _signature(session, command)
    foreign = command.present("FOREIGN")
    sending = Sending(session.mail, session.process, compose_from(session.username, name), foreign=foreign)
    session.sending = sending
    return Draft(sending, subject, personal_name=name, signature=signature)


def file_text(session: MailSession, spec: str, default: str = ".TXT") -> list[str]:
    """The records of a file. Errors: MAIL.OPENIN, MAIL.READERR."""
    try:
        file = session.process.files.open(spec, default=default)
    except VmsError as error:
        raise MAIL.OPENIN.error(str(getattr(error, "spec", spec)), cause=error) from None
    with file:
        try:
            return list(file.lines())
        except VmsError as error:
            raise MAIL.READERR.error(file.spec.to_text(), cause=error) from None


def foreign_file(session: MailSession, spec: str) -> ForeignBody:
    """A file to be sent as it is. Errors: MAIL.OPENIN; MAIL.NOACCPTMSG for a file that is not sequential."""
    try:
        file = session.process.files.open(spec, default=".TXT")
    except VmsError as error:
        raise MAIL.OPENIN.error(str(getattr(error, "spec", spec)), cause=error) from None
    with file:
        try:
            stream = file.sequential
        except VmsError:
            raise MAIL.NOACCPTMSG.error("MAIL") from None
        return ForeignBody(file.attributes, stream.read_bytes(0, stream.end()), file.header.longest)


def _take_file(session: MailSession, command: ParsedCommand, draft: Draft) -> list[str] | None:
    """The text that a file or /LAST gives, before anything is asked; None when the user has to give it. Errors: MAIL.OPENIN, SENDABORT."""
    spec = command.value("FILE")
    if spec is not None and command.present("FOREIGN"):
        draft.foreign = foreign_file(session, spec)
        return []
    if spec is not None:
        return file_text(session, spec)
    if command.present("LAST"):
        if session.last_text is None:
            raise MAIL.SENDABORT.error()
        return session.last_text
    return None


async def _body(
    session: MailSession, command: ParsedCommand, draft: Draft, given: list[str] | None, initial: list[str] | None = None
) -> None:
    """The text: what was given, or what is edited, or what is typed."""
    if draft.foreign is not None:
        return
    text: list[str]
    if _edits(session, command) or initial is not None:
        text = await edit_text(session, given if given is not None else initial)
    elif given is not None:
        text = given
    else:
        session.write(BANNER)
        text = await read_text(session)
    session.last_text = text
    draft.text = text


async def dispatch(session: MailSession, command: ParsedCommand, draft: Draft, copy_self: bool) -> list[VmsError]:
    """Send the draft; the failures were not shown yet."""
    if _copy_self(session, command, copy_self):
        await draft.sending.add_self()
    text = [*draft.text, *draft.signature] if draft.foreign is None else []
    sender = compose_from(session.username, draft.personal_name)
    message = Message(sender, draft.sending.to_line, draft.sending.cc_line, draft.subject, text, draft.foreign)
    return await draft.sending.send(message)


async def _send(session: MailSession, command: ParsedCommand, draft: Draft, copy_self: bool) -> None:
    for failure in await dispatch(session, command, draft, copy_self):
        session.ctx.put_message(failure)


def _edits(session: MailSession, command: ParsedCommand) -> bool:
    """/EDIT, or the default that MAIL/EDIT=... set for this command."""
    return command.present("EDIT") or (command.verb in session.edit_defaults and not command.negated("EDIT"))


# -- commands ------------------------------------------------------------------------------------------------------------------------


async def send_command(session: MailSession, command: ParsedCommand) -> None:
    """SEND [file]."""
    draft = new_draft(session, command)
    given = _take_file(session, command, draft)
    try:
        await _ask_header(session, command, draft)
    except Abandoned:
        return
    await _body(session, command, draft, given)
    await _send(session, command, draft, session.profile.copy_send)


async def _ask_header(session: MailSession, command: ParsedCommand, draft: Draft) -> None:
    """To:, CC: when it is wanted, Subj: unless it was given."""
    await _addressees(session, draft.sending, "To:\t")
    if _wants_cc(session, command):
        await _addressees(session, draft.sending, "CC:\t", cc=True)
    subject = command.value("SUBJECT")
    draft.subject = subject if subject is not None else await _line(session, "Subj:\t")


def reply_subject(subject: str) -> str:
    """`RE: subject`, unless it begins so."""
    return subject if subject[:3].upper() == "RE:" else f"RE: {subject}"


async def reply_command(session: MailSession, command: ParsedCommand) -> None:
    """REPLY [file]: to the sender of the message being read."""
    header = session.current_message()
    draft = new_draft(session, command, reply_subject(header.subject))
    given = _take_file(session, command, draft)
    to = split_from(header.from_)[0]
    session.write(f"To:\t{to}")
    await _accept(session, draft.sending, to)
    if _wants_cc(session, command):
        try:
            await _addressees(session, draft.sending, "CC:\t", cc=True)
        except Abandoned:
            return
    session.write(f"Subj:\t{draft.subject}")
    extract = command.present("EXTRACT") or ("EXTRACT" in session.edit_defaults and not command.negated("EDIT"))
    initial = [*extract_header(header), *session.file.body(header)] if extract else None
    await _body(session, command, draft, given, initial)
    await _send(session, command, draft, session.profile.copy_reply)
    header.flags |= MailFlags.REPLIED
    session.file.rewrite(header)


async def forward_command(session: MailSession, command: ParsedCommand) -> None:
    """FORWARD: send a copy of the message being read."""
    header = session.current_message()
    draft = new_draft(session, command)
    if header.flags & MailFlags.EXTNSTD:
        draft.foreign = session.file.foreign_body(header)
        draft.sending.foreign = True
    else:
        above = extract_header(header) if not command.negated("HEADER") else []
        draft.text = [*above, *session.file.body(header)]
    try:
        await _ask_header(session, command, draft)
    except Abandoned:
        return
    if _edits(session, command) and draft.foreign is None:
        draft.text = await edit_text(session, list(draft.text))
    await _send(session, command, draft, session.profile.copy_forward)


# -- the DCL command line ------------------------------------------------------------------------------------------------------------


async def mail_file(session: MailSession, command: ParsedCommand, addresses: list[str]) -> VmsError | None:
    """`MAIL file address[,...]`: send a file; nothing is shown when all went well. The result is the last failure, shown already.

    Errors: whatever prevents the sending as a whole.
    """
    draft = new_draft(session, command, command.value("SUBJECT") or "")
    failures = await draft.sending.add(",".join(addresses))
    for failure in failures[:-1] if not draft.sending.has_recipients else failures:
        session.ctx.put_message(failure)
    if not draft.sending.has_recipients:
        raise failures[-1] if failures else MAIL.NOUSERSPEC.error()
    spec = command.value("FILE") or ""
    if spec.rstrip(":").upper() in _TERMINAL_NAMES:
        draft.text = await read_text(session)
    elif command.present("FOREIGN"):
        draft.foreign = foreign_file(session, spec)
    else:
        draft.text = file_text(session, spec)
    if "SEND" in session.edit_defaults and draft.foreign is None:
        draft.text = await edit_text(session, list(draft.text))
    undelivered = await dispatch(session, command, draft, session.profile.copy_send)
    for failure in undelivered:
        session.ctx.put_message(failure)
    return (failures + undelivered)[-1] if failures or undelivered else None
