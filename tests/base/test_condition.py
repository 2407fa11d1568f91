"""Condition values and chained messages."""

from __future__ import annotations

from vmsemu.base.condition import ConditionValue, Severity
from vmsemu.tables.facilities import CLI, RMS, SS


def test_the_low_bit_means_success() -> None:
    assert ConditionValue(1)
    assert ConditionValue(3)
    assert not ConditionValue(0x18292)


def test_the_fields_of_a_value_are_its_bits() -> None:
    value = ConditionValue(0x10018292)
    assert (value.severity, value.facility, value.inhibited) == (Severity.ERROR, 1, True)
    assert ConditionValue(0x18292).shown() == value
    assert repr(value) == "%X10018292"
    assert Severity.FATAL.letter == "F"


def test_severity_and_control_bits_do_not_make_another_condition() -> None:
    assert ConditionValue(0x10018290).same_condition(0x18292)
    assert not ConditionValue(0x1829A).same_condition(0x18292)


def test_a_chain_keeps_the_order_of_display() -> None:
    inner = RMS.DNF.error(cause=SS.NOSUCHFILE)
    outer = CLI.OPENIN.error("X.COM", cause=inner)
    assert [m.definition for m in outer.message.chain()] == [CLI.OPENIN, RMS.DNF, SS.NOSUCHFILE]
    assert outer.matches(RMS.FNF, CLI.OPENIN)
    assert not outer.matches(RMS.DNF)
