"""The sample messages of fixtures/messages: through the node to another host, unchanged; and into MAIL."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.smtp.node.smtp_world import OutsideServer, SmtpWorld

MESSAGES = sorted((Path(__file__).parents[3] / "fixtures" / "messages").glob("*.txt"))


@pytest.fixture(scope="module")
def world() -> SmtpWorld:
    made = SmtpWorld()
    made.dcl("$ TCPIP SET CONFIGURATION SMTP/OPTIONS=(RELAY,EIGHT_BIT)", "$ TCPIP STOP MAIL", "$ TCPIP START MAIL")
    made.server = OutsideServer(made, "192.0.2.11")  # type: ignore[attr-defined]
    return made


def lines_of(path: Path) -> list[str]:
    return path.read_bytes().decode("latin-1").removesuffix("\n").split("\n")


@pytest.mark.parametrize("path", MESSAGES, ids=lambda p: p.stem)
def test_a_message_passes_through_the_node_unchanged_but_for_its_trace(world: SmtpWorld, path: Path) -> None:
    lines = lines_of(path)
    assert world.send("jones@sender.example.org", ["x@dest.example.org"], "\n".join(lines)) == b"250 OK\r\n"
    world.settle()
    received = world.server.messages[-1][2]  # type: ignore[attr-defined]
    assert received[0].startswith("Received: by alpha1.example.com (")
    rest = received[2:]
    if path.stem in ("bare", "empty", "body_only"):
        # What has no header gets the empty line that ends the trace.
        assert rest[0] == "" and [line for line in rest if line] == [line for line in lines if line]
    elif path.stem == "header_only":
        assert rest == [*lines, ""]
    else:
        assert rest == lines


@pytest.mark.parametrize("path", MESSAGES, ids=lambda p: p.stem)
def test_the_text_arrives_in_mail_as_it_was(world: SmtpWorld, path: Path) -> None:
    lines = lines_of(path)
    assert world.send("jones@sender.example.org", ["student@alpha1.example.com"], "\n".join(lines)) == b"250 OK\r\n"
    world.settle()
    body = world.messages("STUDENT")[-1][1]
    text = body[: body.index("================== RFC 822 Headers ==================")]
    expected = (
        lines[lines.index("") + 1 :] if "" in lines and path.stem != "empty" else [] if path.stem in ("empty", "header_only") else lines
    )
    assert [line for line in text if line] == [line for line in expected if line]
