"""Laws of the parsers: expressions compute what a model computes, nothing crashes, the two ways of phase 1 agree."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.dcl.evaluate import truth, value
from vmsemu.dcl.expression import read_expression
from vmsemu.dcl.lines import canonical, split_parameters, unquoted
from vmsemu.dcl.procedure import Procedure
from vmsemu.dcl.statement import compile_statement
from vmsemu.dcl.substitution import Template, expand, needs_substitution
from vmsemu.dcl.symbols import SymbolSpace
from vmsemu.dcl.values import to_integer, wrap

INTEGERS = st.integers(-(2**31), 2**31 - 1)
LINES = st.text(alphabet=st.sampled_from("ABab12'\"&!.()+-*/=:,$%<> \t[]F$N"), max_size=60)


def interpreter(**symbols):
    space = SymbolSpace()
    for name, each in symbols.items():
        space.define(name, each)

    def find(name):
        return space.get(name)

    def symbol(name):
        found = find(name)
        if found is None:
            from vmsemu.tables.facilities import CLI

            raise CLI.UNDSYM.error()
        return found

    return SimpleNamespace(symbols=space, locals=space.locals.values, find_symbol=find, symbol=symbol, contexts={})


@given(INTEGERS, INTEGERS, INTEGERS)
def test_arithmetic_wraps_and_keeps_precedence(a, b, c):
    dcl = interpreter(A=a, B=b, C=c)
    for text, model in (("A + B * C", a + wrap(b * c)), ("(A + B) * C", wrap(a + b) * c), ("A - B - C", a - b - c), ("-A + B", wrap(-a) + b)):
        assert value(read_expression(text)[0])(dcl) == wrap(model)


@given(INTEGERS, INTEGERS)
def test_comparisons_are_the_same_as_value_and_as_truth(a, b):
    dcl = interpreter(A=a, B=b)
    for name, model in (("LT", a < b), ("LE", a <= b), ("EQ", a == b), ("NE", a != b), ("GE", a >= b), ("GT", a > b)):
        node = read_expression(f"A .{name}. B")[0]
        assert value(node)(dcl) == int(model)
        assert truth(node)(dcl) == model


@given(st.text(max_size=10), st.text(max_size=10))
def test_truth_is_the_low_bit_of_the_value(a, b):
    dcl = interpreter(A=a, B=b)
    for text in ("A", "A + B", "A .AND. B", "A .OR. B", ".NOT. A", "A .EQS. B", "A .LTS. B .OR. A .EQ. B"):
        node = read_expression(text)[0]
        assert truth(node)(dcl) == bool(to_integer(value(node)(dcl)) & 1)


@given(LINES)
def test_any_text_is_an_expression_or_a_condition(text):
    dcl = interpreter(A=1, B="b")
    node, end = read_expression(text)
    assert 0 <= end <= len(text)
    try:
        assert isinstance(value(node)(dcl), (int, str))
    except VmsError:
        pass


@given(LINES, st.text(alphabet="x'\"! A", max_size=6), st.text(alphabet="yB", max_size=4))
def test_template_and_scanner_agree(text, a, b):
    dcl = interpreter(A=a, B=b, N=3)

    def result(run):
        try:
            return run()
        except VmsError as error:
            return error.value

    assert result(lambda: Template(text).expand(dcl, [])) == result(lambda: expand(dcl, text))


@given(LINES)
def test_a_text_without_references_stays_as_it_is(text):
    if not needs_substitution(text):
        assert expand(interpreter(A="changed", B="changed"), text) == text


@given(LINES)
def test_any_text_compiles(text):
    assert callable(compile_statement(text))


@given(st.lists(LINES.map(lambda t: "$" + t) | LINES, max_size=12))
def test_any_records_are_a_procedure(records):
    procedure = Procedure(records)
    assert sum(len(u.records) for u in procedure.units) >= len(records) - sum(u.word == "DECK" for u in procedure.units)


@given(st.text(max_size=30))
def test_a_quoted_text_comes_back(text):
    quoted = '"' + text.replace('"', '""') + '"'
    assert unquoted(canonical(quoted)) == text
    assert value(read_expression(quoted)[0])(interpreter()) == text


@given(st.lists(st.text(alphabet=st.characters(blacklist_characters="\n\r", max_codepoint=255), min_size=1, max_size=8), max_size=8))
def test_quoted_parameters_come_back(values):
    assert split_parameters(" ".join('"' + v.replace('"', '""') + '"' for v in values)) == values
