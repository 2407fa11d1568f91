"""Every ident that the code signals is declared in a .MSG file."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

from vmsemu.tables.message import Facility

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(p for package in ("vmsemu", "smtp") for p in (ROOT / package).rglob("*.py") if p.name != "__main__.py")


def signalled(path: Path) -> list[tuple[str, str]]:
    """(facility name, ident) of each `FACILITY.IDENT` in the source."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id.isupper() and node.attr.isupper()
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_signalled_ident_is_declared(path: Path) -> None:
    used = signalled(path)
    if not used:
        return
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    module = import_module(name)
    missing = [f"{facility}.{ident}" for facility, ident in used if isinstance(f := getattr(module, facility, None), Facility) and ident not in f.definitions]
    assert missing == []


def test_an_undeclared_ident_would_be_found() -> None:
    assert "NOSUCHIDENT" not in Facility("vmsemu.tables", "rms.msg").definitions
    assert ("RMS", "FNF") in signalled(ROOT / "vmsemu" / "services" / "rms.py")
