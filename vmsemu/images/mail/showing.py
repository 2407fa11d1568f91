"""SHOW: the profile, the current file and folder.

fidelity: most of these sentences are known only in sense and partly in wording; those of FORWARD, DELETED and MAIL_DIRECTORY are documented.
Source: MAIL help, SET-SHOW; programs that show other users' profiles.
"""

from __future__ import annotations

from collections.abc import Callable

from vmsemu.base.fao import fao
from vmsemu.base.privilege import Privilege
from vmsemu.base.wildcard import is_wild, match
from vmsemu.images.mail.session import MailSession
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail_file import WASTEBASKET
from vmsemu.mail.place import MAIL_FILE
from vmsemu.tables.command import ParsedCommand

Lines = list[str]


async def show_command(session: MailSession, command: ParsedCommand) -> None:
    """SHOW option."""
    option = command.value("OPTION") or ""
    if option == "FORWARD" and command.present("USER"):
        lines = _forwarding_of(session, command)
    elif option == "KEY":
        raise MAIL.INVCMD.error()
    elif option == "ALL":
        lines = [line for name in _ALL for line in _SHOWS[name](session)]
    else:
        lines = _SHOWS[option](session) or _NOTHING.get(option, [])
    for line in lines:
        session.write(line)


def _enabled(on: bool) -> str:
    return "enabled" if on else "disabled"


def _auto_purge(session: MailSession) -> Lines:
    return [f"Automatic deleted message purge is {_enabled(session.profile.auto_purge)}."]


def _cc_prompt(session: MailSession) -> Lines:
    return [f"CC prompting is {_enabled(session.profile.cc_prompt)}."]


def _copy_self(session: MailSession) -> Lines:
    profile = session.profile
    on = (("SEND", profile.copy_send), ("REPLY", profile.copy_reply), ("FORWARD", profile.copy_forward))
    words = [word for word, wanted in on if wanted]
    return [f"Automatic copy to yourself on {','.join(words)}" if words else "Automatic copy to yourself is disabled."]


def _deleted(session: MailSession) -> Lines:
    file = session.file_or_none()
    return [f"Mail file {_file_text(session)}", f"        contains {file.deleted_bytes if file is not None else 0} deleted message bytes."]


def _editor(session: MailSession) -> Lines:
    # fidelity: TPU is the editor of those who have not set one.
    return [f"Your editor is {session.profile.editor or 'TPU'}."]


def _file_text(session: MailSession) -> str:
    file = session.file_or_none()
    if file is not None:
        return file.spec.to_text()
    return session.mail.place_of_user(session.username).file(MAIL_FILE, 1).with_version("").to_text()


def _file(session: MailSession) -> Lines:
    return [fao(MAIL.MAILFILE.text, [_file_text(session)])]


def _folder(session: MailSession) -> Lines:
    return [fao(MAIL.MAILFOLDER.text, [session.folder])] if session.folder else []


def _form(session: MailSession) -> Lines:
    form = session.profile.form
    return [f"Your default print form is {form}." if form else "You have not set a default print form."]


def _forward(session: MailSession) -> Lines:
    address = session.profile.forwarding
    return [f"Your mail is being forwarded to {address}." if address else "You have not set a forwarding address."]


def _directory(session: MailSession) -> Lines:
    place = session.mail.place_of_user(session.username)
    return [fao(MAIL.MAILDIR.text, [place.spec.device + place.spec.directory])]


def _new_mail_count(session: MailSession) -> Lines:
    count = session.profile.new_messages
    return [f"You have {count} new message{'' if count == 1 else 's'}."]


def _personal_name(session: MailSession) -> Lines:
    name = session.profile.personal_name
    return [f'Your personal name is "{name}".' if name else "You have not set a personal name."]


def _queue(session: MailSession) -> Lines:
    return [f"Your default print queue is {session.profile.queue or 'SYS$PRINT'}."]


def _signature_file(session: MailSession) -> Lines:
    name = session.profile.signature_file
    return [f"Your signature file is {name}." if name else "You have not set a signature file."]


def _transport(session: MailSession) -> Lines:
    name = session.profile.transport
    return [f"Your default transport is {name}." if name else "You have not set a default transport."]


def _version(session: MailSession) -> Lines:
    return [f"OpenVMS MAIL utility, version {session.ctx.system.profile.version}"]


def _wastebasket(session: MailSession) -> Lines:
    file = session.file_or_none()
    return [f"The wastebasket folder name is {file.wastebasket if file is not None else WASTEBASKET}."]


_SHOWS: dict[str, Callable[[MailSession], Lines]] = {
    "MAIL_DIRECTORY": _directory,
    "FILE": _file,
    "FOLDER": _folder,
    "WASTEBASKET_NAME": _wastebasket,
    "DELETED": _deleted,
    "NEW_MAIL_COUNT": _new_mail_count,
    "FORWARD": _forward,
    "PERSONAL_NAME": _personal_name,
    "EDITOR": _editor,
    "CC_PROMPT": _cc_prompt,
    "COPY_SELF": _copy_self,
    "AUTO_PURGE": _auto_purge,
    "QUEUE": _queue,
    "FORM": _form,
    "SIGNATURE_FILE": _signature_file,
    "TRANSPORT": _transport,
    "VERSION": _version,
}
_ALL = (
    "MAIL_DIRECTORY", "FILE", "FOLDER", "WASTEBASKET_NAME", "DELETED", "NEW_MAIL_COUNT", "FORWARD", "PERSONAL_NAME", "EDITOR", "CC_PROMPT",
    "COPY_SELF", "AUTO_PURGE", "QUEUE", "FORM",
)  # fmt: skip
_NOTHING = {"FOLDER": ["You have not selected a folder."]}


def _forwarding_of(session: MailSession, command: ParsedCommand) -> Lines:
    """SHOW FORWARD/USER. Errors: MAIL.NOSYSNAM, MAIL.NONEFOUND."""
    pattern = (command.value("USER") or "").upper()
    privileges = session.process.privileges
    if pattern != session.username and Privilege.SYSNAM not in privileges and Privilege.SYSPRV not in privileges:
        raise MAIL.NOSYSNAM.error()
    everybody = command.present("ALL")
    if not is_wild(pattern) and not everybody:
        address = session.mail.profile(pattern).forwarding
        return [fao(MAIL.USERFWD.text, [pattern, address]) if address else f"{pattern} has not set a forwarding address"]
    found = [p for p in session.mail.profiles if match(pattern, p.username) and (p.forwarding or everybody)]
    if not found:
        raise MAIL.NONEFOUND.error(pattern)
    heading = [f"{'Username':<32}Forwarding Address", f"{'--------':<32}------------------"]
    return heading + [f"{p.username:<32}{p.forwarding or '(no forwarding address)'}" for p in found]
