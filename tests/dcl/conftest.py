"""The machine for DCL tests."""

import pytest

from tests.dcl.dcl_world import DclWorld


@pytest.fixture
def world() -> DclWorld:
    return DclWorld()
