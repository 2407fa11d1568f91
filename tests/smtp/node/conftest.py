"""Worlds that a test makes are shut down after it, so that no process is left in the middle of something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.smtp.node.smtp_world import SmtpWorld


@pytest.fixture(autouse=True)
def _shut_down() -> Iterator[None]:
    before = len(SmtpWorld.running)
    yield
    while len(SmtpWorld.running) > before:
        SmtpWorld.running.pop().close()
