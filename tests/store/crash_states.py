"""What a power failure may leave of the files of a SQLite store, and whether each of it is whole.

At each sync everything written since the last sync of the same file may be there or not: any part of it, in any order, the last write torn. A sync
that came back keeps what was before it. Files are made and deleted at once (SQLite syncs the folder itself). A state is good when the store opens
and holds exactly what one of the commits left, not earlier than the last one that was promised; half a commit equals none of them.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.store.recorder import Event, Recorder, recording
from vmsemu.base.time import VmsTime
from vmsemu.files.rms import create_file
from vmsemu.files.verify import problems
from vmsemu.files.volume import MFD, Volume
from vmsemu.store import redo
from vmsemu.store import sqlite as sqlite_module
from vmsemu.store.port import Store, StoreError
from vmsemu.store.sqlite import SqliteStore

NOW = VmsTime.of(2001, 5, 14, 10)
DISK = "disk.vms"
SECTOR = 512
CHECKPOINT_PAGES = 24  # often, so that writes to the database file are among what may be lost
LOG, LOGGED, GROWTH = 24_000, 20_000, 3000  # the same for the redo log, and for commits that pass it by
EMPTY = hashlib.sha1().hexdigest()

Files = dict[str, bytearray]


@dataclass
class Run:
    """What was recorded of a workload. `contents[n]` is a digest of all rows as commit n left them; `states` how many were checked."""

    events: list[Event]
    contents: list[str] = field(default_factory=list)
    states: int = 0


def digest(store: Store) -> str:
    found = hashlib.sha1()
    for key, value in store.scan(b"", b"\xff"):
        found.update(len(key).to_bytes(4, "big") + key + len(value).to_bytes(4, "big") + value)
    return found.hexdigest()


def workload(store: SqliteStore, commits: int) -> Iterator[None]:
    """A volume and what happens on it, up to each commit."""
    Volume.initialize(store, "TEST", now=NOW, blocks=20_000)
    yield
    volume = Volume(store, lambda: NOW)
    directory = volume.create_directory(MFD, "D").fid
    for number in range(1, commits):
        file = create_file(volume, directory, "A.DAT")
        for _ in range(number % 4 * 6 + 1):
            file.put(bytes([number]) * 997)
        file.close()
        versions = volume.directory(directory).entries["A.DAT"].versions
        if len(versions) > 2:
            fid = volume.lookup(directory, "A.DAT", versions[0])
            assert fid is not None
            volume.remove(directory, "A.DAT", versions[0])
            volume.delete(fid)
        if number % 4 == 0:
            volume.rename(directory, "A.DAT", versions[-1], MFD, f"B{number}.DAT", 1)
        yield


@contextmanager
def short_log() -> Iterator[None]:
    """Stores whose redo log is full soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_module, "LOG_BYTES", LOG)
        patch.setattr(sqlite_module, "LOGGED_BYTES", LOGGED)
        patch.setattr(redo, "_GROWTH", GROWTH)
        yield


def record(folder: Path, commits: int, *, setting: str = "", unsynced: bool = False, early_promise: bool = False) -> Run | None:
    """Run the workload; None when SQLite cannot be watched here. `setting`, `unsynced` and `early_promise` break the rules, for controls."""
    with recording() as recorder, short_log():
        if recorder is None:
            return None
        if unsynced:
            redo.fdatasync = lambda file: None  # type: ignore[assignment]
        store = SqliteStore(folder / DISK)
        assert store._database is not None
        store._database.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        if setting:
            store._database.execute(setting)
        run = Run(recorder.events)
        for number, _ in enumerate(workload(store, commits)):
            _commit(store, recorder, number, early_promise)
            run.contents.append(digest(store))
        store.close()
    return run


def _commit(store: SqliteStore, recorder: Recorder, number: int, early_promise: bool) -> None:
    recorder.mark("begin", number)
    if early_promise:
        recorder.mark("promise", number)
    store.commit()
    recorder.mark("promise", number)


def crash_points(events: Sequence[Event]) -> Iterator[tuple[int, Files, list[Event]]]:
    """Each moment just before a sync, and the end: (events before it, what is certainly there, what may be there)."""
    pending: list[Event] = []
    files: Files = {}
    for at, event in enumerate(events):
        if event.what in ("sync", "delete"):
            if event.what == "sync":
                yield at, files, pending
            _apply(files, [e for e in pending if e.file == event.file])
            pending = [e for e in pending if e.file != event.file]
            if event.what == "delete":
                files.pop(event.file, None)
        elif event.what in ("write", "truncate"):
            files.setdefault(event.file, bytearray())
            pending.append(event)
    yield len(events), files, pending


def _apply(files: Files, events: Sequence[Event]) -> None:
    for event in events:
        data = files.setdefault(event.file, bytearray())
        if event.what == "truncate":
            del data[event.at :]
            continue
        if len(data) < event.at:
            data.extend(bytes(event.at - len(data)))
        data[event.at : event.at + len(event.data)] = event.data


def survivors(pending: list[Event], chance: random.Random, subsets: int) -> Iterator[list[Event]]:
    """What may be left of writes that were not synced: the first ones, the last of them torn, all but one, one alone, any."""
    yield pending
    for at, event in enumerate(pending):
        yield pending[:at]
        for length in {len(event.data) // 2, len(event.data) // 2 // SECTOR * SECTOR, max(len(event.data) - SECTOR, 0)} - {0}:
            yield [*pending[:at], event._replace(data=event.data[:length])]
            yield [*pending[:at], event._replace(data=event.data[:length]), *pending[at + 1 :]]
        yield pending[:at] + pending[at + 1 :]
        yield [event]
    for _ in range(subsets if len(pending) > 2 else 0):
        yield [event for event in pending if chance.random() < 0.5]


def check(run: Run, folder: Path, *, subsets: int = 4, wanted: Callable[[int], bool] = lambda serial: True) -> list[str]:
    """Enumerate the states and open each; what is wrong with them. `wanted` chooses among the states by their serial number."""
    chance = random.Random(1)
    wrong: list[str] = []
    sound: dict[str, list[str]] = {EMPTY: []}
    serial = 0
    for at, certain, pending in crash_points(run.events):
        marks = [event for event in run.events[:at] if event.what in ("begin", "promise")]
        begun = max((e.at for e in marks if e.what == "begin"), default=-1)
        promised = max((e.at for e in marks if e.what == "promise"), default=-1)
        allowed = {run.contents[n]: n for n in range(max(promised, 0), begun + 1)} | ({EMPTY: -1} if promised < 0 else {})
        for left in survivors(pending, chance, subsets):
            serial += 1
            if wanted(serial):
                files = {name: bytearray(data) for name, data in certain.items()}
                _apply(files, left)
                run.states += 1
                wrong += [f"state {serial}, after event {at}: {text}" for text in _wrong_with(files, folder, allowed, sound)]
    return wrong


def _wrong_with(files: Files, folder: Path, allowed: dict[str, int], sound: dict[str, list[str]]) -> list[str]:
    for old in folder.glob(DISK + "*"):
        old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    try:
        store: Any = SqliteStore(folder / DISK)
    except StoreError as error:
        return [f"the store does not open: {error}"]
    try:
        found = digest(store)
        if found not in allowed:
            return [f"holds none of the commits {sorted(allowed.values())}"]
        if found not in sound:
            sound[found] = problems(Volume(store, lambda: NOW))
        return sound[found]
    except (StoreError, sqlite3.Error) as error:
        return [f"the store cannot be read: {error}"]
    finally:
        store._database.close()
