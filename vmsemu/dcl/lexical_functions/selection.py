"""The selections of F$CONTEXT: one item of information about a process, compared with a value or a list of values.

Names take wildcards; numbers have an order; states, modes and kinds of jobs are keywords; privileges and status bits are sets, which may hold all
or any of those listed. A list with NEQ selects what differs from one of its elements, which is nearly everything, as on VMS.

Source: DCL Dictionary, F$CONTEXT; System Services Reference, $PROCESS_SCAN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.wildcard import is_wild, match
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.values import to_integer
from vmsemu.kernel.task import ProcessState
from vmsemu.services.getjpi import STATUS_BITS, JobType, getjpi
from vmsemu.services.process import Process, ProcessMode
from vmsemu.tables.facilities import CLI

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.security.rights import RightsDatabase

Test = Callable[[Process], bool]
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "EQL": lambda a, b: a == b,
    "NEQ": lambda a, b: a != b,
    "GEQ": lambda a, b: a >= b,
    "GTR": lambda a, b: a > b,
    "LEQ": lambda a, b: a <= b,
    "LSS": lambda a, b: a < b,
}
_EQUALITY = ("EQL", "NEQ")
_SETS = (*_EQUALITY, "ALL", "ANY")
QUALIFIERS = (*_ORDER, "ALL", "ANY")

# States a process may be in; our scheduler has fewer.
_STATES = frozenset((
    "CEF", "COM", "COMO", "CUR", "COLPG", "FPG", "HIB", "HIBO", "LEF", "LEFO", "MWAIT", "PFW", "SUSP", "SUSPO", *(s.value for s in ProcessState),
))  # fmt: skip
_MODES = frozenset(mode.value for mode in ProcessMode)


@dataclass(frozen=True, slots=True)
class Item:
    """How one item is compared: `make` turns (interpreter, item, values, qualifier) into a test; `qualifiers` are those it takes."""

    make: Callable[[Interpreter, str, list[str], str], Test]
    qualifiers: tuple[str, ...]


def selection(dcl: Interpreter, item: str, value: str, qualifier: str) -> Test:
    """The test that one call of F$CONTEXT adds. Errors: CLI.IVKEYW for an item, a keyword or a qualifier that is none or does not apply."""
    found = _ITEMS.get(item)
    if found is None:
        raise at_segment(CLI.IVKEYW, item)
    if qualifier not in found.qualifiers:
        raise at_segment(CLI.IVKEYW, qualifier)  # fidelity: the message for a qualifier that does not go with the item is inferred
    return found.make(dcl, item, [word.strip() for word in value.split(",")], qualifier)


def _any_of(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda process: any(test(process) for test in tests)


def _one_name(read: Callable[[Process], str], wanted: str, qualifier: str) -> Test:
    wild, hit = is_wild(wanted), qualifier == "EQL"
    if wild:
        return lambda process: match(wanted, read(process)) == hit
    return lambda process: (read(process) == wanted) == hit


def _named(dcl: Interpreter, item: str, values: list[str], qualifier: str) -> Test:
    def read(process: Process) -> str:
        return str(getjpi(process, item)).strip().upper()

    return _any_of([_one_name(read, value.upper(), qualifier) for value in values])


def _terminal(dcl: Interpreter, item: str, values: list[str], qualifier: str) -> Test:
    def read(process: Process) -> str:
        return process.terminal.lstrip("_").removesuffix(":")

    return _any_of([_one_name(read, value.upper().lstrip("_").removesuffix(":"), qualifier) for value in values])


def _uic(dcl: Interpreter, item: str, values: list[str], qualifier: str) -> Test:
    """`[SMITH]`, `[200,201]`, `[200,*]`. A comma inside brackets does not separate values."""
    return _any_of([_one_uic(dcl.system.rights, value, qualifier) for value in _bracketed(values)])


def _one_uic(rights: RightsDatabase, wanted: str, qualifier: str) -> Test:
    if is_wild(wanted):
        hit = qualifier == "EQL"
        return lambda process: (match(wanted, process.uic.to_text()) or match(wanted, rights.uic_text(process.uic))) == hit
    compare = _ORDER[qualifier]
    try:
        number = rights.parse(wanted)
    except VmsError:
        number = -1
    return lambda process: compare(process.uic.to_long(), number)


def _bracketed(values: list[str]) -> list[str]:
    out: list[str] = []
    for value in values:
        if out and "[" in out[-1] and "]" not in out[-1]:
            out[-1] += "," + value.upper()
        else:
            out.append(value.upper())
    return out


def _number(dcl: Interpreter, item: str, values: list[str], qualifier: str) -> Test:
    compare = _ORDER[qualifier]
    numbers = [to_integer(value) for value in values]
    return lambda process: any(compare(getjpi(process, item), number) for number in numbers)


def _identification(dcl: Interpreter, item: str, values: list[str], qualifier: str) -> Test:
    """A process or system identification, in hexadecimal. Errors: CLI.IVCHAR."""
    try:
        numbers = [int(value, 16) for value in values]
    except ValueError:
        raise at_segment(CLI.IVCHAR, ",".join(values)) from None
    compare = _ORDER[qualifier]
    return lambda process: any(compare(int(str(getjpi(process, item)) or "0", 16), number) for number in numbers)


def _hardware(dcl: Interpreter, item: str, values: list[str], qualifier: str) -> Test:
    """Facts about the node: the same for each of its processes."""
    profile = dcl.system.profile
    if item == "HW_MODEL":
        hit = any(_ORDER[qualifier](profile.hw_model, to_integer(value)) for value in values)
    else:
        hit = any(_one_name(lambda process: profile.hw_name.upper(), v.upper(), qualifier)(dcl.process) for v in values)
    return lambda process: hit


def _keyword(known: frozenset[str], read: Callable[[Process], str]) -> Callable[[Interpreter, str, list[str], str], Test]:
    def make(dcl: Interpreter, item: str, values: list[str], qualifier: str) -> Test:
        words = [value.upper() for value in values]
        for word in words:
            if word not in known:
                raise at_segment(CLI.IVKEYW, word)
        compare = _ORDER[qualifier]
        return lambda process: any(compare(read(process), word) for word in words)

    return make


def _set(known: dict[str, int], read: Callable[[Process], int]) -> Callable[[Interpreter, str, list[str], str], Test]:
    """Bits: EQL and NEQ compare the whole set, ALL and ANY look for those listed."""

    def make(dcl: Interpreter, item: str, values: list[str], qualifier: str) -> Test:
        mask = 0
        for value in values:
            if value.upper() not in known:
                raise at_segment(CLI.IVKEYW, value.upper())
            mask |= known[value.upper()]
        if qualifier == "ALL":
            return lambda process: read(process) & mask == mask
        if qualifier == "ANY":
            return lambda process: bool(read(process) & mask)
        compare = _ORDER[qualifier]
        return lambda process: compare(read(process), mask)

    return make


_JOB_TYPES = frozenset(JobType.__members__)
_PRIVILEGES = {name: 1 << bit for name, bit in Privilege.__members__.items()} | {"ALL": int(PrivilegeSet.ALL)}

_ITEMS: dict[str, Item] = {
    **{name: Item(_named, _EQUALITY) for name in ("ACCOUNT", "NODENAME", "PRCNAM", "USERNAME")},
    **{name: Item(_number, tuple(_ORDER)) for name in ("AUTHPRI", "GRP", "JOBPRCCNT", "MEM", "PRCCNT", "PRI", "PRIB")},
    **{name: Item(_identification, tuple(_ORDER)) for name in ("MASTER_PID", "NODE_CSID", "OWNER")},
    "CURPRIV": Item(_set(_PRIVILEGES, lambda p: int(p.privileges)), _SETS),
    "HW_MODEL": Item(_hardware, tuple(_ORDER)),
    "HW_NAME": Item(_hardware, _EQUALITY),
    "JOBTYPE": Item(_keyword(_JOB_TYPES, lambda p: JobType(int(getjpi(p, "JOBTYPE"))).name), _EQUALITY),
    "MODE": Item(_keyword(_MODES, lambda p: p.mode.value), _EQUALITY),
    "STATE": Item(_keyword(_STATES, lambda p: p.state.value), _EQUALITY),
    "STS": Item(_set(STATUS_BITS, lambda p: int(getjpi(p, "STS"))), _SETS),
    "TERMINAL": Item(_terminal, _EQUALITY),
    "UIC": Item(_uic, tuple(_ORDER)),
}
SELECTION_ITEMS = tuple(sorted((*_ITEMS, "CANCEL")))
