"""Who may do what with an object."""

import pytest

from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.security.access import CONTROL, DELETE, EXECUTE, READ, WRITE, Credentials, applies_to, check_access, identifier_ace

OWNER = Uic(0o200, 1)
PROTECTION = Protection.from_text("S:RWE,O:RWED,G:RE,W:E")


def who(uic: str, *privileges: Privilege, rights: tuple[str, ...] = ()) -> Credentials:
    return Credentials(Uic.from_text(uic), PrivilegeSet.of(*privileges), rights)


@pytest.mark.parametrize(
    ("caller", "wanted", "allowed"),
    [
        (who("[200,1]"), READ | WRITE | EXECUTE | DELETE, True),
        (who("[200,1]"), CONTROL, True),
        (who("[200,2]"), READ | EXECUTE, True),
        (who("[200,2]"), WRITE, False),
        (who("[300,1]"), EXECUTE, True),
        (who("[300,1]"), READ, False),
        (who("[1,4]"), READ | WRITE, True),
        (who("[1,4]"), DELETE, False),
        (who("[10,1]"), WRITE, True),
        (who("[11,1]"), WRITE, False),
        (who("[300,1]", Privilege.SYSPRV), WRITE, True),
        (who("[300,1]", Privilege.BYPASS), DELETE, True),
        (who("[300,1]", Privilege.READALL), READ | CONTROL, True),
        (who("[300,1]", Privilege.READALL), WRITE, False),
        (who("[200,2]", Privilege.GRPPRV), WRITE, True),
        (who("[300,2]", Privilege.GRPPRV), WRITE, False),
    ],
)
def test_the_class_a_caller_belongs_to_decides(caller, wanted, allowed):
    assert check_access(caller, OWNER, PROTECTION, (), wanted) is allowed


def test_an_identifier_entry_grants_what_the_world_may_not():
    acl = ("(IDENTIFIER=PAYROLL,ACCESS=READ+WRITE)",)
    assert check_access(who("[300,1]", rights=("PAYROLL",)), OWNER, PROTECTION, acl, READ | WRITE)
    assert not check_access(who("[300,1]"), OWNER, PROTECTION, acl, READ)


def test_the_first_entry_that_matches_is_final_for_group_and_world():
    acl = ("(IDENTIFIER=[300,*],ACCESS=NONE)", "(IDENTIFIER=PAYROLL,ACCESS=READ)")
    assert not check_access(who("[300,1]", rights=("PAYROLL",)), OWNER, PROTECTION, acl, EXECUTE)
    assert check_access(who("[200,1]"), OWNER, PROTECTION, ("(IDENTIFIER=*,ACCESS=NONE)",), DELETE)
    assert not check_access(who("[200,2]"), OWNER, PROTECTION, ("(IDENTIFIER=*,ACCESS=NONE)",), READ)


def test_all_identifiers_of_an_entry_must_be_held():
    acl = ("(IDENTIFIER=PAYROLL+INTERACTIVE,ACCESS=READ)",)
    assert not check_access(who("[300,1]", rights=("PAYROLL",)), OWNER, PROTECTION, acl, READ)
    assert check_access(who("[300,1]", rights=("PAYROLL", "INTERACTIVE")), OWNER, PROTECTION, acl, READ)


def test_default_entries_do_not_affect_access():
    acl = ("(IDENTIFIER=[300,1],OPTIONS=DEFAULT,ACCESS=READ)",)
    assert not check_access(who("[300,1]"), OWNER, PROTECTION, acl, READ)


def test_entries_may_be_abbreviated_and_name_a_user():
    ace = identifier_ace("(id=[smith],acc=r+w)")
    assert ace is not None
    assert ace.identifiers == ("[SMITH]",)
    assert ace.access == READ | WRITE
    assert applies_to(ace, who("[300,1]", rights=("SMITH",)))
    assert identifier_ace("(DEFAULT_PROTECTION,SYSTEM:RWED,OWNER:RWED,GROUP:RE,WORLD:)") is None
