"""One program run in several ways shows the same: typed line by line, as a procedure, as one with every record verified, twice from the cache."""

from hypothesis import example, given

from tests.dcl.dcl_world import DclWorld
from tests.fuzz.grammar import PROGRAMS, SYMBOLS, law
from tests.fuzz.test_expressions import _DEFINE

_END = [*(f"SHOW SYMBOL {name}" for name in ("X", "Y", "Z", "A", "LONG", *SYMBOLS)), "SHOW SYMBOL $STATUS"]


def _program(lines: list[str]) -> list[str]:
    return ["SET NOON", 'P1 = "p"', *_DEFINE, *lines, *_END]


@given(PROGRAMS)
@example(["IF NOSUCH", "THEN", "X = 1", "ELSE", "X = 2", "ENDIF", "Y = 3"])
@law(15)
def test_a_program_does_the_same_typed_and_in_a_procedure(lines):
    program = _program(lines)
    typed = DclWorld().type(*program)
    world = DclWorld()
    procedure = ["$ " + line for line in program]
    assert world.run(*procedure) == typed
    assert world.run(*procedure) == typed


@given(PROGRAMS)
@law(15)
def test_verification_shows_the_records_and_changes_nothing(lines):
    program = _program(lines)
    plain = DclWorld().run(*("$ " + line for line in program))
    verified = DclWorld().run("$ SET VERIFY", *("$ " + line for line in program), "$ SET NOVERIFY")
    assert [line for line in verified if not line.startswith("$ ")] == [line for line in plain if not line.startswith("$ ")]


def test_of_a_block_whose_condition_substitution_makes_no_expression_neither_branch_is_run():
    shown = DclWorld().run('$ T = "1 2 3"', "$ IF 'T'", "$ THEN", '$ WRITE SYS$OUTPUT "then"', "$ ELSE", '$ WRITE SYS$OUTPUT "else"', "$ ENDIF", '$ WRITE SYS$OUTPUT "after"')
    assert shown == ["%DCL-W-EXPSYN, invalid expression syntax - check operators and operands", "after"]
