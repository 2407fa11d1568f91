"""Password hashes: the values real systems stored."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.security.password import check_new_password, hash_password
from vmsemu.tables.facilities import SS

CAPTURED = [
    ("A1ORA", "KNOWNPW12", 0x4D63, 0x716CBDC03C071C59),
    ("A2ORA", "KNOWNPW12", 0x4EE2, 0x84A8F6D135BE8B58),
    ("A1ORA", "NEWPWXY34", 0x4D63, 0x01B533EEFFDC1841),
    ("A3ORA", "DIFFPWXY99", 0x506C, 0x382C2366EB6DEDA4),
    ("A1ORA", "KNOWNPW12", 0xF52E, 0xC0730697D9B5D7AD),
    ("A2ORA", "KNOWNPW12", 0xF6D7, 0x787F23E84D1D1DEA),
    ("A3ORA", "DIFFPWXY99", 0xF834, 0x46F7A9867A983675),
]


@pytest.mark.parametrize(("username", "password", "salt", "quadword"), CAPTURED)
def test_the_hash_is_the_one_a_real_system_stored(username, password, salt, quadword):
    assert hash_password(password, username, salt) == quadword


def test_case_and_trailing_blanks_of_the_user_name_do_not_matter():
    assert hash_password("knownpw12", "a1ora".ljust(32), 0x4D63) == CAPTURED[0][3]


@pytest.mark.parametrize(("password", "condition"), [("short", SS.INVPWDLEN), ("A" * 33, SS.INVPWDLEN), ("GOOD-ISH", SS.PWDSYNTAX)])
def test_a_bad_new_password_is_refused(password, condition):
    with pytest.raises(VmsError) as caught:
        check_new_password(password, 6)
    assert caught.value.matches(condition)


def test_a_new_password_is_upcased():
    assert check_new_password("my secret$1", 6) == "MYSECRET$1"
