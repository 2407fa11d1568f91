"""The authorization record: its bytes and its rules."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.security.sysuaf import NO_ACCESS, AccessHours, Quotas, UafFlags, UafRecord

MONDAY = VmsTime.of(2001, 5, 14, 10, 20)
SATURDAY = VmsTime.of(2001, 5, 19, 10, 20)
SMITH = UafRecord("SMITH", Uic(0o200, 0o201), account="DOC", owner="J. Smith", directory="[SMITH]", salt=0x4D63)


def test_a_record_has_its_fields_where_a_real_file_has_them():
    record = replace(SMITH, username="A1ORA").with_password("KNOWNPW12", MONDAY).to_bytes()
    assert len(record) == 644
    assert record[4:36] == b"A1ORA".ljust(32)
    assert record[36:40] == bytes((0o201, 0, 0o200, 0))
    assert record[340:348] == (0x716CBDC03C071C59).to_bytes(8, "little")
    assert record[358:360] == b"\x63\x4d"
    assert record[360] == 3
    assert record[362] == 6


text = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=30)
time = st.one_of(st.none(), st.integers(1, 2**62).map(VmsTime))


@given(
    st.builds(
        UafRecord,
        username=text.filter(bool),
        uic=st.builds(Uic, st.integers(0, 0o37776), st.integers(0, 0o177776)),
        owner=text,
        directory=text,
        authorized=st.integers(0, 2**39 - 1).map(PrivilegeSet),
        flags=st.sampled_from([UafFlags(0), UafFlags.DISUSER | UafFlags.CAPTIVE]),
        quotas=st.builds(Quotas, prclm=st.integers(0, 65535), bytlm=st.integers(0, 2**32 - 1)),
        hours=st.builds(AccessHours, network=st.tuples(st.integers(0, NO_ACCESS), st.integers(0, NO_ACCESS))),
        password_date=time,
        last_interactive=time,
        password=st.integers(0, 2**64 - 1),
        password_lifetime=st.integers(0, 2**62).map(DeltaTime),
    )
)
def test_a_record_read_back_is_the_one_written(record):
    assert UafRecord.from_bytes(record.to_bytes()) == record


def test_only_the_password_that_was_set_is_accepted():
    record = SMITH.with_password("SECRET$1", MONDAY)
    assert record.accepts("secret$1")
    assert not record.accepts("SECRET$2")
    assert not record.accepts("")
    assert SMITH.accepts("") and not SMITH.accepts("X")


def test_a_password_expires_after_its_lifetime():
    assert SMITH.password_expires() == 0
    record = SMITH.with_password("SECRET$1", MONDAY)
    assert record.password_expires() == MONDAY + DeltaTime.of(days=90)
    assert replace(record, password_lifetime=DeltaTime(0)).password_expires() is None


def test_hours_are_closed_by_source_and_kind_of_day():
    record = replace(SMITH, hours=AccessHours(local=(1 << 10, 0)))
    assert not record.admits("LOCAL", MONDAY)
    assert record.admits("LOCAL", SATURDAY)
    assert record.admits("NETWORK", MONDAY)


def test_an_ordinary_account_has_two_privileges():
    assert Privilege.TMPMBX in SMITH.authorized and Privilege.NETMBX in SMITH.default
    assert Privilege.SYSPRV not in SMITH.authorized
