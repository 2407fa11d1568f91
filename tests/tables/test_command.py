"""The command language: how lines are parsed by a grammar written in CLD."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.tables.cld import CldSourceError
from vmsemu.tables.command import CommandError, NeedParameter, ParsedCommand, Presence, compile_cld, fold, parse
from vmsemu.tables.facilities import CLI

GRAMMAR = """
MODULE TEST_TABLES
IDENT "V1"
DEFINE TYPE SHOW_OPTIONS
    KEYWORD TIME, SYNTAX=SHOW_TIME
    KEYWORD QUEUE, SYNTAX=SHOW_QUEUE
    KEYWORD QUOTA
    KEYWORD PROMPT, VALUE(REQUIRED)
    KEYWORD VERIFY, NEGATABLE
DEFINE SYNTAX SHOW_TIME CLIROUTINE SHOW_TIME
    PARAMETER P1, LABEL=OPTION
    NOQUALIFIERS
DEFINE SYNTAX SHOW_QUEUE
    PARAMETER P1, LABEL=OPTION
    PARAMETER P2, LABEL=QUEUE_NAME, VALUE(LIST)
    QUALIFIER FULL
    QUALIFIER BATCH
    QUALIFIER ALL_ENTRIES, NONNEGATABLE
    DISALLOW FULL AND BATCH
DEFINE VERB SHOW
    IMAGE SHOW
    PARAMETER P1, LABEL=OPTION, PROMPT="What", VALUE(REQUIRED, TYPE=SHOW_OPTIONS)
    QUALIFIER OUTPUT, VALUE(TYPE=$FILE)

DEFINE TYPE PAGE_OPTIONS
    KEYWORD CLEAR, DEFAULT
    KEYWORD SCROLL
    KEYWORD SAVE, VALUE(REQUIRED, TYPE=$NUMBER)
DEFINE TYPE KEY_FIELDS
    KEYWORD POSITION, VALUE(REQUIRED, TYPE=$NUMBER)
    KEYWORD SIZE, VALUE(REQUIRED, TYPE=$NUMBER)
    KEYWORD DESCENDING
DEFINE VERB TYPE                  ! comment
    IMAGE TYPE
    PARAMETER P1, PROMPT="File", VALUE(REQUIRED, LIST, NOCONCATENATE, TYPE=$FILE)
    QUALIFIER PAGE, VALUE(TYPE=PAGE_OPTIONS)
    QUALIFIER SINCE, VALUE(TYPE=$DATETIME, DEFAULT="TODAY")
    QUALIFIER COPIES, PLACEMENT=POSITIONAL, VALUE(REQUIRED, TYPE=$NUMBER)
    QUALIFIER NOTE, PLACEMENT=LOCAL, VALUE(REQUIRED)
    QUALIFIER LOG
    QUALIFIER HEADER, DEFAULT
    QUALIFIER KEEP, BATCH
    QUALIFIER NODE, VALUE(REQUIRED)
    QUALIFIER DELETE
    QUALIFIER KEY, VALUE(REQUIRED, LIST, TYPE=KEY_FIELDS)
    QUALIFIER PARAMETERS, VALUE(REQUIRED, LIST)
    QUALIFIER USER, LABEL=USERNAME, VALUE
    QUALIFIER PROTECTION, VALUE(REQUIRED, LIST, TYPE=$PROTECTION)
    QUALIFIER OWNER, VALUE(REQUIRED, TYPE=$UIC)
    QUALIFIER WAIT, VALUE(REQUIRED, TYPE=$DELTATIME)
    QUALIFIER PRIVILEGES, VALUE(REQUIRED, LIST, TYPE=$PRIVILEGE)
    QUALIFIER ACL, VALUE(LIST, TYPE=$ACL)
    QUALIFIER TEXT, VALUE(TYPE=$QUOTED_STRING)
    DISALLOW ANY2(NODE, USERNAME, OWNER)
    DISALLOW NEG HEADER AND PAGE.SAVE

DEFINE VERB COPY
    IMAGE COPY
    PARAMETER P1, LABEL=INPUT, PROMPT="From", VALUE(REQUIRED, LIST, TYPE=$FILE)
    PARAMETER P2, LABEL=OUTPUT, PROMPT="To", VALUE(REQUIRED, TYPE=$FILE)
DEFINE VERB COUNT
    ROUTINE COUNT_ROUTINE
    PARAMETER P1, PROMPT="Number", VALUE(TYPE=$NUMBER)
DEFINE VERB DIFFERENCES
    IMAGE DIFF
    PARAMETER P1, PROMPT="File 1", VALUE(REQUIRED, TYPE=$FILE)
    PARAMETER P2, PROMPT="File 2", VALUE(TYPE=$FILE)
DEFINE VERB WRITE
    CLIROUTINE WRITE
    PARAMETER P1, PROMPT="Log name", VALUE(REQUIRED)
    PARAMETER P2, VALUE(REQUIRED, TYPE=$REST_OF_LINE)
    QUALIFIER ERROR, VALUE(REQUIRED)
DEFINE VERB MCR
    SYNONYM MONITOR_CONSOLE
    CLIROUTINE MCR
    PARAMETER P1
    PARAMETER P2, VALUE(TYPE=$REST_OF_LINE)
    NOQUALIFIERS
DEFINE VERB DELETE
    IMAGE DELETE
    PARAMETER P1, PROMPT="File", VALUE(REQUIRED, LIST, TYPE=$FILE)
    QUALIFIER LOG
    QUALIFIER ERASE
    QUALIFIER SYMBOL, SYNTAX=DELETE_SYMBOL
DEFINE SYNTAX DELETE_SYMBOL
    CLIROUTINE DELETE_SYMBOL
    PARAMETER P1, LABEL=SYMBOL_NAME, PROMPT="Symbol", VALUE(REQUIRED)
    QUALIFIER SYMBOL, DEFAULT
    QUALIFIER GLOBAL
    QUALIFIER LOG
DEFINE VERB START IMAGE START
DEFINE VERB STOP IMAGE STOP
"""
TABLE = compile_cld(GRAMMAR, "test.cld")


def command(line: str, *extra: str, batch: bool = False) -> ParsedCommand:
    parsed = parse(TABLE, line, extra, batch=batch)
    assert isinstance(parsed, ParsedCommand), parsed
    return parsed


def refused(line: str, *extra: str) -> tuple[str, str | None]:
    with pytest.raises(CommandError) as caught:
        parse(TABLE, line, extra)
    return caught.value.message.definition.ident, caught.value.segment


def prompt(line: str, *extra: str) -> str | None:
    parsed = parse(TABLE, line, extra)
    return parsed.prompt if isinstance(parsed, NeedParameter) else None


@pytest.mark.parametrize("word", ["DELETE", "del", "DELE", "DELETEXX", "deleted"])
def test_a_verb_needs_its_first_four_characters_and_ignores_the_rest(word: str) -> None:
    assert command(f"{word} A.B;1").verb == "DELETE"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("FROBNICATE X", ("IVVERB", "FROBNICATE")),
        ("ST", ("ABVERB", "ST")),
        ("CO A", ("ABVERB", "CO")),
        ("TYPE/FOO A", ("IVQUAL", "FOO")),
        ("TYPE/NO A", ("ABKEYW", "NO")),
        ("TYPE/P=1 A", ("ABKEYW", "P")),
        ("SHOW FOO", ("IVKEYW", "FOO")),
        ("SHOW Q", ("ABKEYW", "Q")),
        ("SHOW NOTIME", ("NOTNEG", "NOTIME")),
        ("SHOW QUEUE/NOALL", ("NOTNEG", "NOALL")),
        ("TYPE A B", ("MAXPARM", "B")),
        ("SHOW TIME NOW", ("MAXPARM", "NOW")),
        ("SHOW TIME/FULL", ("NOQUAL", "FULL")),
        ("START/X", ("NOQUAL", "X")),
        ("TYPE/LOG=YES A", ("NOVALU", "LOG")),
        ("TYPE/NODE A", ("VALREQ", "NODE")),
        ("TYPE A/NODE=", ("VALREQ", "NODE")),
        ("TYPE/PAGE=SAVE A", ("VALREQ", "SAVE")),
        ("TYPE/NODE=(A,B) X", ("ONEVAL", "NODE")),
        ("COPY A B,C", ("NOLIST", "C")),
        ("TYPE A+B", ("NOCCAT", "B")),
        ("TYPE A,,B", ("NULFIL", ",")),
        ("TYPE A/NOTE=X/", ("NOKEYW", "/")),
        ("TYPE/NOTE=X A", ("IVQLOC", "NOTE")),
        ("TYPE A=B", ("PARMDEL", "=")),
        ("TYPE A^B", ("PARMDEL", "A^B")),
        ("TYPE (A)", ("PARMDEL", "(")),
        ("TYPE @A", ("PARMDEL", "@A")),
        ("TYPE/PARAMETERS=(A,B X", ("NOPAREN", "X")),
        ("TYPE/PARAMETERS=(A,,B) X", ("IVVALU", "PARAMETERS")),
        ("COUNT TEN", ("NUMBER", "TEN")),
        ("COUNT 12AB", ("IVCHAR", "12AB")),
        ("COUNT %XG", ("IVCHAR", "%XG")),
        ("TYPE/SINCE=SOMEDAY A", ("IVATIME", "SOMEDAY")),
        ("TYPE/WAIT=SOON A", ("IVDTIME", "SOON")),
        ("TYPE/OWNER=[1,4 A", ("INVUIC", "[1")),
        ("TYPE/PROTECTION=(S:RWED,X:R) A", ("IVPROT", "X:R")),
        ("TYPE/PROTECTION=S:RQ A", ("IVPROT", "S:RQ")),
        ("TYPE/PRIVILEGES=ROOT A", ("IVKEYW", "ROOT")),
        ("SHOW QUEUE/FULL/BATCH", ("CONFLICT", "BATCH")),
        ("TYPE/OWNER=[1,4]/NODE=X A", ("CONFLICT", "NODE")),
        ("TYPE/PAGE=SAVE=3/NOHEADER A", ("CONFLICT", "NOHEADER")),
        ("123", ("NOCOMD", None)),
        ("", ("NOCOMD", None)),
    ],
)
def test_a_wrong_line_gets_the_message_of_dcl_and_its_segment(line: str, expected: tuple[str, str | None]) -> None:
    assert refused(line) == expected


def test_an_element_longer_than_255_characters_is_too_long() -> None:
    assert refused("TYPE " + "A" * 256)[0] == "TKNOVF"


def test_too_many_elements_overflow_the_result() -> None:
    assert refused("TYPE " + ",".join("A" * 140))[0] == "RSLOVF"


def test_negation_and_abbreviation_of_qualifiers() -> None:
    parsed = command("TYPE/NOLO/HEAD/NODELETE A")
    assert parsed.presence("LOG") is Presence.NEGATED
    assert parsed.present("HEADER") and parsed.negated("DELETE")
    assert not parsed.present("NODE")


def test_a_default_qualifier_is_present_until_negated() -> None:
    assert command("TYPE A").presence("HEADER") is Presence.DEFAULTED
    assert not command("TYPE/NOHEADER A").present("HEADER")
    assert not command("TYPE A").present("KEEP")
    assert command("TYPE A", batch=True).present("KEEP")


def test_values_may_follow_an_equals_sign_or_a_colon_with_blanks_around() -> None:
    assert command("TYPE/NODE=ALPHA1 A").value("NODE") == "ALPHA1"
    assert command("TYPE/NODE:ALPHA1 A").value("NODE") == "ALPHA1"
    assert command("TYPE /NODE = alpha1 A").value("NODE") == "ALPHA1"
    assert command("TYPE/PARAMETERS=( one , two ,three) A").values("PARAMETERS") == ["ONE", "TWO", "THREE"]
    assert command("TYPE/PARAMETERS=(one) A").values("PARAMETERS") == ["ONE"]


def test_the_last_of_equal_qualifiers_wins_and_all_can_be_seen() -> None:
    parsed = command("TYPE/KEY=(POS:1,SIZE:5)/KEY=(POS=7,SIZE=2,DESC) A")
    assert parsed.integer("KEY.POSITION") == 7
    assert [(k.integer("POSITION"), k.integer("SIZE"), k.present("DESCENDING")) for k in parsed.each("KEY")] == [(1, 5, False), (7, 2, True)]


def test_text_outside_quotes_is_upper_case_and_quotes_are_removed() -> None:
    parsed = command('TYPE/PARAMETERS=("a ""b"" c",x"y z"w,"") "Some File.txt"')
    assert parsed.values("PARAMETERS") == ['a "b" c', "Xy zW", ""]
    assert parsed.value("P1") == "Some File.txt"
    assert parsed.parameters("P1")[0].raw == '"Some File.txt"'


def test_a_missing_closing_quote_is_supplied() -> None:
    assert command('TYPE "lower case').value("P1") == "lower case"


def test_an_access_control_string_keeps_its_quotes_in_a_file_specification() -> None:
    assert command('TYPE beta1"smith pw"::a.txt').value("P1") == 'BETA1"smith pw"::A.TXT'


def test_the_type_quoted_string_keeps_quotation_marks() -> None:
    assert command('TYPE/TEXT="It is" A').value("TEXT") == '"It is"'


def test_a_comment_ends_the_line_outside_quotes() -> None:
    assert command('TYPE/NODE="a!b" A ! /FOO "').value("NODE") == "a!b"
    assert fold('x "a!B" c ! "d"') == 'X "a!B" C '


def test_brackets_hold_commas_together() -> None:
    assert command("TYPE [SMITH,JONES]*.*;*,<A.B>C.D").values("P1") == ["[SMITH,JONES]*.*;*", "<A.B>C.D"]


def test_lists_and_concatenation_are_told_apart() -> None:
    assert [(i.separator, i.text) for i in command("COPY A , B+C D").parameters("INPUT")] == [("", "A"), (",", "B"), ("+", "C")]


def test_a_positional_qualifier_belongs_to_its_parameter_or_to_all() -> None:
    first, second = command("TYPE/COPIES=2 A,B/COPIES=3").parameters("P1")
    assert (first.integer("COPIES"), second.integer("COPIES")) == (2, 3)
    assert first.presence("COPIES") is Presence.PRESENT
    assert second.presence("COPIES") is Presence.LOCPRES
    assert first.presence("HEADER") is Presence.DEFAULTED
    assert command("TYPE A/NOCOPIES").parameters("P1")[0].presence("COPIES") is Presence.LOCNEG


def test_a_global_qualifier_counts_wherever_it_stands() -> None:
    assert command("TYPE A,B/LOG,C").present("LOG")
    assert command("TYPE A /LOG").present("LOG")


def test_a_qualifier_without_value_takes_the_default_value() -> None:
    assert command("TYPE/SINCE A").value("SINCE") == "TODAY"
    assert command("TYPE A").value("SINCE") is None


def test_keywords_are_values_and_paths() -> None:
    parsed = command("TYPE/PAGE=SAVE=3 A")
    assert parsed.value("PAGE") == "SAVE"
    assert parsed.integer("PAGE.SAVE") == 3
    assert parsed.integer("SAVE") == 3
    assert parsed.presence("PAGE.CLEAR") is Presence.DEFAULTED
    assert command("SHOW PROMPT = \"x \"").value("OPTION.PROMPT") == "x "
    assert command("SHOW NOVERIFY").presence("OPTION.VERIFY") is Presence.NEGATED
    assert command("TYPE/PRIV=(NOSYSPRV,TMPMBX) A").values("PRIVILEGES") == ["NOSYSPRV", "TMPMBX"]


def test_protection_and_acl_values() -> None:
    assert command("TYPE/PROT=(s:rwed,ow=R,G,W) A").values("PROTECTION") == ["SYSTEM:RWED", "OWNER:R", "GROUP", "WORLD"]
    assert command("TYPE/ACL=(IDENTIFIER=[A],ACCESS=READ) A").values("ACL") == ["(IDENTIFIER=[A],ACCESS=READ)"]
    assert command("TYPE/ACL=((ID=A,ACC=R),(ID=B,ACC=W)) A").values("ACL") == ["(ID=A,ACC=R)", "(ID=B,ACC=W)"]


def test_numbers_may_have_a_radix_and_a_sign() -> None:
    assert command("COUNT %X1F").integer("P1") == 31
    assert command("COUNT -5").integer("P1") == -5
    assert command("COUNT").integer("P1", 9) == 9


def test_a_keyword_changes_the_syntax() -> None:
    parsed = command("SHOW QUEUE A,B/FULL")
    assert (parsed.verb, parsed.syntax, parsed.image) == ("SHOW", "SHOW_QUEUE", "SHOW")
    assert parsed.values("QUEUE_NAME") == ["A", "B"]
    time = command("SHOW TIME")
    assert (time.syntax, time.cliroutine, time.image) == ("SHOW_TIME", "SHOW_TIME", None)
    assert command("SHOW QUOTA/OUTPUT=X").syntax == "SHOW"


def test_a_qualifier_changes_the_syntax_and_keeps_what_both_know() -> None:
    parsed = command("DELETE/LOG/SYMBOL/GLOBAL X")
    assert (parsed.syntax, parsed.cliroutine) == ("DELETE_SYMBOL", "DELETE_SYMBOL")
    assert parsed.present("LOG") and parsed.present("GLOBAL") and parsed.value("SYMBOL_NAME") == "X"
    assert not parsed.notices
    assert command("DELETE A/SYMBOL").value("SYMBOL_NAME") == "A"


def test_qualifiers_that_the_new_syntax_does_not_know_are_ignored_with_a_message() -> None:
    parsed = command("DELETE/ERASE/SYMBOL X")
    assert [(m.definition.ident, segment) for m, segment in parsed.notices] == [("IGNQUAL", "SYMBOL")]
    assert not parsed.present("ERASE")
    assert command("SHOW/OUTPUT=X QUEUE").notices[0][1] == "QUEUE"


def test_missing_parameters_are_prompted_for_in_order() -> None:
    assert prompt("COPY") == "_From: "
    assert prompt("COPY A") == "_To: "
    assert prompt("COPY", "A,B") == "_To: "
    assert prompt("COPY", "") == "_From: "
    assert prompt("SHOW") == "_What: "
    assert prompt("WRITE SYS$OUTPUT") == "_P2: "
    assert command("COPY", "A B").values("OUTPUT") == ["B"]
    assert command("COPY", "A,B", "C").values("INPUT") == ["A", "B"]


def test_an_optional_parameter_is_prompted_for_only_after_another_prompt() -> None:
    assert prompt("DIFFERENCES A") is None
    assert prompt("DIFFERENCES", "A") == "_File 2: "
    assert prompt("DIFFERENCES", "A", "") is None
    assert prompt("COUNT") is None


def test_the_rest_of_the_line_is_one_value() -> None:
    assert command('WRITE/ERROR=lab sys$output a +  "x  y", b/2').value("P2") == 'A + "x  y", B/2'
    assert command("MCR authorize show/brief *").value("P2") == "SHOW/BRIEF *"
    assert command("WRITE SYS$OUTPUT (1+2)").value("P2") == "(1+2)"


def test_a_synonym_is_the_same_verb() -> None:
    assert command("MONITOR_CONSOLE X").verb == "MCR"


def test_the_line_after_the_verb_is_kept_as_typed() -> None:
    assert command("type/LOG  a.txt").line == "/LOG  a.txt"


def test_a_table_can_lose_and_gain_verbs_without_changing_its_source() -> None:
    table = TABLE.copy()
    assert table.remove("START") and not table.remove("START")
    table.merge(compile_cld("DEFINE VERB TYPE ROUTINE MINE"))
    parsed = parse(table, "TYPE")
    assert isinstance(parsed, ParsedCommand) and parsed.routine == "MINE"
    assert command("START").image == "START"
    assert "TYPE" in table.verb_names()


@pytest.mark.parametrize(
    "source",
    [
        "DEFINE VERB X PARAMETER P2",
        "DEFINE VERB X QUALIFIER A, VALUE(TYPE=NOWHERE)",
        "DEFINE VERB X QUALIFIER A, SYNTAX=NOWHERE",
        "DEFINE VERB X QUALIFIER A, PLACEMENT=THERE",
        "DEFINE VERB X FROB",
        "DEFINE VERB X DISALLOW ANY2(A",
        "DEFINE VERB X QUALIFIER A, VALUE(LIST",
        "DEFINE VERB X ?",
        "DEFINE TYPE T KEYWORD A, BATCH",
        "DEFINE TYPE T KEYWORD A KEYWORD A",
        "DEFINE VERB X QUALIFIER A QUALIFIER A",
    ],
)
def test_a_wrong_definition_is_refused_with_its_line(source: str) -> None:
    with pytest.raises(CldSourceError, match=r"bad\.cld line 2"):
        compile_cld("! heading\n" + source, "bad.cld").compile_all()


@pytest.mark.parametrize(
    ("source", "ident"),
    [
        ("FROB", "INVITEM"),
        ("DEFINE FROB X", "INVITEM"),
        ("DEFINE VERB", "INVITEM"),
        ("DEFINE VERB A_NAME_THAT_IS_LONGER_THAN_31_CHARS", "SYMTOOLONG"),
        ("DEFINE VERB X DEFINE VERB X", "DUPDEF"),
        ("DEFINE VERB X QUALIFIER A QUALIFIER A", "DUPDEF"),
        ("DEFINE VERB X IMAGE \"A", "MISSQUOTE"),
        ("DEFINE VERB X IMAGE #", "INVCHAR"),
        ("DEFINE VERB X IMAGE A CLIROUTINE B", "CONFROUT"),
        ("DEFINE VERB X IMAGE " + "A" * 31 + " IMAGE B", "CONFROUT"),
        ('DEFINE VERB X IMAGE "' + "A" * 64 + '"', "IMAGELEN"),
        ("DEFINE VERB X ROUTINE R", "INVROUT"),
        ("DEFINE VERB X PARAMETER P2", "INVPARM"),
        ("DEFINE VERB X PARAMETER P1 PARAMETER P2, VALUE(REQUIRED)", "INVREQPARM"),
        ("DEFINE VERB X PARAMETER P1, PLACEMENT=LOCAL", "INVITEM"),
        ("DEFINE VERB X PARAMETER P1, VALUE(TYPE=$NONE)", "INVTYPE"),
        ("DEFINE VERB X PARAMETER P1, VALUE(TYPE=NONE)", "UNDTYPE"),
        ("DEFINE VERB X QUALIFIER A, SYNTAX=NONE", "UNDSYNTAX"),
        ("DEFINE VERB X QUALIFIER A, VALUE(", "PREMEND"),
        ("DEFINE VERB X DISALLOW ANY2(A", "PREMEND"),
    ],
)
def test_each_error_of_a_definition_has_its_own_message(source: str, ident: str) -> None:
    try:
        errors = compile_cld(source, exact=True).errors()
    except CldSourceError as error:
        errors = [error]
    assert [error.message.definition.ident for error in errors] == [ident]


@pytest.mark.parametrize(
    ("value", "comma", "plus"),
    [("LIST", None, None), ("LIST, NOCONCATENATE", None, "NOCCAT"), ("CONCATENATE", "NOLIST", None), ("REQUIRED", "NOLIST", "NOCCAT")],
)
def test_commas_and_plus_signs_join_values_as_the_definition_says(value: str, comma: str | None, plus: str | None) -> None:
    table = compile_cld(f"DEFINE VERB X PARAMETER P1, VALUE({value})")
    for line, expected in (("X A,B", comma), ("X A+B", plus)):
        try:
            parsed = parse(table, line)
        except CommandError as error:
            assert error.message.definition.ident == expected
        else:
            assert expected is None and isinstance(parsed, ParsedCommand) and parsed.values("P1") == ["A", "B"]


def test_statements_of_a_users_file_may_stand_anywhere() -> None:
    table = compile_cld(
        """module M ident "V1" define verb ONE, synonym UNO, image A -
           qualifier DEFINE, value(type=VERB) -   ! names are no statements
           disallow DEFINE.MODULE and not <ONE>DEFINE.SYNONYM define type VERB keyword MODULE keyword SYNONYM define verb TWO image B""",
        exact=True,
    )
    assert table.errors() == [] and table.verb_names() == ["ONE", "TWO", "UNO"]
    parsed = parse(table, "UNO/DEFINE=SYNONYM")
    assert isinstance(parsed, ParsedCommand) and parsed.image == "A"
    with pytest.raises(CommandError):
        parse(table, "UNO/DEFINE=MODULE")


def test_a_parameter_may_be_there_by_default() -> None:
    table = compile_cld('DEFINE VERB X PARAMETER P1, DEFAULT PARAMETER P2, DEFAULT, VALUE(DEFAULT="Y") PARAMETER P3')
    parsed = parse(table, "X")
    assert isinstance(parsed, ParsedCommand)
    assert [parsed.presence(p) for p in ("P1", "P2", "P3")] == [Presence.DEFAULTED, Presence.DEFAULTED, Presence.ABSENT]
    assert (parsed.value("P1"), parsed.value("P2")) == (None, "Y")


PIECES = ["TYPE", "SHOW", "DELETE/SYMBOL", "WRITE", " ", "/", "=", ":", ",", "+", "(", ")", '"', '""', "[", "]", "<", "!", "A.B", "*", "^", "-"]
PIECES += ["/PAGE", "/KEY=(POS", "QUEUE", "/NO", "LOG", "/PARAM=", "%X", "1,4", "é", "ß", "\t", "@", "/ACL=((", "/PROT=(S:R", "/SINCE=", "9" * 11]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=40))
def test_no_line_escapes_with_anything_but_a_message(line: str) -> None:
    try:
        parsed = parse(TABLE, line)
    except VmsError as error:
        assert error.message.definition.facility == CLI.IVVERB.facility
    else:
        assert isinstance(parsed, ParsedCommand | NeedParameter)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40))
def test_any_text_in_quotes_arrives_as_it_is(text: str) -> None:
    quoted = '"' + text.replace('"', '""') + '"'
    assert command(f"TYPE/PARAMETERS=({quoted}) X").values("PARAMETERS") == [text]
    assert command(f"TYPE {quoted if text else 'X'}" if "^" not in text else "TYPE X").verb == "TYPE"


@given(st.text(max_size=60))
def test_no_definition_escapes_with_anything_but_a_compile_error(source: str) -> None:
    try:
        compile_cld("DEFINE VERB X " + source).compile_all()
    except CldSourceError:
        pass
