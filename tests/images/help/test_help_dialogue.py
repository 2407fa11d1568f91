"""HELP as a user meets it: prompts, subtopics, going up with Return."""

from types import SimpleNamespace
from typing import Any, cast

from vmsemu.images.commands import load_command_tables
from vmsemu.images.context import ImageContext
from vmsemu.images.help.help import help_command
from vmsemu.services.stream import CallbackOutput
from vmsemu.tables.command import ParsedCommand, parse
from vmsemu.tables.facilities import RMS

TABLE = load_command_tables()


class Reader:
    """Types the answers, then Ctrl/Z. The screen keeps prompts and output."""

    def __init__(self, answers: tuple[str, ...], page: int) -> None:
        self.answers = list(answers)
        self.page = page
        self.screen: list[str] = []

    async def read(self, prompt: str = "", **_: Any) -> str:
        if not self.answers:
            self.screen.append(prompt)
            raise RMS.EOF.error()
        answer = self.answers.pop(0)
        self.screen.append(prompt + answer)
        return answer


def screen(line: str, *answers: str, page: int = 0) -> list[str]:
    command = parse(TABLE, line)
    assert isinstance(command, ParsedCommand)
    reader = Reader(answers, page)
    dcl = SimpleNamespace(input=reader, output=CallbackOutput(lambda text: reader.screen.append(text.rstrip("\n"))))
    process = SimpleNamespace(names=SimpleNamespace(translate=lambda *_: None))
    context = ImageContext(cast(Any, process), command, cast(Any, dcl), "HELP")
    try:
        help_command(context).send(None)  # type: ignore[attr-defined]
    except StopIteration:
        pass
    return reader.screen


def test_a_topic_is_shown_and_its_subtopics_can_be_asked_for() -> None:
    shown = screen("HELP TYPE", "QUAL", "", "")
    assert shown[:2] == ["", "TYPE"]
    assert "  Additional information available:" in shown
    assert "TYPE Subtopic? QUAL" in shown
    assert shown[-1] == "Topic? "


def test_return_goes_up_and_leaves_at_the_top() -> None:
    assert screen("HELP TYPE", "", "")[-1] == "Topic? "
    assert screen("HELP TYPE/PAGE")[-1] == "TYPE Subtopic? "


def test_an_unknown_topic_is_answered_with_what_there_is() -> None:
    shown = screen("HELP NOSUCHTHING")
    assert shown[:2] == ["", "  Sorry, no documentation on NOSUCHTHING"]
    assert shown[-1] == "Topic? "
    assert "  Sorry, no documentation on NOSUCH" in screen("HELP TYPE", "nosuch")


def test_help_alone_introduces_itself_and_lists_the_topics() -> None:
    shown = screen("HELP")
    assert shown[1] == "HELP"
    assert any("DIRECTORY" in line and "  DIFFERENCES" in line for line in shown)


def test_a_question_mark_shows_the_place_again() -> None:
    shown = screen("HELP TYPE", "?")
    assert shown.count("TYPE") == 2


def test_noprompt_shows_and_ends() -> None:
    assert not any("?" in line for line in screen("HELP/NOPROMPT TYPE/PAGE"))


def test_long_texts_stop_at_the_end_of_the_page() -> None:
    shown = screen("HELP", "", page=24)
    assert shown[23] == "Press RETURN to continue ... "
    assert "Press RETURN to continue ... " not in screen("HELP/NOPAGE", page=24)
