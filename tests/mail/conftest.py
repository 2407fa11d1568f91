"""A small node with users, a system disk and terminals, for tests of MAIL: memory, virtual time."""

from collections.abc import Iterator

import pytest

from tests.mail.mail_world import MailWorld


@pytest.fixture
def world() -> Iterator[MailWorld]:
    made = MailWorld()
    yield made
    made.close()
