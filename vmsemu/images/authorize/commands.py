"""The command table of AUTHORIZE and the routines that carry the commands out, by syntax."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import NoReturn

from vmsemu.dcl.refusals import refuse_qualifiers
from vmsemu.images.authorize import identifiers, showing, users
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.session import AuthorizeSession
from vmsemu.tables.cld import CommandTable
from vmsemu.tables.command import ParsedCommand, compile_cld
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.help import HelpTopic, compile_help

_FOLDER = "commands"
Routine = Callable[[AuthorizeSession, ParsedCommand], None]


@cache
def command_table() -> CommandTable:
    """The commands at UAF>."""
    return compile_cld(_source("authorize_commands.cld"), "authorize_commands.cld")


@cache
def help_library() -> HelpTopic:
    """UAFHELP: the topics of HELP at UAF>."""
    return compile_help(_source("uafhelp.hlp"))


def _source(name: str) -> str:
    return (files("vmsemu.images.authorize") / _FOLDER / name).read_text(encoding="utf-8")


def _system_password(session: AuthorizeSession, command: ParsedCommand) -> None:
    """MODIFY/SYSTEM_PASSWORD: no terminal here asks for one. Errors: CLI.IVQUAL, always."""
    refuse_qualifiers(command, "SYSTEM_PASSWORD")


def _proxy(session: AuthorizeSession, command: ParsedCommand) -> NoReturn:
    """The proxy commands: there is no network that would look at proxies, and so no file of them. Errors: UAF.NAONAF, always."""
    raise UAF.NAONAF.error(cause=RMS.FNF)


def _create_proxy(session: AuthorizeSession, command: ParsedCommand) -> NoReturn:
    """Errors: UAF.NAFCREERR, always."""
    raise UAF.NAFCREERR.error(cause=SS.UNSUPPORTED)


COMMANDS: dict[str, Routine] = {
    "ADD": users.add_user,
    "ADD_IDENT": identifiers.add_identifier,
    "ADD_NETWORK": _proxy,
    "COPY": users.copy_user,
    "CREATE_NETWORK": _create_proxy,
    "CREATE_RDB": identifiers.create_rights,
    "DEFAULT": users.modify_default,
    "GRANT": identifiers.grant_identifier,
    "LIST": showing.list_users,
    "LIST_IDENT": showing.list_identifiers,
    "LIST_NETWORK": _proxy,
    "LIST_RDB": showing.list_rights,
    "MODIFY": users.modify_users,
    "MODIFY_IDENT": identifiers.modify_identifier,
    "MODIFY_NETWORK": _proxy,
    "MODIFY_SYSTEM": _system_password,
    "REMOVE": users.remove_user,
    "REMOVE_IDENT": identifiers.remove_identifier,
    "REMOVE_NETWORK": _proxy,
    "RENAME": users.rename_user,
    "RENAME_IDENT": identifiers.rename_identifier,
    "REVOKE": identifiers.revoke_identifier,
    "SHOW": showing.show_users,
    "SHOW_IDENT": showing.show_identifiers,
    "SHOW_NETWORK": _proxy,
    "SHOW_RDB": showing.show_rights,
}
