"""MAIL at a terminal with 24 lines, on a booted node."""

from collections.abc import Iterator

import pytest

from vmsemu.base.condition import ConditionValue
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.dcl import session
from vmsemu.mail.callable import Mail
from vmsemu.mail.message import Message
from vmsemu.queue.manager import QueueManager
from vmsemu.scenario.document import parse_scenario
from vmsemu.scenario.world import World
from vmsemu.services.process import Process
from vmsemu.terminal.device import TerminalDevice

CLEAR = "\x1b[;H\x1b[2J"
_WORLD = """---
clock: 14-MAY-2001 10:00:00.00
nodes:
  ALPHA1: {users: [SMITH], products: []}
---
"""


class Terminal:
    """A terminal at which SMITH is logged in."""

    def __init__(self) -> None:
        self.world = World(parse_scenario(_WORLD, "world"))
        self.system = self.world.node("ALPHA1").system
        self.mail = self.system.part(Mail)
        self._shown: list[str] = []
        self.device = TerminalDevice(self.system, "TNA9:", self._shown.append)
        self.system.devices.add(self.device)

        async def main(process: Process) -> ConditionValue:
            return await session.interactive(process, login=False)

        self.process = self.world.node("ALPHA1").login("SMITH", self.device, self.device, main, terminal="TNA9:")
        self.device.owner = self.process
        self.run()

    def run(self) -> str:
        self.world.kernel.run_until_idle()
        shown = "".join(self._shown).replace("\r", "")
        self._shown.clear()
        return shown

    def type(self, *lines: str) -> str:
        """Type lines, each with RETURN; what appeared from the first key on."""
        self.device.keys([key for line in lines for key in [*line, "\r"]])
        return self.run()

    def key(self, key: str) -> str:
        self.device.keys([key])
        return self.run()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    yield Terminal()


def test_a_long_message_is_read_page_by_page(terminal: Terminal) -> None:
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", "long", [f"line {n}" for n in range(1, 41)]))
    terminal.type("MAIL")
    first = terminal.type("READ")
    assert CLEAR + "    #1          14-MAY-2001 10:00:00.00                                  NEWMAIL\n" in first
    assert first.endswith("line 14\n\nPress RETURN for more...\n\nMAIL> ")
    second = terminal.type("")
    assert second == (
        "\n"
        + CLEAR
        + "    #1          14-MAY-2001 10:00:00.00                                  NEWMAIL\n"
        + "".join(f"line {n}\n" for n in range(15, 34))
        + "\nPress RETURN for more...\n\nMAIL> "
    )
    assert terminal.type("").endswith("line 40\n\nMAIL> ")
    assert terminal.type("").endswith("%MAIL-E-NOMOREMSG, no more messages\nMAIL> ")


def test_a_page_is_24_rows(terminal: Terminal) -> None:
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", "long", ["x" * 200] * 40))
    terminal.type("MAIL")
    page = terminal.type("READ").partition(CLEAR)[2]
    rows = sum(max(1, -(-len(line.expandtabs(8)) // 80)) for line in page.split("\n"))
    assert rows <= 24


def test_a_command_between_two_pages_ends_the_message(terminal: Terminal) -> None:
    for subject in ("first", "second"):
        terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", subject, ["text"] * 40))
    terminal.type("MAIL", "READ")
    assert "Subj:\tsecond" in terminal.type("NEXT")
    assert "Subj:\tfirst" in terminal.type("BACK")
    assert "Subj:\tfirst" in terminal.type("CURRENT")


def test_a_long_directory_goes_on_with_return(terminal: Terminal) -> None:
    for n in range(30):
        terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", f"number {n + 1}"))
    terminal.type("MAIL")
    assert terminal.type("DIRECTORY").endswith("number 17\n\nPress RETURN for more...\n\nMAIL> ")
    assert "   18 JONES                14-MAY-2001  number 18\n" in terminal.type("")
    assert "number 9" in terminal.type("DIRECTORY/START=9")


def test_control_c_abandons_the_text_and_control_y_leaves_mail(terminal: Terminal) -> None:
    terminal.type("MAIL", "SEND", "SMITH", "subject", "some text")
    assert "%MAIL-E-SENDABORT, no message sent" in terminal.key("\x03")
    assert terminal.type("SHOW NEW_MAIL_COUNT").endswith("You have 0 new messages.\nMAIL> ")
    assert "MAIL> " in terminal.key("\x03")
    assert terminal.key("\x19").endswith("$ ")


def test_the_notice_of_new_mail_appears_while_a_command_is_typed(terminal: Terminal) -> None:
    terminal.type("MAIL")
    terminal.device.keys(list("SHOW NEW"))
    terminal.run()
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH"))
    assert "\x07New mail on node ALPHA1 from JONES\nMAIL> SHOW NEW" in terminal.run()
    assert "You have 1 new message." in terminal.type("")


def test_mail_that_arrives_meanwhile_is_found_by_read_new(terminal: Terminal) -> None:
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", "early"))
    terminal.type("MAIL", "READ")
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", "late"))
    assert "NOMOREMSG" in terminal.type("NEXT")
    assert "Subj:\tlate" in terminal.type("READ/NEW")
    assert "NONEWMAIL" in terminal.type("READ/NEW")


def test_an_editor_procedure_makes_the_text(terminal: Terminal) -> None:
    with terminal.process.files.create("EDITOR.COM") as file:
        for line in ["$ CREATE 'P2'", "edited text", "$ EXIT"]:
            file.put_text(line)
    terminal.type("DEFINE MAIL$EDIT SYS$LOGIN:EDITOR.COM", "MAIL")
    shown = terminal.type("SEND/EDIT", "SMITH", "subject")
    assert "New mail on node ALPHA1 from SMITH" in shown
    assert "edited text" in terminal.type("READ")
    assert not terminal.process.files.exists("SYS$LOGIN:MAIL_*.TMP;*")


def test_an_editor_procedure_that_makes_nothing_sends_nothing(terminal: Terminal) -> None:
    with terminal.process.files.create("EDITOR.COM") as file:
        file.put_text("$ EXIT")
    terminal.type("DEFINE MAIL$EDIT SYS$LOGIN:EDITOR.COM", "MAIL")
    assert "%MAIL-E-SENDABORT, no message sent" in terminal.type("SEND/EDIT", "SMITH", "subject")


def test_spawn_runs_a_command_and_comes_back(terminal: Terminal) -> None:
    terminal.type("MAIL")
    shown = terminal.type("SPAWN WRITE SYS$OUTPUT 1+1")
    assert "\n2\n" in shown
    assert shown.endswith("MAIL> ")


def test_a_large_message_has_one_file_of_its_own_until_it_is_purged(terminal: Terminal) -> None:
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", "big", ["y" * 64] * 40))
    files = terminal.process.files
    (found,) = list(files.search("SYS$LOGIN:MAIL$*.MAI"))
    assert len(found.spec.name) == 21
    assert found.header.protection.to_text() == "(RW,RW,,)"
    terminal.type("MAIL", "READ", "DELETE", "EXIT")
    assert not files.exists("SYS$LOGIN:MAIL$*.MAI")


def test_print_hands_the_messages_to_a_queue(terminal: Terminal) -> None:
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", "paper", ["text"]))
    terminal.type("MAIL", "READ")
    assert "%MAIL-E-CREPRIJOB, error creating print job" in terminal.type("PRINT/NOW/QUEUE=NOWHERE")
    manager = terminal.system.part(QueueManager)
    if manager.database is None:
        manager.start(new_version=True)
    for name in ("LPA0", "LPB0"):
        manager.initialize_queue(name)
    assert "entry" not in terminal.type("PRINT/QUEUE=LPA0")
    assert "Job MAIL (queue LPA0, entry " in terminal.type("PRINT/QUEUE=LPB0")
    shown = terminal.type("EXIT")
    assert "Job MAIL (queue LPB0, entry " in shown
    (entry,) = [e for e in manager.entries.values() if e.queue == "LPB0"]
    assert terminal.process.files.exists(entry.files[0].spec)


def test_time_passes_between_messages(terminal: Terminal) -> None:
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", "old"))
    terminal.world.kernel.run_until(VmsTime(terminal.system.now + DeltaTime.of(days=2)))
    terminal.mail.deliver("SMITH", Message("JONES", "SMITH", "", "new"))
    terminal.type("MAIL")
    assert "1 message selected" in terminal.type("SELECT NEWMAIL/SINCE=16-MAY-2001")
    assert "1 message selected" in terminal.type("SELECT NEWMAIL/BEFORE=16-MAY-2001")
    assert "2 messages selected" in terminal.type("SELECT NEWMAIL/SINCE=14-MAY-2001")
