"""A site: the folder on the host that holds one machine's system disk and its manifest.

    vmsemu.toml      the manifest: what the operator may set once instead of on every command line
    dka0.vms         the system disk
    dka100.vms ...   the packs in the data drives, made when a drive is first used
    lock             held while a node has the site open

A site may be copied or moved while no node has it open. Errors are `SiteError`, in words for the host's operator.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from vmsemu.host.options import NodeOptions
from vmsemu.store.port import Store, StoreError

MANIFEST = "vmsemu.toml"
SYSTEM_DISK = "dka0.vms"

_MANIFEST_TEXT = """\
# The manifest of this vmsemu site. Uncomment what should hold whenever the site is opened.
# node = "ALPHA1"
# domain = "example.com"
# clock = "14-MAY-2001 10:00"
# tcpip = "unconfigured"            # of a new system only
# ports = ["25=127.0.0.1:2525"]
# net = "host"
# dns = "127.0.0.1:53"
# out = ["25=127.0.0.1:2526"]
# mounts = ["DNFS1=share", "DNFS2=outbox:write"]
"""


class SiteError(Exception):
    """A site that cannot be opened: what happened, what was left unchanged, what to try."""


@dataclass
class Site:
    """An open site. `store` is its system disk; `fresh` says that the disk is new and empty; `folder` is None in memory."""

    store: Store
    fresh: bool
    manifest: dict[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    _lock: int | None = None
    _packs: dict[str, Store] = field(default_factory=dict)

    def pack(self, drive: str) -> Store:
        """The pack in a data drive (`DKA100:`), open; a new empty one when there is none. Errors: StoreError."""
        if self.folder is None:
            from vmsemu.store.memory import MemoryStore

            return self._packs.setdefault(drive, MemoryStore())
        from vmsemu.store.sqlite import SqliteStore

        return SqliteStore(self.folder / (drive.lower().removesuffix(":") + ".vms"))

    def close(self) -> None:
        """Close the disk and let go of the site."""
        self.store.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def open_site(folder: Path) -> Site:
    """Open the site, building the folder when it is not there. The disk of a new site is empty."""
    from vmsemu.store.sqlite import SqliteStore

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        why = error.strerror
        raise SiteError(f"cannot use {folder} as a site: {why}. Nothing was changed; choose another folder with --site.") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise SiteError(
            f"the site {folder} is open: a running node owns it. Nothing was changed. Stop that node, or name another site with --site."
        ) from None
    try:
        manifest = _read_manifest(folder / MANIFEST)
        disk = folder / SYSTEM_DISK
        store = SqliteStore(disk)
        # A crash before the first commit leaves a disk file with nothing on it.
        fresh = next(store.scan(b"", b"\xff"), None) is None
        return Site(store, fresh, manifest, folder, lock)
    except StoreError as error:
        os.close(lock)
        raise SiteError(str(error)) from None
    except SiteError:
        os.close(lock)
        raise


def ephemeral_site() -> Site:
    """A site in memory that leaves nothing behind."""
    from vmsemu.store.memory import MemoryStore

    return Site(MemoryStore(), True)


def _read_manifest(path: Path) -> dict[str, Any]:
    import tomllib

    if not path.exists():
        path.write_text(_MANIFEST_TEXT, encoding="utf-8")
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError(f"the manifest {path} cannot be read: {error}. Nothing was changed; correct that line.") from None
    known = {f.name for f in fields(NodeOptions)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise SiteError(f"the manifest {path} has an unknown key: {unknown[0]}. Known keys: {', '.join(sorted(known))}.")
    return values
