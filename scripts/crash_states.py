#!/usr/bin/env python3
"""Enumerate what power failures may leave of a store's files, and open each; the tests do a part of this (tests/store/test_crash_states.py).

    .venv/bin/python scripts/crash_states.py [--commits N] [--subsets N]

A workload of so many commits is recorded at every write and sync; at each sync the unsynced writes are kept, lost, torn and reordered, and so many
subsets of them are drawn by chance. Each state must hold exactly one of the commits, none earlier than was promised. Then three broken stores must
be found out. The exit code tells.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.store.crash_states import check, record

_BROKEN: tuple[tuple[str, dict[str, object]], ...] = (
    ("without syncs", {"setting": "PRAGMA synchronous = OFF"}),
    ("with a sync at checkpoints only", {"setting": "PRAGMA synchronous = NORMAL"}),
    ("that promises before the commit", {"early_promise": True}),
)


def examine(commits: int, subsets: int, **broken: object) -> tuple[int, list[str]]:
    """The number of states, and what is wrong with them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        crashed = folder / "crashed"
        crashed.mkdir()
        run = record(folder, commits, **broken)  # type: ignore[arg-type]
        if run is None:
            sys.exit(
                "This Python has an SQLite of its own, which cannot be watched from outside. Use one that is linked with the system's."
            )
        wrong = check(run, crashed, subsets=subsets)
        return run.states, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--subsets", type=int, default=40)
    arguments = parser.parse_args()
    states, wrong = examine(arguments.commits, arguments.subsets)
    print(f"the store: {states:,} states, {len(wrong)} wrong")
    for text in wrong[:20]:
        print("  " + text)
    failed = bool(wrong)
    for title, broken in _BROKEN:
        states, wrong = examine(12, 4, **broken)
        print(f"a store {title}: {states:,} states, {len(wrong)} wrong, as it must be" if wrong else f"a store {title} was not found out")
        failed = failed or not wrong
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
