"""Addresses as people type them at To: - pure syntax, nothing is looked up.

A line holds addresses separated by commas or blanks. An address is `@list`, `protocol%rest`, `node::rest`, `user@host` or a local name. Quoted
parts keep their case, the rest is upper-cased. What `user@host` means depends on MAIL$INTERNET_MODE: with HYBRID, a host part with a
period is an internet address and one without is a DECnet node.

Source: MAIL help; System Manager's Manual, "Customizing Mail".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from vmsemu.mail.facility import MAIL

MAXIMUM_USERNAME = 31
_TOKEN = re.compile(r'(?:"[^"]*"|[^\s,"])+')
_PROTOCOL = re.compile(r"([A-Za-z0-9_$\-]+)%(?!%)(.+)", re.DOTALL)
_NODE = re.compile(r'([A-Za-z0-9_$.\-]+)(?:"[^"]*")?::(.+)', re.DOTALL)
_QUOTED = re.compile(r'("[^"]*")')
_BAD_LOCAL = re.compile(r"[\x00-\x20\x7f:%@,<>()\[\]]")


class InternetMode(Enum):
    """MAIL$INTERNET_MODE"""

    HYBRID = "HYBRID"
    DECNET = "DECNET"
    SMTP = "SMTP"


class AddressKind(Enum):
    """What delivers it."""

    LOCAL = "local"
    NODE = "node"
    FOREIGN = "foreign"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Address:
    """One address. `where` is the node or the protocol; `rest` the username, the text behind `node::` or `protocol%`, or the list file."""

    kind: AddressKind
    rest: str
    where: str = ""

    def to_text(self) -> str:
        """As it stands in a To: line."""
        match self.kind:
            case AddressKind.LIST:
                return "@" + self.rest
            case AddressKind.FOREIGN:
                return f"{self.where}%{self.rest}"
            case AddressKind.NODE:
                return f"{self.where}::{self.rest}"
        return self.rest

    @property
    def bare(self) -> str:
        """What a foreign protocol is given: without the outer quotation marks."""
        return unquote(self.rest)


def split_addresses(text: str) -> list[str]:
    """The addresses of a line, in order. Errors: MAIL.USERSPEC for an unfinished quotation."""
    if text.count('"') % 2:
        raise MAIL.USERSPEC.error(text.strip())
    return _TOKEN.findall(text)


def parse_address(token: str, mode: InternetMode = InternetMode.HYBRID, transport: str = "SMTP") -> Address:
    """What one token means. Errors: MAIL.USERSPEC."""
    if token.startswith("@") and len(token) > 1:
        return Address(AddressKind.LIST, unquote(token[1:]))
    if found := _PROTOCOL.match(token):
        return Address(AddressKind.FOREIGN, _upcase(found[2]), found[1].upper())
    if found := _NODE.match(token):
        return Address(AddressKind.NODE, _upcase(found[2]), found[1].upper())
    if "@" in token:
        return _internet(token, mode, transport)
    name = _upcase(token)
    if '"' in name:
        name = name.replace('"', "")
    if not name or len(name) > MAXIMUM_USERNAME or _BAD_LOCAL.search(name):
        raise MAIL.USERSPEC.error(token)
    return Address(AddressKind.LOCAL, name)


def _internet(token: str, mode: InternetMode, transport: str) -> Address:
    user, _, host = token.rpartition("@")
    if user.count('"') % 2:
        # The whole address stands in quotation marks: it is not ambiguous.
        inner = unquote(token)
        return Address(AddressKind.FOREIGN, f'"{inner}"', transport)
    if not user or not host:
        raise MAIL.USERSPEC.error(token)
    to_decnet = mode is InternetMode.DECNET or (mode is InternetMode.HYBRID and "." not in host)
    if to_decnet and '"' not in user:
        return Address(AddressKind.NODE, user.upper(), host.upper())
    # MAIL cannot carry a quotation mark inside a quoted address.
    inner = token.replace('"', "'")
    return Address(AddressKind.FOREIGN, f'"{inner}"', transport)


def unquote(text: str) -> str:
    """Without the quotation marks around the whole text."""
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1] else text


def _upcase(text: str) -> str:
    """Upper case outside quotation marks."""
    if '"' not in text:
        return text.upper()
    return "".join(part if at % 2 else part.upper() for at, part in enumerate(_QUOTED.split(text)))


def displayed_line(text: str, mode: InternetMode = InternetMode.HYBRID, transport: str = "SMTP") -> str:
    """A To: or CC: line as the recipients see it: as typed, but internet addresses carry their protocol."""
    if "@" not in text or text.count('"') % 2:
        return text.strip()

    def shown(found: re.Match[str]) -> str:
        token = found[0]
        if "@" not in token or token.startswith("@") or _PROTOCOL.match(token) or _NODE.match(token):
            return token
        return parse_address(token, mode, transport).to_text()

    return _TOKEN.sub(shown, text).strip()
