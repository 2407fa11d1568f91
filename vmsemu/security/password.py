"""Password hashes of the authorization file: the Purdy polynomial, as LOGINOUT computes it (UAI$C_PURDY_S).

Theory of operation. The password, the salt and the user name are folded into eight bytes: character number i of an n character string is
added to byte (n - i) modulo 8, and whenever byte 7 has been changed both longwords rotate left by one bit. The password is folded over its
own length, the salt is added to bytes 3 and 4, then the user name is folded. The quadword x so made goes through

    x**(2**24 - 3) + c1 * x**(2**24 - 63) + c2 * x**3 + c3 * x**2 + c4 * x + c5        modulo p = 2**64 - 59

Source: G. B. Purdy, "A high security log-in procedure" (1974); hashes captured on VAX V7.3 and Alpha V8.4.
"""

from __future__ import annotations

import re
from enum import IntEnum

from vmsemu.tables.facilities import SS

_PRIME = 2**64 - 59
_HIGH_POWER = 2**24 - 3
_LOW_POWER = 2**24 - 63
_COEFFICIENTS = tuple(2**64 - n for n in (83, 179, 257, 323, 363))
MAX_PASSWORD = 32
_LEGAL = re.compile(r"[A-Z0-9$_]*\Z")


class Encryption(IntEnum):
    """UAF$B_ENCRYPT: which algorithm made the hash."""

    AD_II = 0
    PURDY = 1
    PURDY_V = 2
    PURDY_S = 3


def hash_password(password: str, username: str, salt: int) -> int:
    """The quadword UAF$Q_PWD of a password; both texts are upcased, trailing blanks do not count. Salt is 16 bits."""
    secret = password.upper().encode("latin-1", "replace")
    folded = bytearray(8)
    folded[0:2] = len(secret).to_bytes(2, "little")
    _fold(secret, folded)
    folded[3:5] = ((int.from_bytes(folded[3:5], "little") + salt) & 0xFFFF).to_bytes(2, "little")
    _fold(username.upper().rstrip().encode("latin-1", "replace"), folded)
    return _polynomial(int.from_bytes(folded, "little"))


def _fold(text: bytes, into: bytearray) -> None:
    for at, byte in enumerate(text):
        index = (len(text) - at) & 7
        into[index] = (into[index] + byte) & 0xFF
        if index == 7:
            for start in (0, 4):
                value = int.from_bytes(into[start : start + 4], "little")
                into[start : start + 4] = ((value << 1 | value >> 31) & 0xFFFFFFFF).to_bytes(4, "little")


def _polynomial(x: int) -> int:
    c1, c2, c3, c4, c5 = _COEFFICIENTS
    return (pow(x, _HIGH_POWER, _PRIME) + c1 * pow(x, _LOW_POWER, _PRIME) + ((c2 * x + c3) * x + c4) * x + c5) % _PRIME


def check_new_password(password: str, minimum: int) -> str:
    """The password as it is kept (upcased, blanks removed). Errors: SS.PWDSYNTAX, SS.INVPWDLEN."""
    word = password.upper().replace(" ", "")
    if _LEGAL.match(word) is None:
        raise SS.PWDSYNTAX.error()
    if not minimum <= len(word) <= MAX_PASSWORD:
        raise SS.INVPWDLEN.error(minimum)
    return word
