"""INQUIRE.

Source: DCL Dictionary; DCL reference 3.10.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.dcl.accounts import refuse_captive
from vmsemu.dcl.command import routine
from vmsemu.dcl.errors import bad_result_symbol
from vmsemu.dcl.lines import canonical, unquoted, upcase
from vmsemu.dcl.refusals import happens_anyway
from vmsemu.dcl.substitution import expand
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI, RMS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@routine("INQUIRE")
async def inquire(dcl: Interpreter, command: ParsedCommand) -> None:
    """INQUIRE symbol ["prompt"]: the answer is substituted, upcased and compressed outside quotes."""
    refuse_captive(dcl.process, CLI.CAPTINQ)
    happens_anyway(command, "LOCAL")
    name = upcase(command.value("P1") or "")
    problem = bad_result_symbol(name)
    if problem is not None:
        raise problem
    given = command.value("P2")
    prompt = name if given is None else unquoted(given)
    if not command.negated("PUNCTUATION"):
        prompt += ": "
    stream = dcl.command_input
    try:
        answer = await stream.read(prompt)
    except VmsError as error:
        if not error.matches(RMS.EOF):
            raise
        answer = ""
    dcl.symbols.define(name, unquoted(canonical(expand(dcl, answer))), global_=command.present("GLOBAL"))
