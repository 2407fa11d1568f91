"""SET: the profile, the current file and folder. What is set in the profile is stored at once.

Source: MAIL help, SET-SHOW. Others' forwarding needs SYSNAM. SET MAIL_DIRECTORY moves every .MAI file of the old directory to the new one.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from vmsemu.base.privilege import Privilege
from vmsemu.images.mail.selecting import select_command, unquoted_folder
from vmsemu.images.mail.session import MailSession
from vmsemu.mail.address import AddressKind, parse_address, split_addresses
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail_file import Place
from vmsemu.mail.message import is_personal_name
from vmsemu.mail.place import mail_directory, place_of
from vmsemu.mail.profile import USERNAME_SIZE
from vmsemu.mail.resolve import internet_mode, internet_transport
from vmsemu.tables.command import ParsedCommand, unquote

_SUBDIRECTORY = re.compile(r"\[?(\.[A-Z0-9$_\-]+)+\]?\Z")
Setter = Callable[[MailSession, ParsedCommand], Awaitable[None]]


def typed_address(raw: str) -> str:
    """An address on a command line: as typed, or DCL's way with doubled quotation marks."""
    return unquote(raw) if raw.startswith('"') or '""' in raw else raw


async def set_command(session: MailSession, command: ParsedCommand) -> None:
    """SET option."""
    option = command.value("OPTION") or ""
    simple = _SIMPLE.get(option)
    if simple is not None:
        session.change_profile(**simple)
    elif option in _TEXTS:
        session.change_profile(**{_TEXTS[option]: command.value("TEXT") or ""})
    else:
        await _SETTERS[option](session, command)


_SIMPLE: dict[str, dict[str, object]] = {
    "AUTO_PURGE": {"auto_purge": True},
    "NOAUTO_PURGE": {"auto_purge": False},
    "CC_PROMPT": {"cc_prompt": True},
    "NOCC_PROMPT": {"cc_prompt": False},
    "NOEDITOR": {"editor": ""},
    "NOFORM": {"form": ""},
    "NOPERSONAL_NAME": {"personal_name": ""},
    "NOQUEUE": {"queue": ""},
    "NOSIGNATURE_FILE": {"signature_file": ""},
    "NOTRANSPORT": {"transport": ""},
}
_TEXTS = {"EDITOR": "editor", "FORM": "form", "QUEUE": "queue"}


async def _copy_self(session: MailSession, command: ParsedCommand) -> None:
    changes: dict[str, object] = {}
    for word in command.values("COMMANDS"):
        changes["copy_" + word.removeprefix("NO").lower()] = not word.startswith("NO")
    session.change_profile(**changes)


async def _personal_name(session: MailSession, command: ParsedCommand) -> None:
    name = command.value("TEXT") or ""
    if not is_personal_name(name):
        raise MAIL.ILLPERNAM.error()
    session.change_profile(personal_name=name)


async def _signature_file(session: MailSession, command: ParsedCommand) -> None:
    session.change_profile(signature_file=command.value("FILE") or "")


async def _transport(session: MailSession, command: ParsedCommand) -> None:
    text = (command.value("TEXT") or "").upper()
    if not re.fullmatch(r"[A-Z0-9$_]+%?", text):
        raise MAIL.ILLTPRT.error(text)
    session.change_profile(transport=text.rstrip("%") + "%")


async def _file(session: MailSession, command: ParsedCommand) -> None:
    """SET FILE: purge and close the current file, open another."""
    file = session.find_file(command.value("FILE") or "")
    if session.profile.auto_purge and session.purge_at_exit:
        purge_quietly(session)
    own = session.is_own_file(file)
    session.use_file(file if not own else None)
    if own:
        file.close()


def purge_quietly(session: MailSession) -> None:
    """The purge when a file is left: only when there is something to purge."""
    from vmsemu.images.mail.changing import purge

    session.leave_folder()
    file = session.file_or_none()
    if file is not None and file.has_folder(file.wastebasket):
        purge(session)


async def _wastebasket(session: MailSession, command: ParsedCommand) -> None:
    name = unquoted_folder(command.value("TEXT") or "", command.raw_values("TEXT")[0])
    session.file_or_new().wastebasket = name


# -- forwarding ---------------------------------------------------------------------------------------------------------------------------


def _forwarded_user(session: MailSession, command: ParsedCommand) -> str:
    """Whose forwarding is meant. Errors: MAIL.NOSYSNAM."""
    user = (command.value("USER") or session.username).upper()
    if user != session.username and Privilege.SYSNAM not in session.process.privileges:
        raise MAIL.NOSYSNAM.error()
    if not 0 < len(user) <= USERNAME_SIZE:
        raise MAIL.USERSPEC.error(user)
    return user


async def _forward(session: MailSession, command: ParsedCommand) -> None:
    user = _forwarded_user(session, command)
    text = typed_address(command.raw_values("ADDRESS")[0])
    mode, transport = internet_mode(session.process), internet_transport(session.process)
    tokens = split_addresses(text)
    if len(tokens) != 1:
        raise MAIL.USERSPEC.error(text)
    address = parse_address(tokens[0], mode, transport)
    if address.kind is AddressKind.LIST:
        raise MAIL.USERSPEC.error(text)
    # What is stored is what was typed; only an internet address gets its protocol.
    shown = address.to_text() if "@" in text and "%" not in text and "::" not in text else text
    session.mail.profiles.put(session.mail.profile(user).with_(forwarding=shown))


async def _noforward(session: MailSession, command: ParsedCommand) -> None:
    user = _forwarded_user(session, command)
    if session.mail.profiles.find(user) is not None:
        session.mail.profiles.put(session.mail.profile(user).with_(forwarding=""))


# -- the mail directory --------------------------------------------------------------------------------------------------------------------


async def _mail_directory(session: MailSession, command: ParsedCommand) -> None:
    """SET MAIL_DIRECTORY [.sub]. Errors: MAIL.NOTSUBDIR, MAIL.ILLSUBDIR."""
    text = (command.value("DIRECTORY") or "").upper()
    if not text.lstrip("[<").startswith("."):
        raise MAIL.NOTSUBDIR.error(text)
    if _SUBDIRECTORY.match(text) is None:
        raise MAIL.ILLSUBDIR.error(text)
    _move_mail(session, "[" + text.strip("[]<>") + "]")


async def _no_mail_directory(session: MailSession, command: ParsedCommand) -> None:
    _move_mail(session, "")


def _move_mail(session: MailSession, subdirectory: str) -> None:
    """Make the subdirectory, move every .MAI file there, store the setting."""
    record = session.mail.system.sysuaf.require(session.username)
    profile = session.profile
    changed = profile.with_(directory=subdirectory)
    session.leave_folder()
    session.close_file()
    files = session.mail.agent.files
    source = place_of(files, mail_directory(record, profile))
    if subdirectory:
        files.create_directory(mail_directory(record, changed), owner=record.uic)
    target = place_of(files, mail_directory(record, changed))
    if source.directory != target.directory:
        _move_files(source, target)
    session.mail.profiles.put(changed)


def _move_files(source: Place, target: Place) -> None:
    volume = source.volume
    for name, entry in sorted(volume.directory(source.directory).entries.items()):
        if name.endswith(".MAI"):
            for version in list(entry.versions):
                new_version = volume.next_version(target.directory, name, 0)
                volume.rename(source.directory, name, version, target.directory, name, max(new_version, version))


_SETTERS: dict[str, Setter] = {
    "COPY_SELF": _copy_self,
    "FILE": _file,
    "FOLDER": select_command,
    "FORWARD": _forward,
    "NOFORWARD": _noforward,
    "MAIL_DIRECTORY": _mail_directory,
    "NOMAIL_DIRECTORY": _no_mail_directory,
    "PERSONAL_NAME": _personal_name,
    "SIGNATURE_FILE": _signature_file,
    "TRANSPORT": _transport,
    "WASTEBASKET_NAME": _wastebasket,
}


async def remove_command(session: MailSession, command: ParsedCommand) -> None:
    """REMOVE user: delete a profile. Errors: MAIL.NOSYSPRV, MAIL.NOSUCHUSR."""
    if Privilege.SYSPRV not in session.process.privileges:
        raise MAIL.NOSYSPRV.error()
    user = (command.value("USER") or "").upper()
    if not session.mail.profiles.remove(user):
        raise MAIL.NOSUCHUSR.error(user)
