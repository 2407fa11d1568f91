"""conditions.txt read: what is known of each condition of the CLI facility."""

from __future__ import annotations

from pathlib import Path

from vmsemu.tables.facilities import CLI

LINES = [line for line in Path(__file__).with_name("conditions.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("!")]
_DCL = [line.split(" ", 4) for line in LINES if line.split()[1] == "DCL"]
VALUES = {ident: int(value, 16) for value, _, ident, *_ in _DCL}
TEXTS = {ident: text[0] if text else "" for _, _, ident, _, *text in _DCL}
for _ident in ("OPENIN", "OPENOUT", "ACTIMAGE", *(i for i, text in TEXTS.items() if text.endswith("..."))):
    TEXTS[_ident], VALUES[_ident] = CLI.definitions[_ident].text, int(CLI.definitions[_ident].value)
