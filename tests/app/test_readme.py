"""The session that the README prints is the one that runs as a scenario."""

from __future__ import annotations

from pathlib import Path

from vmsemu.scenario.document import parse_scenario

ROOT = Path(__file__).resolve().parents[2]


def test_the_session_in_the_readme_is_real_output() -> None:
    path = ROOT / "tests" / "scenarios" / "first_session.md"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in parse_scenario(path.read_text(encoding="utf-8"), path.name).blocks:
        shown = "\n".join(("    " + line).rstrip() for line in block.lines)
        assert shown in readme
