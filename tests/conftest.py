"""What all tests share: scenario files are tests, and a change is judged by the same examples every time.

`.ci/nightly` lets hypothesis choose new ones (VMSEMU_HYPOTHESIS=nightly).
"""

import os

from hypothesis import settings

from vmsemu.testing.plugin import pytest_collect_file

__all__ = ["pytest_collect_file"]

settings.register_profile("change", derandomize=True)
settings.register_profile("nightly", derandomize=False)
settings.load_profile(os.environ.get("VMSEMU_HYPOTHESIS", "change"))
