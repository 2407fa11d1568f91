"""Addresses of Message Router (MTS) in mail that leaves for the internet: `MRGATE::"A1::SMITH"` becomes `SMITH@host`.

With TCPIP$SMTP_REWRITE_MTS_FROM the user name is taken out of the complex address and the local host name is appended, so that a reply finds its
way back. It is done to the return path and to the From: field. Source: Management 17.5. fidelity: which fields are rewritten is not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from smtp.message.address import Address
from smtp.message.headers import HeaderBlock, first_address

_USER = re.compile(r'::["\']*([^:"\'\s]+)["\']*\s*\Z')


def simple_address(address: Address, host: str) -> Address:
    """The user of an MTS address at this host; any other address as it is."""
    found = _USER.search(address.local)
    return Address(found[1], host) if found is not None else address


def simple_headers(headers: Sequence[bytes], host: str) -> tuple[bytes, ...]:
    """The header lines with a From: field that names an MTS address rewritten."""
    out: list[bytes] = []
    for field in HeaderBlock.from_lines(headers):
        sender = first_address(field.text) if field.name.lower() == "from" else None
        simple = simple_address(sender, host) if sender is not None else None
        out += field.lines if simple == sender or simple is None else [f"{field.name}: {simple.to_text()}".encode("latin-1", "replace")]
    return tuple(out)
