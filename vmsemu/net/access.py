"""Who may use a service: the lists of SET SERVICE /ACCEPT and /REJECT.

A list of hosts holds addresses, a list of networks `net/bits`. Without accept lists everybody is accepted; with them, who is in one of them. Who is in a
reject list is rejected in either case (fidelity: which of two lists that contradict each other wins is inferred).

Source: Management Command Reference, SET SERVICE /ACCEPT, /REJECT.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmsemu.net.address import mask_of, network_and_length, to_number


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
    found = (network_and_length(text) for text in texts)
    return tuple((to_number(pair[0]) or 0, to_number(mask_of(pair[1])) or 0) for pair in found if pair is not None)


def _within(address: str, networks: tuple[tuple[int, int], ...]) -> bool:
    number = to_number(address) if networks else None
    return number is not None and any(number & mask == net for net, mask in networks)
