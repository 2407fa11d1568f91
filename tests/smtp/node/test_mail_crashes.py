"""Whatever a power failure leaves of the disk, mail that was answered with 250 arrives or comes back. A node that breaks the rules is found out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.smtp.node.mail_crashes import Run, check, record

EVERY = int(os.environ.get("VMSEMU_CRASH_EVERY", "97"))
"""Every so-manieth state is looked at; 1 in the nightly run."""
SHARES = 2
MESSAGES = 2


def recorded(folder: Path, **options: int) -> Run:
    run = record(folder, MESSAGES, **options)  # type: ignore[arg-type]
    if run is None:
        pytest.skip("this Python has an SQLite of its own, which cannot be watched from outside")
    return run


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    place = tmp_path / "crashed"
    place.mkdir()
    return place


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("budget", [1, 4000], ids=["a commit wherever a task waits", "a commit when nothing is ready"])
def test_no_recipient_is_lost_and_no_user_gets_mail_twice(tmp_path: Path, crashed: Path, budget: int, share: int) -> None:
    run = recorded(tmp_path, budget=budget)
    assert check(run, crashed, wanted=lambda serial: serial % (EVERY * SHARES) == EVERY * share) == []
    print(run.figures())
    assert run.boots > 3
    assert run.twice <= 1  # what a host of the outside had just taken


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [({"early_reply": True, "budget": 4000}, "was answered with 250, and is lost"), ({"delivery_apart": True}, "was delivered twice")],
    ids=["a reply before the commit", "a delivery whose commit stands alone"],
)
def test_a_node_that_breaks_the_rules_is_found_out(tmp_path: Path, crashed: Path, broken: dict[str, int], complaint: str) -> None:
    run = recorded(tmp_path, **broken)
    wrong = check(run, crashed, wanted=lambda serial: serial % 150 == 0)
    assert any(complaint in text for text in wrong), wrong
