"""IPv4 addresses and network masks: dotted text, numbers, classes.

Source: RFC 791, RFC 950; Management 2.3 (the default mask is that of the address's class).
"""

from __future__ import annotations

import re

_DOTTED = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\Z", re.ASCII)
LOOPBACK = "127.0.0.1"
ANY = "0.0.0.0"
_BITS = 32
_ALL = (1 << _BITS) - 1
_CLASS_B, _CLASS_C = 128, 192


def to_number(text: str) -> int | None:
    """An address in dotted text as a number; None when it is none."""
    found = _DOTTED.match(text)
    if found is None or any(int(part) > 255 for part in found.groups()):
        return None
    value = 0
    for part in found.groups():
        value = value << 8 | int(part)
    return value


def to_text(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def is_address(text: str) -> bool:
    return to_number(text) is not None


def is_loopback(address: str) -> bool:
    return address.startswith("127.")


def mask_length(mask: str) -> int | None:
    """The bits of a network mask; None when it is no address or its ones are not together."""
    number = to_number(mask)
    if number is None:
        return None
    length = number.bit_count()
    return length if number == _ALL << (_BITS - length) & _ALL else None


def mask_of(length: int) -> str:
    """The mask of a length in bits."""
    return to_text(_ALL << (_BITS - length) & _ALL)


def class_length(address: str) -> int:
    """The bits of the network field by the class of the address."""
    first = int(address.partition(".")[0])
    return 8 if first < _CLASS_B else 16 if first < _CLASS_C else 24


def network_of(address: str, length: int) -> str:
    """The address of the network that an address is in."""
    return to_text((to_number(address) or 0) & (_ALL << (_BITS - length) & _ALL))


def broadcast_of(address: str, length: int) -> str:
    """The broadcast address of that network."""
    return to_text((to_number(address) or 0) | (_ALL >> length if length < _BITS else 0))


def network_and_length(text: str) -> tuple[str, int] | None:
    """`net`, `net:mask` or `net/bits` as in /NETWORKS; None when it is neither."""
    for mark in ":/":
        if mark in text:
            address, _, tail = text.partition(mark)
            length = mask_length(tail) if "." in tail else int(tail) if tail.isdigit() and int(tail) <= _BITS else None
            break
    else:
        address, length = text, class_length(text) if is_address(text) else None
    if length is None or not is_address(address):
        return None
    return network_of(address, length), length
