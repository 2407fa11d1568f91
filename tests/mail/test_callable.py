"""Callable MAIL: delivery, forwarding, counts, notices."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.mail.mail_world import BOOT, MailWorld
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.files.attributes import FIX_512
from vmsemu.kernel.kernel import sleep
from vmsemu.mail.announce import login_announcement
from vmsemu.mail.callable import Mail
from vmsemu.mail.facility import MAIL
from vmsemu.mail.message import ForeignBody, Message
from vmsemu.services.brkthru import disabled_classes
from vmsemu.services.process import Process
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.facilities import SS

HELLO = Message("JONES", "SMITH", "", "Hello", ["line"])


class Recorder:
    """A foreign protocol that remembers what it was given."""

    def __init__(self, waits: bool = False) -> None:
        self.sent: list[tuple[tuple[str, ...], Message]] = []
        self.waits = waits

    async def send(self, process: Process, recipients: Sequence[str], message: Message, copied: Sequence[str] = ()) -> None:
        if self.waits:
            await sleep(process.system.kernel, DeltaTime.of(seconds=1))
        self.sent.append((tuple(recipients), message))


def _idents(error: VmsError) -> list[str]:
    return [m.definition.ident for m in error.message.chain()]


def test_the_first_delivery_creates_the_recipients_mail_file(world: MailWorld) -> None:
    world.mail.deliver("smith", HELLO)
    file = world.file("SMITH")
    assert file.spec.to_text() == "DKA0:[SMITH]MAIL.MAI;1"
    assert file.owner == world.system.sysuaf.require("SMITH").uic
    assert file.file_header().protection.to_text() == "(RW,RW,,)"
    (header,) = file.headers("NEWMAIL")
    assert (header.from_, header.to, header.subject, file.body(header)) == ("JONES", "SMITH", "Hello", ["line"])
    assert header.datim == BOOT or header.datim.to_text() == BOOT.to_text()


def test_each_delivery_counts_as_new_mail(world: MailWorld) -> None:
    for _ in range(3):
        world.mail.deliver("SMITH", HELLO)
    assert world.mail.profiles.count("SMITH") == 3
    assert world.subjects("SMITH") == ["Hello"] * 3


def test_nobody_is_told_of_mail_for_an_unknown_user(world: MailWorld) -> None:
    with pytest.raises(VmsError) as caught:
        world.mail.deliver("NOBODY", HELLO)
    assert message_lines(caught.value.message) == ["%MAIL-E-NOSUCHUSR, no such user NOBODY"]
    assert world.mail.profiles.get("NOBODY") is None


def test_accounts_without_mail_refuse_it(world: MailWorld) -> None:
    with pytest.raises(VmsError) as caught:
        world.mail.deliver("NOMAIL", HELLO)
    assert message_lines(caught.value.message) == ["%MAIL-E-USERDSABL, user NOMAIL cannot receive new mail"]


def test_forwarding_is_followed_and_leaves_no_copy(world: MailWorld) -> None:
    world.forward("POSTMASTER", "JONES")
    world.forward("JONES", "smith")
    world.mail.deliver("POSTMASTER", HELLO)
    assert world.subjects("SMITH") == ["Hello"]
    assert world.subjects("JONES") == []
    assert world.mail.profiles.count("SMITH") == 1
    assert world.mail.profiles.count("JONES") == 0


def test_forwarding_in_a_circle_is_an_error(world: MailWorld) -> None:
    world.forward("SMITH", "JONES")
    world.forward("JONES", "SMITH")
    with pytest.raises(VmsError) as caught:
        world.mail.deliver("SMITH", HELLO)
    assert message_lines(caught.value.message) == ["%MAIL-E-FORWLOOP, forwarding loop detected for user SMITH"]


def test_forwarding_to_a_foreign_address_uses_its_transport(world: MailWorld) -> None:
    recorder = Recorder()
    world.mail.register_transport("SMTP", recorder)
    world.forward("SMITH", 'SMTP%"smith@example.net"')
    world.mail.deliver("SMITH", HELLO)
    assert recorder.sent == [(("smith@example.net",), HELLO)]


def test_a_file_as_it_is_does_not_go_through_a_foreign_protocol(world: MailWorld) -> None:
    recorder = Recorder()
    world.mail.register_transport("SMTP", recorder)
    world.forward("SMITH", 'SMTP%"smith@example.net"')
    with pytest.raises(VmsError) as caught:
        world.mail.deliver("SMITH", replace(HELLO, foreign=ForeignBody(FIX_512, b"data")))
    assert message_lines(caught.value.message) == ["%MAIL-E-NOACCPTMSG, SMTP does not accept messages of this format"]
    assert recorder.sent == []


def test_a_transport_that_waits_goes_on_by_itself(world: MailWorld) -> None:
    recorder = Recorder(waits=True)
    world.mail.register_transport("SMTP", recorder)
    world.forward("SMITH", 'SMTP%"smith@example.net"')
    world.mail.deliver("SMITH", HELLO)
    assert recorder.sent == []
    world.kernel.run_until(BOOT + DeltaTime.of(seconds=2))
    assert len(recorder.sent) == 1


def test_a_protocol_that_is_not_there_cannot_be_activated(world: MailWorld) -> None:
    world.forward("SMITH", 'MX%"a@example.net"')
    with pytest.raises(VmsError) as caught:
        world.mail.deliver("SMITH", HELLO)
    assert _idents(caught.value) == ["ERRACTRNS", "FNF"]


def test_other_nodes_are_unknown(world: MailWorld) -> None:
    world.forward("SMITH", "NOWHERE::X")
    with pytest.raises(VmsError) as caught:
        world.mail.deliver("SMITH", HELLO)
    assert message_lines(caught.value.message) == [
        "%MAIL-E-LOGLINK, error creating network link to node NOWHERE",
        "-SYSTEM-F-NOSUCHNODE, remote node is unknown",
    ]


def test_the_recipient_is_told_on_his_terminal(world: MailWorld) -> None:
    screen = world.log_in("SMITH")
    other = world.log_in("JONES")
    world.mail.deliver("SMITH", HELLO)
    world.mail.deliver("SMITH", HELLO, announce=False)
    assert screen.shown == ["New mail on node ALPHA1 from JONES"]
    assert other.shown == []


def test_the_notice_has_the_time_when_the_system_flags_say_so(world: MailWorld) -> None:
    world.system.logical_names.define_system("MAIL$SYSTEM_FLAGS", "7")
    screen = world.log_in("SMITH")
    world.mail.deliver("SMITH", HELLO)
    assert screen.shown == ["New mail on node ALPHA1 from JONES  (10:00:00)"]


def test_no_notice_with_broadcasts_of_mail_off(world: MailWorld) -> None:
    screen = world.log_in("SMITH")
    disabled_classes(screen.owner).add("MAIL")
    world.mail.deliver("SMITH", HELLO)
    assert screen.shown == []


def test_a_full_disk_fails_with_the_reason_and_stores_nothing() -> None:
    world = MailWorld(blocks=2000)
    world.mail.deliver("SMITH", HELLO)
    with pytest.raises(VmsError) as caught:
        world.mail.deliver("SMITH", Message("JONES", "SMITH", "", "big", ["x" * 500] * 5000))
    assert _idents(caught.value) == ["SENDERR", "OPENOUT", "FUL", "DEVICEFULL"]
    assert message_lines(caught.value.message)[0] == "%MAIL-E-SENDERR, error sending to user SMITH"
    assert world.subjects("SMITH") == ["Hello"]
    assert world.mail.profiles.count("SMITH") == 1


def test_a_recipient_without_a_directory_is_an_error_of_the_directory(world: MailWorld) -> None:
    record = world.system.sysuaf.require("SMITH")
    from dataclasses import replace

    world.system.sysuaf.put(replace(record, directory="[GONE]"))
    with pytest.raises(VmsError) as caught:
        world.mail.deliver("SMITH", HELLO)
    assert _idents(caught.value) == ["SENDERR", "DNF", "NOSUCHFILE"]


def test_mail_goes_to_the_mail_subdirectory(world: MailWorld) -> None:
    directory = world.volume.find_directory(("SMITH",))
    assert directory is not None
    world.volume.create_directory(directory, "MAIL", owner=world.system.sysuaf.require("SMITH").uic)
    world.set_profile("SMITH", directory="[.MAIL]")
    world.mail.deliver("SMITH", HELLO)
    assert world.file("SMITH").spec.to_text() == "DKA0:[SMITH.MAIL]MAIL.MAI;1"


def test_the_login_notice_counts_and_can_be_switched_off(world: MailWorld) -> None:
    from dataclasses import replace

    from vmsemu.security.sysuaf import UafFlags

    record = world.system.sysuaf.require("SMITH")
    assert login_announcement(world.system, record) == []
    world.mail.deliver("SMITH", HELLO)
    assert login_announcement(world.system, record) == ["", "            You have 1 new Mail message.", ""]
    world.mail.deliver("SMITH", HELLO)
    assert login_announcement(world.system, record)[1] == "            You have 2 new Mail messages."
    assert login_announcement(world.system, replace(record, flags=UafFlags.DISNEWMAIL)) == []


def test_the_profile_file_is_closed_to_users(world: MailWorld) -> None:
    world.mail.deliver("SMITH", HELLO)
    found = world.mail.agent.files.find("SYS$SYSTEM:VMSMAIL_PROFILE.DATA")
    assert found.header.owner.to_text() == "[1,4]"
    assert found.header.protection.world == 0
    with pytest.raises(VmsError):
        world.process("SMITH").files.open(found)


def test_a_logical_name_and_a_list_are_addresses(world: MailWorld) -> None:
    from vmsemu.mail.resolve import expand

    world.write_file("SMITH", "STAFF.DIS", ["! staff", "SMITH", "jones  ! boss", "BETA1::X"])
    process = world.process("SMITH")
    process.names.define("BOSS", ["BETA1::JONES"])
    process.names.define("TEAM", ["@STAFF"])
    shown = [a.to_text() for a in expand(process, "boss, @staff,team, ALPHA1::SMITH, _BOSS, x@example.org")]
    assert shown == ["BETA1::JONES", "SMITH", "JONES", "BETA1::X", "BOSS", 'SMTP%"x@example.org"']


def test_a_list_that_cannot_be_opened_names_the_file(world: MailWorld) -> None:
    from vmsemu.mail.resolve import expand

    with pytest.raises(VmsError) as caught:
        expand(world.process("SMITH"), "@NOLIST")
    assert message_lines(caught.value.message) == [
        "%MAIL-E-OPENIN, error opening DKA0:[SMITH]NOLIST.DIS; as input",
        "-RMS-E-FNF, file not found",
    ]


def test_own_node_unknown_users_are_named_with_the_node(world: MailWorld) -> None:
    from vmsemu.mail.resolve import expand

    (address,) = expand(world.process("SMITH"), "ALPHA1::NOBODY")
    with pytest.raises(VmsError) as caught:
        world.mail.check(world.process("SMITH"), address)
    assert message_lines(caught.value.message) == ["%MAIL-E-NOSUCHUSR, no such user NOBODY at node ALPHA1"]


def test_mail_is_found_as_a_part_of_the_system(world: MailWorld) -> None:
    assert world.system.part(Mail) is world.mail
    world.system.parts.clear()
    with pytest.raises(VmsError) as caught:
        world.system.part(Mail)
    assert caught.value.matches(SS.NOSUCHDEV)
    assert MAIL.NOSUCHUSR.value == 0x7E802A
