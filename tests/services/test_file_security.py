"""Who owns new files, what their creators may do, and what protects a volume."""

from __future__ import annotations

import pytest

from tests.services.rms_world import NOW, SMITH, RmsWorld, found, read, write
from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.quota import DiskQuotas
from vmsemu.files.verify import problems
from vmsemu.security.fresh import write_fresh_databases
from vmsemu.security.rights import IdentifierAttributes, RightsDatabase
from vmsemu.services.process import Process
from vmsemu.services.quota import enforce_quotas

JONES = Uic(0o200, 2)
RESOURCE = IdentifierAttributes.RESOURCE
ANYBODY = "(IDENTIFIER=*,ACCESS=READ+WRITE+EXECUTE)"


@pytest.fixture
def world() -> RmsWorld:
    world = RmsWorld()
    write_fresh_databases(world.system_volume, NOW)
    rights = world.system.rights = RightsDatabase(world.system_volume)
    rights.modify("STUDENT", new_name="SMITH")
    rights.add("JONES", JONES)
    rights.add("PROJECT", attributes=RESOURCE)
    return world


@pytest.fixture
def process(world: RmsWorld) -> Process:
    return world.process(privileges=PrivilegeSet.of(Privilege.SYSPRV))


@pytest.fixture
def project(world: RmsWorld, process: Process) -> Uic:
    """DKA100:[SMITH.P], owned by the identifier PROJECT."""
    owner = world.system.rights.parse_owner("project")
    process.files.create_directory("[.P]", owner=owner)
    process.files.modify(process.files.find("P.DIR"), acl=(ANYBODY,))
    return owner


def test_an_identifier_owns_the_files_of_those_who_hold_it_with_resource(world: RmsWorld, project: Uic) -> None:
    assert project.is_general
    assert world.system.rights.uic_text(project) == "[PROJECT]"
    world.system.rights.grant("PROJECT", JONES, RESOURCE)
    write(world.process(JONES), "DKA100:[SMITH.P]A.TXT")
    made = world.process(JONES).files.find("DKA100:[SMITH.P]A.TXT").header
    assert made.owner == project
    assert made.acl == ("(IDENTIFIER=[JONES],OPTIONS=NOPROPAGATE,ACCESS=READ+WRITE+EXECUTE+DELETE+CONTROL)",)


def test_without_the_attribute_the_creator_owns_them(world: RmsWorld, project: Uic) -> None:
    world.system.rights.grant("PROJECT", JONES)
    write(world.process(JONES), "DKA100:[SMITH.P]A.TXT")
    made = world.process(JONES).files.find("DKA100:[SMITH.P]A.TXT").header
    assert (made.owner, made.acl) == (JONES, ())


@pytest.mark.parametrize(
    ("entry", "given"),
    [
        ("(CREATOR,ACCESS=READ)", ("(IDENTIFIER=[JONES],OPTIONS=NOPROPAGATE,ACCESS=READ)",)),
        ("(CREATOR,ACCESS=NONE)", ()),
    ],
)
def test_the_creator_entry_of_the_directory_decides_what_the_creator_gets(
    world: RmsWorld, process: Process, project: Uic, entry: str, given: tuple[str, ...]
) -> None:
    process.files.modify(process.files.find("P.DIR"), acl=(entry, ANYBODY))
    world.system.rights.grant("PROJECT", JONES, RESOURCE)
    write(world.process(JONES), "DKA100:[SMITH.P]A.TXT")
    assert process.files.find("[.P]A.TXT").header.acl == given


def test_entries_that_do_not_propagate_stay_with_their_version(process: Process) -> None:
    write(process, "A.TXT")
    process.files.modify(process.files.find("A.TXT"), acl=("(IDENTIFIER=[JONES],OPTIONS=NOPROPAGATE,ACCESS=READ)", "(IDENTIFIER=*,ACCESS=READ)"))
    write(process, "A.TXT")
    assert process.files.find("A.TXT").header.acl == ("(IDENTIFIER=*,ACCESS=READ)",)


def test_hidden_entries_are_seen_with_security_only(world: RmsWorld, process: Process) -> None:
    write(process, "A.TXT")
    acl = ("(IDENTIFIER=[JONES],OPTIONS=HIDDEN,ACCESS=READ)", "(IDENTIFIER=*,ACCESS=READ)")
    process.files.modify(process.files.find("A.TXT"), acl=acl)
    header = process.files.find("A.TXT").header
    assert process.files.security.shown_acl(header) == acl[1:]
    officer = world.process(privileges=PrivilegeSet.of(Privilege.SECURITY))
    assert officer.files.security.shown_acl(header) == acl


@pytest.mark.parametrize(
    ("privilege", "may_read", "may_create"),
    [(None, False, False), (Privilege.READALL, True, False), (Privilege.SYSPRV, True, True), (Privilege.BYPASS, True, True)],
)
def test_the_protection_of_a_volume_binds_whoever_has_no_privilege(
    world: RmsWorld, privilege: Privilege | None, may_read: bool, may_create: bool
) -> None:
    jones = world.process(JONES, privileges=PrivilegeSet.of(*([privilege] if privilege is not None else [])), directory="[JONES]")
    write(jones, "A.TXT", "x")
    world.work.describe(owner=SMITH, protection=Protection.from_text("S:RWED,O:RWED"))

    def allowed(action: object, *arguments: object) -> bool:
        try:
            action(*arguments)  # type: ignore[operator]
        except VmsError:
            return False
        return True

    assert allowed(read, jones, "A.TXT") is may_read
    assert allowed(write, jones, "B.TXT") is may_create
    assert allowed(jones.files.erase, "A.TXT;1") is may_create


def test_a_version_limit_passes_over_an_entry_whose_file_is_gone(world: RmsWorld, process: Process) -> None:
    """The file was deleted by an alias; the next version must not stumble on what is left of it."""
    write(process, "A.TXT", "one")
    write(process, "A.TXT", "two")
    first = process.files.find("A.TXT;1")
    world.work.set_version_limit(first.directory, "A.TXT", 2)
    process.files.enter(first, "ALIAS.TXT")
    process.files.erase("ALIAS.TXT;")
    assert found(process, "A.TXT;*") == ["DKA100:[SMITH]A.TXT;2"]
    assert [file.lost for file in process.files.search("A.TXT;*", lost=True)] == [False, True]
    write(process, "A.TXT", "three")
    assert found(process, "*.*;*") == ["DKA100:[SMITH]A.TXT;3", "DKA100:[SMITH]A.TXT;2"]
    assert problems(world.work) == []


def test_removing_the_only_name_leaves_a_file_without_one(world: RmsWorld, process: Process) -> None:
    write(process, "A.TXT", "one")
    file = process.files.find("A.TXT")
    process.files.remove_entry(file)
    assert not process.files.exists("A.TXT")
    assert world.work.header(file.header.fid).name == "A.TXT;1"
    assert [line.rpartition(": ")[2] for line in problems(world.work)] == ["is in no directory"]


def test_quotas_bind_a_process_without_exquota(world: RmsWorld) -> None:
    enforce_quotas(world.system, world.work)
    world.work.quotas = DiskQuotas.create(world.work)
    world.work.quotas.add(SMITH, 20, 10)
    outcome = []

    async def main(process: Process) -> None:
        for name in ("A.TXT", "B.TXT", "C.TXT"):
            try:
                write(process, name, "x")
                outcome.append(name)
            except VmsError as error:
                outcome.append(list(error.message.chain())[1].definition.ident)

    for privileges in (PrivilegeSet.NONE, PrivilegeSet.of(Privilege.EXQUOTA)):
        process = world.process(privileges=privileges)
        process.task = world.kernel.start(main(process), process.name, 4)
        world.kernel.run_until_idle()
    assert outcome == ["A.TXT", "B.TXT", "EXDISKQUOTA", "A.TXT", "B.TXT", "C.TXT"]
    assert world.work.quotas.require(SMITH).usage == 50
