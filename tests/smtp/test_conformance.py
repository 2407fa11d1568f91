"""docs/conformance.md: everything it names exists, and nothing of the chapter is left without a line."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "conformance.md"
SECTIONS = (
    *("17", "17.1", "17.1.1", "17.1.2", "17.1.3", "17.1.4", "17.1.5", "17.1.5.1", "17.1.5.2", "17.2", "17.2.1", "17.2.2", "17.3"),
    *("Table 17-1", "Table 17-2", "Table 17-3"),
)
TABLES = {"Table 17-1": 6, "Table 17-2": 4, "Table 17-3": 12}


def rows() -> list[tuple[str, str, str]]:
    """Section, statement and proof of each line of the table."""
    found = []
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| Section"):
            section, statement, proof = (cell.strip() for cell in line.strip("|").split("|"))
            found.append((section, statement, proof))
    return found


def names() -> list[str]:
    return sorted({name for *_, proof in rows() for name in re.findall(r"`([^`]+)`", proof)})


def functions_of(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", names())
def test_every_proof_is_there(name: str) -> None:
    file, _, function = name.partition("::")
    if not function:
        assert (ROOT / "tests" / "scenarios" / f"{name}.md").is_file()
        return
    assert function.startswith("test_")
    assert function in functions_of(ROOT / file)


def test_every_statement_has_a_proof_or_says_that_it_is_open() -> None:
    assert [row for row in rows() if not (re.search(r"`[^`]+`", row[2]) or re.match(r"(open: |no behaviour)", row[2]))] == []


def test_every_section_and_every_line_of_its_tables_is_there() -> None:
    sections = [section for section, *_ in rows()]
    assert set(sections) == set(SECTIONS)
    assert {table: sections.count(table) for table in TABLES} == TABLES


def test_no_statement_stands_twice() -> None:
    statements = [(section, statement) for section, statement, _ in rows()]
    assert len(set(statements)) == len(statements)


def test_every_scenario_of_the_chapter_proves_something() -> None:
    scenarios = {path.stem for path in (ROOT / "tests" / "scenarios").glob("seed_*.md")}
    assert scenarios - set(names()) == set()
