"""How much memory a served node takes, and what it does when the host gives it no more connections. Linux tells the memory in /proc."""

from __future__ import annotations

import importlib.util
import resource
import sys
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

from tests.real.conftest import CONTROL_FILES, ROOT, run_dcl

SIZE = 24 << 20
pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="this host does not tell the memory of a process in /proc"
)


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("memory_bench", ROOT / "scripts" / "bench" / "memory.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["memory_bench"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("line", [76, 48])
def test_a_long_message_takes_little_memory_wherever_it_goes(bench: ModuleType, tmp_path: Path, line: int) -> None:
    """It needs about 30 MB, whatever its size; held in memory it took ten times its size."""
    with bench.running(tmp_path / "site") as (node, sink):
        idle = node.memory()
        for recipients in ([bench.LOCAL, bench.REMOTE], [bench.NOBODY]):
            octets, check = bench.send(node, recipients, SIZE, line)
            _, came, came_check = sink.messages.get(timeout=bench.PATIENCE)
            assert (came, came_check) == (octets, check) if bench.REMOTE in recipients else came > octets
        assert node.peak() - idle < 100


def test_idle_sessions_take_little_memory_each_and_all_go_on(bench: ModuleType, tmp_path: Path) -> None:
    with bench.running(tmp_path / "site") as (node, _):
        idle = node.memory()
        sessions = [bench.Session(node.port) for _ in range(200)]
        assert all(session.banner.startswith(b"220 ") for session in sessions)
        assert all(session.ask("NOOP") == b"250 OK\r\n" for session in sessions)
        assert node.memory() - idle < 200 * 0.2
        for session in sessions:
            session.close()


def test_clients_wait_while_the_host_gives_no_more_connections(bench: ModuleType, tmp_path: Path) -> None:
    """The limit is set so that a few sessions fit; the others are served when these have gone."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with bench.running(tmp_path / "site") as (node, _):
        used = len(list(Path(f"/proc/{node.process.pid}/fd").iterdir()))
        resource.prlimit(node.process.pid, resource.RLIMIT_NOFILE, (used + 3, before[1]))
        first = [bench.Session(node.port) for _ in range(3)]
        late = bench.Session(node.port, greeted=False)
        assert first[0].ask("NOOP") == b"250 OK\r\n"
        assert "no connection can be taken" in node.await_line()
        for session in first:
            session.close()
        late.await_banner()
        assert late.ask("NOOP") == b"250 OK\r\n"
        late.close()


def test_kill_9_while_a_long_message_comes_leaves_nothing_of_it(bench: ModuleType, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with bench.running(site) as (node, _):
        session = bench.Session(node.port)
        session.ask("HELO c", f"MAIL FROM:<{bench.SENDER}>", f"RCPT TO:<{bench.LOCAL}>", "DATA")
        for piece in islice(bench.text_pieces(SIZE, 76), 250):
            session.send(piece)
        node.process.kill()
    shown = run_dcl(site, [f"DIRECTORY {CONTROL_FILES}", "DIRECTORY SYS$SYSDEVICE:[STUDENT]*.MAI"]).stdout
    assert shown.count("%DIRECT-W-NOFILES") == 2, shown


def test_kill_9_after_the_250_of_a_long_message_loses_nothing_of_it(bench: ModuleType, tmp_path: Path) -> None:
    with bench.running(tmp_path / "site") as (node, _):
        sent = bench.send(node, [bench.REMOTE], SIZE, 76)
        node.process.kill()
    with bench.running(tmp_path / "site") as (_, sink):
        recipients, *came = sink.messages.get(timeout=bench.PATIENCE)
    assert recipients == [f"<{bench.REMOTE}>"]
    assert came == [*sent]
