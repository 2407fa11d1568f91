"""The byte fuzzer, a few cases of each way in; scripts/fuzz.py goes on from there."""

import pytest

from tests.fuzz.ways import WAYS, case, run_case


@pytest.mark.parametrize("way", WAYS)
def test_any_bytes_are_taken_or_refused(way):
    for number in range(3):
        run_case(way, *case(way, number))
