#!/usr/bin/env python3
"""Enumerate what power failures may leave of a store's files, and open each; the tests do a part of this (tests/store/test_crash_states.py and
tests/smtp/node/test_mail_crashes.py).

    .venv/bin/python scripts/crash_states.py [--commits N] [--subsets N] [--messages N]

A workload of so many commits is recorded at every write and sync; at each sync the unsynced writes are kept, lost, torn and reordered, and so many
subsets of them are drawn by chance. Each state must hold exactly one of the commits, none earlier than was promised. Then three broken stores must
be found out.

Then a node takes so many messages, each for users, a list, other hosts and nobody, and works them to their end. Every state of its disk is booted;
whoever was in a message that was answered with 250 must have got it, or its sender must have got it back. Two nodes that break the rules must be
found out. The exit code tells.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.smtp.node import mail_crashes
from tests.store.crash_states import check, record

_BROKEN: tuple[tuple[str, dict[str, object]], ...] = (
    ("without syncs", {"setting": "PRAGMA synchronous = OFF"}),
    ("with a sync at checkpoints only", {"setting": "PRAGMA synchronous = NORMAL"}),
    ("that promises before the commit", {"early_promise": True}),
)
_BUDGETS = (1, 40, 4000)
_BROKEN_NODES: tuple[tuple[str, dict[str, int]], ...] = (
    ("that replies before the commit", {"early_reply": True, "budget": 4000}),
    ("that commits a delivery by itself", {"delivery_apart": True}),
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


def examine_mail(messages: int, subsets: int, **options: int) -> tuple[str, list[str]]:
    """The figures of the audit, and what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        crashed = folder / "crashed"
        crashed.mkdir()
        run = mail_crashes.record(folder, messages, **options)  # type: ignore[arg-type]
        assert run is not None
        wrong = mail_crashes.check(run, crashed, subsets=subsets)
        return run.figures(), wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", type=int, default=60)
    parser.add_argument("--subsets", type=int, default=40)
    parser.add_argument("--messages", type=int, default=3)
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
    for budget in _BUDGETS:
        figures, wrong = examine_mail(arguments.messages, 4, budget=budget)
        print(f"a node that commits after {budget} steps: {figures}; {len(wrong)} wrong")
        for text in wrong[:20]:
            print("  " + text)
        failed = failed or bool(wrong)
    for title, options in _BROKEN_NODES:
        figures, wrong = examine_mail(2, 0, **options)
        print(f"a node {title}: {figures}; {len(wrong)} wrong, as it must be" if wrong else f"a node {title} was not found out")
        failed = failed or not wrong
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
