"""The entries of the SMTP queues of this node, as the MAIL commands of TCPIP> choose them, and the control files behind them.

An entry belongs to the user under whose name it was submitted. Everybody may deal with his own ones; those of others take SYSPRV or BYPASS.
A user name may have wildcards. Source: Management Command Reference, SHOW MAIL, SEND MAIL, REMOVE MAIL; table 17-3.
fidelity: manual and example differ about the default user of SHOW MAIL, and nothing says what SEND MAIL without a user does for somebody without
privileges: his own entries here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from smtp.config.account import CONFIGURED, account, login_directory
from smtp.config.configuration import MAXIMUM_QUEUES
from smtp.control_file.name import ControlFileName
from smtp.facility import TCPIP
from smtp.management.common import not_found, require_any
from smtp.node import SmtpNode
from vmsemu.base.condition import VmsError
from vmsemu.base.extended import upper
from vmsemu.base.privilege import Privilege
from vmsemu.base.time import VmsTime
from vmsemu.base.wildcard import match
from vmsemu.images.context import ImageContext
from vmsemu.queue.entry import Entry
from vmsemu.queue.manager import QueueManager
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.services.process import Process

OTHERS = (Privilege.SYSPRV, Privilege.BYPASS)
"""What gives access to the mail of other users."""
_MAXIMUM_ENTRY = 999_999_999


def node_entries(ctx: ImageContext) -> list[Entry]:
    """Every entry of the generic and the execution queues of this node, by number. Errors: JBC.JOBQUEDIS."""
    manager, node = ctx.system.part(QueueManager), ctx.system.part(SmtpNode)
    manager.running_database()
    queues = {node.execution_queue(number) for number in range(MAXIMUM_QUEUES + 1)}
    return sorted((e for e in manager.entries.values() if e.queue in queues), key=lambda e: e.number)


def user_pattern(ctx: ImageContext, *privileges: Privilege, everybody: bool) -> str:
    """The USER of the command in upper case; without one everybody, or oneself. Errors: TCPIP.MAILERROR with SS.NOPRIV for other users."""
    own = ctx.process.username
    name = upper(ctx.cli.value("USER") or ("*" if everybody else own))
    if name != own:
        require_any(ctx.process, TCPIP.MAILERROR, *privileges)
    return name


def chosen_entries(ctx: ImageContext, *, everybody: bool) -> list[Entry]:
    """What USER and /ENTRY choose. `everybody`: without either those of all users, if the privileges are there, else one's own.

    Errors: TCPIP.NORECORD when there is none; TCPIP.MAILERROR with SS.NOPRIV, TCPIP.INVQUAL, JBC.JOBQUEDIS.
    """
    privileged = any(privilege in ctx.process.privileges for privilege in OTHERS)
    numbered = ctx.cli.present("ENTRY")
    pattern = "*"
    if ctx.cli.value("USER") or not numbered:
        pattern = user_pattern(ctx, *OTHERS, everybody=everybody and privileged)
    number = ctx.cli.integer("ENTRY")
    if numbered and not 1 <= number <= _MAXIMUM_ENTRY:
        raise TCPIP.MAILERROR.error(cause=TCPIP.INVQUAL("ENTRY"))
    try:
        found = [e for e in node_entries(ctx) if match(pattern, e.username) and (not numbered or e.number == number)]
    except VmsError as error:
        raise TCPIP.MAILERROR.error(cause=error) from None
    if not found:
        raise not_found()
    if any(e.username != ctx.process.username for e in found):
        require_any(ctx.process, TCPIP.MAILERROR, *OTHERS)
    return found


def still_there(ctx: ImageContext, entry: Entry) -> bool:
    """Has the entry not gone while the user was thinking?"""
    return ctx.system.part(QueueManager).entries.get(entry.number) is entry


def specification(entry: Entry) -> str:
    """The file of an entry; symbiont and commands know one."""
    return entry.files[0].spec


def in_directory(process: Process, found: FoundFile) -> bool:
    """Does a file lie where control files lie, or lay before the account got another directory?"""
    places = dict.fromkeys((login_directory(account(process.system)), CONFIGURED))
    return any(_lies_in(process, found, place) for place in places)


def _lies_in(process: Process, found: FoundFile, place: str) -> bool:
    try:
        volume, directory = process.files.searcher.directory(process.files.candidates(place)[0])
    except VmsError:
        return False
    return found.volume is volume and found.directory == directory


def control_file_name(process: Process, found: FoundFile) -> ControlFileName | None:
    """The parts of a control file's name; None for anything else that somebody put into the queue, which is not ours to delete."""
    name = ControlFileName.from_text(found.name_type + found.spec.version)
    return name if name is not None and in_directory(process, found) else None


def command_time(ctx: ImageContext, qualifier: str) -> VmsTime | None:
    """The time a qualifier gives; None when it is absent or has no value. Errors: CLI.IVATIME."""
    text = ctx.cli.value(qualifier)
    return VmsTime.from_text(text, ctx.now) if text else None


class Confirmation:
    """The dialogue of /CONFIRM: Y, N, or G to go on without questions; anything else is asked again, Ctrl/Z refuses this and all that follow."""

    def __init__(self, ask: Callable[[], Awaitable[str]], *, asking: bool) -> None:
        self._ask = ask
        self.asking = asking
        self.ended = False

    async def allows(self) -> bool:
        """Ask, unless that is off."""
        while self.asking and not self.ended:
            try:
                answer = (await self._ask()).strip().upper()
            except VmsError as error:
                if not error.matches(RMS.EOF):
                    raise
                self.ended = True
                break
            if answer and "NO".startswith(answer):
                return False
            if answer and "YES".startswith(answer):
                return True
            self.asking = answer != "G"
        return not self.ended
