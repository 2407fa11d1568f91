"""What all tests share: scenario files are tests."""

from vmsemu.testing.plugin import pytest_collect_file

__all__ = ["pytest_collect_file"]
