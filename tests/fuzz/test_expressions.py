"""Expressions are worth what a second, independent reading of the manual says."""

from hypothesis import given
from hypothesis import strategies as st

from tests.dcl.dcl_world import DclWorld
from tests.fuzz.grammar import SYMBOLS, TREES, law
from tests.fuzz.model import number

_QUOTED = {name: value if isinstance(value, int) else '"' + value.replace('"', '""') + '"' for name, value in SYMBOLS.items()}
_DEFINE = [f"{name} = {value}" for name, value in _QUOTED.items()]


@given(st.lists(TREES.filter(lambda tree: len(tree.text) < 900), min_size=1, max_size=12))
@law(15)
def test_expressions_have_the_values_of_the_model(trees):
    lines, expected = list(_DEFINE), []
    for tree in trees:
        value = tree.worth(SYMBOLS)
        lines += [f"X = {tree.text}", "SHOW SYMBOL X", f'IF {tree.text} THEN WRITE SYS$OUTPUT "true"']
        expected += [f'  X = "{value}"' if isinstance(value, str) else shown(value), *["true"] * (number(value) & 1)]
    assert DclWorld().type(*lines) == expected


def shown(value):
    return f"  X = {value}   Hex = {value & 0xFFFFFFFF:08X}  Octal = {value & 0xFFFFFFFF:011o}"
