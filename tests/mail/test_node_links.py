"""Mail between two nodes: what is stored, and what the sender is told, when the link breaks at any place."""

from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.mail_world import BOOT, MailWorld
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.mail.server import serve
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.mail.address import Address, AddressKind
from vmsemu.mail.mail11 import OBJECT_NUMBER
from vmsemu.mail.message import Message
from vmsemu.mail.send import Sending
from vmsemu.net.decnet import DecnetNetwork, LogicalLink
from vmsemu.net.netserver import CONNECT, DecnetServers, NetworkObject
from vmsemu.services.process import Process
from vmsemu.services.putmsg import message_lines

HELLO = Message("SMITH", "BETA1::JONES", "", "hello", ["one line"])
SEGMENTS = ["sender", "addressee", "its status", "end of addressees", "To:", "CC:", "Subj:", "line", "end of text", "final status"]


async def run_mail(process: Process, image: str) -> ConditionValue:
    """What NETACP activates: the MAIL image, without DCL around it."""
    assert image == "MAIL"
    await serve(SimpleNamespace(process=process, system=process.system), process.attributes[CONNECT])  # type: ignore[arg-type]
    return ConditionValue(1)


class Nodes:
    """ALPHA1, BETA1 and GAMMA1 on one kernel, with DECnet."""

    def __init__(self) -> None:
        self.kernel = Kernel(VirtualClock(BOOT))
        network = DecnetNetwork()
        self.worlds: dict[str, MailWorld] = {}
        for name in ("ALPHA1", "BETA1", "GAMMA1"):
            world = self.worlds[name] = MailWorld(node=name, kernel=self.kernel)
            self.kernel.committers.append(world.store)
            servers = DecnetServers(world.system, network.attach(self.kernel, name), run_mail)
            servers.define_object(NetworkObject("MAIL", OBJECT_NUMBER, "MAIL$SERVER", "MAIL"))
            world.system.add_part(servers)
            servers.start()
        self.alpha, self.beta, self.gamma = self.worlds.values()

    def run(self, body: Coroutine[Any, Any, Any]) -> Any:
        out: list[Any] = []

        async def main() -> None:
            try:
                out.append(await body)
            except VmsError as error:
                out.append([error])

        self.kernel.start(main(), "test")
        self.kernel.run_until_idle()
        assert out, "the sender waits for ever"
        return out[0]

    def send(self, line: str, message: Message = HELLO) -> list[str]:
        """SMITH at ALPHA1 sends, and goes on without those who are refused; what he is told."""

        async def body() -> list[VmsError]:
            sending = Sending(self.alpha.mail, self.alpha.process("SMITH"))
            try:
                refused = await sending.add(line)
                return refused + (await sending.send(message) if sending.has_recipients else [])
            finally:
                sending.close()

        return [text for error in self.run(body()) for text in message_lines(error.message)]


@pytest.fixture
def nodes() -> Nodes:
    return Nodes()


def test_a_message_arrives_and_the_sender_is_told_nothing(nodes: Nodes) -> None:
    assert nodes.send("BETA1::JONES") == []
    assert nodes.beta.subjects("JONES") == ["hello"]


@pytest.mark.parametrize("at", range(len(SEGMENTS)), ids=SEGMENTS)
def test_a_link_that_breaks_anywhere_loses_and_doubles_nothing(nodes: Nodes, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive, passed = LogicalLink._arrive, 0

    def break_there(link: LogicalLink, data: bytes, is_last: bool) -> None:
        nonlocal passed
        passed += 1
        if passed == at + 1:
            link.lose_path()
        else:
            arrive(link, data, is_last)

    monkeypatch.setattr(LogicalLink, "_arrive", break_there)
    told = nodes.send("BETA1::JONES")
    monkeypatch.undo()
    assert told[-1] == "-SYSTEM-F-PATHLOST, path to network partner node lost"
    is_window = SEGMENTS[at] == "final status"
    assert nodes.beta.subjects("JONES") == (["hello"] if is_window else []), (
        "stored, and the sender not told, only when the last status is lost"
    )
    assert nodes.send("BETA1::JONES") == [], "the nodes are sound afterwards"


def test_a_break_anywhere_on_a_way_of_two_links_is_told_to_the_sender(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive, passed, breaking = LogicalLink._arrive, 0, 0

    def break_there(link: LogicalLink, data: bytes, is_last: bool) -> None:
        nonlocal passed
        passed += 1
        if passed == breaking:
            link.lose_path()
        else:
            arrive(link, data, is_last)

    monkeypatch.setattr(LogicalLink, "_arrive", break_there)
    nodes.beta.forward("JONES", "GAMMA1::SMITH")
    assert nodes.send("BETA1::JONES") == []
    total, stored, windows = passed, 1, 0
    assert nodes.gamma.subjects("SMITH") == ["hello"]
    for breaking in range(1, total + 1):
        passed = 0
        assert nodes.send("BETA1::JONES"), f"the sender is not told of a break at record {breaking}"
        now = len(nodes.gamma.subjects("SMITH"))
        windows += now - stored
        stored = now
    assert total == 2 * len(SEGMENTS)
    assert windows == 2, "stored all the same only when one of the two last statuses was lost"


PLACES = {
    "JONES": ("ALPHA1", "JONES"),
    "BETA1::JONES": ("BETA1", "JONES"),
    "BETA1::SMITH": ("BETA1", "SMITH"),
    "GAMMA1::SMITH": ("GAMMA1", "SMITH"),
    "BETA1::GAMMA1::JONES": ("GAMMA1", "JONES"),
}
REFUSED = ("BETA1::NOBODY", "GAMMA1::NOMAIL", "NOWHERE::SMITH")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*PLACES, *REFUSED]), min_size=1, max_size=6, unique=True), st.integers(1, 60))
def test_whoever_does_not_get_the_message_is_named_to_the_sender(addressees: list[str], breaking: int) -> None:
    nodes, arrive, passed = Nodes(), LogicalLink._arrive, 0

    def break_there(link: LogicalLink, data: bytes, is_last: bool) -> None:
        nonlocal passed
        passed += 1
        if passed == breaking:
            link.lose_path()
        else:
            arrive(link, data, is_last)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LogicalLink, "_arrive", break_there)
        told = nodes.send(",".join(addressees))
    heads = [line for line in told if line.startswith("%")]
    missing = 0
    for addressee in addressees:
        node, user = PLACES.get(addressee, ("", ""))
        copies = len(nodes.worlds[node].subjects(user)) if node else 0
        assert copies <= 1
        missing += copies == 0
    assert missing <= len(heads) <= missing + (passed >= breaking) * len(addressees), (
        "one message for each, and more only for a lost status"
    )


def test_the_sender_hears_of_success_when_the_message_is_on_the_disk(nodes: Nodes) -> None:
    found = []

    async def body() -> None:
        sending = Sending(nodes.alpha.mail, nodes.alpha.process("SMITH"))
        await sending.add("BETA1::JONES")
        await sending.send(HELLO)
        found.append((nodes.beta.subjects("JONES"), nodes.beta.store.dirty))

    nodes.run(body())
    assert found == [(["hello"], False)]


def test_a_failure_behind_the_second_node_comes_back_to_the_first(nodes: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(self: Any, username: str, message: Message, **options: Any) -> None:
        from vmsemu.mail.facility import MAIL
        from vmsemu.tables.facilities import RMS

        raise MAIL.SENDERR.error(username, cause=RMS.FUL)

    monkeypatch.setattr(nodes.gamma.mail, "put", no_room.__get__(nodes.gamma.mail))
    nodes.beta.forward("JONES", "GAMMA1::SMITH")
    assert nodes.send("BETA1::JONES") == [
        "%MAIL-E-SENDERR, error sending to user SMITH at GAMMA1",
        "-RMS-F-FUL, device full (insufficient space for allocation)",
    ]
    assert nodes.beta.subjects("JONES") == []


def test_one_addressee_that_is_refused_takes_nothing_from_the_others(nodes: Nodes) -> None:
    assert nodes.send("BETA1::NOBODY,BETA1::JONES,BETA1::SMITH,BETA1::JONES") == ["%MAIL-E-NOSUCHUSR, no such user NOBODY at node BETA1"]
    assert nodes.beta.subjects("JONES") == nodes.beta.subjects("SMITH") == ["hello"]


def test_who_is_refused_has_no_copy_anywhere(nodes: Nodes) -> None:
    nodes.alpha.forward("JONES", "BETA1::JONES,BETA1::NOBODY")
    assert nodes.send("BETA1::SMITH,JONES") == ["%MAIL-E-NOSUCHUSR, no such user NOBODY at node BETA1"]
    assert nodes.beta.subjects("JONES") == [], "the first of the two it is forwarded to was accepted, and is not wanted"
    assert nodes.beta.subjects("SMITH") == ["hello"]


def test_a_user_forwarded_to_several_nodes_reaches_all(nodes: Nodes) -> None:
    nodes.beta.forward("JONES", "GAMMA1::SMITH,ALPHA1::JONES,SMITH")
    assert nodes.send("BETA1::JONES") == []
    assert [nodes.gamma.subjects("SMITH"), nodes.alpha.subjects("JONES"), nodes.beta.subjects("SMITH")] == [["hello"]] * 3


def test_mail_from_a_program_crosses_when_forwarding_says_so(nodes: Nodes) -> None:
    mail = nodes.alpha.mail
    nodes.alpha.forward("SMITH", "JONES")
    assert [mail.crosses(name) for name in ("SMITH", "NOBODY", "BETA1::JONES", "SMTP%X::Y")] == [False, False, True, False]
    nodes.alpha.forward("SMITH", "BETA1::JONES")
    assert mail.crosses("SMITH")
    nodes.run(mail.deliver_over_links("SMITH", HELLO, nodes.alpha.process("JONES")))
    assert nodes.beta.subjects("JONES") == ["hello"]


def test_a_link_given_up_leaves_no_message_and_no_link(nodes: Nodes) -> None:
    async def body() -> None:
        sending = Sending(nodes.alpha.mail, nodes.alpha.process("SMITH"))
        await sending.accept(Address(AddressKind.NODE, "JONES", "BETA1"))
        sending.close()

    nodes.run(body())
    assert nodes.beta.subjects("JONES") == []
    assert not nodes.beta.system.part(DecnetServers).node.links


def test_a_long_line_and_a_long_text_arrive_whole(nodes: Nodes) -> None:
    lines = ["x" * 5000, "", *(f"line {n}" for n in range(3000))]
    assert nodes.send("BETA1::JONES", Message("SMITH", "BETA1::JONES", "", "long", lines)) == []
    file = nodes.beta.file("JONES")
    (header,) = file.headers("NEWMAIL")
    assert list(file.body(header)) == lines
    file.close()
