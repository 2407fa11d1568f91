"""Every state a power failure may leave of a store's files is a whole commit, none earlier than was promised. Broken rules are found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.crash_states import Run, check, record

COMMITS = 20
SHARES = 3


def recorded(folder: Path, **broken: object) -> Run:
    run = record(folder, COMMITS, **broken)  # type: ignore[arg-type]
    if run is None:
        pytest.skip("this Python has an SQLite of its own, which cannot be watched from outside")
    return run


@pytest.fixture
def crashed(tmp_path: Path) -> Path:
    place = tmp_path / "crashed"
    place.mkdir()
    return place


@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_promised_is_lost_and_nothing_is_half_made(tmp_path: Path, crashed: Path, share: int) -> None:
    run = recorded(tmp_path)
    assert check(run, crashed, wanted=lambda serial: serial % SHARES == share) == []
    assert run.states > 400
    assert {event.file for event in run.events if event.what == "sync"} == {"disk.vms", "disk.vms-journal", "disk.vms-wal", "disk.vms-redo"}


@pytest.mark.parametrize(
    "broken",
    [{"setting": "PRAGMA synchronous = OFF"}, {"setting": "PRAGMA synchronous = NORMAL"}, {"unsynced": True}, {"early_promise": True}],
    ids=["no syncs", "a sync at checkpoints only", "a log that is not synced", "promised before the commit"],
)  # fmt: skip
def test_a_store_that_promises_too_early_is_found_out(tmp_path: Path, crashed: Path, broken: dict[str, object]) -> None:
    run = recorded(tmp_path, **broken)
    assert len(check(run, crashed, wanted=lambda serial: serial % 15 == 0)) > 5
