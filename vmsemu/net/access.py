"""Who may use a service: the lists of SET SERVICE /ACCEPT and /REJECT.

A list of hosts holds addresses, a list of networks `address:mask`; the mask of a network that is written without one is that of its class. Without accept
lists everybody is accepted; with them, who is in one of them. Who is in a reject list is rejected in either case (fidelity: which of two lists that
contradict each other wins is inferred).

Source: Management Command Reference, SET SERVICE /ACCEPT, /REJECT.
"""

from __future__ import annotations

from collections.abc import Iterable

MAXIMUM_HOSTS = 32
MAXIMUM_NETWORKS = 16
_CLASSES = ((128, "255.0.0.0"), (192, "255.255.0.0"), (256, "255.255.255.0"))


def address_number(text: str) -> int | None:
    """The 32 bits of a dotted address; None when it is not one."""
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) <= 3 and int(part) < 256 for part in parts):
        return None
    return int.from_bytes(bytes(map(int, parts)))


def network_text(text: str) -> str | None:
    """`net` or `net:mask` as a list holds it, its host bits cleared; None when it makes no sense."""
    address, colon, mask = text.partition(":")
    number = address_number(address)
    if number is None:
        return None
    if not colon:
        mask = next(each for limit, each in _CLASSES if number >> 24 < limit)
    bits = address_number(mask)
    if bits is None:
        return None
    return f"{'.'.join(map(str, (number & bits).to_bytes(4)))}:{mask}"


class AccessList:
    """The lists of one service, ready to be asked for each connection."""

    __slots__ = ("_accept_hosts", "_accept_networks", "_open", "_reject_hosts", "_reject_networks")

    def __init__(
        self,
        accept_hosts: Iterable[str] = (),
        accept_networks: Iterable[str] = (),
        reject_hosts: Iterable[str] = (),
        reject_networks: Iterable[str] = (),
    ) -> None:
        self._accept_hosts = frozenset(accept_hosts)
        self._accept_networks = _networks(accept_networks)
        self._reject_hosts = frozenset(reject_hosts)
        self._reject_networks = _networks(reject_networks)
        self._open = not (self._accept_hosts or self._accept_networks or self._reject_hosts or self._reject_networks)

    def admits(self, address: str) -> bool:
        """May the host with this address use the service?"""
        if self._open:
            return True
        if address in self._reject_hosts or _within(address, self._reject_networks):
            return False
        if not (self._accept_hosts or self._accept_networks):
            return True
        return address in self._accept_hosts or _within(address, self._accept_networks)


def _networks(texts: Iterable[str]) -> tuple[tuple[int, int], ...]:
    pairs = ((address_number(net), address_number(mask)) for net, _, mask in (text.partition(":") for text in texts))
    return tuple((net, mask) for net, mask in pairs if net is not None and mask is not None)


def _within(address: str, networks: tuple[tuple[int, int], ...]) -> bool:
    number = address_number(address) if networks else None
    return number is not None and any(number & mask == net for net, mask in networks)
