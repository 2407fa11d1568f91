"""Logging in: who may, who is kept out, and what is said."""

from dataclasses import replace

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.security.sysuaf import NO_ACCESS, AccessHours, UafFlags
from vmsemu.services.loginout import (
    LOGIN,
    LoginSource,
    authenticate,
    intrusion_database,
    login_report,
    must_change_password,
    note_login,
    told,
    welcome,
)

LOCAL = LoginSource("LOCAL", "TTA1:")


@pytest.fixture
def smith(system):
    system.sysuaf.put(system.sysuaf.require("SMITH").with_password("SECRET", system.now))
    return system


def failure(system, username, password, source=LOCAL):
    with pytest.raises(VmsError) as caught:
        authenticate(system, username, password, source)
    return caught.value


def test_the_right_password_opens_the_account(smith):
    assert authenticate(smith, " smith ", "secret", LOCAL).username == "SMITH"


@pytest.mark.parametrize(("username", "password"), [("SMITH", "WRONG"), ("NOBODY", "SECRET"), ("SMITH", "")])
def test_all_wrong_guesses_look_alike(smith, username, password):
    assert told(failure(smith, username, password)) == "User authorization failure"


def test_failures_are_counted_in_the_account_and_forgotten_at_login(smith):
    failure(smith, "SMITH", "WRONG")
    failure(smith, "SMITH", "WRONG")
    record = authenticate(smith, "SMITH", "SECRET", LOCAL)
    assert login_report(record) == ["    2 failures since last successful login"]
    note_login(smith, record, interactive=True)
    assert smith.sysuaf.require("SMITH").login_failures == 0
    assert smith.sysuaf.require("SMITH").last_interactive == smith.now


def test_five_failures_keep_a_terminal_out_even_with_the_right_password(smith):
    for _ in range(5):
        failure(smith, "SMITH", "WRONG")
    assert failure(smith, "SMITH", "SECRET").matches(LOGIN.INTRUDER)
    assert authenticate(smith, "SMITH", "SECRET", LoginSource("LOCAL", "TTA2:")).username == "SMITH"
    record = intrusion_database(smith).records(smith.now)[0]
    assert (record.kind.value, record.type, record.count, record.source) == ("TERM_USER", "INTRUDER", 6, "TTA1:SMITH")
    smith.kernel.clock.advance_to(VmsTime(smith.now + DeltaTime.of(minutes=8)))
    assert authenticate(smith, "SMITH", "SECRET", LOCAL).username == "SMITH"


def test_a_suspect_who_logs_in_is_forgotten(smith):
    failure(smith, "SMITH", "WRONG")
    assert [r.type for r in intrusion_database(smith).records(smith.now)] == ["SUSPECT"]
    authenticate(smith, "SMITH", "SECRET", LOCAL)
    assert intrusion_database(smith).records(smith.now) == []


def test_an_intrusion_record_can_be_deleted(smith):
    failure(smith, "NOBODY", "WRONG", LoginSource("NETWORK", remote="192.0.2.1"))
    database = intrusion_database(smith)
    assert [(r.kind.value, r.source) for r in database.records(smith.now)] == [("NETWORK", "192.0.2.1::NOBODY")]
    database.delete("192.0.2.1::NOBODY", smith.now)
    assert database.records(smith.now) == []
    with pytest.raises(VmsError):
        database.delete("192.0.2.1::NOBODY", smith.now)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"flags": UafFlags.DISUSER}, "User authorization failure"),
        ({"expiration": VmsTime.of(2001, 5, 1)}, "Your account has expired; contact your system manager"),
        ({"hours": AccessHours(local=(1 << 10, 0))}, "You are not authorized to login at this time"),
        ({"hours": AccessHours(local=(NO_ACCESS, NO_ACCESS))}, "You are not authorized to login from this source"),
    ],
)
def test_an_account_may_be_closed(smith, change, text):
    smith.sysuaf.put(replace(smith.sysuaf.require("SMITH"), **change))
    assert told(failure(smith, "SMITH", "SECRET")) == text


def test_logins_may_be_disabled_for_all_but_operators(smith):
    smith.interactive_limit = 0
    assert told(failure(smith, "SMITH", "SECRET")) == "Interactive logins are currently disabled"
    assert authenticate(smith, "SYSTEM", "MANAGER", LOCAL).username == "SYSTEM"


def test_the_report_names_the_days(smith):
    record = replace(
        smith.sysuaf.require("SMITH"),
        last_interactive=VmsTime.of(2007, 11, 2, 1, 30, 29, 42),
        last_noninteractive=VmsTime.of(2007, 10, 31, 17, 25, 4, 82),
        login_failures=1,
    )
    assert login_report(record) == [
        "    Last interactive login on Friday,  2-NOV-2007 01:30:29.42",
        "    Last non-interactive login on Wednesday, 31-OCT-2007 17:25:04.82",
        "    1 failure since last successful login",
    ]
    assert login_report(replace(record, flags=UafFlags.DISREPORT)) == []


def test_the_welcome_is_the_systems_own_unless_the_site_has_one(smith):
    record = smith.sysuaf.require("SMITH")
    assert welcome(smith, record) == ["   Welcome to OpenVMS (TM) Alpha Operating System, Version V7.3"]
    smith.logical_names.define_system("SYS$NODE", "ALPHA1::")
    assert welcome(smith, record)[0].endswith("Version V7.3 on node ALPHA1")
    smith.logical_names.define_system("SYS$WELCOME", "Good morning")
    assert welcome(smith, record) == ["Good morning"]
    assert welcome(smith, replace(record, flags=UafFlags.DISWELCOME)) == []


def test_an_expired_password_must_be_changed_first(smith):
    record = smith.sysuaf.require("SMITH")
    assert not must_change_password(smith, record)
    smith.kernel.clock.advance_to(VmsTime(smith.now + DeltaTime.of(days=91)))
    assert must_change_password(smith, record)
    assert not must_change_password(smith, replace(record, password_lifetime=DeltaTime(0)))
    assert must_change_password(smith, replace(record, password_date=None))
