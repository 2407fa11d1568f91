#!/usr/bin/env python3
"""All benches in one command, each figure beside a baseline measured in the same run: DCL and start-up (dcl.py), files (files.py), then mail.

    [PCDCL=/path/of/dcl] .venv/bin/python scripts/bench/run.py [--messages N]

Ratios are what to compare between machines; absolute figures are for this one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = sys.executable
SMTP_SOURCE = shutil.which("smtp-source", path=os.environ.get("PATH", "") + ":/usr/sbin")


def send(port: int, messages: int) -> float:
    """Seconds smtp-source needs for its messages over ten sessions."""
    assert SMTP_SOURCE is not None
    command = [SMTP_SOURCE, "-s", "10", "-m", str(messages), "-l", "2000", "-f", "sender@example.com", "-t", "student@alpha1.example.com"]
    start = time.perf_counter()
    subprocess.run([*command, f"inet:127.0.0.1:{port}"], check=True)
    return time.perf_counter() - start


def mail(folder: Path, messages: int) -> list[tuple[str, str, str]]:
    if SMTP_SOURCE is None:
        return [("SMTP", "skipped: smtp-source is not installed (Debian package postfix)", "")]
    baseline = subprocess.Popen([PYTHON, str(HERE / "maildir_server.py"), str(folder / "maildir"), "2599"], stdout=subprocess.PIPE)
    assert baseline.stdout is not None
    baseline.stdout.readline()
    reference = messages / send(2599, messages)
    baseline.kill()
    site = str(folder / "mail-site")
    node = subprocess.Popen([PYTHON, "-m", "vmsemu", "serve", "--site", site, "--port", "25=2598"], stderr=subprocess.PIPE, cwd=ROOT)
    assert node.stderr is not None
    node.stderr.readline()
    accepted = messages / send(2598, messages)
    node.send_signal(signal.SIGTERM)
    node.wait()
    command = [PYTHON, str(HERE / "delivered.py"), str(folder / "delivered-site"), str(messages), SMTP_SOURCE]
    delivered = messages / float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
    return [
        ("aiosmtpd, Maildir with fsync", f"{reference:,.0f} messages/s", "1.0"),
        ("accepted and durable, 10 sessions", f"{accepted:,.0f} messages/s", f"{accepted / reference:.2f}"),
        ("accepted and delivered into MAIL", f"{delivered:,.0f} messages/s", f"{delivered / reference:.2f}"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    arguments = parser.parse_args()
    for bench in ("dcl.py", "files.py"):
        subprocess.run([PYTHON, str(HERE / bench)], check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = mail(folder, arguments.messages)
    width = max(len(row[0]) for row in rows)
    print(f"{'what':<{width}}  {'figure':>24}  ratio to its baseline")
    for label, figure, ratio in rows:
        print(f"{label:<{width}}  {figure:>24}  {ratio}")


if __name__ == "__main__":
    main()
