"""The ways in: for each, the seeds its input is made from and how a machine is given that input.

A case is a way, a user, and bytes; nothing else decides what happens.
"""

from __future__ import annotations

from random import Random

from tests.fuzz import corpus
from tests.fuzz.machine import NAMED_KEYS, Finding, FuzzMachine
from tests.fuzz.mail_ways import MAIL_WAYS
from tests.fuzz.mutate import mutant
from tests.fuzz.network_ways import NETWORK_WAYS
from tests.fuzz.tcpip_ways import TCPIP_WAYS
from tests.fuzz.way import Give, Way, lines_of
from vmsemu.base.condition import VmsError
from vmsemu.base.fao import fao
from vmsemu.base.filespec import FileSpec
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.tables.cld import CldSourceError
from vmsemu.tables.command import compile_cld
from vmsemu.tables.help import compile_help, find_help, help_words, show_help, show_subtopics
from vmsemu.tables.message import MessageSourceError, compile_messages


def keys_of(data: bytes) -> list[str]:
    """The keys of a terminal: characters, and ESC [ X as a named key."""
    keys: list[str] = []
    for at, part in enumerate(data.decode("latin-1").split("\x1b[")):
        if at and part:
            keys.append(NAMED_KEYS[ord(part[0]) % len(NAMED_KEYS)])
            part = part[1:]
        keys += part
    return keys


def _terminal(machine: FuzzMachine, data: bytes) -> None:
    machine.type_keys([*keys_of(data.replace(b"\n", b"\r")), "\r"])


def _procedure(machine: FuzzMachine, data: bytes) -> None:
    machine.file("F.COM", data)
    machine.type_lines("@F one \"two 2\" 'A'")


def _batch(machine: FuzzMachine, data: bytes) -> None:
    machine.file("F.COM", data)
    machine.type_lines("SUBMIT/NOPRINTER F", "SHOW QUEUE/ALL", "TYPE F.LOG")


def _cld(machine: FuzzMachine, data: bytes) -> None:
    try:
        compile_cld(data.decode("latin-1"), "FUZZ").compile_all()
    except CldSourceError:
        pass
    machine.file("F.CLD", data)
    machine.type_lines("SET COMMAND F", "FUZZ", "FUZZ A,B/Q=5 C", "FUZZ/NOQ/R=(A,NOB=1) X+Y", "FZ ONE", "FZ (A,B=(C)) TWO")


def _messages(machine: FuzzMachine, data: bytes) -> None:
    try:
        compile_messages(data.decode("latin-1"), "FUZZ")
    except MessageSourceError:
        pass
    machine.file("F.MSG", data)
    machine.type_lines("MESSAGE F", "SET MESSAGE F", "WRITE SYS$OUTPUT F$MESSAGE(134250506)", "SET MESSAGE/DELETE")


def _pipe(machine: FuzzMachine, data: bytes) -> None:
    machine.file("A.TXT", b"a\nb")
    machine.type_lines(*(line if line[:4].upper() == "PIPE" else "PIPE " + line for line in lines_of(data)))


def _foreign(machine: FuzzMachine, data: bytes) -> None:
    machine.type_lines("D :== $DIRECTORY", "T :== $SYS$SYSTEM:TYPE.EXE/X", "DEFINE DCL$PATH SYS$LOGIN,SYS$SYSTEM")
    for line in lines_of(data):
        machine.type_lines("D " + line, "T" + line, line)


def _lexical(machine: FuzzMachine, data: bytes) -> None:
    for line in lines_of(data):
        machine.type_lines("WRITE SYS$OUTPUT " + line, f"X = {line} + '{line}'", f"IF {line} THEN SHOW SYMBOL X")


_CALLS = (
    'F$FAO(T,1,"a",2,"b")', 'F$FAO("!AS",T)', "F$PARSE(T)", 'F$PARSE(T,"A.B;1","[X]","NAME")', "F$SEARCH(T)", "F$SEARCH(T,1)", "F$CVTIME(T)",
    'F$CVTIME(T,"ABSOLUTE","DAY")', 'F$CVTIME(T,"DELTA")', 'F$CVTIME(,T,T)', 'F$FILE_ATTRIBUTES(T,"EOF")', 'F$FILE_ATTRIBUTES("A.TXT",T)', "F$TRNLNM(T)",
    'F$TRNLNM("SYS$SYSTEM",T)', "F$GETDVI(T,\"EXISTS\")", 'F$GETDVI("DKA0:",T)', "F$GETJPI(T,\"PID\")", 'F$GETJPI("",T)', "F$GETSYI(T)", "F$GETSYI(T,T)",
    'F$GETQUI(T)', 'F$GETQUI("DISPLAY_QUEUE",T,"*")', 'F$GETQUI("DISPLAY_QUEUE","QUEUE_NAME",T,"WILDCARD")', 'F$GETQUI("DISPLAY_JOB","JOB_NAME",T,T)',
    'F$IDENTIFIER(T,"NAME_TO_NUMBER")', 'F$IDENTIFIER(T,"NUMBER_TO_NAME")', 'F$EDIT(T,"UNCOMMENT,COLLAPSE,TRIM,UPCASE")', "F$EDIT(\"a b\",T)",
    "F$DEVICE(T)", 'F$DEVICE("*",T,T)', "F$ENVIRONMENT(T)", "F$PRIVILEGE(T)", "F$SETPRV(T)", "F$MESSAGE(T)", "F$MESSAGE(T,T)", "F$ELEMENT(T,\",\",T)",
    "F$ELEMENT(0,T,T)", "F$EXTRACT(T,T,T)", "F$LOCATE(T,T)", "F$CVSI(T,T,T)", "F$CVUI(1,T,T)", "F$INTEGER(T)", "F$LOGICAL(T)", "F$GETENV(T)",
    'F$CONTEXT("PROCESS",C,T,"X","EQL")', 'F$CONTEXT("PROCESS",C,"USERNAME",T,T)', "F$PID(C)", "F$CONTEXT(T,C,T,T)", "F$VERIFY(T)", "F$CSID(C)",
)  # fmt: skip


def _arguments(machine: FuzzMachine, data: bytes) -> None:
    """Each function with the text as its argument, from a symbol, so that nothing of it is syntax."""
    lines = [line.encode("latin-1") for line in lines_of(data)[:3]]
    reads = b"".join(b"$ C = \"\"\n$ READ SYS$INPUT T\n" + line.lstrip(b"$") + b"\n$ CALL S\n" for line in lines)
    body = b"".join(b"$ X = " + call.encode() + b"\n" for call in _CALLS)
    machine.file("F.COM", b"$ SET NOON\n" + reads + b"$ EXIT\n$S: SUBROUTINE\n$ SET NOON\n" + body + b"$ ENDSUBROUTINE\n")
    machine.type_lines("@F")


def _values(machine: FuzzMachine, data: bytes) -> None:
    machine.file("A.TXT", b"a\nb")
    for line in lines_of(data)[:4]:
        machine.type_lines(
            f"SET PROTECTION=({line}) A.TXT", f"SET FILE/OWNER={line} A.TXT", f"SET PROTECTION=({line})/DEFAULT", f"DIRECTORY/SINCE={line}/BEFORE={line}",
            f"SET DEFAULT {line}", f"SUBMIT/AFTER={line} A.TXT", f"SHOW PROCESS/IDENTIFICATION={line}", f"SET PROCESS/PRIVILEGES=({line})",
            f"COPY A.TXT {line}", f"TYPE {line}", f"RENAME {line} {line}", f"CREATE/DIRECTORY {line}", "SET DEFAULT SYS$LOGIN", f"SET TERMINAL/WIDTH={line}",
            f"DEFINE {line} {line}", f"SHOW LOGICAL {line}", f"DELETE {line}", f"WAIT {line}", f"SEARCH A.TXT {line}", f"SORT/KEY=({line}) A.TXT B.TXT",
        )  # fmt: skip


def _commands(machine: FuzzMachine, data: bytes) -> None:
    machine.file("A.TXT", b"a\nb")
    machine.type_lines(*lines_of(data))


def _dialogue(*first: str) -> Give:
    def give(machine: FuzzMachine, data: bytes) -> None:
        machine.file("A.TXT", b"a\nb")
        machine.type_lines(*first)
        machine.type_keys(keys_of(data.replace(b"\n", b"\r")))
        machine.type_keys(["\r", "\x1a"])

    return give


def _help_source(machine: FuzzMachine, data: bytes) -> None:
    text = data.decode("latin-1")
    library = compile_help(text)
    for line in lines_of(data)[:10]:
        for path in find_help(library, help_words(line))[0]:
            show_help(path)
            show_subtopics(path)


def _values_alone(machine: FuzzMachine, data: bytes) -> None:
    """The readers of single values say a condition or give a value."""
    text = data.decode("latin-1")
    now = VmsTime.of(2001, 5, 14, 10)
    for read in (Uic.from_text, Protection.from_text, FileSpec.from_text, DeltaTime.from_text, lambda t: VmsTime.from_text(t, now), lambda t: fao(t, [1, "a", -5])):
        try:
            read(text)
        except VmsError:
            pass


WAYS: dict[str, Way] = {
    "terminal": Way(lambda: (*corpus.TYPED, *corpus.MAIL_LINES), _terminal),
    "procedure": Way(lambda: (*corpus.PROCEDURES, *corpus.PROCEDURES, *corpus.sources(".com", 1500)), _procedure),
    "batch": Way(lambda: corpus.PROCEDURES, _batch),
    "cld": Way(lambda: (*corpus.CLD_TEXTS * 20, *corpus.sources(".cld")), _cld),
    "msg": Way(lambda: (*corpus.MSG_TEXTS * 20, *corpus.sources(".msg", 1500)), _messages),
    "pipe": Way(lambda: corpus.PIPES, _pipe),
    "foreign": Way(lambda: (*corpus.TEXTS, *corpus.PIPES), _foreign),
    "lexical": Way(lambda: corpus.LEXICAL_CALLS, _lexical),
    "arguments": Way(lambda: corpus.TEXTS, _arguments),
    "values": Way(lambda: corpus.TEXTS, _values),
    "mail": Way(lambda: corpus.MAIL_LINES, _dialogue("MAIL")),
    "tcpip": Way(lambda: corpus.TCPIP_LINES, _dialogue("TCPIP")),
    "command": Way(lambda: corpus.commands("vmsemu"), _commands),
    "mail command": Way(lambda: corpus.commands("vmsemu/images/mail"), _dialogue("MAIL")),
    "help": Way(lambda: corpus.HELP_LINES, _dialogue("HELP")),
    "hlp": Way(lambda: corpus.sources(".hlp", 3000), _help_source),
    "alone": Way(lambda: corpus.TEXTS, _values_alone),
    **MAIL_WAYS,
    **NETWORK_WAYS,
    **TCPIP_WAYS,
}


def case(name: str, number: int) -> tuple[str, bytes]:
    """The user and the input of a numbered case of a way."""
    random = Random(f"{name} {number}")
    return random.choice(("SYSTEM", "SMITH")), mutant(random, WAYS[name].seeds())


def run_case(name: str, username: str, data: bytes) -> None:
    """Errors: Finding; and whatever a reader that is called directly lets through."""
    machine = WAYS[name].machine(username)
    WAYS[name].give(machine, data)
    machine.check()


__all__ = ["WAYS", "Finding", "case", "run_case"]
