"""F$IDENTIFIER, F$PRIVILEGE, F$SETPRV, F$USER.

Source: DCL Dictionary; DCL reference 4.2, 4.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value, to_integer, to_string, wrap
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter


@lexical
def f_identifier(dcl: Interpreter, identifier: Value, conversion: str) -> Value:
    """The value of an identifier's name (0 when unknown), or the name of a value (nothing when unknown)."""
    rights = dcl.system.rights
    kind = conversion.strip().upper()
    if kind == "NAME_TO_NUMBER":
        try:
            return wrap(rights.parse(to_string(identifier)))
        except VmsError:
            return 0
    if kind == "NUMBER_TO_NAME":
        found = rights.of_value(to_integer(identifier) & 0xFFFFFFFF)
        return found.name if found is not None else ""
    raise at_segment(CLI.IVKEYW, kind)


@lexical
def f_user(dcl: Interpreter) -> str:
    """The UIC of the process."""
    return dcl.system.rights.uic_text(dcl.process.uic)


def _named(text: str) -> list[tuple[Privilege, bool]]:
    """The privileges of a list with whether each is wanted on. Errors: CLI.IVKEYW."""
    out: list[tuple[Privilege, bool]] = []
    for word in text.upper().split(","):
        name = word.strip()
        if not name:
            continue
        on = name in Privilege.__members__ or name in ("ALL", "DETACH", "SETPRI")
        bare = name if on else name.removeprefix("NO")
        bare = {"DETACH": "IMPERSONATE", "SETPRI": "ALTPRI"}.get(bare, bare)
        if bare == "ALL":
            out.extend((privilege, on) for privilege in Privilege)
        elif bare in Privilege.__members__:
            out.append((Privilege[bare], on))
        else:
            raise at_segment(CLI.IVKEYW, name)
    return out


@lexical
def f_privilege(dcl: Interpreter, privileges: str) -> str:
    """TRUE when the process has (or, for NO forms, lacks) every privilege named."""
    held = dcl.process.privileges
    return "TRUE" if all((privilege in held) == on for privilege, on in _named(privileges)) else "FALSE"


@lexical
def f_setprv(dcl: Interpreter, privileges: str) -> str:
    """Turn privileges on or off as far as authorized; returns how those named were before."""
    process = dcl.process
    wanted = _named(privileges)
    before = [privilege.name if privilege in process.privileges else "NO" + privilege.name for privilege, _ in wanted]
    may_all = Privilege.SETPRV in process.authorized or Privilege.SETPRV in process.privileges
    for privilege, on in wanted:
        one = PrivilegeSet.of(privilege)
        if not on:
            process.privileges = process.privileges - one
        elif may_all or privilege in process.authorized:
            process.privileges = process.privileges | one
    return ",".join(before)
