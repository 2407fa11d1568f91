"""The MESSAGE compiler, and the values of the shared facilities."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vmsemu
from vmsemu.base.condition import MessageDefinition, Severity
from vmsemu.base.fao import fao
from vmsemu.tables.facilities import CLI, RMS, SS
from vmsemu.tables.message import Facility, MessageSourceError, compile_messages

SOURCE = """
! A comment.
.TITLE  SAMPLE messages
.FACILITY SAMPLE,20/PREFIX=SAMPLE_     ! number 20
.SEVERITY ERROR
.BASE 5
FIRST           <first text>
SECOND/WARNING  "second !AS"/FAO_COUNT=1 ! with a comment
THIRD           <a > b>/FAO=2/IDENT=OTHER/INF
.BASE %X10
.SEVERITY SEV
FOURTH          <fourth>
.END
"""


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (RMS.FNF, 0x18292),
        (RMS.EOF, 0x1827A),
        (RMS.NMF, 0x182CA),
        (RMS.WLD, 0x18744),
        (RMS.SYN, 0x186D4),
        (RMS.DNF, 0x1C04A),
        (SS.NORMAL, 0x1),
        (SS.ABORT, 0x2C),
        (SS.NOPRIV, 0x24),
        (SS.NOSUCHFILE, 0x910),
        (CLI.IVVERB, 0x38090),
        (CLI.UNDSYM, 0x38140),
        (CLI.IVATIME, 0x38290),
        (CLI.IVDTIME, 0x38298),
    ],
)
def test_known_conditions_have_their_real_values(definition: MessageDefinition, value: int) -> None:
    assert definition.value == value


def test_numbers_run_on_from_base_and_qualifiers_override() -> None:
    out = compile_messages(SOURCE)
    customer = 0x08008000 | 20 << 16
    assert list(out) == ["FIRST", "SECOND", "THIRD", "FOURTH"]
    assert out["FIRST"].value == customer | 5 << 3 | Severity.ERROR
    assert out["SECOND"].value == customer | 6 << 3 | Severity.WARNING
    assert out["THIRD"].value == customer | 7 << 3 | Severity.INFORMATIONAL
    assert out["FOURTH"].value == customer | 16 << 3 | Severity.FATAL
    assert (out["SECOND"].text, out["SECOND"].fao_count) == ("second !AS", 1)
    assert (out["THIRD"].text, out["THIRD"].ident, out["THIRD"].fao_count) == ("a > b", "OTHER", 2)
    assert out["FIRST"].facility == "SAMPLE"


@pytest.mark.parametrize(("qualifiers", "bits"), [("", 0x08008000), ("/SHARED", 0x08000000), ("/SYSTEM", 0x8000), ("/SYSTEM/SHARED", 0)])
def test_facility_qualifiers_decide_the_bits_of_every_value(qualifiers: str, bits: int) -> None:
    out = compile_messages(f".FACILITY X,1{qualifiers}\n.SEVERITY SUCCESS\n.BASE 0\nA <a>\n")
    assert out["A"].value == bits | 1 << 16 | Severity.SUCCESS


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (["A <a>"], "line 1: not a message definition"),
        ([".FACILITY X,1", "A <a>"], "line 2: no severity"),
        ([".FACILITY X,1", ".SEVERITY WRONG"], "line 2: unknown severity WRONG"),
        ([".FACILITY X,1", ".SEVERITY ERROR", "A <a>", "A <b>"], "line 4: A is defined twice"),
        ([".FACILITY X,1", ".SEVERITY ERROR", "A <a>/WRONG=1"], "line 3: unknown qualifier WRONG"),
        ([".FACILITY X,1", ".SEVERITY ERROR", "A a"], "line 3: not a message definition"),
        ([".FACILITY X,1", ".BASE ten"], "line 2: not a number: ten"),
        ([".FACILITY X,1", ".SEVERITY ERROR", ".BASE 4096", "A <a>"], "line 4: message number 4096 is too high"),
        ([".FACILITY X"], "line 1: bad .FACILITY"),
        ([".FACILITY X,4000"], "line 1: facility number 4000 is too high"),
        ([".NOSUCH A=1"], "line 1: unknown directive .NOSUCH"),
        ([".FACILITY X,1", ".SEVERITY ERROR", ".END", "A <a>"], "line 4: not a message definition"),
    ],
)
def test_a_source_error_names_its_line(lines: list[str], what: str) -> None:
    with pytest.raises(MessageSourceError, match=re.escape(what)):
        compile_messages("\n".join(lines))


def test_a_message_is_found_by_its_value_without_regard_to_severity_and_control_bits() -> None:
    assert RMS.by_value(0x10018290) is RMS.FNF
    assert RMS.by_value(0x7FFF8) is None


def test_an_undeclared_message_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="declares no message NOSUCH"):
        _ = RMS.NOSUCH
    assert Facility("", "x.msg", source=".FACILITY X,1\n.SEVERITY ERROR\nA <a>\n").A.ident == "A"


ROOT = Path(vmsemu.__file__).parent.parent
SOURCES = sorted(p for top in ("vmsemu", "smtp") for p in (ROOT / top).rglob("*.msg"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_every_message_source_compiles_to_distinct_values_and_sound_texts(path: Path) -> None:
    out = compile_messages(path.read_text(encoding="utf-8"), path.name)
    values = [d.value & 0x0FFFFFF8 for d in out.values()]
    assert len(set(values)) == len(values)
    for definition in out.values():
        fao(definition.text, (1,) * definition.fao_count)
