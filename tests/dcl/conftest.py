"""The machine for DCL tests."""

import pytest
from dcl_world import DclWorld


@pytest.fixture
def world() -> DclWorld:
    return DclWorld()
