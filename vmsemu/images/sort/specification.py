"""A SORT specification: fields, conditions, keys, records to include and to omit, the data of the output, a collating sequence.

Left out (refused): characters of two letters in a sequence, sequences of a library, /CDD_PATH_NAME, floating and packed constants.
fidelity: AND before OR in a test, and records that no /INCLUDE names being left out, are recalled.
Source: OpenVMS User's Manual, "Using a specification file"; HELP SORT Specification_File_Qualifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vmsemu.images.sort.collating import SEQUENCES, Collation, Sequence, collation
from vmsemu.images.sort.conditions import Test, read_test
from vmsemu.images.sort.fields import Field, read_field
from vmsemu.images.sort.keys import SORT, Key
from vmsemu.images.sort.specification_text import Entry, Reader, Token, entries

_NAMES = (
    "CHECK_SEQUENCE", "COLLATING_SEQUENCE", "CONDITION", "DATA", "FIELD", "INCLUDE", "KEY", "NOCHECK_SEQUENCE", "NOSTABLE", "OMIT", "PAD",
    "PROCESS", "STABLE", "WORK_FILES",
)  # fmt: skip
_FIRST = ("PAD", "COLLATING_SEQUENCE", "FIELD", "CONDITION")  # what other entries refer to
_PROCESSES = ("RECORD", "TAG", "ADDRESS", "INDEX")
_INCLUDE_WORDS = ("CONDITION", "DATA", "KEY")
Choice = Callable[[bytes], Field]


@dataclass(frozen=True)
class ChosenKey:
    """A key whose field may depend on the record."""

    choose: Choice
    fields: tuple[Field, ...]
    descending: bool = False

    def extractor(self, collate: Collation) -> Callable[[bytes], object]:
        """As SortKey.extractor."""
        extractors = {each.name: each.extractor(collate) for each in self.fields}
        if len(self.fields) == 1:
            return extractors[self.fields[0].name]
        choose = self.choose
        return lambda record: extractors[choose(record).name](record)

    def raw(self, record: bytes) -> bytes:
        return self.choose(record).raw(record)


@dataclass(frozen=True)
class Rule:
    """One /INCLUDE or /OMIT: which records it is for, and how those are keyed and written."""

    test: Test | None
    omit: bool
    keys: tuple[ChosenKey, ...] = ()
    data: tuple[ChosenKey, ...] = ()


@dataclass
class Specification:
    """What a specification file says."""

    fields: dict[str, Field] = field(default_factory=dict)
    conditions: dict[str, Test] = field(default_factory=dict)
    general_keys: list[ChosenKey] = field(default_factory=list)
    data: list[ChosenKey] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    collate: Collation = bytes
    pad: bytes = b"\0"
    process: str = "RECORD"
    check_sequence: bool = True

    @classmethod
    def from_lines(cls, lines: list[str], collate: Collation | None = None) -> Specification:
        """Read a file; `collate` is what the command line has instead of its sequence. Errors: SORT.SPCIVx with the line."""
        found = [(_name(entry), entry) for entry in entries(lines)]
        out = cls()
        for wanted in _FIRST:
            for name, entry in found:
                if name == wanted:
                    out._read(name, entry)
            if collate is not None:
                out.collate = collate
        for name, entry in found:
            if name not in _FIRST:
                out._read(name, entry)
        return out

    # -- what SORT asks ------------------------------------------------------------------------------------------------------------

    def rule(self, record: bytes) -> Rule | None:
        """What the record falls under: the first rule whose condition it meets; None when no rule is for it."""
        return next((rule for rule in self.rules if rule.test is None or rule.test(record)), None)

    def selected(self, records: list[bytes]) -> list[bytes]:
        """The records that take part."""
        if not self.rules:
            return records
        others = all(rule.omit for rule in self.rules)
        return [record for record in records if (others if (rule := self.rule(record)) is None else not rule.omit)]

    def keys(self) -> list[Key]:
        """The keys, most significant first; those of an /INCLUDE stand for the general ones. Errors: SORT.NUM_KEY when numbers differ."""
        sets = [list(rule.keys) or self.general_keys for rule in self.rules if not rule.omit]
        if not any(rule.keys for rule in self.rules):
            return list(self.general_keys)
        if len({len(keys) for keys in sets}) != 1:
            raise SORT.NUM_KEY.error()
        return [self._merged(at, [keys[at] for keys in sets]) for at in range(len(sets[0]))]

    def _merged(self, at: int, keys: list[ChosenKey]) -> ChosenKey:
        def choose(record: bytes) -> Field:
            rule = self.rule(record)
            return (rule.keys[at] if rule is not None and rule.keys else keys[0]).choose(record)

        return ChosenKey(choose, tuple(each for key in keys for each in key.fields), keys[0].descending)

    def output(self, record: bytes) -> bytes:
        """The record as it is written: rearranged when there is /DATA."""
        rule = self.rule(record) if self.rules else None
        data = rule.data if rule is not None and rule.data else self.data
        return b"".join(each.raw(record) for each in data) if data else record

    @property
    def rearranges(self) -> bool:
        return bool(self.data) or any(rule.data for rule in self.rules)

    # -- reading -------------------------------------------------------------------------------------------------------------------

    def _read(self, name: str, entry: Entry) -> None:
        readers: dict[str, Callable[[Entry], None]] = {
            "FIELD": self._field, "CONDITION": self._condition, "KEY": self._key, "DATA": self._data, "INCLUDE": self._include,
            "OMIT": self._omit, "COLLATING_SEQUENCE": self._sequence, "PAD": self._pad, "PROCESS": self._process,
        }  # fmt: skip
        if name.endswith("CHECK_SEQUENCE"):
            self.check_sequence = not name.startswith("NO")
        elif name in readers:
            readers[name](entry)

    def _field(self, entry: Entry) -> None:
        reader = _value(entry, Reader(entry.tokens, entry.line, SORT.SPCIVF))
        found = read_field(reader, self.pad)
        if found.name in self.fields:
            raise reader.fail()
        self.fields[found.name] = found

    def _condition(self, entry: Entry) -> None:
        reader = _value(entry, Reader(entry.tokens, entry.line, SORT.SPCIVX))
        name, test = "", None
        for item in reader.items():
            word = item.word(("NAME", "TEST"))
            item.expect("=", ":")
            if word == "NAME":
                name = item.next().text
            else:
                test = read_test(item, self.fields, self.collate, self.pad)
            if not item.done:
                raise item.fail()
        if not name or test is None:
            raise reader.fail()
        self.conditions[name] = test

    def _key(self, entry: Entry) -> None:
        self.general_keys.append(self._chosen(_value(entry, Reader(entry.tokens, entry.line, SORT.SPCIVK)), ordered=True))

    def _data(self, entry: Entry) -> None:
        self.data.append(self._chosen(_value(entry, Reader(entry.tokens, entry.line, SORT.SPCIVK)), ordered=False))

    def _chosen(self, reader: Reader, *, ordered: bool) -> ChosenKey:
        """`field`, or `IF condition THEN field ELSE ...`; with `ordered` also ASCENDING or DESCENDING."""
        choices, *others = reader.items()
        inside = choices.items()[0] if choices.peek().text == "(" else choices
        tests: list[tuple[Test, Field]] = []
        while inside.take("IF"):
            test = self._test(inside)
            inside.expect("THEN")
            tests.append((test, self._named_field(inside)))
            inside.expect("ELSE")
        last = self._named_field(inside)
        descending = False
        for other in others:
            if not ordered:
                raise other.fail()
            descending = other.word(("ASCENDING", "DESCENDING")) == "DESCENDING"
        if not inside.done or len({type(each.sample()) for each in (*(f for _, f in tests), last)}) > 1:
            raise inside.fail()

        def choose(record: bytes) -> Field:
            return next((found for test, found in tests if test(record)), last)

        return ChosenKey(choose, (*(found for _, found in tests), last), descending)

    def _named_field(self, reader: Reader) -> Field:
        token = reader.next()
        if token.text not in self.fields or token.string:
            raise reader.fail()
        return self.fields[token.text]

    def _test(self, reader: Reader) -> Test:
        token = reader.next()
        if token.text not in self.conditions or token.string:
            raise reader.fail()
        return self.conditions[token.text]

    def _include(self, entry: Entry) -> None:
        self.rules.append(self._rule(entry, omit=False))

    def _omit(self, entry: Entry) -> None:
        self.rules.append(self._rule(entry, omit=True))

    def _rule(self, entry: Entry, *, omit: bool) -> Rule:
        reader = Reader(entry.tokens, entry.line, SORT.SPCIVI)
        test: Test | None = None
        keys: list[ChosenKey] = []
        data: list[ChosenKey] = []
        for item in _value(entry, reader).items() if entry.tokens else []:
            word = item.word(_INCLUDE_WORDS[:1] if omit else _INCLUDE_WORDS)
            item.expect("=", ":")
            if word == "CONDITION":
                test = self._test(item)
            else:
                (keys if word == "KEY" else data).append(self._chosen(item, ordered=word == "KEY"))
        return Rule(test, omit, tuple(keys), tuple(data))

    def _pad(self, entry: Entry) -> None:
        reader = _value(entry, Reader(entry.tokens, entry.line, SORT.SPCIVS))
        token = reader.items()[0].next()
        if not token.string or len(token.text) != 1:
            raise reader.fail()
        self.pad = token.text.encode("latin-1", "replace")

    def _process(self, entry: Entry) -> None:
        self.process = _value(entry, Reader(entry.tokens, entry.line, SORT.SPCIVP)).items()[0].word(_PROCESSES)

    def _sequence(self, entry: Entry) -> None:
        reader = _value(entry, Reader(entry.tokens, entry.line, SORT.SPCIVC))
        sequence: Sequence | None = None
        items = reader.items()
        changes = 0
        for item in items:
            word = item.word(("FOLD", "IGNORE", "MODIFICATION", "NOTIE_BREAK", "SEQUENCE", "TIE_BREAK"))
            if word == "SEQUENCE":
                item.expect("=", ":")
                name = item.peek().text if not item.peek().string and item.peek().text != "(" else ""
                sequence = Sequence.named(item.word(SEQUENCES)) if name else Sequence.listed(_characters(item))
                self.collate = collation(name) if name in SEQUENCES else sequence.collation()
                continue
            if sequence is None:
                raise item.fail()
            _change(sequence, word, item)
            changes += 1
        if sequence is not None and changes:
            self.collate = sequence.collation()


def _name(entry: Entry) -> str:
    """The name of an entry in full. Errors: SORT.SPCIVS."""
    return Reader((Token(entry.name, entry.line),), entry.line, SORT.SPCIVS).word(_NAMES)


def _value(entry: Entry, reader: Reader) -> Reader:
    """The reader after the equals sign of the entry."""
    reader.expect("=", ":")
    return reader


def _change(sequence: Sequence, word: str, item: Reader) -> None:
    """One change of a collating sequence: IGNORE, FOLD, MODIFICATION, [NO]TIE_BREAK."""
    if word == "FOLD":
        sequence.fold()
    elif word == "IGNORE":
        item.expect("=", ":")
        sequence.ignore(_characters(item))
    elif word == "MODIFICATION":
        item.expect("=", ":")
        for part in item.items():
            code = _character(part)
            relation = part.next().text
            if relation not in ("=", "<", ">"):
                raise part.fail()
            sequence.modify(code, relation, _character(part))
    else:
        sequence.tie_break = word == "TIE_BREAK"


def _characters(reader: Reader) -> list[int]:
    """The codes of `("a","c"-"z",...)`."""
    out: list[int] = []
    for item in reader.items():
        first = _character(item)
        last = _character(item) if item.take("-") else first
        out += range(first, last + 1)
        if not item.done:
            raise item.fail()
    return out


def _character(reader: Reader) -> int:
    """The code of a character, as a string or as `%X0A`. Errors: the reader's."""
    token = reader.next()
    if token.string and len(token.text) == 1 and ord(token.text) <= 0xFF:
        return ord(token.text)
    bases = {"%D": 10, "%O": 8, "%X": 16}
    try:
        code = int(token.text[2:], bases.get(token.text[:2], 0)) if not token.string else -1
    except ValueError:
        code = -1
    if not 0 <= code <= 0xFF or token.text[:2] not in bases:
        raise reader.fail()
    return code
