"""The accounts and identifiers of a fresh system disk, and the writing of them.

SYSTEM, DEFAULT and MAIL$SERVER are those of the real system; STUDENT is ours, for lessons. Layered products bring their own. The two accounts for people have
the passwords MANAGER and STUDENT; service accounts have none and admit network logins only.

Source: System Manager's Manual, "Accounts supplied with the system"; Installation Guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vmsemu.base.privilege import PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.volume import Volume
from vmsemu.security.database import create_rightslist, create_sysuaf
from vmsemu.security.rights import GROUP_MEMBER, IdentifierAttributes, RightsDatabase, login_identifiers
from vmsemu.security.sysuaf import NO_ACCESS, AccessHours, Quotas, Sysuaf, UafFlags, UafRecord

_CLOSED = (NO_ACCESS, NO_ACCESS)
_NETWORK_ONLY = AccessHours(batch=_CLOSED, local=_CLOSED, dialup=_CLOSED, remote=_CLOSED)
SERVICE_FLAGS = UafFlags.DISCTLY | UafFlags.DISMAIL | UafFlags.RESTRICTED
GENEROUS = Quotas(
    fillm=1000, bytlm=1_000_000, biolm=2000, diolm=2000, astlm=2000, tqelm=200, enqlm=10000, jtquota=4096, prclm=100, pgflquota=500_000,
    wsdefault=2000, wsquota=8000, wsextent=65536,
)  # fmt: skip
_LOGIN_PROTECTION = Protection.from_text("S:RWE,O:RWE,G:RE,W:E")
_PLACES: dict[str, tuple[str, ...]] = {"SYS$SYSDEVICE:": (), "SYS$SPECIFIC:": ("SYS0",), "SYS$COMMON:": ("VMS$COMMON",)}
PASSWORDS = {"SYSTEM": "MANAGER", "STUDENT": "STUDENT"}


def initial_accounts() -> tuple[UafRecord, ...]:
    """The accounts of a fresh system, without passwords."""
    return (
        UafRecord("DEFAULT", Uic(0o200, 0o200), flags=UafFlags.DISUSER, directory="[USER]"),
        UafRecord(
            "SYSTEM", Uic(1, 4), account="SYSTEM", owner="SYSTEM MANAGER", device="SYS$SYSROOT:", directory="[SYSMGR]",
            authorized=PrivilegeSet.ALL, default=PrivilegeSet.ALL, quotas=GENEROUS, password_lifetime=DeltaTime(0),
        ),
        UafRecord("STUDENT", Uic(0o200, 1), account="LESSONS", owner="Student", directory="[STUDENT]", password_lifetime=DeltaTime(0)),
        UafRecord(
            "MAIL$SERVER", Uic(0o376, 0o374), account="MAIL", owner="MAIL$SERVER DEFAULT", directory="[MAIL$SERVER]", flags=SERVICE_FLAGS,
            hours=_NETWORK_ONLY, quotas=GENEROUS, password_lifetime=DeltaTime(0),
        ),
    )  # fmt: skip


def write_fresh_databases(
    volume: Volume, now: VmsTime, accounts: Iterable[UafRecord] = (), groups: Iterable[tuple[str, int]] = (), *, node: str = "ALPHA1"
) -> None:
    """Write SYSUAF.DAT and RIGHTSLIST.DAT, and make the login directories that lie on this disk and are missing.

    `accounts` are added to the initial ones; one with the same user name takes its place. `groups` are names of UIC groups.
    Errors as Volume.create.
    """
    directory = volume.find_directory(("VMS$COMMON", "SYSEXE"))
    assert directory is not None, "the kit makes the directories first"
    records = {record.username: record for record in (*initial_accounts(), *accounts)}
    uaf_file = create_sysuaf(volume, directory)
    sysuaf = Sysuaf(uaf_file)
    for at, record in enumerate(records.values()):
        record = replace(record, salt=record.salt or (int(now) // 10_000 + at * 0x191) & 0xFFFF)
        password = PASSWORDS.get(record.username)
        if password is not None and not record.has_password:
            record = record.with_password(password, now)
        sysuaf.put(record)
    rights_file = create_rightslist(volume, directory)
    _write_identifiers(RightsDatabase(rights_file), records.values(), groups, node)
    for record in records.values():
        make_login_directory(volume, record)
    for file in (uaf_file, rights_file):
        file.close()


def _write_identifiers(rights: RightsDatabase, records: Iterable[UafRecord], groups: Iterable[tuple[str, int]], node: str) -> None:
    rights.initialize()
    for identifier in login_identifiers():
        rights.add(identifier.name, identifier.value, identifier.attributes)
    rights.add(f"SYS$NODE_{node}")
    for name, group in groups:
        rights.add(name, Uic(group, GROUP_MEMBER))
    for record in records:
        if rights.of_value(record.uic.to_long()) is None:
            rights.add(record.username, record.uic, IdentifierAttributes.NONE)


def make_login_directory(volume: Volume, record: UafRecord) -> None:
    """Make the account's login directory and those above it, where they lie on this disk and are missing."""
    place = _PLACES.get(record.device)
    if place is None or record.username == "DEFAULT":
        return
    parent = volume.find_directory(place)
    for name in record.directory.strip("[]").split("."):
        if parent is None or not name:
            return
        place = (*place, name)
        found = volume.find_directory(place)
        if found is None:
            found = volume.create_directory(parent, name, owner=record.uic, protection=_LOGIN_PROTECTION).fid
        parent = found
