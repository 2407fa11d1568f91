"""What several TCPIP> commands need: privileges, the confirmation question, "nothing found"."""

from __future__ import annotations

from smtp.facility import TCPIP
from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.images.context import ImageContext
from vmsemu.net.auxiliary import AuxiliaryServer
from vmsemu.services.process import Process
from vmsemu.tables.facilities import RMS, SS


def require_any(process: Process, refusal: MessageDefinition, *privileges: Privilege) -> None:
    """Errors: `refusal` with SS.NOPRIV below it, unless one of the privileges is on. fidelity: the refusal's text is not known."""
    if not any(privilege in process.privileges for privilege in privileges):
        raise refusal.error(cause=SS.NOPRIV)


def require_system(process: Process, refusal: MessageDefinition) -> None:
    """SYSPRV or BYPASS."""
    require_any(process, refusal, Privilege.SYSPRV, Privilege.BYPASS)


def not_found() -> VmsError:
    """The product's word for "nothing there"."""
    return TCPIP.NORECORD.error(cause=RMS.RNF)


async def confirmed(ctx: ImageContext, question: str = "Remove? [N]: ") -> bool:
    """Ask until the answer is Y, N, nothing or Ctrl/Z."""
    while True:
        try:
            answer = (await ctx.read(question)).strip().upper()
        except VmsError as error:
            if not error.matches(RMS.EOF):
                raise
            return False
        if answer in ("", "N", "NO"):
            return False
        if answer in ("Y", "YES"):
            return True


def defined(text: str) -> str:
    """A value of a display, or the words for none."""
    return text or "not defined"


def not_configured() -> VmsError:
    """The product's word for "nothing there" in the configuration database."""
    return TCPIP.CONFIGERROR.error(cause=TCPIP.NORECORD(cause=RMS.RNF()))


def require_running(ctx: ImageContext, refusal: MessageDefinition) -> None:
    """Errors: `refusal` with TCPIP.NOTRUNNING while communication is stopped. fidelity: the text is not known."""
    if not ctx.system.part(AuxiliaryServer).running:
        raise refusal.error(cause=TCPIP.NOTRUNNING)
