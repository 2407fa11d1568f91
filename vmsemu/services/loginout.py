"""LOGINOUT's decisions: may this person log in, what is written down about it, and what is said to him.

A caller that talks to a person shows the text of LOGIN.USERAUTH whatever the true reason, except for the four reasons that LOGINOUT
tells (`told`). The true reason goes to the audit log.

Source: Guide to System Security, "Login controls"; texts and their order as on V7.3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.security.intrusion import IntrusionClass, IntrusionDatabase, IntrusionLimits
from vmsemu.security.sysuaf import NO_ACCESS, UafFlags, UafRecord
from vmsemu.services.getsyi import system_parameters
from vmsemu.services.process import ProcessMode
from vmsemu.services.system import System
from vmsemu.tables.message import Facility

LOGIN = Facility(__package__, "login.msg")
_TOLD = ("ACNTEXPIR", "BADHOUR", "RESTRICT", "DISABLED")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SECOND = 10_000_000


@dataclass(frozen=True, slots=True)
class LoginSource:
    """Where somebody comes from: `kind` is LOCAL, DIALUP, REMOTE or NETWORK; `terminal` `TNA3:`; `remote` the other node's name or address."""

    kind: str = "LOCAL"
    terminal: str = ""
    remote: str = ""

    def intrusion(self, username: str, known: bool) -> tuple[IntrusionClass, str]:
        """Under what a failure from here is written down."""
        if self.kind == "NETWORK" or self.remote:
            return IntrusionClass.NETWORK, f"{self.remote}::{username}"
        if not known:
            return IntrusionClass.TERMINAL, self.terminal
        return IntrusionClass.TERM_USER, f"{self.terminal}{username}"


def intrusion_database(system: System) -> IntrusionDatabase:
    """The node's intrusion database, made at first use."""
    if IntrusionDatabase not in system.parts:
        system.add_part(IntrusionDatabase(system.entropy.below))
    return system.part(IntrusionDatabase)


def intrusion_limits(system: System) -> IntrusionLimits:
    """From the system parameters."""
    values = system_parameters(system)
    window, hiding = (DeltaTime(int(values.get(name)) * _SECOND) for name in ("LGI_BRK_TMO", "LGI_HID_TIM"))
    return IntrusionLimits(int(values.get("LGI_BRK_LIM")), window, hiding)


def authenticate(system: System, username: str, password: str, source: LoginSource) -> UafRecord:
    """The account of somebody who may log in now with this password. Errors: as authenticate_by."""
    return authenticate_by(system, username, lambda record: record.accepts(password), source)


def authenticate_by(system: System, username: str, proof: Callable[[UafRecord], bool], source: LoginSource) -> UafRecord:
    """The account of somebody whose proof holds and who may log in now. Failures are counted, in the account and in the intrusion database.

    Errors: LOGIN.NOSUCHUSER, INVPWD, INTRUDER, DISUSER, ACNTEXPIR, BADHOUR, RESTRICT, DISABLED.
    """
    try:
        return _authenticate(system, username, proof, source)
    except VmsError as error:
        for action in system.login_failed:
            action(username.strip().upper(), source, error.value)
        raise


def _authenticate(system: System, username: str, proof: Callable[[UafRecord], bool], source: LoginSource) -> UafRecord:
    name = username.strip().upper()
    record = system.sysuaf.get(name)
    kind, place = source.intrusion(name, record is not None)
    database, now = intrusion_database(system), system.now
    if database.is_intruder(kind, place, now):
        database.note_failure(kind, place, now, intrusion_limits(system))
        raise LOGIN.INTRUDER.error()
    if record is None or not proof(record):
        database.note_failure(kind, place, now, intrusion_limits(system))
        if record is not None:
            system.sysuaf.put(replace(record, login_failures=min(record.login_failures + 1, 0xFFFF)))
        raise (LOGIN.NOSUCHUSER if record is None else LOGIN.INVPWD).error()
    check_account(system, record, source.kind)
    database.note_success(kind, place, now)
    return record


def check_account(system: System, record: UafRecord, kind: str) -> None:
    """May this account be used from a source of that kind now, whoever asks? Errors as authenticate."""
    if int(record.flags) & int(UafFlags.DISUSER):
        raise LOGIN.DISUSER.error()
    if record.expiration and record.expiration <= system.now:
        raise LOGIN.ACNTEXPIR.error()
    if not record.admits(kind, system.now):
        hours: tuple[int, int] = getattr(record.hours, kind.lower())
        raise (LOGIN.RESTRICT if hours == (NO_ACCESS, NO_ACCESS) else LOGIN.BADHOUR).error()
    if kind not in ("NETWORK", "BATCH"):
        interactive = sum(p.mode is ProcessMode.INTERACTIVE and p.parent is None for p in system.processes)
        if interactive >= system.interactive_limit and not _is_operator(record):
            raise LOGIN.DISABLED.error()


def _is_operator(record: UafRecord) -> bool:
    return Privilege.OPER in record.authorized


def told(error: VmsError) -> str:
    """What the person at the terminal is told of a failure."""
    definition: MessageDefinition = error.message.definition
    return definition.text if definition.ident in _TOLD else LOGIN.USERAUTH.text


def must_change_password(system: System, record: UafRecord) -> bool:
    """The password has expired, and the account is one that has to set a new one before it goes on."""
    if not record.has_password or record.flags & UafFlags.DISFORCE_PWD_CHANGE:
        return False
    expires = record.password_expires()
    return bool(record.flags & UafFlags.PWD_EXPIRED) or (expires is not None and expires <= system.now)


def note_login(system: System, record: UafRecord, *, interactive: bool) -> None:
    """Write the time of a login into the account and clear its failures. Show `login_report` of the old record first."""
    if interactive:
        system.sysuaf.put(replace(record, last_interactive=system.now, login_failures=0))
    else:
        system.sysuaf.put(replace(record, last_noninteractive=system.now, login_failures=0))


def login_report(record: UafRecord) -> list[str]:
    """The lines about earlier logins; none that has nothing to say, and none at all with the flag DisReport."""
    if record.flags & UafFlags.DISREPORT:
        return []
    lines = []
    if record.last_interactive is not None:
        lines.append(f"    Last interactive login on {_day_and_time(record.last_interactive)}")
    if record.last_noninteractive is not None:
        lines.append(f"    Last non-interactive login on {_day_and_time(record.last_noninteractive)}")
    failures = record.login_failures
    if failures:
        lines.append(f"    {failures} failure{'s' if failures > 1 else ''} since last successful login")
    return lines


def _day_and_time(when: VmsTime) -> str:
    return f"{_DAYS[when.day_of_week()]}, {when.to_text()}"


def welcome(system: System, record: UafRecord) -> list[str]:
    """The welcome line: SYS$WELCOME, else that of the system; none with the flag DisWelcome. A value `@file` is the caller's to type."""
    if record.flags & UafFlags.DISWELCOME:
        return []
    found = system.logical_names.translate_system("SYS$WELCOME")
    if found is not None:
        return [found.equivalence]
    node = system.logical_names.translate_system("SYS$NODE")
    on_node = f" on node {node.equivalence.removesuffix('::')}" if node is not None else ""
    return [f"   Welcome to {system.profile.operating_system}{on_node}"]
