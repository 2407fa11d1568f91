"""$GETJPI: facts about a process by item name, as F$GETJPI returns them (text or integer).

Items that describe memory management or hardware that this machine does not have are zero, or the account's quota where that is what
an idle process would show. Times are texts of 23 columns; privilege masks are names joined by commas; yes/no items are TRUE or FALSE.
Items of vector processors are those of a machine without any.

Source: System Services Reference, $GETJPI; DCL Dictionary, F$GETJPI.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from vmsemu.base.time import VmsTime
from vmsemu.formats.uafdef import UafFlags
from vmsemu.kernel.task import ProcessState
from vmsemu.services.creprc import check_control
from vmsemu.services.process import Process, ProcessMode
from vmsemu.services.system import System
from vmsemu.tables.facilities import SS

JpiValue = int | str
_PAGELETS_PER_PAGE = 16
LOGIN_FLAGS = "LOGIN_FLAGS"
NEW_MAIL_AT_LOGIN, _PASSWORD_EXPIRED = 0x1, 0x4
MESSAGE_BITS = (("text", 1), ("ident", 2), ("severity", 4), ("facility", 8))


# JPI$_STS, bit by bit: PCB$L_STS. The names are also the keywords of F$CONTEXT's STS. fidelity: the places above SUSPEN are inferred.
_STATUS = (
    "RES", "DELPEN", "FORCPEN", "INQUAN", "PSWAPM", "RESPEN", "SSFEXC", "SSFEXCE", "SSFEXCS", "SSFEXCU", "SSRWAIT", "SUSPEN", "WAKEPEN", "WALL",
    "BATCH", "NOACNT", "SWPVBN", "ASTPEN", "PHDRES", "HIBER", "LOGIN", "NETWRK", "PWRAST", "NODELET", "DISAWS", "INTER", "RECOVER", "SECAUDIT",
)  # fmt: skip
STATUS_BITS = {name: 1 << bit for bit, name in enumerate(_STATUS)}
_MODE_STATUS = {ProcessMode.BATCH: STATUS_BITS["BATCH"], ProcessMode.NETWORK: STATUS_BITS["NETWRK"], ProcessMode.INTERACTIVE: STATUS_BITS["INTER"]}
_IN_MEMORY = STATUS_BITS["RES"] | STATUS_BITS["PHDRES"]
# JPI$_CREPRC_FLAGS: PRC$M_ bits of $CREPRC. fidelity: those of login processes are inferred.
_PRC_DETACH = 0x200
_MODE_CREATION = {ProcessMode.BATCH: 0x10, ProcessMode.NETWORK: 0x80, ProcessMode.INTERACTIVE: 0x400}


class JobType(IntEnum):
    """JPI$_JOBTYPE."""

    DETACHED = 0
    NETWORK = 1
    BATCH = 2
    LOCAL = 3
    DIALUP = 4
    REMOTE = 5


@dataclass(frozen=True, slots=True)
class JpiItem:
    """One item: `type` is str or int, `get` reads it from a process."""

    type: type
    get: Callable[[Process], JpiValue]


def _text(get: Callable[[Process], str]) -> JpiItem:
    return JpiItem(str, get)


def _number(get: Callable[[Process], int]) -> JpiItem:
    return JpiItem(int, get)


def _quota(name: str) -> JpiItem:
    return JpiItem(int, lambda p: getattr(p.quotas, name))


def _count(name: str) -> JpiItem:
    return JpiItem(int, lambda p: getattr(p.accounting, name))


def _zero() -> JpiItem:
    return JpiItem(int, lambda p: 0)


def _names(words: Iterable[str]) -> str:
    return ",".join(words)


def _time(when: VmsTime | None) -> str:
    return (when if when is not None else VmsTime(0)).to_text()


def system_rights(system: System) -> tuple[str, ...]:
    """Identifiers every process of the node holds."""
    return (f"SYS$NODE_{system.node_name}",)


def job_type(process: Process) -> JobType:
    if process.mode is ProcessMode.INTERACTIVE:
        return JobType[process.job_type] if process.job_type in ("LOCAL", "DIALUP", "REMOTE") else JobType.LOCAL
    return {ProcessMode.BATCH: JobType.BATCH, ProcessMode.NETWORK: JobType.NETWORK}.get(process.mode, JobType.DETACHED)


def _status(process: Process) -> int:
    """PCB$L_STS of a process whose pages are all in memory."""
    bits = _IN_MEMORY | _MODE_STATUS.get(process.mode, 0)
    if process.suspended:
        return bits | STATUS_BITS["SUSPEN"]
    return bits | STATUS_BITS["HIBER"] if process.state is ProcessState.HIB else bits


def _creation(process: Process) -> int:
    """With which flags of $CREPRC the process was made."""
    return 0 if process.parent is not None else _PRC_DETACH | _MODE_CREATION.get(process.mode, 0)


def _state(process: Process) -> str:
    """A process that waits for a resource is in MWAIT; which resource it is only SHOW SYSTEM tells."""
    state = process.state.value
    return "MWAIT" if state.startswith("RW") or state == "MUTEX" else state


def _message_mask(process: Process) -> int:
    """SET MESSAGE: the parts of messages that the process's command interpreter shows; all of them without one."""
    parts = getattr(process.attributes.get("dcl"), "message_parts", None)
    return sum(bit for name, bit in MESSAGE_BITS if parts is None or getattr(parts, name))


def _login_flags(process: Process) -> int:
    """What LOGINOUT noted when the job began, and what the account says of the password."""
    flags = int(process.root.attributes.get(LOGIN_FLAGS, 0))
    if process.record is not None and process.record.flags & UafFlags.PWD_EXPIRED:
        flags |= _PASSWORD_EXPIRED
    return flags


def _login_time(process: Process, name: str) -> str:
    return _time(getattr(process.record, name) if process.record is not None else None)


def _open_files(process: Process) -> int:
    return len(process.files.opened()) if process.has_files else 0


def _subprocesses(process: Process) -> int:
    return sum(1 for _ in process.root.tree()) - 1


_ITEMS: dict[str, JpiItem] = {
    # identity
    "ACCOUNT": _text(lambda p: p.account.ljust(8)[:8]),
    "GRP": _number(lambda p: p.uic.group),
    "MEM": _number(lambda p: p.uic.member),
    "MASTER_PID": _text(lambda p: f"{p.root.pid:08X}"),
    "MODE": _text(lambda p: p.mode.value),
    "JOBTYPE": _number(job_type),
    "NODENAME": _text(lambda p: p.system.node_name),
    "NODE_CSID": _text(lambda p: "00000000"),
    "NODE_VERSION": _text(lambda p: p.system.profile.version),
    "OWNER": _text(lambda p: f"{p.parent.pid:08X}" if p.parent is not None else ""),
    "PID": _text(lambda p: f"{p.pid:08X}"),
    "PRCNAM": _text(lambda p: p.name),
    "PROC_INDEX": _number(lambda p: p.pid & 0xFFFF),
    "TERMINAL": _text(lambda p: p.terminal.lstrip("_")),
    "TT_PHYDEVNAM": _text(lambda p: f"_{p.terminal.lstrip('_')}" if p.terminal else ""),
    "TT_ACCPORNAM": _text(lambda p: str(p.attributes.get("ACCPORNAM", ""))),
    "UIC": _text(lambda p: p.system.rights.uic_text(p.uic)),
    "USERNAME": _text(lambda p: p.username.ljust(12)),
    # what it runs
    "CLINAME": _text(lambda p: p.cli),
    "TABLENAME": _text(lambda p: f"SYS$LIBRARY:{p.record.cli_tables}" if p.record is not None and p.cli else ""),
    "IMAGNAME": _text(lambda p: p.image),
    "IMAGECOUNT": _count("images"),
    "STATE": _text(_state),
    "STS": _number(_status),
    "STS2": _zero(),
    "PRI": _number(lambda p: p.task.priority if p.task is not None else p.base_priority),
    "PRIB": _number(lambda p: p.base_priority),
    "AUTHPRI": _number(lambda p: p.record.priority if p.record is not None else p.base_priority),
    "LOGINTIM": _text(lambda p: _time(p.login_time)),
    # rights
    "AUTHPRIV": _text(lambda p: _names(p.authorized.names())),
    "CURPRIV": _text(lambda p: _names(p.privileges.names())),
    "PROCPRIV": _text(lambda p: _names(p.privileges.names())),
    "IMAGPRIV": _text(lambda p: ""),
    "PROCESS_RIGHTS": _text(lambda p: _names(p.rights)),
    "RIGHTSLIST": _text(lambda p: _names(p.rights + system_rights(p.system))),
    "RIGHTS_SIZE": _number(lambda p: 8 * len(p.rights + system_rights(p.system))),
    "SYSTEM_RIGHTS": _text(lambda p: _names(system_rights(p.system))),
    "SYSTEM_RIGHTS_SIZE": _number(lambda p: 8 * len(system_rights(p.system))),
    "UAF_FLAGS": _number(lambda p: int(p.record.flags) if p.record is not None else 0),
    # logins
    "LAST_LOGIN_I": _text(lambda p: _login_time(p, "last_interactive")),
    "LAST_LOGIN_N": _text(lambda p: _login_time(p, "last_noninteractive")),
    "LOGIN_FAILURES": _number(lambda p: p.record.login_failures if p.record is not None else 0),
    "LOGIN_FLAGS": _number(_login_flags),
    # counts
    "BUFIO": _count("buffered_io"),
    "CPUTIM": _count("cpu"),
    "DIRIO": _count("direct_io"),
    "PAGEFLTS": _count("page_faults"),
    "VOLUMES": _count("volumes"),
    "JOBPRCCNT": _number(_subprocesses),
    "PRCCNT": _number(lambda p: len(p.children)),
    # quotas: what is left, and the limit
    "ASTCNT": _quota("astlm"),
    "ASTLM": _quota("astlm"),
    "BIOCNT": _quota("biolm"),
    "BIOLM": _quota("biolm"),
    "BYTCNT": _quota("bytlm"),
    "BYTLM": _quota("bytlm"),
    "CPULIM": _quota("cpu_limit"),
    "DIOCNT": _quota("diolm"),
    "DIOLM": _quota("diolm"),
    "ENQCNT": _quota("enqlm"),
    "ENQLM": _quota("enqlm"),
    "FILCNT": _number(lambda p: p.quotas.fillm - _open_files(p)),
    "FILLM": _quota("fillm"),
    "MAXDETACH": _quota("maxdetach"),
    "MAXJOBS": _quota("maxjobs"),
    "PAGFILCNT": _quota("pgflquota"),
    "PGFLQUOTA": _quota("pgflquota"),
    "PRCLM": _quota("prclm"),
    "SHRFILLM": _quota("shrfillm"),
    "TQCNT": _quota("tqelm"),
    "TQLM": _quota("tqelm"),
    # working set, in pagelets, as an idle process would show it
    "DFWSCNT": _quota("wsdefault"),
    "WSAUTH": _quota("wsquota"),
    "WSAUTHEXT": _quota("wsextent"),
    "WSEXTENT": _quota("wsextent"),
    "WSQUOTA": _quota("wsquota"),
    "WSSIZE": _quota("wsdefault"),
    "WSPEAK": _quota("wsdefault"),
    "PPGCNT": _number(lambda p: p.quotas.wsdefault // 2 // _PAGELETS_PER_PAGE * _PAGELETS_PER_PAGE),
    "DFPFC": _number(lambda p: 64),
    "VIRTPEAK": _number(lambda p: 2 * p.quotas.wsdefault),
    # scheduling and the rest
    "ASTACT": _zero(),
    "ASTEN": _number(lambda p: 15),
    "MULTITHREAD": _zero(),
    "SCHED_CLASS_NAME": _text(lambda p: ""),
    "SCHED_POLICY": _zero(),
    "FAST_VP_SWITCH": _zero(),
    "SLOW_VP_SWITCH": _zero(),
    "VP_CONSUMER": _text(lambda p: "FALSE"),
    "VP_CPUTIM": _zero(),
    "HOME_RAD": _zero(),
    "MSGMASK": _number(_message_mask),
    "CREPRC_FLAGS": _number(_creation),
    "SWPFILLOC": _text(lambda p: "00000000"),
    "TOKEN": _text(lambda p: "DISABLED"),
}
for _name in (
    "APTCNT", "EFCS", "EFCU", "EFWM", "EXCVEC", "FINALEXC", "FREP0VA", "FREP1VA", "FREPTECNT", "GPGCNT", "PAGFILLOC", "PHDFLAGS", "SITESPEC",
    "TMBU",
):  # fmt: skip
    _ITEMS[_name] = _zero()


def jpi_items() -> tuple[str, ...]:
    """The names of all items, in alphabetical order."""
    return tuple(sorted(_ITEMS))


def find_jpi_item(name: str) -> JpiItem | None:
    """The item of that name, in any case; None when there is none (F$GETJPI answers CLI IVKEYW)."""
    return _ITEMS.get(name.upper())


def getjpi(target: Process, item: str, requester: Process | None = None) -> JpiValue:
    """A fact about `target`. Without `requester` no access is checked.

    Errors: SS.BADPARAM for an item that does not exist; SS.NOPRIV when the requester may not see the process.
    """
    found = _ITEMS.get(item) or _ITEMS.get(item.upper())
    if found is None:
        raise SS.BADPARAM.error()
    if requester is not None and target is not requester:
        check_control(target, requester)
    return found.get(target)
