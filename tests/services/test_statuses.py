"""Every RMS condition that a program can meet here comes from the operation that RMS gives it for, with its value of the RMS Reference Manual."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.services.rms_world import RmsWorld
from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import STM_CR, CarriageControl, Organization, RecordAttributes, RecordFormat, fixed
from vmsemu.files.control import Share
from vmsemu.files.fdl import FileDesign
from vmsemu.files.keys import KeyDefinition, KeyType
from vmsemu.files.relative import RelativeFile
from vmsemu.files.sequential import Rfa
from vmsemu.services.process import Process
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS
from vmsemu.tables.fdl import FileDefinition

NAME = KeyDefinition.string(0, 4)
OTHER = KeyDefinition.string(4, 2, duplicates=True)
RELATIVE = RecordAttributes(Organization.RELATIVE, maximum_size=20)
Case = Callable[[Process], object]


def text(process: Process, *records: bytes) -> RecordFile:
    """A text file with these records, open for reading and updating."""
    with process.files.create("A.DAT") as file:
        for record in records:
            file.put(record)
    return process.files.open("A.DAT", update=True)


def cells(process: Process, maximum: int = 0) -> RecordFile:
    file = process.files.create("R.DAT", attributes=RELATIVE, maximum_number=maximum)
    file.put(b"one")
    return file


def indexed(process: Process, *keys: KeyDefinition, size: int = 0) -> RecordFile:
    file = process.files.create_indexed(
        "I.DAT", keys or (NAME, OTHER), attributes=RecordAttributes(Organization.INDEXED, maximum_size=size)
    )
    file.put(b"0001AA")
    return file


def read(file: RecordFile) -> RecordFile:
    file.get()
    return file


def twice(first: Callable[[], object], second: Callable[[], object]) -> object:
    first()
    return second()


def closed(file: RecordFile) -> RecordFile:
    file.close()
    return file


def locked(process: Process, action: str) -> object:
    """A record that another stream has locked, or that is not locked by this one."""
    text(process, b"one").close()
    first, second = (process.files.open("A.DAT", update=True, shared=True, locking=True) for _ in range(2))
    first.get()
    if action == "read":
        return second.get()
    second.get_unlocked()
    second.update(b"two")
    return None


def deleted(process: Process) -> object:
    file = indexed(process)
    address = file.rfa()
    file.delete()
    return file.get_rfa(address)


def definition(source: str) -> FileDesign:
    return FileDesign.of(FileDefinition.from_text(source))


CASES: dict[str, tuple[int, Case]] = {
    "RNL": (0x181A0, lambda p: locked(p, "update")),
    "DEL": (0x18262, deleted),
    "EOF": (0x1827A, lambda p: read(read(text(p, b"one")))),
    "FEX": (0x18282, lambda p: twice(p.files.create("A.DAT;1").close, lambda: p.files.create("A.DAT;1"))),
    "FLK": (0x1828A, lambda p: twice(lambda: text(p), lambda: p.files.open("A.DAT"))),
    "FNF": (0x18292, lambda p: p.files.open("NOSUCH.DAT")),
    "PRV": (0x1829A, lambda p: p.files.create("DKA100:[000000]A.DAT")),
    "REX": (0x182A2, lambda p: twice(lambda: cells(p).rewind(), lambda: p.files.opened()[-1].put(b"two"))),
    "RLK": (0x182AA, lambda p: locked(p, "read")),
    "RNF": (0x182B2, lambda p: indexed(p).get_key(b"0002")),
    "WLK": (0x182BA, lambda p: twice(lambda: _lock_volume(p), lambda: p.files.create("A.DAT"))),
    "DNF": (0x1C04A, lambda p: p.files.open("[NOWHERE]A.DAT")),
    "BKS": (0x1841C, lambda p: p.files.create("R.DAT", attributes=RecordAttributes(Organization.RELATIVE, maximum_size=9, bucket_size=64))),
    "CHG": (0x1849C, lambda p: indexed(p).update(b"0002AA")),
    "CUR": (0x184B4, lambda p: text(p, b"one").update(b"two")),
    "DEV": (0x184C4, lambda p: p.files.open("NOSUCH:A.DAT")),
    "DIR": (0x184CC, lambda p: p.files.open("[A..B]A.DAT")),
    "DTP": (0x184E4, lambda p: indexed(p, KeyDefinition(((0, 4),), KeyType.COLLATED))),
    "DUP": (0x184EC, lambda p: indexed(p).put(b"0001BB")),
    "FAC": (0x18514, lambda p: p.files.create("A.DAT").get()),
    "FLG": (0x1851C, lambda p: indexed(p, KeyDefinition.string(0, 4, changes=True))),
    "FOP": (0x1853C, lambda p: definition("FILE; TEMPORARY yes")),
    "FUL": (0x18544, lambda p: p.files.create("A.DAT", allocation=10_000_000)),
    "IOP": (0x18574, lambda p: read(text(p, b"one")).delete()),
    "IRC": (0x1857C, lambda p: _spoil_count(text(p, b"one")).get()),
    "ISI": (0x18584, lambda p: closed(text(p, b"one")).get()),
    "IFI": (0x18564, lambda p: closed(text(p, b"one")).file.close()),
    "KEY": (0x18594, lambda p: _stream(cells(p)).get_record(0)),
    "KRF": (0x1859C, lambda p: indexed(p).get_key(b"AA", 2)),
    "KSZ": (0x185A4, lambda p: indexed(p).get_key(b"00011")),
    "MRN": (0x185CC, lambda p: cells(p, 1).put(b"two")),
    "MRS": (0x185D4, lambda p: p.files.create("A.DAT", attributes=RecordAttributes(format=RecordFormat.FIX))),
    "NEF": (0x185E4, lambda p: text(p, b"one").put(b"two")),
    "NPK": (0x185FC, lambda p: p.files.create_indexed("I.DAT", [])),
    "ORG": (0x1860C, lambda p: twice(text(p).close, lambda: p.files.open_indexed("A.DAT"))),
    "PLG": (0x1861C, lambda p: twice(lambda: _spoil_prologue(closed(cells(p))), lambda: p.files.open("R.DAT"))),
    "POS": (0x18624, lambda p: indexed(p, KeyDefinition.string(8, 4), size=10)),
    "RFA": (0x1865C, lambda p: text(p, b"one").get_rfa(Rfa(0, 0))),
    "RFM": (0x18664, lambda p: p.files.create("R.DAT", attributes=RecordAttributes(Organization.RELATIVE, RecordFormat.STM, maximum_size=9))),
    "RHB": (0x1866C, lambda p: p.files.create("A.DAT", attributes=RecordAttributes(format=RecordFormat.VFC, control_size=3)).put(b"one", b"1")),
    "RSZ": (0x186A4, lambda p: p.files.create("A.DAT", attributes=fixed(9)).put(b"one")),
    "SIZ": (0x186BC, lambda p: indexed(p, KeyDefinition.string(0, 256))),
    "SEG": (0x18794, lambda p: indexed(p, KeyDefinition(((0, 2), (4, 2)), KeyType.INT4))),
    "SYN": (0x186D4, lambda p: p.files.open("A;B;C.DAT")),
    "VER": (0x186FC, lambda p: p.files.open("A.DAT;X")),
    "WLD": (0x18744, lambda p: p.files.open("*.DAT")),
    "PLV": (0x1872C, lambda p: definition("KEY 0; PROLOG 2")),
    "JNS": (0x187F4, lambda p: definition("JOURNAL; AFTER_IMAGE yes")),
}  # fmt: skip


def _stream(file: RecordFile) -> RelativeFile:
    assert isinstance(file.file, RelativeFile)
    return file.file


def _spoil_prologue(file: RecordFile) -> None:
    control = _stream(file)._control
    control.volume.write(control.header, 0, bytes(512))


def _spoil_count(file: RecordFile) -> RecordFile:
    control = file.sequential._control
    control.volume.write(control.header, 0, b"\xff\x7f")
    return file


def _lock_volume(process: Process) -> None:
    device = process.files.device_of("DKA100:")
    device.volume.write_locked = True  # type: ignore[attr-defined]


@pytest.mark.parametrize("ident", CASES)
def test_the_operation_fails_with_the_condition_rms_gives_it(ident: str) -> None:
    value, case = CASES[ident]
    process = RmsWorld().process()
    with pytest.raises(VmsError) as caught:
        case(process)
    assert caught.value.matches(RMS.definitions[ident]), caught.value
    assert RMS.definitions[ident].value == value


# -- what section "services" of the manual says of successes -------------------------------------------------------------------------------------


def test_records_of_any_length_come_back_and_the_end_stays_the_end() -> None:
    file = text(RmsWorld().process(), b"first", b"", b"x" * 16)
    assert [len(file.get()) for _ in range(3)] == [5, 0, 16]
    for _ in range(2):
        with pytest.raises(VmsError) as caught:
            file.get()
        assert caught.value.matches(RMS.EOF)


def test_a_stream_record_may_change_its_length_and_a_counted_one_may_not() -> None:
    process = RmsWorld().process()
    with pytest.raises(VmsError) as caught:
        read(text(process, b"one")).update(b"three")
    assert caught.value.matches(RMS.RSZ)
    with process.files.create("S.DAT", attributes=STM_CR) as file:
        file.put(b"one")
    stream = process.files.open("S.DAT", update=True)
    read(stream).update(b"three")
    stream.rewind()
    assert stream.get() == b"three"


def test_fixed_records_are_read_by_number_and_others_are_not() -> None:
    process = RmsWorld().process()
    with process.files.create("F.DAT", attributes=fixed(3, CarriageControl.CR)) as file:
        for record in (b"one", b"two"):
            file.put(record)
    assert process.files.open("F.DAT").sequential.get_record(2) == b"two"
    with pytest.raises(VmsError) as caught:
        text(process, b"one").sequential.get_record(1)
    assert caught.value.matches(RMS.IOP)


def test_readers_and_writers_agree_on_sharing_both_ways() -> None:
    process = RmsWorld().process()
    text(process, b"one").close()
    process.files.open("A.DAT", update=True, share=Share.READ)
    for share in (None, Share.READ):
        with pytest.raises(VmsError) as caught:
            process.files.open("A.DAT", share=share)
        assert caught.value.matches(RMS.FLK)
    assert process.files.open("A.DAT", share=Share.ALL).get() == b"one"
