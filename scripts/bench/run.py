#!/usr/bin/env python3
"""All benches in one command, each figure beside a baseline measured in the same run: DCL and start-up (dcl.py), files (files.py), mail (mail.py), and
the memory of a served node, beside that of the idle node (memory.py).

    [PCDCL=/path/of/dcl] .venv/bin/python scripts/bench/run.py [--messages N]

Ratios are what to compare between machines; absolute figures are for this one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2000)
    arguments = parser.parse_args()
    for bench in (["dcl.py"], ["files.py"], ["mail.py", "--messages", f"{arguments.messages}"], ["memory.py"]):
        subprocess.run([sys.executable, str(HERE / bench[0]), *bench[1:]], check=True)


if __name__ == "__main__":
    main()
