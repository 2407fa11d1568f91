"""Strategies that build DCL as people write it, and as nobody should: expressions, statements, programs, CLD and MSG sources."""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis import strategies as st

from tests.fuzz.corpus import LEXICAL_CALLS, TOKENS
from tests.fuzz.model import BINARY, Call, Leaf, Operation

_MANY = int(os.environ.get("FUZZ_EXAMPLES", "0"))


def law(examples: int) -> settings:
    """So many examples, always the same ones; FUZZ_EXAMPLES=n asks for n new ones."""
    return settings(max_examples=_MANY or examples, derandomize=not _MANY, deadline=None, database=None)


SYMBOLS = {"A": 1, "B": "b", "NUM": "42", "LONGNAME": -2147483648, "TEXT": "The quick brown", "NULL": "", "YES": "Yes", "HEX": "%X1F", "_X$1": 2147483647}

# -- expressions ------------------------------------------------------------------------------------------------------------------------

_PLAIN = st.text(alphabet="abcTyY019 %X-+x", max_size=6).filter(lambda t: t.strip(" +-")[:1] != "%" and t.lstrip(" ")[:2] not in ("--", "++", "+-", "-+", "- ", "+ "))
_STRINGS = st.one_of(_PLAIN, st.text(alphabet='abc"\'!&', max_size=5)).map(lambda t: Leaf('"' + t.replace('"', '""') + '"', t)).filter(lambda leaf: "''" not in leaf.text)
_INTEGERS = st.one_of(st.integers(0, 9), st.integers(0, 2**32 - 1))
_LITERALS = st.builds(
    lambda n, form: Leaf(form(n), n - 2**32 if n >= 2**31 else n),
    _INTEGERS,
    st.sampled_from((str, "%X{:X}".format, "%x{:x}".format, "%O{:o}".format, "%D{:d}".format)),
)
LEAVES = st.one_of(_LITERALS, _STRINGS, st.sampled_from(sorted(SYMBOLS)).map(Leaf), st.sampled_from(sorted(SYMBOLS)).map(lambda n: Leaf(n.lower())))


def _grow(trees):
    small = st.integers(0, 12).map(lambda n: Leaf(str(n), n))
    return st.one_of(
        st.builds(lambda name, a, b, blank: Operation(name, (a, b), blank), st.sampled_from(BINARY), trees, trees, st.sampled_from((" ", "", "  "))),
        st.builds(lambda name, a: Operation(name, (a,)), st.sampled_from(("+", "-", "NOT")), trees),
        st.builds(lambda name, a: Call(name, (a,)), st.sampled_from(("LENGTH", "INTEGER", "STRING")), trees),
        st.builds(lambda a, b: Call("LOCATE", (a, b)), trees, trees),
        st.builds(lambda a, b, c: Call("EXTRACT", (a, b, c)), small, small, trees),
    )


TREES = st.recursive(LEAVES, _grow, max_leaves=12)
EXPRESSIONS = TREES.map(lambda tree: tree.text)

# -- statements ---------------------------------------------------------------------------------------------------------------------------

NAMES = st.sampled_from((*SYMBOLS, "X", "Y", "Z", "P1", "$STATUS"))
ASSIGNED = st.sampled_from(("X", "Y", "Z", "a", "LONG*NAMED"))
_CALLS = st.sampled_from([call.decode() for call in LEXICAL_CALLS if b"F$PID" not in call and b"F$VERIFY" not in call])  # each run has another
_VALUES = st.one_of(EXPRESSIONS, EXPRESSIONS, NAMES.map(lambda n: f"'{n}'"), NAMES.map(lambda n: f"&{n}"), NAMES.map(lambda n: f"\"''{n}'\""), _CALLS)
_ASSIGNMENTS = st.one_of(
    st.builds("{} {} {}".format, ASSIGNED, st.sampled_from(("=", "==")), _VALUES),
    st.builds("{} {} {}".format, ASSIGNED, st.sampled_from((":=", ":==")), st.one_of(_VALUES, st.text(alphabet="aB '\"!&x", max_size=12))),
    st.builds("{}[{},{}] = {}".format, ASSIGNED, st.integers(0, 40), st.integers(0, 33), _VALUES),
    st.builds("{}[{},{}] := {}".format, ASSIGNED, st.integers(0, 40), st.integers(0, 8), st.sampled_from(("ab", '"c d"', "'NUM'", ""))),
)
_SHOWS = st.one_of(NAMES.map("SHOW SYMBOL {}".format), st.lists(_VALUES, min_size=1, max_size=3).map(lambda v: "WRITE SYS$OUTPUT " + ",".join(v)))
SIMPLE = st.one_of(_ASSIGNMENTS, _ASSIGNMENTS, _SHOWS, NAMES.map("DELETE/SYMBOL {}".format), st.just("FROBNICATE 'A'"))
_IFS = st.builds("IF {} THEN {}".format, _VALUES, SIMPLE)


def _blocks(statements):
    lists = st.lists(statements, max_size=3).map("\n".join)
    return st.builds("IF {}\nTHEN\n{}\nELSE\n{}\nENDIF".format, st.one_of(EXPRESSIONS, st.sampled_from(("X .EQ. 1", "NOSUCH", "&B"))), lists, lists)


STATEMENTS = st.one_of(SIMPLE, SIMPLE, _IFS, st.recursive(st.one_of(SIMPLE, _IFS), _blocks, max_leaves=6))
PROGRAMS = st.lists(STATEMENTS, min_size=1, max_size=12).map(lambda parts: [line for part in parts for line in part.split("\n") if line.strip()])

# -- anything -------------------------------------------------------------------------------------------------------------------------------

_WORDS = st.sampled_from([token for token in TOKENS if len(token) < 50])
_NOISE = st.lists(st.one_of(_WORDS, _WORDS, NAMES, st.text(alphabet=st.characters(max_codepoint=255), max_size=4)), max_size=10)
LINES = st.one_of(_NOISE.map("".join), _NOISE.map(" ".join), STATEMENTS)
RECORDS = st.lists(st.one_of(LINES.map(lambda t: "$ " + t), LINES, st.sampled_from(("$L:", "$ GOTO L", "$ GOSUB L", "$ RETURN", "$ CALL L", "$L: SUBROUTINE", "$ ENDSUBROUTINE", "$ EXIT"))), max_size=12)

_CLD_LINES = st.sampled_from((
    'IMAGE "TYPE"', "ROUTINE R", "CLIROUTINE SHOW_TIME", "SYNTAX=S", "PARAMETER P1, LABEL=A, PROMPT=\"What\", VALUE(REQUIRED)", "PARAMETER P1", "PARAMETER P2, VALUE(LIST,TYPE=T)",
    "PARAMETER P3, VALUE(TYPE=$REST_OF_LINE)", "QUALIFIER Q", "QUALIFIER R, NEGATABLE, VALUE(DEFAULT=5,TYPE=$NUMBER)", "QUALIFIER S, SYNTAX=S, DEFAULT", "QUALIFIER T, VALUE(TYPE=T)",
    "QUALIFIER U, NONNEGATABLE, PLACEMENT=LOCAL", "DISALLOW Q AND R", "DISALLOW ANY2(Q,R,S) OR NEG R", "DISALLOW T.A AND NOT (Q OR <U>R)", "NOPARAMETERS", "NOQUALIFIERS", "NODISALLOWS", "OUTPUTS (X)",
    "SYNONYM FZ", "KEYWORD A, DEFAULT", "KEYWORD B, NEGATABLE, VALUE(TYPE=T)", "KEYWORD C, SYNTAX=S, LABEL=D", "PARAMETER P9", "VALUE(", "QUALIFIER", ",", "! comment",
))  # fmt: skip
CLD_SOURCES = st.lists(
    st.tuples(st.sampled_from(("DEFINE VERB FUZZ", "DEFINE SYNTAX S", "DEFINE TYPE T", "MODULE M", 'IDENT "1"', "")), st.lists(_CLD_LINES, max_size=6)), max_size=5
).map(lambda parts: "\n".join("\n  ".join((head, *lines)) for head, lines in parts))
FUZZ_COMMANDS = st.lists(st.sampled_from(("FUZZ", " A", ",B", "+C", "/Q", "/NOR", "/R=7", "/S", "/T=(A,NOB=(C))", "/T=A", "/U", " X Y", ' "z', "/V=", "(")), max_size=6).map("".join)
_MSG_LINES = st.sampled_from((
    ".FACILITY FUZZ,2001", ".FACILITY/SHARED FUZZ,5/PREFIX=FZ_", ".FACILITY FUZZ,5000", ".SEVERITY ERROR", ".SEVERITY X", ".BASE 17", ".BASE 99999", ".END", ".TITLE X", ".LITERAL A=%XF,B",
    ".PAGE", ".IDENT 'x'", "GOOD <text>", "GOOD <again>", "NUM <!UL of !AS>/FAO_COUNT=2", 'QUOTED "!%D"/WARNING', "BAD text", "LONG <" + "x" * 300 + ">", "NESTED <a<b>c>/FATAL", "I/INFORMATIONAL <y>",
    "J <y>/IDENTIFICATION=K/USER_VALUE=7", "! comment", "<", ".",
))  # fmt: skip
MSG_SOURCES = st.lists(_MSG_LINES, max_size=10).map("\n".join)
