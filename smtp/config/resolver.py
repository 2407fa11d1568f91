"""The resolver as a process sees it: the TCPIP$BIND_ logical names, and until the name service has been started the node's own settings.

TCPIP$BIND_SERVER000 to 002 name the servers, each an address or a list of addresses separated by commas; _DOMAIN is the default domain, _DOMLST the
search path, _RETRY and _TIMEOUT are numbers, _TRANSPORT is UDP or TCP, _STATE tells whether the name service is started and enabled. What a process
has defined hides what the system has of it: one server of its own hides all servers of the system.

Source: tcpip reference 3.3, 6. fidelity: RETRY, TIMEOUT and STATE are binary in the product; here they are binary longwords and words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smtp.config.network import DEFAULT_RETRY, DEFAULT_TIMEOUT, DEFAULT_TRANSPORT
from vmsemu.net.resolver import Resolver, ResolverOptions
from vmsemu.net.stack import NetworkStack

if TYPE_CHECKING:
    from vmsemu.services.process import Process

SYSTEM_TABLE, PROCESS_TABLE = "LNM$SYSTEM_TABLE", "LNM$PROCESS_TABLE"
MAXIMUM_SERVERS = MAXIMUM_PATH = 3
STARTED, ENABLED, DISABLED = "STARTED", "ENABLED", "DISABLED"
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z", re.ASCII)
_LONGWORD = 4


@dataclass(frozen=True, slots=True)
class BindNames:
    """The resolver's logical names in one table; None and empty are "not there"."""

    state: tuple[str, ...] = ()
    transport: str = ""
    domain: str = ""
    retry: int | None = None
    timeout: int | None = None
    servers: tuple[str, ...] = ()
    path: tuple[str, ...] = ()

    @classmethod
    def of(cls, process: Process, table: str) -> BindNames:
        """What a table of the process holds."""

        def values(name: str) -> tuple[str, ...]:
            found = process.names.translate(f"TCPIP$BIND_{name}", table)
            return tuple(each.equivalence for each in found.translations) if found is not None else ()

        def number(name: str) -> int | None:
            return _number(next(iter(values(name)), ""))

        servers = [word.strip() for n in range(MAXIMUM_SERVERS) for text in values(f"SERVER{n:03d}") for word in text.split(",")]
        return cls(
            tuple(word.upper() for word in values("STATE")),
            next(iter(values("TRANSPORT")), "").upper(),
            next(iter(values("DOMAIN")), "").lower().strip("."),
            number("RETRY"),
            number("TIMEOUT"),
            tuple(server for server in servers if _ADDRESS.match(server)),
            tuple(text.lower().strip(".") for text in values("DOMLST")),
        )


def longword(value: int) -> str:
    """A number as the equivalence of a logical name: four bytes."""
    return value.to_bytes(_LONGWORD, "little").decode("latin-1")


def _number(text: str) -> int | None:
    """A number that was defined by the product, as four bytes, or by hand, in digits."""
    if text.isascii() and text.isdigit():
        return int(text)
    return int.from_bytes(text.encode("latin-1"), "little") if len(text) == _LONGWORD else None


def process_resolver(process: Process) -> Resolver | None:
    """None when no name server is known, or the name service is disabled."""
    stack = process.system.part(NetworkStack)
    options = resolver_options(process, stack.resolver_options)
    return stack.resolver(process.system, options) if options is not None and options.servers else None


def resolver_options(process: Process, node: ResolverOptions) -> ResolverOptions | None:
    """What the names say. Servers of the node's own count only before the name service was started; None when it is disabled."""
    own, system = BindNames.of(process, PROCESS_TABLE), BindNames.of(process, SYSTEM_TABLE)
    known = bool(system.state)
    if DISABLED in system.state and not own.servers:
        return None
    options = replace(node, servers=()) if known else node
    return replace(
        options,
        servers=own.servers or system.servers or options.servers,
        domain=own.domain or system.domain or options.domain,
        path=own.path or system.path or options.path,
        retry=_first(own.retry, system.retry, DEFAULT_RETRY if known else options.retry),
        timeout=_first(own.timeout, system.timeout, DEFAULT_TIMEOUT if known else options.timeout),
        stream=(own.transport or system.transport or DEFAULT_TRANSPORT) == "TCP",
    )


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)
