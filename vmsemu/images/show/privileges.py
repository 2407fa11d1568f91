"""What SHOW PROCESS/PRIVILEGES says of each privilege, and the order in which it lists them."""

from __future__ import annotations

from vmsemu.base.privilege import Privilege, PrivilegeSet

P = Privilege
DESCRIPTIONS = {
    P.CMKRNL: "may change mode to kernel",
    P.CMEXEC: "may change mode to exec",
    P.SYSNAM: "may insert in system logical name table",
    P.GRPNAM: "may insert in group logical name table",
    P.ALLSPOOL: "may allocate spooled device",
    P.IMPERSONATE: "may impersonate another user",
    P.DIAGNOSE: "may diagnose devices",
    P.LOG_IO: "may do logical i/o",
    P.GROUP: "may affect other processes in same group",
    P.ACNT: "may suppress accounting messages",
    P.PRMCEB: "may create permanent common event clusters",
    P.PRMMBX: "may create permanent mailbox",
    P.PSWAPM: "may change process swap mode",
    P.ALTPRI: "may set any priority value",
    P.SETPRV: "may set any privilege bit",
    P.TMPMBX: "may create temporary mailbox",
    P.WORLD: "may affect other processes in the world",
    P.MOUNT: "may execute mount acp function",
    P.OPER: "may perform operator functions",
    P.EXQUOTA: "may exceed disk quota",
    P.NETMBX: "may create network device",
    P.VOLPRO: "may override volume protection",
    P.PHY_IO: "may do physical i/o",
    P.BUGCHK: "may make bug check log entries",
    P.PRMGBL: "may create permanent global sections",
    P.SYSGBL: "may create system wide global sections",
    P.PFNMAP: "may map to specific physical pages",
    P.SHMEM: "may create/delete objects in shared memory",
    P.SYSPRV: "may access objects via system protection",
    P.BYPASS: "may bypass all object access controls",
    P.SYSLCK: "may lock system wide resources",
    P.SHARE: "may assign channels to non-shared devices",
    P.UPGRADE: "may upgrade object integrity",
    P.DOWNGRADE: "may downgrade object secrecy",
    P.GRPPRV: "may access group objects via system protection",
    P.READALL: "may read anything as the owner",
    P.IMPORT: "may set classification for unlabeled object",
    P.AUDIT: "may direct audit to system security audit log",
    P.SECURITY: "may perform security administration functions",
}


def display_order(privileges: PrivilegeSet) -> list[Privilege]:
    """Alphabetical, but IMPERSONATE stands where its old name DETACH stood."""
    return sorted(privileges, key=lambda p: "DETACH" if p is P.IMPERSONATE else p.name)
