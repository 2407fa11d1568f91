"""Directory files: the blocks that are counted are the blocks that are written, and a reader of blocks finds every entry."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.files.directory import ROOM, Directory
from vmsemu.files.header import FileId

STEPS = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["A.B", "LONG_NAME_NUMBER_ONE.TYPE", "Z.", ".LIS", "M$N.OPQ", "LONG_NAME.X"]), st.integers(1, 99)),
    max_size=150,
)


def decode(data: bytes) -> list[tuple[str, int, int]]:
    """(name, version, file number) of directory blocks, as another reader would read them."""
    out = []
    for start in range(0, len(data), 512):
        at = start
        while (size := int.from_bytes(data[at : at + 2], "little")) != 0xFFFF:
            length = data[at + 5]
            name = data[at + 6 : at + 6 + length].decode("ascii")
            for entry in range(at + 6 + length + length % 2, at + 2 + size, 8):
                out.append((name, int.from_bytes(data[entry : entry + 2], "little"), int.from_bytes(data[entry + 2 : entry + 4], "little")))
            at += size + 2
            assert at <= start + ROOM
    return out


@settings(max_examples=80, deadline=None)
@given(steps=STEPS)
def test_the_blocks_of_a_directory_hold_its_entries_in_order(steps: list[tuple[bool, str, int]]) -> None:
    directory = Directory(FileId(11, 1))
    model: dict[tuple[str, int], int] = {}
    for serial, (adding, name, version) in enumerate(steps):
        if adding and (name, version) not in model:
            blocks, may_split = directory.blocks, directory.would_split(name, directory.key(name, version))
            directory.add(name, version, FileId(serial, 1))
            model[name, version] = serial
            assert directory.blocks == blocks or may_split
        elif not adding and (name, version) in model:
            directory.remove(name, version)
            del model[name, version]
    data = directory.render()
    expected = sorted(((n, v, f) for (n, v), f in model.items()), key=lambda e: (e[0], -e[1]))
    assert decode(data) == expected
    assert len(data) == 512 * directory.blocks
    assert directory.blocks == 1 or all(decode(data[at : at + 512]) for at in range(0, len(data), 512))
