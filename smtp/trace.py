"""Protocol data as the logs show it: nonprinting characters as backslash and hexadecimal digits, so CR LF is `\\d\\a`.

Source: Management 17.5, TCPIP$SMTP_SYMB_TRACE. fidelity: the words before the data are not known.
"""

from __future__ import annotations

_SHOWN = {byte: (chr(byte) if 32 <= byte < 127 else f"\\{byte:x}") for byte in range(256)}


def shown(data: bytes) -> str:
    """`250 OK\\d\\a`"""
    return "".join([_SHOWN[byte] for byte in data])


def traced(direction: str, data: bytes) -> str:
    """`recv buf=250 OK\\d\\a`"""
    return f"{direction} buf={shown(data)}"
