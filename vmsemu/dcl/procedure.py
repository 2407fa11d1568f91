"""A command procedure's text: command lines, data lines, labels, blocks and subroutines, found once and shared by all who run it.

Theory of operation. Records are gathered into units: a command with its continuation records, or a run of data records. The first word of
each command, as written, tells where IF blocks and subroutines begin and end; from that come, for each unit, its subroutine scope, its
chain of enclosing branches, and where a branch not taken goes on. `code[i]` runs unit i and returns None (go on with i + 1), an index (go on
there), or a request to the interpreter. Each entry compiles itself when it is first run; nothing in it belongs to one process.

In a branch of an IF block the dollar sign may be missing: after a command that takes no data, such a record is a command there.

Labels are entered as DCL reads them, so with duplicates the one read last wins; a procedure without duplicate labels needs no such memory.

Source: OpenVMS User's Manual, chapters 13 and 14; DCL reference 1.1, 1.3, 3.2 to 3.5.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vmsemu.dcl.lines import NAME, NAME_CHARACTERS, canonical, continues, unquoted, upcase, without_comment, without_hyphen
from vmsemu.dcl.substitution import Template, needs_substitution
from vmsemu.dcl.values import Value

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

Code = Callable[["Interpreter"], Any]

LABEL = re.compile(rf"[ \t]*([{NAME_CHARACTERS}]+):(?!=)[ \t]*")
ASSIGNMENT = re.compile(rf"({NAME.pattern}\*?[{NAME_CHARACTERS}]*)(\[[^\]]*\])?[ \t]*(:?==?)")
_THEN = re.compile(r"\bTHEN\b", re.IGNORECASE)
_BRANCH_IF = re.compile(rf"(?:[ \t]*[{NAME_CHARACTERS}]+:)?[ \t]*(?:THEN|ELSE)[{NAME_CHARACTERS}]*[ \t]*\$?[ \t]*(?=IF\b)", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
NOWHERE = -1
BLOCK_LIMIT = 15
_TAKES_NO_DATA = ("ENDI", "WRIT", "OPEN", "CLOS")


def first_word(text: str) -> str:
    """The verb of a command text in upper case, cut to the four letters that count; empty for an assignment or no verb."""
    found = NAME.match(text)
    if found is None or ASSIGNMENT.match(text):
        return ""
    return upcase(found[0][:4])


@dataclass(slots=True, eq=False)
class Unit:
    """One command line with its continuation records, or one run of data records.

    `partner` and `end` tie structures together: of an IF block its ELSE and ENDIF, of an ELSE its IF and ENDIF, of THEN and ENDIF their IF;
    of a SUBROUTINE `end` is its ENDSUBROUTINE, whose `partner` is the SUBROUTINE. `then` is the THEN of an IF block.
    A THEN or ELSE on whose line another block begins is a unit of its own, `shared`; the IF is the next, and `lead` is what stands before it.
    """

    index: int
    records: list[str]
    is_data: bool = False
    bare: bool = False
    texts: list[str] = field(default_factory=list)
    text: str = ""
    label: str = ""
    word: str = ""
    dynamic: bool = False
    scope: int = NOWHERE
    branch: int = NOWHERE
    partner: int = NOWHERE
    end: int = NOWHERE
    then: int = NOWHERE
    shared: bool = False
    lead: str = ""
    _templates: list[Template] | None = None

    @property
    def templates(self) -> list[Template]:
        """The records, compiled for phase 1."""
        if self._templates is None:
            self._templates = [Template(t) for t in self.texts]
        return self._templates

    def expand(self, dcl: Interpreter, values: list[Value]) -> list[str]:
        """The records after phase 1, comments still there. `values` gets the value of each reference."""
        return [t.expand(dcl, values) for t in self._templates or self.templates] if self.dynamic else self.texts


def join(texts: list[str]) -> str:
    """One command from its records: hyphens and comments dropped, nothing put in between."""
    if len(texts) == 1:
        return without_comment(texts[0]).strip(" \t")
    return ("".join(without_hyphen(t) for t in texts[:-1]) + without_comment(texts[-1])).strip(" \t")


class Procedure:
    """The units of one procedure text."""

    def __init__(self, records: Iterable[str]) -> None:
        self.units: list[Unit] = []
        self.code: list[Code] = []
        self.verified: list[Code] = []
        self.labels: dict[tuple[int, str], list[int]] = {}
        self.has_duplicates = False
        self._branch_parent: dict[int, int] = {NOWHERE: NOWHERE}
        self._scope_parent: dict[int, int] = {NOWHERE: NOWHERE}
        self._gather(list(records))
        self._find_structure()

    # -- units ----------------------------------------------------------------------------------------------------------------------

    def _gather(self, records: list[str]) -> None:
        at = 0
        while at < len(records):
            record = records[at]
            unit = Unit(len(self.units), [record])
            at += 1
            self.units.append(unit)
            unit.bare = record[:1] != "$" and len(self.units) > 1 and takes_no_data(self.units[-2])
            if record[:1] != "$" and not unit.bare:
                unit.is_data = True
                while at < len(records) and records[at][:1] != "$":
                    unit.records.append(records[at])
                    at += 1
                continue
            text = record if unit.bare else record[1:]
            unit.texts.append(text)
            while continues(text) and at < len(records):
                text = records[at]
                unit.records.append(text)
                unit.texts.append(text[1:] if text[:1] == "$" else text)
                at += 1
            self._describe(unit)
            if unit.word in ("THEN", "ELSE"):
                self._divide(unit)
            if unit.word == "DECK":
                at = self._gather_deck(unit, records, at)

    def _describe(self, unit: Unit) -> None:
        unit.dynamic = any(needs_substitution(t) for t in unit.texts)
        text = join(unit.texts)
        found = LABEL.match(text)
        if found is not None:
            unit.label = upcase(found[1])
            text = text[found.end() :]
        unit.text = text
        unit.word = first_word(text)

    def _divide(self, branch: Unit) -> None:
        """`THEN IF x` and `ELSE IF x` begin a block inside the branch, which has its own ENDIF."""
        found = _BRANCH_IF.match(branch.texts[0])
        if found is None or not begins_block(branch.text):
            return
        inner = Unit(len(self.units), [], lead=branch.texts[0][: found.end()])
        inner.texts = [branch.texts[0][found.end() :], *branch.texts[1:]]
        self._describe(inner)
        branch.text, branch.dynamic, branch.shared = branch.word, False, True
        self.units.append(inner)

    def _gather_deck(self, deck: Unit, records: list[str], at: int) -> int:
        """The records between DECK and EOD (or the /DOLLARS string) are data, whatever they begin with."""
        found = re.search(r'/DOLL[A-Z]*(?:=("(?:[^"]|"")*"|\S+))?', deck.text, re.IGNORECASE)
        end = unquoted(canonical(found[1])) if found is not None and found[1] else ""
        data = Unit(len(self.units), [], is_data=True)
        while at < len(records):
            record = records[at]
            if end:
                if record.startswith(end):
                    at += 1
                    break
            elif re.match(r"\$[ \t]*EOD[ \t]*(?:!|$)", record, re.IGNORECASE):
                break
            data.records.append(record)
            at += 1
        if data.records:
            self.units.append(data)
        return at

    # -- blocks, subroutines and labels ------------------------------------------------------------------------------------------------

    def _find_structure(self) -> None:
        scopes: list[int] = []
        branches: list[int] = []
        open_ifs: list[Unit] = []
        base: list[int] = []
        for unit in self.units:
            unit.scope = scopes[-1] if scopes else NOWHERE
            unit.branch = branches[-1] if branches else NOWHERE
            if unit.bare and not branches:
                unit.is_data, unit.word, unit.label = True, "", ""
            word = unit.word
            if unit.label:
                self._enter_label(unit)
            if word == "IF" and is_block_if(unit.text):
                open_ifs.append(unit)
            elif word == "THEN" and 0 < len(open_ifs) <= BLOCK_LIMIT and open_ifs[-1].then == NOWHERE:
                open_ifs[-1].then = unit.index
                unit.partner = open_ifs[-1].index
                self._open_branch(unit, branches, len(open_ifs) - 1)
            elif word == "THEN" and open_ifs and open_ifs[-1].then != NOWHERE:
                # fidelity: inferred from procedures that work: a branch not taken counts each THEN, one without an IF too, with its ENDIF.
                open_ifs.append(Unit(unit.index, [], then=unit.index))
            elif word == "ELSE" and open_ifs and open_ifs[-1].partner == NOWHERE:
                open_ifs[-1].partner = unit.index
                unit.partner = open_ifs[-1].index
                self._open_branch(unit, branches, len(open_ifs) - 1)
            elif word == "ENDI" and open_ifs:
                self._close_if(open_ifs.pop(), unit)
                del branches[len(open_ifs) :]
                unit.branch = branches[-1] if branches else NOWHERE
            elif word == "SUBR":
                self._scope_parent[unit.index] = unit.scope
                scopes.append(unit.index)
                base.append(len(open_ifs))
            elif word == "ENDS" and scopes:
                unit.partner = scopes.pop()
                self.units[unit.partner].end = unit.index
                del open_ifs[base.pop() :]
                del branches[len(open_ifs) :]
        self.has_duplicates = any(len(found) > 1 for found in self.labels.values())

    def _enter_label(self, unit: Unit) -> None:
        self.labels.setdefault((unit.scope, unit.label), []).append(unit.index)

    def _open_branch(self, unit: Unit, branches: list[int], depth: int) -> None:
        """THEN or ELSE of the innermost IF: the commands up to the next ELSE or ENDIF are in a branch of their own."""
        del branches[depth:]
        parent = branches[-1] if branches else NOWHERE
        unit.branch = parent
        self._branch_parent[unit.index] = parent
        branches.append(unit.index)

    def _close_if(self, opening: Unit, ending: Unit) -> None:
        opening.end = ending.index
        ending.partner = opening.index
        if opening.partner != NOWHERE:
            self.units[opening.partner].end = ending.index

    # -- finding targets ---------------------------------------------------------------------------------------------------------------

    def reachable(self, source: int, target: int) -> bool:
        """True when no block has to be entered to go from unit `source` to unit `target`."""
        wanted = self.units[target].branch
        here = self.units[source].branch if source < len(self.units) else NOWHERE
        while here != wanted:
            if here == NOWHERE:
                return False
            here = self._branch_parent[here]
        return True

    def candidates(self, source: int, label: str) -> list[int]:
        """The units a GOTO at `source` may go to, in order."""
        scope = self.units[source].scope if source < len(self.units) else NOWHERE
        return [i for i in self.labels.get((scope, label), ()) if self.reachable(source, i)]

    def subroutine(self, source: int, label: str) -> int:
        """The SUBROUTINE unit that CALL `label` at unit `source` means; NOWHERE if there is none."""
        scope = self.units[source].scope if source < len(self.units) else NOWHERE
        if scope != NOWHERE and self.units[scope].label == label:
            return scope
        while True:
            for index in self.labels.get((scope, label), ()):
                if self.units[index].word == "SUBR":
                    return index
            if scope == NOWHERE:
                return NOWHERE
            scope = self._scope_parent[scope]


def takes_no_data(unit: Unit) -> bool:
    """True for a command that DCL itself executes without reading data records: after it, a record in an IF block is a command.

    fidelity: inferred from procedures that work although dollar signs are missing in their IF blocks, and only there.
    """
    text = unit.text
    if unit.word in ("THEN", "ELSE"):
        text = text[len(NAME.match(text)[0]) :].lstrip(" \t$")  # type: ignore[index]
    return not unit.is_data and (not text or ASSIGNMENT.match(text) is not None or first_word(text) in _TAKES_NO_DATA)


def begins_block(text: str) -> bool:
    """True for a block IF, or for a THEN or ELSE with one on its line."""
    word = first_word(text)
    if word in ("THEN", "ELSE"):
        text = text[len(NAME.match(text)[0]) :].lstrip(" \t$")  # type: ignore[index]
        word = first_word(text)
    return word == "IF" and is_block_if(text)


def is_block_if(text: str) -> bool:
    """True for an IF without THEN on its line."""
    return _THEN.search(_QUOTED.sub('""', text)) is None
