"""Which domains are this node: its own name and addresses, the substitute domain, the local aliases.

Source: Concepts and Planning, 6; Management 17.3. fidelity: TCPIP$SMTP_LOCAL_ALIAS_ONLY, whose description is cut off, leaves the local
aliases file alone to decide.
"""

from __future__ import annotations

from dataclasses import dataclass

from smtp.message.address import Address, ip_literal

_LOOPBACK = "localhost"


@dataclass(slots=True)
class Locality:
    """The local names of a node, all in lower case."""

    host: str
    addresses: tuple[str, ...] = ()
    substitute_domain: str = ""
    aliases: frozenset[str] = frozenset()
    alias_only: bool = False

    def is_local(self, address: Address) -> bool:
        """Mail for this address is delivered here. A bare user name is local."""
        if not address.domain:
            return True
        literal = address.literal
        if literal is not None and (literal in self.aliases or (not self.alias_only and self.is_own_address(literal))):
            return True
        return self.is_local_domain(address.domain)

    def is_local_domain(self, domain: str) -> bool:
        name = domain.lower().rstrip(".")
        if name in self.aliases:
            return True
        if self.alias_only:
            return False
        return self._is_own_name(name) or (bool(self.substitute_domain) and name == self.substitute_domain.lower())

    def is_this_host(self, name: str) -> bool:
        """A host of this name would be this node; what TCPIP$SMTP_LOCAL_ALIAS_ONLY says of its mail does not matter."""
        name = name.lower().rstrip(".")
        literal = ip_literal(name)
        return self._is_own_name(name) or self.is_local_domain(name) or (literal is not None and self.is_own_address(literal))

    def _is_own_name(self, name: str) -> bool:
        return name in (self.host, self.host.split(".")[0], _LOOPBACK)

    def is_own_address(self, address: str) -> bool:
        return address in self.addresses or address.startswith("127.")
