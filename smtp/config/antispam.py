"""SMTP.CONFIG: whose mail the receiver takes, and for whom it relays.

ASCII lines `Field: value`; the field begins in column 1; values have at most 500 characters. Lists are separated by commas, go on in lines that
begin with a tab, or in further fields of the same name. `!` in column 1 begins a comment. Names of fields and values compare case-blind.

The file is looked for in TCPIP$SMTP_COMMON. Without it every field has its default. Source: Management 17.6.

fidelity: what happens with a line that makes no sense is not known. It is remarked in the receiver's log and to the operators, and the rest of the
file holds; of a list that is too long whole entries are taken. As such a line may have been the one with the good clients, a file that has some
opens no relay by leaving them out. Of a field that is no list and occurs twice the last one holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from vmsemu.base.wildcard import match

SPEC = "TCPIP$SMTP_COMMON:SMTP.CONFIG"
_VALUE_LIMIT = 500
_REMARKS_LIMIT = 20
_SHOWN = 60
_TRUE, _FALSE = ("ON", "TRUE", "1", "YES"), ("OFF", "FALSE", "0", "NO")
_LISTS = {
    "GOOD-CLIENTS": "good_clients",
    "BAD-CLIENTS": "bad_clients",
    "RELAY-ZONES": "relay_zones",
    "RBLS": "rbls",
    "REJECT-MAIL-FROM": "reject_mail_from",
    "ACCEPT-MAIL-FROM": "accept_mail_from",
    "SPAM-ACTION": "actions",
}
_SWITCHES = {
    "RELAY-BASED-ON-MX": "relay_based_on_mx",
    "REJECT-UNBACKTRANSLATABLE-IP": "reject_unbacktranslatable",
    "ACCEPT-UNQUALIFIED-SENDERS": "accept_unqualified",
    "ACCEPT-UNRESOLVABLE-DOMAINS": "accept_unresolvable",
}
_CLOSING = "Closing transmission channel."
TEXTS = {
    "UNBACKTRANSLATABLE-IP-TEXT": (_CLOSING, "I can't backtranslate your IP address to a host name."),
    "BAD-CLIENTS-TEXT": (_CLOSING, "Your IP address or subnet is in my list of bad ones."),
    "CLIENT-IN-RBL-TEXT": (_CLOSING, "Your IP address is in my RBL list."),
    "REJECT-MAIL-FROM-TEXT": (_CLOSING, "That sender address is in my list of bad ones."),
    "UNQUALIFIED-SENDER-TEXT": (_CLOSING, "That sender address is unqualified."),
    "UNRESOLVABLE-DOMAIN-TEXT": (_CLOSING, "That sender address is unresolvable into a host name or MX domain."),
    "SPAM-RELAY-TEXT": ("User not local, Relay disabled.", "Both you and the recipient are unknown to me. I will not relay."),
}
SECURITY = ("SECURE", "FRIENDLY")
ACTIONS = ("NONE", "OPCOM", "ACCOUNTING")
FIELDS = (*_LISTS, *_SWITCHES, "SECURITY", *TEXTS)
_DEFAULT_ACTIONS = ("OPCOM",)
_DOMAIN = re.compile(r"(?!(?:.*\.)?\d+\.?\Z)[A-Z0-9_$](?:[-A-Z0-9_$.]*[A-Z0-9_$])?\.?\Z", re.IGNORECASE)


@dataclass(slots=True)
class AntiSpam:
    """The fields. A list that is not in the file is None: no check. `remarks` says what was not understood."""

    good_clients: tuple[str, ...] | None = None
    bad_clients: tuple[str, ...] | None = None
    relay_zones: tuple[str, ...] | None = None
    rbls: tuple[str, ...] | None = None
    reject_mail_from: tuple[str, ...] | None = None
    accept_mail_from: tuple[str, ...] | None = None
    actions: tuple[str, ...] = _DEFAULT_ACTIONS
    relay_based_on_mx: bool = False
    reject_unbacktranslatable: bool = False
    accept_unqualified: bool = False
    accept_unresolvable: bool = False
    friendly: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @classmethod
    def from_lines(cls, lines: Iterable[str]) -> AntiSpam:
        made = cls()
        values: dict[str, list[str]] = {}
        current = ""
        for number, line in enumerate(lines, 1):
            if line.startswith("!") or not line.strip():
                continue
            name, colon, value = line.partition(":")
            if line.startswith("\t") and current in _LISTS:
                value = line
            elif colon and name.rstrip(" ").upper() in FIELDS:
                current = name.rstrip(" ").upper()
            else:
                current = current if line.startswith("\t") else ""
                made._remark(f"line {number} is not a field: {line.strip()[:_SHOWN]}")
                continue
            values.setdefault(current, []).append(made._bounded(number, current, value.strip()))
        for name, parts in values.items():
            made._set(name, parts)
        return made

    def _remark(self, text: str) -> None:
        if len(self.remarks) < _REMARKS_LIMIT:
            self.remarks.append(f"SMTP.CONFIG: {text}")
        elif len(self.remarks) == _REMARKS_LIMIT:
            self.remarks.append("SMTP.CONFIG: more lines like these")

    def _bounded(self, number: int, name: str, value: str) -> str:
        """The value, or as much of it as counts: whole entries of a list, characters of anything else."""
        if len(value) <= _VALUE_LIMIT:
            return value
        self._remark(f"line {number}: what is over {_VALUE_LIMIT} characters is left out")
        if name not in _LISTS:
            return value[:_VALUE_LIMIT]
        return value[: value.rfind(",", 0, _VALUE_LIMIT + 1) + 1]

    def _set(self, name: str, parts: list[str]) -> None:
        last = parts[-1].upper()
        if name in _LISTS:
            items = [item.strip() for part in parts for item in part.split(",") if item.strip()]
            good = tuple(item for item in items if self._is_entry(name, item))
            if name == "SPAM-ACTION":
                self._set_actions(good)
            else:
                setattr(self, _LISTS[name], good)
        elif name in TEXTS and last and last.isprintable():
            self.texts[name] = parts[-1]
        elif name == "SECURITY" and last in SECURITY:
            self.friendly = last == "FRIENDLY"
        elif name in _SWITCHES and last in (*_TRUE, *_FALSE):
            setattr(self, _SWITCHES[name], last in _TRUE)
        else:
            self._remark(f"{name}: not a value of this field: {parts[-1][:_SHOWN]}")

    def _is_entry(self, name: str, item: str) -> bool:
        """Can this be in that list? If not, it is remarked and left out."""
        if name in ("GOOD-CLIENTS", "BAD-CLIENTS"):
            good = network(item) is not None or _DOMAIN.match(item) is not None
        elif name in ("RELAY-ZONES", "RBLS"):
            good = _DOMAIN.match(_zone(item)) is not None
        else:
            good = name != "SPAM-ACTION" or item.upper() in ACTIONS
        if not good:
            self._remark(f"{name}: not an entry of this list: {item[:_SHOWN]}")
        return good

    def _set_actions(self, words: tuple[str, ...]) -> None:
        """fidelity: NONE beside another word says nothing; without a word that is known the default holds."""
        named = tuple(dict.fromkeys(word.upper() for word in words))
        if named:
            self.actions = tuple(word for word in named if word != "NONE")

    def text(self, name: str) -> str:
        """The text of a refusal: the site's own, or the one of the security level."""
        own = self.texts.get(name)
        return own if own is not None else TEXTS[name][self.friendly]

    def rejects_sender(self, address: str) -> bool:
        """Reject-Mail-From matches and Accept-Mail-From does not."""
        return _matches(self.reject_mail_from, address) and not _matches(self.accept_mail_from, address)

    @property
    def relay_is_open(self) -> bool:
        """Good-Clients is not configured, and surely not: every client may relay, if the node relays at all."""
        return self.good_clients is None and not self.remarks

    def in_relay_zone(self, domain: str) -> bool:
        """Relay-Zones have an implied wildcard: example.com holds host.example.com."""
        name = domain.lower().rstrip(".")
        zones = [_zone(zone).lower() for zone in self.relay_zones or ()]
        return any(name == zone or name.endswith("." + zone) for zone in zones)


def _zone(text: str) -> str:
    """The domain of an entry, also when its wildcard has been written."""
    return text.removeprefix("*").strip(".")


def _matches(patterns: tuple[str, ...] | None, address: str) -> bool:
    return any(match(pattern, address) for pattern in patterns or ())


def network(text: str) -> IPv4Network | None:
    """`1.2.3.4` or `1.2.0.0/16`; None for a host name."""
    try:
        return IPv4Network(text, strict=False)
    except (AddressValueError, NetmaskValueError, ValueError):
        return None


def closest(address: str, networks: Iterable[IPv4Network]) -> int:
    """The prefix length of the network that matches an address most closely; -1 when none does."""
    try:
        ip = IPv4Address(address)
    except AddressValueError:
        return -1
    return max((n.prefixlen for n in networks if ip in n), default=-1)
