"""A user record as AUTHORIZE displays it: full, and as one line.

Source: displays of V7.x systems; System Management Utilities Reference, AUTHORIZE SHOW.
"""

from __future__ import annotations

from collections.abc import Iterable

from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.time import TICKS_PER_DAY, WEEKDAYS, DeltaTime, VmsTime
from vmsemu.formats.uafdef import UafFlags
from vmsemu.images.authorize.hours import hours_text
from vmsemu.security.rights import Identifier, IdentifierAttributes, RightsDatabase
from vmsemu.security.sysuaf import AccessHours, UafRecord

BRIEF_HEADING = "       Owner         Username           UIC       Account  Privs Pri Directory"
RIGHTS_HEADING = "Identifier                         Value           Attributes      "
_NONE = "(none)"
_PRE_EXPIRED = "(pre-expired)"
_SOURCES = ("network", "batch", "local", "dialup", "remote")
_FLAG_WIDTH = 70
_FLAG_NAMES = {
    UafFlags.DISCTLY: "DisCtlY", UafFlags.DEFCLI: "DefCLI", UafFlags.LOCKPWD: "LockPwd", UafFlags.RESTRICTED: "Restricted",
    UafFlags.DISUSER: "DisUser", UafFlags.DISWELCOME: "DisWelcome", UafFlags.DISNEWMAIL: "DisNewMail", UafFlags.DISMAIL: "DisMail",
    UafFlags.GENPWD: "GenPwd", UafFlags.PWD_EXPIRED: "Pwd_Expired", UafFlags.PWD2_EXPIRED: "Pwd2_Expired", UafFlags.AUDIT: "Audit",
    UafFlags.DISREPORT: "DisReport", UafFlags.DISRECONNECT: "DisReconnect", UafFlags.AUTOLOGIN: "AutoLogin",
    UafFlags.DISFORCE_PWD_CHANGE: "DisForce_Pwd_Change", UafFlags.CAPTIVE: "Captive", UafFlags.DISIMAGE: "DisImage",
    UafFlags.DISPWDDIC: "DisPwdDic", UafFlags.DISPWDHIS: "DisPwdHis", UafFlags.EXTAUTH: "ExtAuth",
}  # fmt: skip
_CATEGORIES = (
    ("All", "BYPASS CMEXEC CMKRNL DETACH DOWNGRADE LOG_IO PFNMAP PHY_IO SETPRV SYSNAM SYSPRV UPGRADE"),
    ("Objects", "DIAGNOSE IMPORT MOUNT READALL SYSGBL VOLPRO"),
    ("System", "ALTPRI AUDIT OPER PSWAPM SECURITY SHARE SYSLCK WORLD"),
    ("Devour", "ACNT ALLSPOOL BUGCHK EXQUOTA GRPNAM PRMCEB PRMGBL PRMMBX SHMEM"),
    ("Group", "GROUP GRPPRV"),
    ("Normal", "NETMBX TMPMBX"),
)


def full_lines(record: UafRecord, rights: RightsDatabase) -> list[str]:
    """SHOW/FULL, with the blank line that precedes each record."""
    uic = f"{record.uic.to_text()} ({rights.uic_text(record.uic)})"
    return [
        "",
        f"Username: {record.username:<33}Owner:  {record.owner}",
        f"Account:  {record.account:<33}UIC:    {uic}",
        f"CLI:      {record.cli:<33}Tables: {record.cli_tables}",
        f"Default:  {record.default_spec}",
        f"LGICMD:   {record.lgicmd}",
        *_flag_lines(record.flags),
        f"Primary days:   {_days(~record.secondary_days)}",
        f"Secondary days: {_days(record.secondary_days)}",
        *_hour_lines(record.hours),
        *_password_lines(record),
        *_quota_lines(record),
        "Authorized Privileges: ",
        *_privilege_lines(record.authorized),
        "Default Privileges: ",
        *_privilege_lines(record.default),
        *_held_lines(rights.held_by(record.uic)),
    ]


def _flag_lines(flags: UafFlags) -> list[str]:
    lines, line = [], "Flags: "
    for flag, name in _FLAG_NAMES.items():
        if flag not in flags:
            continue
        if len(line) + len(name) > _FLAG_WIDTH:
            lines.append(line)
            line = "       "
        line += " " + name
    return [*lines, line if line.strip() != "Flags:" else "Flags:  "]


def _days(days: int) -> str:
    return " ".join(name[:3] if days >> at & 1 else "   " for at, name in enumerate(WEEKDAYS))


def _hour_lines(hours: AccessHours) -> list[str]:
    if hours == AccessHours():
        return ["No access restrictions"]
    lines = [
        "Primary   000000000011111111112222  Secondary 000000000011111111112222",
        "Day Hours 012345678901234567890123  Day Hours 012345678901234567890123",
    ]
    for source in _SOURCES:
        primary, secondary = getattr(hours, source)
        lines.append(f"{source.capitalize() + ':':<10}{hours_text(primary)}{'':12}{hours_text(secondary)}")
    return lines


def _moment(when: VmsTime | None) -> str:
    return when.to_text()[:17] if when else _NONE


def _password_lines(record: UafRecord) -> list[str]:
    days, hours, minutes, *_ = record.password_lifetime.fields()
    lifetime = f"{days} {hours:02d}:{minutes:02d}" if record.password_lifetime else _NONE
    change = _PRE_EXPIRED if record.password_date is None else _moment(record.password_date)
    if record.password2:
        # fidelity: where the date of the secondary password stands is inferred.
        change += "  " + (_PRE_EXPIRED if record.password2_date is None else _moment(record.password2_date))
    return [
        f"Expiration:{_moment(record.expiration):>18}    Pwdminimum:{record.password_minimum:>3}   Login Fails:{record.login_failures:>6}",
        f"Pwdlifetime:{lifetime:>17}    Pwdchange:{change:>19} ",
        f"Last Login:{_moment(record.last_interactive):>18} (interactive),{_moment(record.last_noninteractive):>18} (non-interactive)",
    ]


def _quota_lines(record: UafRecord) -> list[str]:
    q = record.quotas
    cpu = DeltaTime(q.cpu_limit * 100_000)
    limit = f"{int(cpu) // TICKS_PER_DAY} {cpu.to_text()[5:13]}" if q.cpu_limit else _NONE
    table = (
        (("Maxjobs", q.maxjobs), ("Fillm", q.fillm), ("Bytlm", q.bytlm)),
        (("Maxacctjobs", q.maxacctjobs), ("Shrfillm", q.shrfillm), ("Pbytlm", q.pbytlm)),
        (("Maxdetach", q.maxdetach), ("BIOlm", q.biolm), ("JTquota", q.jtquota)),
        (("Prclm", q.prclm), ("DIOlm", q.diolm), ("WSdef", q.wsdefault)),
        (("Prio", record.priority), ("ASTlm", q.astlm), ("WSquo", q.wsquota)),
        (("Queprio", record.queue_priority), ("TQElm", q.tqelm), ("WSextent", q.wsextent)),
        (("CPU", limit), ("Enqlm", q.enqlm), ("Pgflquo", q.pgflquota)),
    )
    return ["  ".join(_cell(name, value, width) for (name, value), width in zip(row, (18, 16, 19), strict=True)) for row in table]


def _cell(name: str, value: object, width: int) -> str:
    return f"{name}:{value!s:>{width - len(name) - 1}}"


def _privilege_lines(privileges: PrivilegeSet) -> list[str]:
    names = privileges.names()
    return ["  " + "".join(name.ljust(13) for name in names[at : at + 6]).rstrip() for at in range(0, len(names), 6)]


def _held_lines(held: Iterable[tuple[Identifier, IdentifierAttributes]]) -> list[str]:
    rows = [identifier_line(identifier, bits) for identifier, bits in held]
    return [RIGHTS_HEADING, *rows] if rows else []


def identifier_line(identifier: Identifier, attributes: IdentifierAttributes) -> str:
    """`  NAME   value   attributes`, in the columns 2, 35 and 51."""
    return f"  {identifier.name:<33}{identifier.value_text():<16}{attributes.to_text()}".rstrip()


def brief_line(record: UafRecord, rights: RightsDatabase) -> str:
    """One row of SHOW/BRIEF. fidelity: the columns are those of the heading."""
    place = "Disuser" if record.flags & UafFlags.DISUSER else record.default_spec
    category = privilege_category(record.authorized)
    uic = record.uic.to_text()
    return f"{record.owner[:20]:<20} {record.username:<12} {uic:<15} {record.account:<8} {category:<6}{record.priority:>3} {place}"


def privilege_category(privileges: PrivilegeSet) -> str:
    """The name of the most powerful category that a privilege of the set is in; None when it is empty."""
    for name, members in _CATEGORIES:
        if any(Privilege[word] in privileges for word in members.split()):
            return name
    return "None"
