"""Internet mail addresses in every form the product meets.

On the wire an address is `local@domain`, where the local part may be a quoted string; a source route before it is dropped, as a host that
delivers directly may do. In OpenVMS Mail the same address is `SMTP%"local@domain"`; a double quote inside is carried by the cent sign.

Invariants: `local` is held without its quotes and escapes; the null path `<>` is `Address.NULL`; comparison of domains is case-blind.
Source: RFC 821 4.1.2, RFC 822 6; User's Guide "SMTP addresses"; cent sign and file-specification lists: Majordomo kit notes (third-party).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

CENT = "\u00a2"
_ATOM = r"[!#-'*+\--9=?A-Z^-~]+"  # what is printable, without blank and "(),:;<>@[\]
_LIMIT = 256
_LABEL = r"[A-Za-z0-9_$](?:[-A-Za-z0-9_$]*[A-Za-z0-9_$])?"
_DOMAIN = rf"\[[0-9A-Za-z.:]{{1,64}}\]|{_LABEL}(?:\.{_LABEL})*\.?"
_QUOTED = r'"((?:[ !#-\[\]-~]|\\[ -~])*)"'
_ROUTE = r"@[^,:<>\s]+(?:,@[^,:<>\s]+)*:"
_ADDRESS = re.compile(rf"(?:{_ROUTE})?(?:({_ATOM})|{_QUOTED})(?:@({_DOMAIN}))?")
_UNQUOTED = re.compile(_ATOM)
_ESCAPED = re.compile(r"\\(.)")
_IP = re.compile(r"\[?(\d{1,3}(?:\.\d{1,3}){3})\]?\Z")
_APOSTROPHES = re.compile(r"\A'([^']*)'@")
_PREFIX = re.compile(r"\s*SMTP%(.*)\Z", re.IGNORECASE | re.DOTALL)


class AddressError(Exception):
    """Text that is no address; the argument says why, in words fit for a log."""


class Address(NamedTuple):
    """One mail address. `domain` is empty for a bare user name."""

    local: str
    domain: str = ""

    @classmethod
    def from_text(cls, text: str) -> Address:
        """Read `local@domain`, `"quoted local"@domain`, `local`, or any of them behind a source route."""
        found, at = _read(text, 0)
        if at != len(text):
            raise AddressError(f"text after the address: {text[at:]!r}")
        return found

    @classmethod
    def from_mail_text(cls, text: str) -> Address:
        """Read the OpenVMS Mail form: `SMTP%"user@host"`, `SMTP%user@host`, `"user@host"` or the plain address.

        The quotation marks of a quoted local part may be cent signs or apostrophes.
        """
        found = _PREFIX.match(text)
        rest = (found[1] if found else text).strip()
        while len(rest) >= 2 and rest[0] == rest[-1] == '"':
            rest = rest[1:-1].replace('""', '"')
        return cls.from_text(_APOSTROPHES.sub(r'"\1"@', rest.replace(CENT, '"').strip()))

    @property
    def is_null(self) -> bool:
        return not self.local and not self.domain

    @property
    def quoted(self) -> bool:
        """The local part is no dot-string and stands in quotes on the wire."""
        return _UNQUOTED.fullmatch(self.local) is None

    @property
    def literal(self) -> str | None:
        """The IPv4 address when the domain is one, with or without brackets."""
        return ip_literal(self.domain)

    @property
    def key(self) -> tuple[str, str]:
        """What makes two recipients the same: the local part as it is, the domain case-blind."""
        return self.local, self.domain.lower()

    def to_text(self) -> str:
        """The wire form, without angle brackets; empty for the null path."""
        local = self.local
        if _UNQUOTED.fullmatch(local) is None:
            if self.is_null:
                return ""
            local = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"{local}@{self.domain}" if self.domain else local

    def to_path(self) -> str:
        """The wire form in angle brackets."""
        return f"<{self.to_text()}>"

    def to_mail_text(self) -> str:
        """The form OpenVMS Mail shows and accepts: `SMTP%"user@host"`."""
        return 'SMTP%"' + self.to_text().replace('"', CENT) + '"'

    def __str__(self) -> str:
        return self.to_text()


NULL = Address("")


def ip_literal(domain: str) -> str | None:
    """The IPv4 address that stands in place of a domain, with or without brackets."""
    found = _IP.match(domain)
    return found[1] if found and all(int(part) < 256 for part in found[1].split(".")) else None


@lru_cache(maxsize=1024)
def reads_back(address: Address) -> bool:
    """Is the wire form of an address read as the same address?"""
    try:
        return Address.from_text(address.to_text()) == address
    except AddressError:
        return False


def distinct(addresses: Iterable[Address]) -> list[Address]:
    """Each address once, as it is spelled first; in their order."""
    found: dict[tuple[str, str], Address] = {}
    for address in addresses:
        found.setdefault(address.key, address)
    return list(found.values())


def parse_path(text: str) -> tuple[Address, str]:
    """Read a path of MAIL FROM or RCPT TO; returns the address and what follows it (the parameters).

    The angle brackets may be missing, as some senders leave them out. Errors: AddressError.
    """
    text = text.lstrip(" \t")
    if not text.startswith("<"):
        address, at = _read(text, 0)
    elif text.startswith("<>"):
        address, at = NULL, 2
    else:
        address, at = _read(text, 1)
        if text[at : at + 1] != ">":
            raise AddressError("no closing bracket")
        at += 1
    rest = text[at:]
    if rest and rest[0] not in " \t":
        raise AddressError(f"text after the path: {rest!r}")
    return address, rest.strip(" \t")


def _read(text: str, at: int) -> tuple[Address, int]:
    found = _ADDRESS.match(text, at)
    if found is None:
        raise AddressError("no local part")
    local, quoted, domain = found.groups()
    if local is None:
        local = _ESCAPED.sub(r"\1", quoted)
        if not local:
            raise AddressError("empty local part")
    if len(text) > _LIMIT:
        raise AddressError("address too long")
    at = found.end()
    if domain is not None:
        return Address(local, domain.rstrip(".")), at
    if text[at : at + 1] == "@":
        raise AddressError("no domain after @")
    return Address(local), at
