"""The resolver as a process sees it: the TCPIP$BIND_ logical names, and without them the node's own settings.

TCPIP$BIND_SERVER000 to 002 name the servers, each an address or a list of addresses separated by commas; TCPIP$BIND_DOMAIN is the default domain,
TCPIP$BIND_DOMLST the search path. Source: tcpip reference, 6.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from vmsemu.net.resolver import Resolver, ResolverOptions
from vmsemu.net.stack import NetworkStack

if TYPE_CHECKING:
    from vmsemu.services.process import Process

_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z")


def process_resolver(process: Process) -> Resolver | None:
    """None when no name server is known."""
    stack = process.system.part(NetworkStack)
    servers = []
    for number in range(3):
        found = process.names.translate(f"TCPIP$BIND_SERVER{number:03d}")
        if found is not None and found.translations:
            servers += [word.strip() for word in found.translations[0].equivalence.split(",")]
    servers = [server for server in servers if _ADDRESS.match(server)]
    options = stack.resolver_options
    if servers:
        options = ResolverOptions(tuple(servers), options.retry, options.timeout, options.domain, options.path)
    domain, path = _values(process, "TCPIP$BIND_DOMAIN"), _values(process, "TCPIP$BIND_DOMLST")
    if domain or path:
        options = replace(options, domain=domain[0] if domain else options.domain, path=path or options.path)
    return stack.resolver(process.system, options) if options.servers else None


def _values(process: Process, name: str) -> tuple[str, ...]:
    """The equivalence names of a logical name, domains without the period some write in front of them."""
    found = process.names.translate(name)
    return tuple(t.equivalence.lower().strip(".") for t in found.translations) if found is not None else ()
