"""SET commands that DCL executes itself: CONTROL, DEFAULT, ON, OUTPUT_RATE, PREFIX, PROMPT, PROTECTION/DEFAULT, UIC, VERIFY.

Source: DCL Dictionary, SET; DCL reference 3.7, 3.8, 3.12, 7.1, 7.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.fao import fao
from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime
from vmsemu.dcl.command import NORMAL, compiled, routine
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.procedure import Code
from vmsemu.dcl.refusals import refuse_qualifiers
from vmsemu.dcl.requests import RESUME, Request
from vmsemu.services.log_stream import OUTPUT_RATE, LogStream
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI, RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

PROMPT_LIMIT = 32


def _negated(command: ParsedCommand) -> bool:
    return (command.value("P1") or "").startswith("NO")


@routine("SET_DEFAULT")
def set_default(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET DEFAULT [device:][directory]: nothing need exist. Errors: CLI.DIRECT for a bad directory."""
    spec = command.value("P2") or "SYS$LOGIN:"
    try:
        dcl.process.files.set_default(spec)
    except VmsError as error:
        if error.matches(RMS.DIR, RMS.SYN, RMS.FNM, RMS.TYP, RMS.VER):
            raise at_segment(CLI.DIRECT, spec.upper()) from None
        raise


@compiled("SET_ON")
def set_on(command: ParsedCommand) -> Code:
    """SET [NO]ON: check the status after each command of this level."""
    checking = not _negated(command)

    def run(dcl: Interpreter) -> None:
        dcl.level.checking = checking
        dcl.status = NORMAL

    return run


@routine("SET_VERIFY")
def set_verify(dcl: Interpreter, command: ParsedCommand) -> Request:
    """SET [NO]VERIFY[=([NO]PROCEDURE,[NO]IMAGE)]."""
    on = not _negated(command)
    kinds = command.values("P1.VERIFY")
    if not kinds:
        dcl.verify_procedure = dcl.verify_image = on
    for kind in kinds:
        wanted = on and not kind.startswith("NO")
        if kind.endswith("PROCEDURE"):
            dcl.verify_procedure = wanted
        else:
            dcl.verify_image = wanted
    return RESUME


@routine("SET_PREFIX", "SET_NOPREFIX")
def set_prefix(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET [NO]PREFIX string. Errors: CLI.INVPREFIX."""
    text = "" if _negated(command) else command.value("P2") or ""
    try:
        fao(text, [0], now=dcl.system.now)
    except VmsError:
        raise CLI.INVPREFIX.error() from None
    dcl.verify_prefix = text


@routine("SET_PROMPT")
def set_prompt(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET PROMPT=string."""
    refuse_qualifiers(command, "CARRIAGE_CONTROL")
    text = command.value("P1.PROMPT")
    dcl.prompt = "$ " if text is None else text[:PROMPT_LIMIT]


@routine("SET_CONTROL")
def set_control(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET [NO]CONTROL[=(T,Y)]. SET NOCONTROL=Y also ends the level's ON CONTROL_Y."""
    keys = set(command.values("P1.CONTROL")) or {"Y"}
    if _negated(command) and "Y" in keys:
        dcl.level.control_y = ""
    if _negated(command):
        dcl.control.difference_update(keys)
    else:
        dcl.control.update(keys & {"T", "Y"})


@routine("SET_OUTPUT_RATE")
def set_output_rate(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET OUTPUT_RATE[=delta]: how long what is written to a batch log may stay unreadable for others. Errors: CLI.IVDTIME."""
    text = command.value("P1.OUTPUT_RATE") or ""
    rate = DeltaTime.from_text(text) if text else OUTPUT_RATE
    dcl.output_rate = text
    if isinstance(dcl.process.output, LogStream):
        dcl.process.output.rate = rate


@routine("SET_PROTECTION_DEFAULT")
def set_protection_default(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET PROTECTION=(code)/DEFAULT."""
    text = ",".join(command.values("P1.PROTECTION"))
    dcl.process.default_protection = Protection.from_text(text, base=dcl.process.default_protection)


@routine("SET_UIC")
def set_uic(dcl: Interpreter, command: ParsedCommand) -> None:
    """SET UIC uic: needs CMKRNL. Errors: SS.NOPRIV after CLI.INSPRIV, SS.NOSUCHID."""
    process = dcl.process
    uic = dcl.system.rights.parse_uic(command.value("P2") or "")
    if Privilege.CMKRNL not in process.privileges:
        dcl.put_message(CLI.INSPRIV())
        process.require(Privilege.CMKRNL)
    process.uic = uic
