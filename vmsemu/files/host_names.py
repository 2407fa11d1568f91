"""The names of host files as names of files on an ODS-5 volume, and back: `Hello World.txt` is written Hello^_World.txt (base/extended.py).

A new name that is typed in upper case alone (the traditional parse style has no other) makes a host file in lower case.

fidelity: what no name of ISO Latin-1 can hold (control characters, `"*:<>?\\|`, other characters) is shown as `^hh` and `^Uhhhh`, so that nothing
in a folder is hidden. Such a name cannot be typed; a wildcard finds it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vmsemu.base import extended as ods5

DIRECTORY_TYPE = ".DIR"
_UNWRITABLE = re.compile(r'[\x00-\x1f"*:<>/\\?|]|[^\x00-\xff]')
_ESCAPE = re.compile(r"\^(?:U([0-9A-F]{4})|([0-9A-F]{2})|(.))", re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=20_000)
def vms_name(host_name: str, *, is_folder: bool = False) -> str:
    """NAME.TYPE, as it is written, for a name of the host. The last dot begins the type; a folder is NAME.DIR."""
    if is_folder:
        return _escaped(host_name) + DIRECTORY_TYPE
    stem, dot, type_ = host_name.rpartition(".")
    if not dot or not type_:  # a dot at the end belongs to the name, or NAME and NAME. would be one
        return _escaped(host_name) + "."
    return _escaped(stem) + "." + _escaped(type_)


def host_name(name_type: str) -> str | None:
    """The host's name for a new file NAME.TYPE; None when it can be none there (`.`, `..`, a slash, a null)."""
    written = name_type[:-1] if name_type.endswith(".") else name_type
    name = _ESCAPE.sub(_character, written)
    if written == ods5.upper(written):
        name = name.lower()
    try:
        name = name.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return None if name in ("", ".", "..") or "/" in name or "\0" in name else name


def folder_name(name_type: str) -> str | None:
    """As host_name, for a directory file NAME.DIR."""
    return host_name(name_type[: -len(DIRECTORY_TYPE)] + ".")


def _escaped(text: str) -> str:
    """In pieces, so that what stands behind `^` is not escaped again."""
    out, at = [], 0
    for found in _UNWRITABLE.finditer(text):
        out += [ods5.escape(text[at : found.start()]), _code(found[0])]
        at = found.end()
    return "".join(out) + ods5.escape(text[at:])


def _code(c: str) -> str:
    if ord(c) <= 0xFF:
        return f"^{ord(c):02X}"
    data = c.encode("utf-16-be", "surrogatepass")
    return "".join(f"^U{data[at]:02X}{data[at + 1]:02X}" for at in range(0, len(data), 2))


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else " " if found[3] == "_" else found[3]
