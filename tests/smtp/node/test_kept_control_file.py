"""A control file that was just written is not read from the disk; whoever reads it can not tell."""

from __future__ import annotations

import pytest

from smtp.control_file import store
from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.control_file.name import ControlFileName
from smtp.facility import TCPIP
from smtp.message.address import Address
from smtp.node import SmtpNode
from tests.smtp.node.smtp_world import SmtpWorld
from vmsemu.base.condition import VmsError
from vmsemu.services.process import Process


@pytest.fixture
def process() -> Process:
    return SmtpWorld().system.part(SmtpNode).agent


def written(process: Process, **recipient: object) -> tuple[str, ControlFile]:
    """The specification of a control file, and what was written."""
    to = [Recipient(Address("smith", "example.com"), **recipient)]  # type: ignore[arg-type]
    file = ControlFile(process.system.now, "TCPIP$SMTP", Address("jones", "example.org"), to, (b"Subject: x",), (b"Hello", b"", b"bye"))
    return store.write(process, file, ControlFileName.make(process.system.now, "TCPIP$SMTP", "ALPHA1")).spec, file


def test_it_is_read_as_often_as_anybody_likes_and_each_time_as_it_was_written(process: Process) -> None:
    spec, file = written(process)
    first = store.read(process, spec)
    assert first == file
    first.recipients[0].state = RecipientState.SENT
    second = store.read(process, spec)
    assert second == file == ControlFile.from_bytes(file.to_bytes(), spec)
    assert second.text == first.text


def test_what_its_writer_does_with_it_later_is_not_in_the_file(process: Process) -> None:
    spec, file = written(process)
    file.recipients[0].state = RecipientState.FAILED
    assert store.read(process, spec).unsent


def test_a_result_is_noted_as_in_one_that_came_from_the_disk(process: Process) -> None:
    spec, _ = written(process)
    file = store.read(process, spec)
    file.attempts, file.recipients[0].reason = 1, "451 later"
    store.update(process, spec, file)
    assert store.read(process, spec) == file
    file.attempts, file.recipients[0].state = 2, RecipientState.SENT
    store.update(process, spec, file)
    assert store.read(process, spec) == file


def test_one_that_was_changed_since_is_read_as_it_is_now(process: Process) -> None:
    spec, _ = written(process)
    with process.files.open(spec, update=True) as opened:
        opened.sequential.write_bytes(100, b"changed")
    with pytest.raises(VmsError) as caught:
        store.read(process, spec)
    assert caught.value.matches(TCPIP.CFCORRUPT)


def test_one_with_results_from_before_is_read_from_the_disk(process: Process) -> None:
    spec, file = written(process, state=RecipientState.SENT, reason="x" * 200)
    assert store.read(process, spec).recipients == [Recipient(file.recipients[0].address, RecipientState.SENT, "x" * 128)]
