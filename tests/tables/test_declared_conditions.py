"""Every condition of DCL, SYSTEM and RMS that a user of DCL can meet is declared with its value, severity, text and number of parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmsemu.base.condition import Severity
from vmsemu.tables.facilities import CLI, RMS, SS
from vmsemu.tables.message import Facility

FACILITIES: dict[str, Facility] = {"DCL": CLI, "SYSTEM": SS, "RMS": RMS}
LINES = [line for line in Path(__file__).with_name("conditions.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("!")]


@pytest.mark.parametrize("line", LINES, ids=lambda line: " ".join(line.split()[1:3]))
def test_the_condition_is_declared_as_in_the_message_file(line: str) -> None:
    value, facility, ident, count, *text = line.split(" ", 4)
    definition = FACILITIES[facility].definitions[ident]
    assert definition.value == int(value, 16)
    assert definition.severity is Severity(int(value, 16) & 7)
    assert (definition.facility, definition.ident, definition.fao_count) == (facility, ident, int(count))
    known = text[0] if text else ""
    assert definition.text.startswith(known.removesuffix("...")) if known.endswith("...") or not known else definition.text == known


def test_the_list_is_whole() -> None:
    """Nothing was lost when the list was written."""
    counts = {name: sum(line.split()[1] == name for line in LINES) for name in FACILITIES}
    assert counts == {"DCL": 181, "SYSTEM": 87, "RMS": 49}


@pytest.mark.parametrize(
    ("value", "ident"),
    [
        (0x0C, "ACCVIO"), (0x34, "BADATTRIB"), (0xF4, "ILLIOFUNC"), (0x114, "INSFARG"), (0x234, "UNASEFC"), (0x244, "VASFULL"), (0x254, "VOLINV"),
        (0x364, "POWERFAIL"), (0x47C, "INTOVF"), (0x45C, "SSFAIL"), (0x651, "CONTROLC"), (0x689, "SYNCH"), (0x8C0, "FILESTRUCT"), (0x9E0, "NOMOREACE"),
        (0xE4A, "UNSUPPORTED"), (0x20AC, "EXCPUTIM"), (0x2124, "IVLOCKID"), (0x21E4, "IVACL"), (0x2804, "NOCMKRNL"), (0x2894, "NOOPER"),
        (0x2934, "NOSECURITY"),
    ],
)  # fmt: skip
def test_a_system_condition_has_its_value_of_ssdef(value: int, ident: str) -> None:
    assert SS.definitions[ident].value == value
