"""Qualifiers of UAF> to fields of a record, and how the record shows them."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.images.authorize.commands import COMMANDS, command_table, help_library
from vmsemu.images.authorize.facility import UAF
from vmsemu.images.authorize.fields import changed
from vmsemu.images.authorize.passwords import with_first_password, with_passwords
from vmsemu.images.authorize.record_display import full_lines, privilege_category
from vmsemu.security.sysuaf import UafFlags, UafRecord
from vmsemu.tables.command import ParsedCommand, parse

NOW = VmsTime.of(2001, 5, 14, 10)
SMITH = UafRecord("SMITH", Uic(0o200, 0o201), salt=0x4D63, password_minimum=6)


class Rights:
    """A rights database that knows nobody."""

    def parse_uic(self, text: str) -> Uic:
        return Uic.from_text(text)

    def uic_text(self, uic: Uic) -> str:
        return uic.to_text()

    def held_by(self, uic: Uic) -> list[Any]:
        return []


def session(said: list[Any] | None = None) -> Any:
    put = (said if said is not None else []).append
    return SimpleNamespace(rights=Rights(), ctx=SimpleNamespace(now=NOW, put_message=put))


def command(qualifiers: str) -> ParsedCommand:
    return cast(ParsedCommand, parse(command_table(), f"MODIFY SMITH{qualifiers}"))


def after(qualifiers: str, record: UafRecord = SMITH) -> UafRecord:
    return changed(session(), command(qualifiers), record)


def line(record: UafRecord, label: str) -> str:
    return next(text for text in full_lines(record, cast(Any, Rights())) if text.startswith(label)).rstrip()


def test_the_whole_table_compiles_and_every_syntax_has_its_routine():
    command_table().compile_all()
    verbs = set(command_table().verb_names()) - {"CREATE", "EXIT", "HELP"}
    assert verbs <= set(COMMANDS)


def test_every_command_has_a_help_topic():
    topics = set(help_library().children)
    assert topics == set(command_table().verb_names())


def test_flags_are_set_and_cleared_each_for_itself():
    record = after("/FLAGS=(DISUSER,CAPTIVE,DISMAIL)")
    assert record.flags == UafFlags.DISUSER | UafFlags.CAPTIVE | UafFlags.DISMAIL
    assert line(record, "Flags:") == "Flags:  DisUser DisMail Captive"
    assert after("/FLAGS=(NODISUSER,DISREPORT)", record).flags == UafFlags.CAPTIVE | UafFlags.DISMAIL | UafFlags.DISREPORT


def test_every_flag_can_be_typed_and_is_shown_on_lines_that_fit_a_screen():
    for flag in UafFlags:
        record = after(f"/FLAGS={flag.name}")
        assert record.flags == flag
        assert line(record, "Flags:").upper() == f"FLAGS:  {flag.name}"
        assert after(f"/FLAGS=NO{flag.name}", record).flags == UafFlags(0)
    everything = after("/FLAGS=(" + ",".join(flag.name or "" for flag in UafFlags) + ")")
    lines = full_lines(everything, cast(Any, Rights()))
    assert max(len(text) for text in lines) <= 80
    assert sum(len(text.removeprefix("Flags:").split()) for text in lines[6:10]) == len(UafFlags)


def test_a_colon_and_brackets_are_supplied():
    assert after("/DEVICE=USER$/DIRECTORY=SMITH").default_spec == "USER$:[SMITH]"
    assert after("/DEVICE=USER$:/DIRECTORY=[SMITH.A]").default_spec == "USER$:[SMITH.A]"


def test_each_source_of_logins_has_hours_of_its_own():
    hours = after("/NOACCESS/NETWORK/INTERACTIVE=(9-17)").hours
    assert hours.network == (0, 0)
    assert hours.batch == (0xFFFFFF, 0xFFFFFF)
    assert hours.local == hours.dialup == hours.remote == (0xFC01FF, 0xFC01FF)


def test_days_are_primary_or_secondary():
    record = after("/PRIMEDAYS=(NOFRIDAY,SATURDAY)")
    assert line(record, "Primary days:") == "Primary days:   Mon Tue Wed Thu     Sat"
    assert line(record, "Secondary days:") == "Secondary days:                 Fri     Sun"


def test_times_are_kept_or_none():
    record = after("/CPUTIME=1-2:30/PWDLIFETIME=30-/EXPIRATION=31-JUL-2001")
    assert record.quotas.cpu_limit == (26 * 60 + 30) * 60 * 100
    assert line(record, "CPU:").startswith("CPU:    1 02:30:00  Enqlm:")
    assert line(record, "Pwdlifetime:").startswith("Pwdlifetime:         30 00:00    Pwdchange:")
    assert line(record, "Expiration:").startswith("Expiration: 31-JUL-2001 00:00    Pwdminimum:  6")
    none = after("/CPUTIME=NONE/NOPWDLIFETIME/NOEXPIRATION", record)
    assert (none.quotas.cpu_limit, none.password_lifetime, none.expiration) == (0, 0, 0)


@pytest.mark.parametrize(
    "qualifiers",
    [
        "/PRCLM=65536",
        "/PRCLM=-1",
        "/PRIORITY=64",
        "/CPUTIME=LONG",
        "/EXPIRATION=NEVER",
        "/UIC=[8,1]",
        "/ACCOUNT=TOOLONGBY1",
        "/ALGORITHM=BOTH=MINE",
    ],
)
def test_a_value_out_of_range_is_refused(qualifiers):
    with pytest.raises(VmsError) as failure:
        after(qualifiers)
    assert failure.value.matches(UAF.BADVALUE)


def test_the_category_of_privileges_is_the_most_powerful_one():
    privileges = after("/PRIVILEGES=(NOALL,TMPMBX,GROUP)").authorized
    assert privilege_category(privileges) == "Group"
    assert privilege_category(after("/PRIVILEGES=ALL").authorized) == "All"
    assert privilege_category(after("/PRIVILEGES=NOALL").authorized) == "None"


def test_a_password_that_the_manager_sets_is_expired_unless_told_otherwise():
    record = with_passwords(session(), command("/PASSWORD=SECRET1"), SMITH)
    assert record.accepts("SECRET1") and record.password_date is None
    assert with_passwords(session(), command("/PASSWORD=SECRET1/NOPWDEXPIRED"), SMITH).password_date == NOW
    assert with_passwords(session(), command("/PWDEXPIRED"), record.with_password("OTHER12", NOW)).password_date is None


def test_an_empty_password_of_two_leaves_what_is_there():
    both = with_passwords(session(), command("/PASSWORD=(FIRST12,SECOND12)"), SMITH)
    assert both.accepts("FIRST12") and both.password2
    second = with_passwords(session(), command('/PASSWORD=("",THIRD123)'), both)
    assert second.password == both.password and second.password2 not in (0, both.password2)
    first = with_passwords(session(), command('/PASSWORD=(FOURTH12,"")'), both)
    assert first.accepts("FOURTH12") and first.password2 == both.password2
    assert with_passwords(session(), command("/PASSWORD=FIFTH12"), both).password2 == 0
    none = with_passwords(session(), command("/NOPASSWORD"), both)
    assert (none.password, none.password2) == (0, 0)


def test_a_short_password_is_set_with_a_remark():
    said: list[Any] = []
    assert with_passwords(session(said), command("/PASSWORD=ABC"), SMITH).accepts("ABC")
    assert said == [UAF.PWDLESSMIN]


def test_a_new_account_has_the_password_that_everybody_knows():
    assert with_first_password(SMITH).accepts("USER")
