"""The store port: an ordered map of byte strings with transactions. Everything that persists goes through one of these.

Theory of operation. A store holds keys and values, both `bytes`, in ascending order of key. Whatever is written between two commits is one
transaction: after a crash either all of it is there or none. Reads see the transaction's own writes. There is one user at a time.

Writing is gathering: `put` and `delete` never fail because of the medium. What the medium refuses shows at the commit, which changes
nothing then and may be tried again.

A scan is lazy. Whoever writes to the store while consuming a scan takes a list of it first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from vmsemu.kernel.kernel import CommitError


class StoreError(CommitError):
    """The host side of a store failed. The text says what happened, what was left unchanged, and what to try next.

    This is for the operator of the host, not a VMS condition: the node cannot go on without its disk.
    """

    def __init__(self, text: str, *, final: bool = False) -> None:
        super().__init__(text)
        self.final = final


class Store(Protocol):
    """What every store offers. `low <= key < high` in scans; deleting a key that is not there does nothing."""

    @property
    def dirty(self) -> bool:
        """Something was written since the last commit or rollback."""
        ...

    def get(self, key: bytes) -> bytes | None: ...

    def put(self, key: bytes, value: bytes) -> None: ...

    def delete(self, key: bytes) -> None: ...

    def scan(self, low: bytes, high: bytes, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """The pairs with low <= key < high, in ascending (or descending) order of key."""
        ...

    def commit(self) -> None:
        """Make everything written so far durable. Errors: StoreError; what was written is kept and the commit may be tried again."""
        ...

    def rollback(self) -> None:
        """Forget everything written since the last commit."""
        ...

    def close(self) -> None:
        """Forget what is not committed and let go of the medium. Closing twice does nothing."""
        ...
