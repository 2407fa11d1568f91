"""Whatever is written in the languages of the machine: no exception of ours, no hang, no message that is not declared."""

from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.grammar import CLD_SOURCES, EXPRESSIONS, FUZZ_COMMANDS, LINES, MSG_SOURCES, RECORDS, law
from tests.fuzz.machine import FuzzMachine
from tests.fuzz.ways import WAYS


@given(st.lists(LINES, max_size=12))
@law(8)
def test_any_lines_can_be_typed(lines):
    machine = FuzzMachine("SMITH")
    machine.type_lines(*lines)
    machine.check()


@given(RECORDS)
@law(8)
def test_any_records_can_be_a_procedure(records):
    machine = FuzzMachine("SMITH")
    machine.file("F.COM", "\n".join(records).encode("latin-1"))
    machine.type_lines("@F one two", "SET VERIFY", "@F")
    machine.check()


@given(CLD_SOURCES, st.lists(FUZZ_COMMANDS, max_size=4))
@law(8)
def test_any_command_definitions_are_taken_or_refused(source, commands):
    machine = FuzzMachine("SMITH")
    WAYS["cld"].give(machine, source.encode("latin-1"))
    machine.type_lines(*("FUZZ" + command for command in commands))
    machine.check()


@given(MSG_SOURCES)
@law(8)
def test_any_message_source_is_compiled_or_refused(source):
    machine = FuzzMachine("SMITH")
    WAYS["msg"].give(machine, source.encode("latin-1"))
    machine.check()


@given(st.lists(st.tuples(LINES, st.sampled_from((" | ", " ; ", " && ", " || ", " & ", ") | (", " > X.LIS ; ", " < A.TXT | ", " 2> E.LIS || "))), max_size=4))
@law(8)
def test_any_pipe_line_runs_or_is_refused(parts):
    machine = FuzzMachine("SMITH")
    WAYS["pipe"].give(machine, "".join(text + separator for text, separator in parts).encode("latin-1"))
    machine.check()


@given(st.lists(EXPRESSIONS, min_size=1, max_size=6), st.sampled_from(("F$CVTIME(", "F$PARSE(", "F$FAO(", "F$GETQUI(", "F$CONTEXT(", "F$TRNLNM(", "F$EDIT(", "F$CVSI(")))
@law(8)
def test_any_arguments_of_a_lexical_function(arguments, function):
    machine = FuzzMachine("SMITH")
    machine.type_lines("A = 1", 'B = "b"', f"X = {function}{','.join(arguments)})"[:240], "SHOW SYMBOL X")
    machine.check()
