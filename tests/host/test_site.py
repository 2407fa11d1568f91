"""A site after a crash at its very beginning."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmsemu.host.site import SYSTEM_DISK, open_site
from vmsemu.store.sqlite import SqliteStore


@pytest.mark.parametrize("made", ["nothing yet", "an empty file", "a store without rows"])
def test_a_site_is_fresh_until_something_was_committed(tmp_path: Path, made: str) -> None:
    if made == "an empty file":
        (tmp_path / SYSTEM_DISK).touch()
    elif made == "a store without rows":
        SqliteStore(tmp_path / SYSTEM_DISK).close()
    site = open_site(tmp_path)
    assert site.fresh
    site.store.put(b"A", b"1")
    site.store.commit()
    site.close()
    again = open_site(tmp_path)
    assert not again.fresh
    again.close()
