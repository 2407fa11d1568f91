"""$CRELNM, $DELLNM, $CRELNT, $TRNLNM: logical names on behalf of a process, with the privileges they need.

The tables of the process and of its job are its own. Its group's table needs GRPNAM, GRPPRV or SYSNAM; the system and cluster tables need
SYSNAM or membership of the System class; another shareable table needs write access. A new shareable table needs create access to its parent
and write access to the system directory; to delete one, delete access to it or write access to that directory. Executive and kernel mode
names need SYSNAM, CMEXEC or CMKRNL; without, a supervisor mode name is made, as DCL makes it.

Source: System Services Reference; DCL Dictionary, DEFINE, DEASSIGN, CREATE/NAME_TABLE; Guide to System Security, "Logical name tables".
"""

from __future__ import annotations

from collections.abc import Iterable

from vmsemu.base.privilege import Privilege
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.lnm.names import AccessMode, LogicalName, LogicalNameTable, Scope, TableCreation, Translation
from vmsemu.lnm.node import SHAREABLE_PROTECTION
from vmsemu.lnm.table import MAX_NAME, MAX_TRANSLATIONS, Attributes
from vmsemu.security.access import DELETE, EXECUTE, READ, WRITE, check_access
from vmsemu.services.process import Process
from vmsemu.tables.facilities import SS

_SYSTEM = Uic(1, 4)
CREATE = EXECUTE


def sys_crelnm(
    process: Process,
    name: str,
    equivalences: Iterable[str | Translation],
    *,
    table: str = "LNM$PROCESS_TABLE",
    mode: AccessMode = AccessMode.SUPER,
    attributes: Attributes = (),
) -> bool:
    """Define a name; True when one of the same mode was superseded. Errors: SS.NOPRIV and those of ProcessNames.define."""
    mode = permitted_mode(process, mode)
    names = process.names
    if names.is_process_table(table):
        return names.define(name, equivalences, mode=mode, attributes=attributes)
    check_table_access(process, names.table_for_change(table, mode))
    return names.define(name, equivalences, table=table, mode=mode, attributes=attributes)


def sys_dellnm(process: Process, name: str | None, *, table: str = "LNM$PROCESS_TABLE", mode: AccessMode = AccessMode.SUPER) -> None:
    """Delete a name, or all names of a table (None), at `mode` and outer modes. Errors: SS.NOPRIV, SS.NOLOGNAM, SS.IVLOGNAM, SS.NOLOGTAB."""
    mode = permitted_mode(process, mode)
    if name is None:
        check_table_access(process, process.names.table_for_change(table))
        process.names.delete_all(table, mode)
        return
    for place in process.names.resolve_all(table):
        gone = [entry for entry in place.entries(name) if entry.mode >= mode]
        if gone:
            if not all(entry.target is not None and _may(process, entry.target, DELETE) for entry in gone):
                check_table_access(process, place)
            break
    process.names.delete(name, table, mode)


def sys_crelnt(
    process: Process,
    name: str,
    *,
    parent: str = "LNM$PROCESS_DIRECTORY",
    mode: AccessMode = AccessMode.SUPER,
    quota: int = 0,
    attributes: Attributes = (),
    supersede: bool = False,
    protection: Protection | None = None,
) -> TableCreation:
    """Create a table. A shareable one belongs to its maker. Errors: SS.NOPRIV and those of ProcessNames.create_table."""
    mode = permitted_mode(process, mode)
    above = process.names.table_for_change(parent, mode)
    if above.scope is not Scope.PRIVATE:
        if not _may(process, above, CREATE):
            raise SS.NOPRIV.error()
        check_table_access(process, process.system.logical_names.directory)
    return process.names.create_table(
        name,
        parent=parent,
        mode=mode,
        quota=quota,
        attributes=attributes,
        supersede=supersede,
        owner=process.uic,
        protection=protection,
    )


def sys_trnlnm(
    process: Process,
    name: str,
    *,
    table: str = "LNM$FILE_DEV",
    mode: AccessMode = AccessMode.USER,
    case_blind: bool = False,
    index: int = 0,
) -> LogicalName:
    """Translate a name one level. `index` is the one of the equivalence that the caller will look at; beyond the list there is an empty one.

    Errors: SS.IVLOGNAM, SS.BADPARAM (the index), SS.NOLOGNAM, SS.NOPRIV, SS.TOOMANYLNAM.
    """
    if not 1 <= len(name) <= MAX_NAME:
        raise SS.IVLOGNAM.error()
    if not 0 <= index < MAX_TRANSLATIONS:
        raise SS.BADPARAM.error()
    found = process.names.translate(name, table, mode=mode, case_blind=case_blind)
    if found is None:
        raise SS.NOLOGNAM.error()
    return found


def permitted_mode(process: Process, mode: AccessMode) -> AccessMode:
    """The mode a name is made or deleted at when the process asks for `mode`."""
    if mode >= AccessMode.SUPER:
        return mode
    needed = Privilege.CMEXEC if mode is AccessMode.EXEC else Privilege.CMKRNL
    held = process.privileges
    if Privilege.SYSNAM in held or needed in held or Privilege.CMKRNL in held:
        return mode
    return AccessMode.SUPER


def check_table_access(process: Process, table: LogicalNameTable) -> None:
    """May the process change the names of a table? Errors: SS.NOPRIV."""
    if not _may_change(process, table):
        raise SS.NOPRIV.error()


def _may_change(process: Process, table: LogicalNameTable) -> bool:
    held, names = process.privileges, process.names
    if table.scope is Scope.PRIVATE or table is names.job:
        return True
    if Privilege.BYPASS in held:
        return True
    if table.scope is Scope.SYSTEM:
        return Privilege.SYSNAM in held or process.credentials.is_system
    if table.scope is Scope.GROUP and table.name == names.group_name and (Privilege.GRPNAM in held or Privilege.SYSNAM in held):
        return True
    return _may(process, table, WRITE)


def may_read(process: Process, table: LogicalNameTable) -> bool:
    """May the process translate the names of a table that protection guards?"""
    return _may(process, table, READ)


def _may(process: Process, table: LogicalNameTable, wanted: int) -> bool:
    """What owner and protection allow. A private table allows everything to its process."""
    if table.scope is Scope.PRIVATE:
        return True
    protection = table.protection or SHAREABLE_PROTECTION
    if wanted == CREATE:
        # In files, which the check knows, whoever may read may execute; here the bit means create, so it stands in for that of write.
        wanted, protection = WRITE, Protection(*(mask >> 1 & WRITE for mask in _masks(protection)))
    return check_access(process.credentials, table.owner or _SYSTEM, protection, (), wanted)


def _masks(protection: Protection) -> tuple[int, int, int, int]:
    return protection.system, protection.owner, protection.group, protection.world
