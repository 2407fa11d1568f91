"""Feed a node arbitrary input for a while, and keep the smallest input of each fault.

    .venv/bin/python scripts/fuzz.py --minutes 10 --seed 1 [--way mail] [--out FOLDER]
    .venv/bin/python scripts/fuzz.py --case mail SYSTEM FILE

The inputs are the numbered cases of tests/fuzz/ways.py from --seed upwards, so a run can be repeated. A case that takes longer than --seconds is
a hang. Each fault is reduced and written to --out; exit status 1 when there was any.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.machine import Finding, signature_of
from tests.fuzz.ways import WAYS, case, run_case

SHRINKING = 60.0  # seconds spent on one fault


class Hang(KeyboardInterrupt):
    """The case did not come to an end. A KeyboardInterrupt is let through by the kernel."""


def _alarm(number: int, frame: FrameType | None) -> None:
    raise Hang("".join(traceback.format_stack(frame)[-6:]))


def fault_of(way: str, username: str, data: bytes, seconds: float) -> tuple[str, str] | None:
    """The signature and description of what goes wrong with an input; None when nothing does."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        run_case(way, username, data)
    except Finding as finding:
        return finding.signature, str(finding)
    except Hang as hang:
        return "hang " + signature_of(hang), str(hang)
    except Exception as error:
        return signature_of(error), traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return None


def smallest(way: str, username: str, data: bytes, signature: str, seconds: float) -> bytes:
    """Cut pieces out, halving their size, while the fault stays the same."""
    end = time.monotonic() + SHRINKING
    size = max(1, len(data) // 2)
    while size:
        at = 0
        while at < len(data) and time.monotonic() < end:
            shorter = data[:at] + data[at + size :]
            fault = fault_of(way, username, shorter, seconds)
            if fault is not None and fault[0] == signature:
                data = shorter
            else:
                at += size
        size //= 2
    return data


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10, help="the longest a case may take")
    parser.add_argument("--way", choices=WAYS, action="append")
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--case", nargs=3, metavar=("WAY", "USER", "FILE"), help="run one input again")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _alarm)
    if options.case:
        way, username, file = options.case
        fault = fault_of(way, username, Path(file).read_bytes(), options.seconds)
        print(fault[1] if fault else "nothing goes wrong")
        return int(fault is not None)
    return run(options)


def run(options: argparse.Namespace) -> int:
    """Cases of all ways in turn until the time is over."""
    end = time.monotonic() + options.minutes * 60
    found: dict[str, int] = {}
    slowest = (0.0, "")
    number, cases = options.seed, 0
    while time.monotonic() < end:
        for way in options.way or WAYS:
            username, data = case(way, number)
            start = time.monotonic()
            fault = fault_of(way, username, data, options.seconds)
            slowest = max(slowest, (time.monotonic() - start, f"{way} {number}"))
            cases += 1
            if fault is None:
                continue
            found[fault[0]] = found.get(fault[0], 0) + 1
            if found[fault[0]] == 1:
                report(options, way, username, smallest(way, username, data, fault[0], options.seconds), number, fault)
        number += 1
    print(f"{cases} cases, seeds {options.seed} to {number - 1}; slowest {slowest[0]:.1f} s ({slowest[1]}); {len(found)} faults")
    for signature, times in sorted(found.items()):
        print(f"  {times:5} times  {signature}")
    return int(bool(found))


def report(options: argparse.Namespace, way: str, username: str, data: bytes, number: int, fault: tuple[str, str]) -> None:
    options.out.mkdir(exist_ok=True)
    path = options.out / f"{way}-{username}-{number}"
    path.write_bytes(data)
    print(f"{way} {username} case {number}: {fault[0]}\n{data!r}\n{fault[1]}\n  -> {path}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
