"""SMTP.CONFIG: whose mail the receiver takes, and for whom it relays.

ASCII lines `Field: value`; the field begins in column 1; values have at most 500 characters. Lists are separated by commas, go on in lines that
begin with a tab, or in further fields of the same name. `!` in column 1 begins a comment. Names of fields and values compare case-blind.

The file is looked for in TCPIP$SMTP_COMMON. Without it every field has its default. Source: Management 17.6. fidelity: what happens with lines
that make no sense is not known; they are ignored with a remark in the receiver's log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from vmsemu.base.wildcard import match

SPEC = "TCPIP$SMTP_COMMON:SMTP.CONFIG"
_VALUE_LIMIT = 500
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
_DEFAULT_ACTIONS = ("OPCOM",)


@dataclass(slots=True)
class AntiSpam:
    """The fields. A list that is not in the file is None: no check."""

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
        for line in lines:
            if line.startswith("!") or not line.strip():
                continue
            if line.startswith("\t"):
                values.setdefault(current, []).append(line.strip())
                continue
            name, colon, value = line.partition(":")
            current = name.upper()
            if not colon or not (current in _LISTS or current in _SWITCHES or current in TEXTS or current == "SECURITY"):
                made.remarks.append(f"not a field of SMTP.CONFIG: {line[:60]}")
                current = ""
                continue
            values.setdefault(current, []).append(value.strip())
        values.pop("", None)
        for name, parts in values.items():
            made._set(name, parts)
        return made

    def _set(self, name: str, parts: list[str]) -> None:
        if any(len(part) > _VALUE_LIMIT for part in parts):
            self.remarks.append(f"{name}: value longer than {_VALUE_LIMIT} characters cut off")
            parts = [part[:_VALUE_LIMIT] for part in parts]
        if name in _LISTS:
            items = tuple(item.strip() for part in parts for item in part.split(",") if item.strip())
            setattr(self, _LISTS[name], tuple(item.upper() for item in items) if name == "SPAM-ACTION" else items)
        elif name in TEXTS:
            self.texts[name] = parts[-1]
        elif name == "SECURITY" and parts[-1].upper() in ("SECURE", "FRIENDLY"):
            self.friendly = parts[-1].upper() == "FRIENDLY"
        elif name in _SWITCHES and parts[-1].upper() in (*_TRUE, *_FALSE):
            setattr(self, _SWITCHES[name], parts[-1].upper() in _TRUE)
        else:
            self.remarks.append(f"{name}: {parts[-1][:60]} is not a value of this field")

    def text(self, name: str) -> str:
        """The text of a refusal: the site's own, or the one of the security level."""
        own = self.texts.get(name)
        return own if own is not None else TEXTS[name][self.friendly]

    def rejects_sender(self, address: str) -> bool:
        """Reject-Mail-From matches and Accept-Mail-From does not."""
        return _matches(self.reject_mail_from, address) and not _matches(self.accept_mail_from, address)

    def in_relay_zone(self, domain: str) -> bool:
        """Relay-Zones have an implied wildcard: example.com holds host.example.com."""
        name = domain.lower().rstrip(".")
        zones = [zone.lower().strip(".").removeprefix("*.") for zone in self.relay_zones or ()]
        return any(name == zone or name.endswith("." + zone) for zone in zones)


def _matches(patterns: tuple[str, ...] | None, address: str) -> bool:
    return any(match(pattern.lower(), address.lower()) for pattern in patterns or ())


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
