"""The command tables of DCL: every .CLD file compiles, and the usual commands are understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.images.commands import load_command_tables
from vmsemu.tables.command import CommandError, NeedParameter, ParsedCommand, parse

TABLE = load_command_tables()


def command(line: str) -> ParsedCommand:
    parsed = parse(TABLE, line)
    assert isinstance(parsed, ParsedCommand), parsed
    return parsed


def test_every_definition_compiles_and_leads_somewhere() -> None:
    for definition in TABLE.compile_all():
        if definition.name in TABLE and not definition.parameters:
            assert definition.image or definition.routine or definition.cliroutine, definition.name


def test_every_keyword_and_qualifier_leads_to_a_syntax_that_keeps_its_parameters() -> None:
    for name in TABLE.verb_names():
        verb = TABLE.find_verb(name)
        for qualifier in verb.qualifiers:
            if qualifier.syntax is not None:
                TABLE.switch(verb, qualifier.syntax)


@pytest.mark.parametrize("word", ["SET", "SHOW"])
def test_every_option_of_set_and_show_has_a_syntax_whose_first_parameter_is_the_option(word: str) -> None:
    verb = TABLE.find_verb(word)
    options = verb.parameters[0].value.type.keywords
    assert len(options) > 35
    for option in options:
        syntax = TABLE.switch(verb, option.syntax)
        assert syntax.name.startswith(f"{word}_{option.name}")
        assert syntax.parameters[0].label == "OPTION"
        assert bool(syntax.image) != bool(syntax.cliroutine)


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("SHOW", "_What: "),
        ("SET", "_What: "),
        ("COPY", "_From: "),
        ("COPY A", "_To: "),
        ("TYPE", "_File: "),
        ("DELETE", "_File: "),
        ("CREATE", "_File: "),
        ("CREATE/DIRECTORY", "_Directory: "),
        ("RUN", "_Program: "),
        ("INQUIRE", "_Symbol: "),
        ("WAIT", "_Time: "),
        ("MOUNT", "_Device: "),
        ("INITIALIZE DKA100:", "_Label: "),
        ("SEARCH A", "_String: "),
        ("DIFFERENCES", "_File 1: "),
        ("SUBMIT", "_File: "),
        ("SET HOST", "_Node: "),
    ],
)
def test_missing_parameters_are_asked_for(line: str, prompt: str) -> None:
    parsed = parse(TABLE, line)
    assert isinstance(parsed, NeedParameter) and parsed.prompt == prompt and parsed.required


@pytest.mark.parametrize(
    ("line", "syntax", "where"),
    [
        ("DIR[-]", "DIRECTORY", "DIRECTORY"),
        ("SHO DEF", "SHOW_DEFAULT", "SHOW_DEFAULT"),
        ("SET NOON", "SET_ON", "SET_ON"),
        ("SET NOVERIFY", "SET_VERIFY", "SET_VERIFY"),
        ("SET PROTECTION=(S:RWED,W)/DEFAULT", "SET_PROTECTION_DEFAULT", "SET_PROTECTION_DEFAULT"),
        ("SET PROTECTION=W:R X.Y", "SET_PROTECTION", "SET"),
        ("SHOW QUEUE/MANAGERS/FULL", "SHOW_QUEUE_MANAGERS", "SHOW"),
        ("DEFINE/USER SYS$OUTPUT X", "DEFINE", "DEFINE"),
        ("DEFINE/KEY PF1 X", "DEFINE_KEY", "DEFINE_KEY"),
        ("DEFINE/FORM WIDE 7", "DEFINE_FORM", "QUEMAN"),
        ("DELETE/SYMBOL/ALL", "DELETE_SYMBOL_ALL", "DELETE_SYMBOL"),
        ("DELETE/ENTRY=(12,13)", "DELETE_ENTRY", "QUEMAN"),
        ("CREATE/NAME_TABLE T", "CREATE_NAME_TABLE", "CREATE_NAME_TABLE"),
        ("RUN X", "RUN", "RUN"),
        ("RUN/DETACHED X", "RUN_PROCESS", "RUNDET"),
        ("RUN/PROCESS=A/OUTPUT=B X", "RUN_PROCESS", "RUNDET"),
        ("STOP/QUEUE/NEXT Q", "STOP_QUEUE", "QUEMAN"),
        ("STOP/QUEUES/ON_NODE", "STOP_QUEUES", "QUEMAN"),
        ("STOP/ID=20200044", "STOP", "STOP"),
        ("START/QUEUE/MANAGER", "START_QUEUE_MANAGER", "QUEMAN"),
        ("INITIALIZE/QUEUE/BATCH/START/JOB_LIMIT=1 SYS$BATCH", "INITIALIZE_QUEUE", "QUEMAN"),
        ("ANALYZE/RMS_FILE X", "ANALYZE_RMS_FILE", "ANALYZRMS"),
        ("ENABLE AUTOSTART/QUEUES", "AUTOSTART", "QUEMAN"),
        ("LO", "LOGOUT", "LOGOUT"),
        ("HELP/MESSAGE/BRIEF NOSUCHFILE", "HELP_MESSAGE", "MSGHLP"),
        ("LICENSE REGISTER/UNITS=10 VAX-VMS", "LICENSE_REGISTER", "LICENSE"),
        ("PRODUCT SHOW HISTORY/FULL", "PRODUCT_SHOW_HISTORY", "PRODUCT"),
        ("EXCHANGE/NETWORK A.B C.D", "EXCHANGE_NETWORK", "EXCHANGE$NETWORK"),
        ("NCP SHOW EXECUTOR", "NCP", "NCP"),
        ("JOB SMITH/NAME=X", "JOB", "JOB"),
    ],
)
def test_a_command_reaches_its_syntax(line: str, syntax: str, where: str) -> None:
    parsed = command(line)
    assert (parsed.syntax, parsed.image or parsed.cliroutine) == (syntax, where)


@pytest.mark.parametrize(
    ("line", "ident", "segment"),
    [
        ("E", "ABVERB", "E"),
        ("SHOW SY", "ABKEYW", "SY"),
        ("SET FOO", "IVKEYW", "FOO"),
        ("WAIT SOON", "IVDTIME", "SOON"),
        ("DIRECTORY/FOO", "IVQUAL", "FOO"),
        ("DEFINE/JOB/GROUP A B", "CONFLICT", "GROUP"),
        ("SUBMIT/PRIORITY=HIGH X", "NUMBER", "HIGH"),
        ("RENAME A B C", "MAXPARM", "C"),
        ("SET PROCESS/PRIVILEGES=ROOT", "IVKEYW", "ROOT"),
        ("GOTO A/B", "NOQUAL", "B"),
    ],
)
def test_a_wrong_command_is_refused_as_dcl_does(line: str, ident: str, segment: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse(TABLE, line)
    assert (caught.value.message.definition.ident, caught.value.segment) == (ident, segment)


def test_commands_that_users_type_keep_their_values() -> None:
    assert command('SET PROMPT="x "').value("OPTION.PROMPT") == "x "
    assert command("SET CONTROL=(T,Y)").values("CONTROL") == ["T", "Y"]
    assert command("SET VERIFY=(PROC,NOIMAGE)").values("OPTION.VERIFY") == ["PROCEDURE", "NOIMAGE"]
    assert command("SET PROCESS/PRIV=(ALL,NOBYPASS)").values("PRIVILEGES") == ["ALL", "NOBYPASS"]
    assert command("SET PROCESS/PRIV=(LOG_,SETP,ALTP)").values("PRIVILEGES") == ["LOG_IO", "SETPRV", "ALTPRI"]
    assert command('WRITE SYS$OUTPUT "a",x').value("EXPRESSION") == '"a",X'
    assert command('SPAWN/NOWAIT show "x"').value("COMMAND") == 'SHOW "x"'
    assert command("HELP SET TERMINAL/PAGE").value("TOPIC") == "SET TERMINAL/PAGE"
    assert command('MAIL A.TXT SMTP%"user@example.com"').values("ADDRESS") == ['SMTP%"user@example.com"']
    assert [k.integer("SIZE") for k in command("SORT/KEY=(POS:1,SIZE:5)/KEY=(POS:9,SIZE:2) A B").each("KEY")] == [5, 2]
    backup = command("BACKUP [A...]*.*;* B.BCK/SAVE_SET")
    assert backup.parameters("OUTPUT")[0].present("SAVE_SET") and not backup.parameters("INPUT")[0].present("SAVE_SET")


@given(st.sampled_from(TABLE.verb_names()), st.text("ABCDEFGHINOPQRSTUVX/=(),+[]:;.*\"! 0123456789$", max_size=40))
def test_no_line_escapes_with_anything_but_a_message(verb: str, rest: str) -> None:
    try:
        parsed = parse(TABLE, f"{verb}{rest}")
    except VmsError:
        return
    assert isinstance(parsed, ParsedCommand | NeedParameter)
