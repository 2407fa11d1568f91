"""Directories of structure level 5: one name whatever its case, in the order of what it means; the rows and the blocks hold it all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.extended import escape
from vmsemu.base.time import VmsTime
from vmsemu.files.directory import fold
from vmsemu.files.verify import problems
from vmsemu.files.volume import MFD, Volume
from vmsemu.store.memory import MemoryStore

NOW = VmsTime(1)
letters = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters='"*:<>/\\?|.')
written = st.builds(
    lambda stem, type_: f"{escape(stem)}.{escape(type_)}",
    st.text(st.one_of(letters, st.just(".")), min_size=1, max_size=30), st.text(letters, max_size=20),
).filter(lambda name: fold(name)[-4:] not in (".DIR", ".SYS"))  # fmt: skip


def fresh() -> tuple[MemoryStore, Volume]:
    store = MemoryStore()
    Volume.initialize(store, "WORK", now=NOW, blocks=100_000, structure=5)
    return store, Volume(store, lambda: NOW)


@given(st.lists(written, max_size=40))
def test_names_are_kept_as_the_first_version_spelled_them(names: list[str]) -> None:
    store, volume = fresh()
    model: dict[str, list[str]] = {}
    for name in names:
        header = volume.create(MFD, name)
        spelled = model.setdefault(fold(name), [])
        spelled.append(spelled[0].rpartition(";")[0] + f";{len(spelled) + 1}" if spelled else f"{name};1")
        assert header.name == spelled[-1]
    for mounted in (volume, Volume(store, lambda: NOW)):
        directory = mounted.directory(MFD)
        own = {key: entry for key, entry in directory.entries.items() if not key.endswith((".SYS", ".DIR"))}
        assert list(own) == sorted(model)
        for key, entry in own.items():
            assert entry.spelling == model[key][0].rpartition(";")[0]
            assert len(entry.versions) == len(model[key])
            assert directory.find(entry.spelling.swapcase() if entry.spelling.isascii() and "^" not in entry.spelling else entry.spelling)
        assert len(directory.render()) == directory.blocks * 512
        assert not problems(mounted)


def test_a_wildcard_in_the_name_covers_dots_and_one_in_the_type_none() -> None:
    _, volume = fresh()
    for name in ("a^.b.c", "A.B", "x.c"):
        volume.create(MFD, name)
    directory = volume.directory(MFD)
    assert directory.matching("*.C") == ["A.B.C", "X.C"]
    assert directory.matching("a*.*") == ["A.B", "A.B.C"]
    assert directory.matching("A%B.c") == ["A.B.C"]


def test_the_last_version_taken_away_frees_the_spelling() -> None:
    _, volume = fresh()
    header = volume.create(MFD, "Name.Txt")
    volume.remove(MFD, "NAME.TXT", 1)
    volume.delete(header.fid)
    assert volume.create(MFD, "name.txt").name == "name.txt;1"
