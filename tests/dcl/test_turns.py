"""Who runs when: a procedure gives way after a quantum, whatever it is busy with; levels change without ending it."""

import pytest

from vmsemu.dcl import session
from vmsemu.services.stream import ListInput

LOOP = ("$ SET NOON", "$ I = 0", "$LOOP:", "$ I = I + 1", "$ {}", "$ IF I .LT. 4000 THEN GOTO LOOP", '$ WRITE SYS$OUTPUT "loop"', "$ EXIT")
REST = ("$SUB: SUBROUTINE", "$ X = P1", "$ ENDSUBROUTINE", "$ENTRY: RETURN")


@pytest.mark.parametrize(
    "statement", ["A = I", "CALL SUB 'I'", "GOSUB ENTRY", "@DUA1:[000000]S", "A = NOT_DEFINED", "SET VERIFY", "X'I' = 1"]
)
def test_a_busy_procedure_lets_a_later_process_finish_first(world, statement):
    world.write("S.COM", "$ X = 1")
    world.write("LOOP.COM", *(line.format(statement) for line in LOOP), *REST)
    world.write("LATE.COM", '$ WRITE SYS$OUTPUT "late"')

    def start(name):
        async def main(process):
            return await session.procedure(process, f"DUA1:[000000]{name}.COM")

        return world._process(main, ListInput([]))

    busy, late = start("LOOP"), start("LATE")
    world.finish(busy)
    world.finish(late)
    assert [line for line in world.output if line in ("loop", "late")] == ["late", "loop"]


def test_the_outer_level_goes_on_after_the_call_when_the_inner_one_ends_in_every_way(world):
    shown = world.run(
        "$ CALL A", "$ CALL B", "$ CALL C", "$ @DUA1:[000000]D", '$ WRITE SYS$OUTPUT "end"', "$ EXIT",
        '$A: SUBROUTINE', '$ WRITE SYS$OUTPUT "a"', "$ ENDSUBROUTINE",
        "$B: SUBROUTINE", '$ WRITE SYS$OUTPUT "b"', "$ EXIT", "$ ENDSUBROUTINE",
        "$C: SUBROUTINE", "$ CALL A", "$ ENDSUBROUTINE",
    )  # fmt: skip
    assert shown[:3] == ["a", "b", "a"]
    assert shown[-1] == "-RMS-E-FNF, file not found"


def test_a_subroutine_may_turn_verification_on_for_its_caller(world):
    shown = world.run("$ CALL ON", "$ X = 1", "$ SET NOVERIFY", "$ Y = 2", "$ EXIT", "$ON: SUBROUTINE", "$ SET VERIFY", "$ ENDSUBROUTINE")
    assert shown == ["$ ENDSUBROUTINE", "$ X = 1", "$ SET NOVERIFY"]


def test_parameters_of_levels_are_their_own_and_as_verbs_too(world):
    shown = world.run(
        '$ P1 = "outer"', "$ CALL SUB inner", "$ SHOW SYMBOL P1", "$ DELETE/SYMBOL P1", "$ CALL SUB again", "$ P1 = \"WRITE SYS$OUTPUT\"", "$ P1 P2",
        "$ EXIT", "$SUB: SUBROUTINE", "$ SHOW SYMBOL P1", "$ DELETE/SYMBOL P1", "$ SHOW SYMBOL P1", "$ ENDSUBROUTINE",
    )  # fmt: skip
    assert shown == [
        '  P1 = "INNER"',
        '  P1 = "outer"',
        '  P1 = "outer"',
        '  P1 = "AGAIN"',
        "%DCL-W-UNDSYM, undefined symbol - check validity and spelling",
        "",
    ]
