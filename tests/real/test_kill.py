"""kill -9 at a random moment of a storm of mail: after the restart every recipient that was answered with 250 is delivered, queued or bounced.

VMSEMU_STORM_ROUNDS sets the number of rounds: 10 when it is not set; 100 in the night.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.conftest import RecordingServer, Served, free_port, run_dcl
from tests.real.storm import AWAY, LOCAL, RECIPIENTS, REMOTE, STREAMS, UNKNOWN, Audit, Storm, audit

ROUNDS = int(os.environ.get("VMSEMU_STORM_ROUNDS", "10"))


@pytest.fixture(scope="module")
def prepared_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node that relays."""
    site = tmp_path_factory.mktemp("storm") / "site"
    run_dcl(site, ["TCPIP SET CONFIGURATION SMTP/OPTIONS=RELAY"])
    return site


@pytest.mark.parametrize("number", range(1, ROUNDS + 1))
def test_kill_9_in_a_storm_loses_nobody(
    number: int,
    prepared_site: Path,
    serve: Callable[..., Served],
    recording_server: RecordingServer,
    zone_server: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What goes to another host, a notice for the sender too, may arrive twice when the kill came between that host's answer and the note of it:
    one message for each stream."""
    site = shutil.copytree(prepared_site, tmp_path / "site")
    here, away = f"192.0.2.11:25=127.0.0.1:{recording_server.port}", f"192.0.2.13:25=127.0.0.1:{free_port()}"
    network = ["--net", "host", "--dns", f"127.0.0.1:{zone_server}", "--out", here, "--out", away]
    server = serve(*network, site=site)
    storm = Storm(server.port)
    storm.await_moment(random.Random(number))
    server.kill()
    storm.join()
    found = audit(site, storm.acknowledged, recording_server, tmp_path / "control_files", *network)
    with capsys.disabled():
        print(f"\nstorm round {number}: {found.figures()}", file=sys.stderr)
    assert found.lost() == []
    assert found.unscheduled == 0
    assert all(recipient in (REMOTE, UNKNOWN) for _, recipient in found.duplicates())
    assert len(found.duplicates()) <= STREAMS


def test_the_audit_tells_who_is_lost_and_who_is_there_twice() -> None:
    found = Audit(["storm-1-1"])
    assert [recipient for _, recipient in found.lost()] == list(RECIPIENTS)
    found.delivered.update([("storm-1-1", LOCAL), ("storm-1-1", LOCAL)])
    found.bounced["storm-1-1", UNKNOWN] += 1
    found.queued["storm-1-1", AWAY] += 1
    assert found.lost() == [("storm-1-1", REMOTE)]
    assert found.duplicates() == [("storm-1-1", LOCAL)]
    assert found.figures() == "4 recipients accepted: 2 delivered, 1 queued, 1 bounced; 1 twice, 1 lost"
