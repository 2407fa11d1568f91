"""The record of SYSUAF.DAT ($UAFDEF): offsets, bits, and bytes to fields and back.

Fixed part 644 bytes (UAF$C_FIXED), record at most 1412. Strings named "counted" are a length byte and text. Times are quadwords.
Offsets of user name, UIC, password, salt, encryption and minimum length are captured; the others documented in $UAFDEF.
"""

from __future__ import annotations

from enum import IntFlag
from struct import Struct

FIXED_SIZE = 644
MAX_SIZE = 1412
USERNAME_AT, USERNAME_SIZE = 4, 32
UIC_AT = 36
OWNER_IDENTIFIER_AT = 44

# name of the field, its struct code; a name beginning with "=" is a counted string of that many bytes, "*" is filler
LAYOUT: tuple[tuple[str, str], ...] = (
    ("rtype", "B"),
    ("version", "B"),
    ("user_data_offset", "H"),
    ("username", "32s"),
    ("uic", "I"),
    ("sub_id", "I"),
    ("parent_id", "Q"),
    ("account", "32s"),
    ("=owner", "32s"),
    ("=device", "32s"),
    ("=directory", "64s"),
    ("=lgicmd", "64s"),
    ("=cli", "32s"),
    ("=cli_tables", "32s"),
    ("password", "Q"),
    ("password2", "Q"),
    ("login_failures", "H"),
    ("salt", "H"),
    ("encryption", "B"),
    ("encryption2", "B"),
    ("password_minimum", "B"),
    ("*", "1x"),
    ("expiration", "Q"),
    ("password_lifetime", "Q"),
    ("password_date", "Q"),
    ("password2_date", "Q"),
    ("last_interactive", "Q"),
    ("last_noninteractive", "Q"),
    ("authorized", "Q"),
    ("default", "Q"),
    ("minimum_class", "20s"),
    ("maximum_class", "20s"),
    ("flags", "I"),
    ("network_primary", "3s"),
    ("network_secondary", "3s"),
    ("batch_primary", "3s"),
    ("batch_secondary", "3s"),
    ("local_primary", "3s"),
    ("local_secondary", "3s"),
    ("dialup_primary", "3s"),
    ("dialup_secondary", "3s"),
    ("remote_primary", "3s"),
    ("remote_secondary", "3s"),
    ("*", "12x"),
    ("secondary_days", "B"),
    ("*", "1x"),
    ("priority", "B"),
    ("queue_priority", "B"),
    ("maxjobs", "H"),
    ("maxacctjobs", "H"),
    ("maxdetach", "H"),
    ("prclm", "H"),
    ("biolm", "H"),
    ("diolm", "H"),
    ("tqelm", "H"),
    ("astlm", "H"),
    ("enqlm", "H"),
    ("fillm", "H"),
    ("shrfillm", "H"),
    ("wsquota", "I"),
    ("wsdefault", "I"),
    ("wsextent", "I"),
    ("pgflquota", "I"),
    ("cpu_limit", "I"),
    ("bytlm", "I"),
    ("pbytlm", "I"),
    ("jtquota", "I"),
    ("*", "72x"),
)
_STRUCT = Struct("<" + "".join(code for _, code in LAYOUT))
_NAMES = tuple(name for name, _ in LAYOUT if name != "*")
_SIZES = {name: int(code[:-1]) for name, code in LAYOUT if code.endswith("s")}
assert _STRUCT.size == FIXED_SIZE


class UafFlags(IntFlag):
    """UAF$L_FLAGS; the names are those of AUTHORIZE."""

    DISCTLY = 1 << 0
    DEFCLI = 1 << 1
    LOCKPWD = 1 << 2
    RESTRICTED = 1 << 3
    DISUSER = 1 << 4
    DISWELCOME = 1 << 5
    DISNEWMAIL = 1 << 6
    DISMAIL = 1 << 7
    GENPWD = 1 << 8
    PWD_EXPIRED = 1 << 9
    PWD2_EXPIRED = 1 << 10
    AUDIT = 1 << 11
    DISREPORT = 1 << 12
    DISRECONNECT = 1 << 13
    AUTOLOGIN = 1 << 14
    DISFORCE_PWD_CHANGE = 1 << 15
    CAPTIVE = 1 << 16
    DISIMAGE = 1 << 17
    DISPWDDIC = 1 << 18
    DISPWDHIS = 1 << 19
    EXTAUTH = 1 << 21


def unpack(record: bytes) -> dict[str, int | str]:
    """The fields of a record by name; text is Latin-1, hour masks are integers of 24 bits."""
    out: dict[str, int | str] = {}
    for name, value in zip(_NAMES, _STRUCT.unpack_from(record), strict=True):
        if isinstance(value, int):
            out[name] = value
        elif name[0] == "=":
            out[name[1:]] = value[1 : 1 + value[0]].decode("latin-1")
        elif len(value) == 3:
            out[name] = int.from_bytes(value, "little")
        elif name in ("username", "account"):
            out[name] = value.decode("latin-1").rstrip(" \0")
    return out


def pack(fields: dict[str, int | str], tail: bytes = b"") -> bytes:
    """A record from fields; absent ones are zero or blank. `tail` is the variable user data."""
    values: list[int | bytes] = []
    for name in _NAMES:
        size = _SIZES.get(name)
        value = fields.get(name.removeprefix("="), 0)
        if size is None:
            values.append(int(value))
        elif size == 3:
            values.append(int(value).to_bytes(3, "little"))
        elif name[0] == "=":
            text = str(value or "").encode("latin-1", "replace")[: size - 1]
            values.append(bytes((len(text),)) + text)
        elif name in ("username", "account"):
            values.append(str(value or "").encode("latin-1", "replace").ljust(size)[:size])
        else:
            values.append(b"")
    return _STRUCT.pack(*values) + tail
