"""CREATE CONFIGURATION, CREATE PROXY, CREATE ROUTE, CREATE SERVICE: the empty databases that TCPIP$CONFIG makes on a new system.

CREATE HOST and CREATE NETWORK are with the commands for what those hold. Source: Installation and Configuration, "TCPIP$CONFIG".
"""

from __future__ import annotations

from smtp.config import database as configuration
from smtp.facility import TCPIP
from smtp.routing.databases import RouteDatabase
from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.files.attributes import Organization, RecordAttributes
from vmsemu.files.keys import KeyDefinition
from vmsemu.images.context import ImageContext
from vmsemu.net import service
from vmsemu.tables.facilities import RMS, SS

# fidelity: the records of this file are not known; there are none yet.
_PROXY_KEYS = (KeyDefinition.string(0, 32, duplicates=True),)


async def create_configuration(ctx: ImageContext) -> ConditionValue:
    """CREATE CONFIGURATION"""
    return _create(ctx, configuration.SPEC, configuration.DEFAULT, configuration.KEYS, TCPIP.CONFIGERROR, configuration.ATTRIBUTES)


async def create_proxy(ctx: ImageContext) -> ConditionValue:
    """CREATE PROXY"""
    return _create(ctx, "TCPIP$PROXY", "SYS$SYSTEM:TCPIP$PROXY.DAT", _PROXY_KEYS, TCPIP.CONFIGERROR)


async def create_route(ctx: ImageContext) -> ConditionValue:
    """CREATE ROUTE"""
    return _create(ctx, RouteDatabase.SPEC, RouteDatabase.DEFAULT, RouteDatabase.KEYS, TCPIP.ROUTEERROR)


async def create_service(ctx: ImageContext) -> ConditionValue:
    """CREATE SERVICE"""
    return _create(ctx, service.SPEC, service.DEFAULT, service.KEYS, TCPIP.SERVERROR)


def _create(
    ctx: ImageContext,
    spec: str,
    default: str,
    keys: tuple[KeyDefinition, ...],
    refusal: MessageDefinition,
    attributes: RecordAttributes | None = None,
) -> ConditionValue:
    """Errors: the refusal with RMS.FEX when there is one already."""
    try:
        if ctx.files.exists(spec, default):
            raise RMS.FEX.error()
        made = attributes or RecordAttributes(Organization.INDEXED)
        ctx.files.create_indexed(spec, keys, default=default, attributes=made, protection=configuration.DATABASE_PROTECTION).close()
    except VmsError as error:
        raise refusal.error(cause=error) from None
    return SS.NORMAL.value
