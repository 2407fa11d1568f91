"""The header that the POP server puts before a message of OpenVMS Mail, which has none of its own.

From: is rebuilt from the From text of MAIL, which may be an address of any of its worlds:

    user                      user@host
    SMTP%"user@domain"        user@domain
    node::SMTP%"user@domain"  user@domain (forwarded within a cluster)
    node::user                as TCPIP$POP_DECNET_REWRITE says: TRANSFORM (the default) makes user@host-of-the-node
    node::"user@domain"       as TCPIP$POP_QUOTED_DECNET_REWRITE says: TRANSFORM (the default) takes the quoted text
    anything else             the whole text, quoted, at this host

where host is the substitute domain when there is one. GENERIC quotes the whole text at this host, NONE passes it through as it is, although nobody can
answer to it. A node that no host database knows is treated as GENERIC.

Source: Management, chapter 18. fidelity: the manual calls the form of Date: that of UNIX; here it is the date of RFC 822, which programs read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smtp.message.address import Address, AddressError
from smtp.pop.options import Rewrite
from vmsemu.mail.message import split_from

_USER = re.compile(r"[A-Za-z0-9$_.-]+\Z")
_NODE = re.compile(r"([A-Za-z0-9$_.-]+)::(.+)\Z", re.DOTALL)
_QUOTED = re.compile(r'"([^"]*)"\Z')
_SMTP = re.compile(r"SMTP%", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FromRules:
    """`host` stands behind a bare user name; `node_host` gives the internet name of a DECnet node, or an empty text."""

    host: str
    node_host: Callable[[str], str]
    decnet: Rewrite = Rewrite.TRANSFORM
    quoted_decnet: Rewrite = Rewrite.TRANSFORM
    personal_name: bool = False


def rebuilt_from(text: str, rules: FromRules) -> str:
    """The value of From: for a From text of MAIL."""
    sender, personal_name = split_from(text)
    address = _address(sender, rules)
    if rules.personal_name and personal_name:
        # fidelity: the place of the personal name is that of mail this version sends.
        return f"{address} ({personal_name})"
    return address


def _address(sender: str, rules: FromRules) -> str:
    if _SMTP.match(sender):
        return _internet(sender) or _generic(sender, rules)
    if _USER.match(sender):
        return f"{sender}@{rules.host}"
    found = _NODE.match(sender)
    if found is None:
        return _generic(sender, rules)
    node, rest = found[1], found[2]
    if _SMTP.match(rest):
        return _internet(rest) or _generic(sender, rules)
    if (quoted := _QUOTED.match(rest)) is not None:
        return _rewritten(sender, rules.quoted_decnet, quoted[1] if "@" in quoted[1] else "", rules)
    if _USER.match(rest):
        host = rules.node_host(node) if rules.decnet is Rewrite.TRANSFORM else ""
        return _rewritten(sender, rules.decnet, f"{rest}@{host}" if host else "", rules)
    return _generic(sender, rules)


def _internet(text: str) -> str:
    try:
        return Address.from_mail_text(text).to_text()
    except AddressError:
        return ""


def _rewritten(sender: str, how: Rewrite, transformed: str, rules: FromRules) -> str:
    if how is Rewrite.NONE:
        return sender
    return transformed if how is Rewrite.TRANSFORM and transformed else _generic(sender, rules)


def _generic(sender: str, rules: FromRules) -> str:
    inner = sender.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"@{rules.host}'


@dataclass(frozen=True, slots=True)
class Identity:
    """What X-POP3-Server and X-POP3-ID say."""

    server: str
    uid: str


def header_lines(
    *, date: str, from_: str, to: str, cc: str, subject: str, rules: FromRules, identity: Identity | None = None
) -> Sequence[bytes]:
    """The header, without the blank line that ends it. A text with line ends or control characters can not make fields of its own."""
    fields = [("Date", date), ("From", rebuilt_from(from_, rules)), ("To", to)]
    if cc.strip():
        fields.append(("CC", cc))
    fields += [("Subject", subject), ("X-VMS-From", from_)]
    if identity is not None:
        fields += [("X-POP3-Server", identity.server), ("X-POP3-ID", identity.uid)]
    return [f"{name}: {_plain(value)}".rstrip().encode("latin-1", "replace") for name, value in fields]


def _plain(text: str) -> str:
    return "".join(character if character >= " " else " " for character in text)
