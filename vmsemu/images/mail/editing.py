"""Editing a message before it is sent: the editor procedure that MAIL$EDIT names. There is no callable editor on this system.

The procedure runs in a subprocess without LOGIN.COM. P1 is the file to begin with, empty when there is none; P2 is the file it makes. No such file:
nothing is sent. Source: the MAILEDIT procedure; MAIL help, SEND/EDIT.
"""

from __future__ import annotations

from collections.abc import Sequence
from inspect import isawaitable

from vmsemu.base.condition import VmsError
from vmsemu.dcl.commands.spawning import spawn
from vmsemu.images.mail.session import MailSession
from vmsemu.mail.facility import MAIL
from vmsemu.security.sysuaf import UafFlags
from vmsemu.tables.command import ParsedCommand, parse
from vmsemu.tables.facilities import CLI

_CALLABLE = "CALLABLE_"
DEFAULT_EDITOR = "TPU"


def no_editor(name: str = DEFAULT_EDITOR) -> VmsError:
    """The error for an editor that would have to be called."""
    return MAIL.ERACTED.error(name, cause=CLI.IMAGEFNF(f"SYS$LIBRARY:{name}SHR.EXE"))


def refuse_captive(session: MailSession) -> None:
    """Errors: MAIL.CAPTIVE for accounts that may not leave their procedure."""
    record = session.process.record
    if record is not None and record.flags & UafFlags.CAPTIVE:
        raise MAIL.CAPTIVE.error()


def editor_procedure(session: MailSession) -> str:
    """The procedure that MAIL$EDIT names. Errors: MAIL.ERACTED when an editor would have to be called."""
    found = session.process.names.translate("MAIL$EDIT")
    name = found.equivalence if found is not None and found.translations else ""
    if not name or name.upper().startswith(_CALLABLE):
        raise no_editor(name.upper().removeprefix(_CALLABLE) or session.profile.editor or DEFAULT_EDITOR)
    return name


async def spawn_command(session: MailSession, line: str) -> None:
    """Run a SPAWN command. Errors: those of SPAWN."""
    dcl = session.ctx.dcl
    command = parse(dcl.table, line)
    assert isinstance(command, ParsedCommand)
    waiting = spawn(dcl, command)
    if isawaitable(waiting):
        await waiting


async def edit_text(session: MailSession, lines: Sequence[str] | None) -> list[str]:
    """Let the user edit a text; `lines` of None is nothing to begin with. Errors: MAIL.ERACTED, MAIL.CAPTIVE, MAIL.SENDABORT, OPENOUT."""
    procedure = editor_procedure(session)
    refuse_captive(session)
    files = session.process.files
    stem = f"SYS$SCRATCH:MAIL_{session.process.pid:08X}_"
    source = ""
    try:
        if lines is not None:
            with files.create(f"{stem}EDIT.TMP") as file:
                for line in lines:
                    file.put_text(line)
                source = file.spec.to_text()
        target = f"{stem}SEND.TMP"
        await spawn_command(session, f'SPAWN/NOLOG @{procedure} "{source}" {target}')
        if not files.exists(target):
            raise MAIL.SENDABORT.error()
        with files.open(target) as file:
            text = list(file.lines())
        files.erase(f"{target};0")
        return text
    finally:
        if source:
            files.erase(source)
