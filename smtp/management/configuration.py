"""SHOW CONFIGURATION: what the next startup does, subject by subject.

Source: Management Command Reference, SHOW CONFIGURATION. The displays are beside the commands that set what they show.
"""

from __future__ import annotations

from collections.abc import Callable

from smtp.facility import TCPIP
from smtp.management.common import not_configured
from smtp.management.communication import configured_communication
from smtp.management.interfaces import configured_interface_display
from smtp.management.name_service import configured_name_service
from smtp.management.protocols import configured_protocols
from smtp.management.service_control import configured_services
from smtp.management.smtp_configuration import configured_smtp
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.context import ImageContext
from vmsemu.tables.facilities import SS


async def show_configuration(ctx: ImageContext) -> ConditionValue:
    """SHOW CONFIGURATION [COMMUNICATION | ENABLE SERVICE | INTERFACE | NAME_SERVICE | PROTOCOL | SMTP]; without a word all there is."""
    what = ctx.cli.value("WHAT")
    lines = _DISPLAYS[what](ctx) if what is not None else _everything(ctx)
    for line in lines:
        ctx.write(line)
    return SS.NORMAL.value


def _everything(ctx: ImageContext) -> list[str]:
    """Every display that has something to show. Errors: TCPIP.CONFIGERROR when none has."""
    lines: list[str] = []
    for display in _DISPLAYS.values():
        try:
            lines += display(ctx)
        except VmsError as error:
            if error.message.cause is None or error.message.cause.definition != TCPIP.NORECORD:
                raise
    if not lines:
        raise not_configured()
    return lines


_DISPLAYS: dict[str, Callable[[ImageContext], list[str]]] = {
    "COMMUNICATION": configured_communication,
    "ENABLE": configured_services,
    "INTERFACE": configured_interface_display,
    "NAME_SERVICE": configured_name_service,
    "PROTOCOL": configured_protocols,
    "SMTP": configured_smtp,
}
