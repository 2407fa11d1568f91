"""The pytest plugin: a scenario file is a test, and fails with the diff of its failing blocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vmsemu.scenario.document import ScenarioError
from vmsemu.scenario.run import replay_file


class ScenarioFailure(Exception):
    """The reports of the failing blocks."""


class ScenarioFile(pytest.File):
    """A .md file of scenarios."""

    def collect(self) -> Iterator[pytest.Item]:
        yield ScenarioItem.from_parent(self, name=self.path.stem)


class ScenarioItem(pytest.Item):
    """One scenario as one test."""

    def runtest(self) -> None:
        reports = replay_file(Path(self.path))
        if reports:
            raise ScenarioFailure("\n\n".join(reports))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, (ScenarioFailure, ScenarioError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"scenario {self.name}"


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> ScenarioFile | None:
    """Collect the .md files of directories called `scenarios`."""
    if file_path.suffix == ".md" and file_path.parent.name == "scenarios":
        return ScenarioFile.from_parent(parent, path=file_path)
    return None
