"""Command grammar: what a compiled .CLD file says about verbs, parameters, qualifiers and keywords.

The compiler (cld.py) makes these values, the parser (command.py) reads them. A name is looked up as DCL does: an exact name wins, then a
unique beginning, then the first four characters; a negatable name also answers to NOname.

Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, part 1.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from vmsemu.base.condition import Message, MessageDefinition, VmsError

if TYPE_CHECKING:
    from vmsemu.tables.valuetypes import BuiltinType

SIGNIFICANT = 4
_MEMO_LIMIT = 2000


class CommandError(VmsError):
    """A command line that the grammar refuses. `segment` is the offending text of the ` \\TEXT\\` line, None when none is shown."""

    def __init__(self, message: Message, segment: str | None) -> None:
        super().__init__(message)
        self.segment = segment


def command_error(definition: MessageDefinition, segment: str | None = None) -> CommandError:
    """The error `definition` (CLI.xxx) about the text `segment`."""
    return CommandError(definition(), segment)


class Placement(Enum):
    """Where a qualifier may stand, and what it then applies to."""

    GLOBAL = "GLOBAL"
    LOCAL = "LOCAL"
    POSITIONAL = "POSITIONAL"


class Miss(Enum):
    """Why a name was not found."""

    UNKNOWN = "UNKNOWN"
    AMBIGUOUS = "AMBIGUOUS"
    NOT_NEGATABLE = "NOT_NEGATABLE"


class Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def negatable(self) -> bool: ...


E = TypeVar("E", bound=Named)


class NameIndex(Generic[E]):
    """Names that may be abbreviated."""

    __slots__ = ("_memo", "_sorted", "by_name")

    def __init__(self, entities: Iterable[E] = ()) -> None:
        self.by_name: dict[str, E] = {e.name: e for e in entities}
        self._sorted = sorted(self.by_name)
        self._memo: dict[str, tuple[E, bool] | Miss] = {}

    def __iter__(self) -> Any:
        return iter(self.by_name.values())

    def __len__(self) -> int:
        return len(self.by_name)

    def find(self, word: str) -> tuple[E, bool] | Miss:
        """The entity that `word` names, and whether the word negates it."""
        hit = self._memo.get(word)
        if hit is None:
            hit = self._find(word)
            if len(self._memo) < _MEMO_LIMIT:
                self._memo[word] = hit
        return hit

    def beginning_with(self, word: str) -> list[str]:
        """The names that begin with `word`; only the name itself when `word` is one."""
        if word in self.by_name:
            return [word]
        at = bisect_left(self._sorted, word)
        names = []
        while at < len(self._sorted) and self._sorted[at].startswith(word):
            names.append(self._sorted[at])
            at += 1
        return names

    def _find(self, word: str) -> tuple[E, bool] | Miss:
        bare = word[2:] if word.startswith("NO") else None
        miss: Miss = Miss.UNKNOWN
        for positive, negative in ((word, bare), (_significant(word), _significant(bare))):
            names = self.beginning_with(positive) if positive is not None else []
            if names != ["NO"] and names and word == "NO" and any(e.negatable for e in self):
                return Miss.AMBIGUOUS
            if names:
                return (self.by_name[names[0]], False) if len(names) == 1 else Miss.AMBIGUOUS
            names = self.beginning_with(negative) if negative is not None else []
            negatable = [n for n in names if self.by_name[n].negatable]
            if negatable:
                return (self.by_name[negatable[0]], True) if len(negatable) == 1 else Miss.AMBIGUOUS
            if names:
                miss = Miss.NOT_NEGATABLE
        return miss


def _significant(word: str | None) -> str | None:
    """The characters that count in a word longer than they are; None for a word that is not."""
    return word[:SIGNIFICANT] if word is not None and len(word) > SIGNIFICANT else None


@dataclass(slots=True)
class ValueDefinition:
    """A VALUE clause. `concatenate` is None when the clause does not say; then a list may be joined with plus signs too."""

    required: bool = False
    list: bool = False
    concatenate: bool | None = None
    implied_concatenation: bool = False
    type: TypeDefinition | BuiltinType | None = None
    default: str | None = None

    @property
    def joins(self) -> bool:
        """Whether a plus sign may join values."""
        return self.list if self.concatenate is None else self.concatenate


@dataclass(slots=True, eq=False)
class Entity:
    """A parameter, qualifier or keyword."""

    name: str
    label: str
    value: ValueDefinition | None = None
    default: bool = False
    batch: bool = False
    negatable: bool = True
    placement: Placement = Placement.GLOBAL
    syntax: str | None = None
    prompt: str | None = None


@dataclass(slots=True, eq=False)
class TypeDefinition:
    """DEFINE TYPE: a set of keywords."""

    name: str
    keywords: NameIndex[Entity]


Disallow = tuple[Any, ...]


@dataclass(slots=True, eq=False)
class SyntaxDefinition:
    """DEFINE VERB or DEFINE SYNTAX with all it inherits.

    `owner` resolves the syntaxes that its entities name; `says` tells whether the source itself has parameters, qualifiers and disallows.
    """

    name: str
    verb: str
    image: str | None = None
    routine: str | None = None
    cliroutine: str | None = None
    parameters: tuple[Entity, ...] = ()
    qualifiers: NameIndex[Entity] = field(default_factory=NameIndex)
    disallows: tuple[Disallow, ...] = ()
    owner: Any = None
    says: tuple[bool, bool, bool] = (True, True, True)
    parameter_index: dict[str, int] = field(default_factory=dict)
    labels: dict[str, Entity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for at, parameter in enumerate(self.parameters):
            self.parameter_index[f"P{at + 1}"] = at
            self.parameter_index.setdefault(parameter.label, at)
        for qualifier in self.qualifiers:
            self.labels[qualifier.label] = qualifier
        for qualifier in self.qualifiers:
            self.labels.setdefault(qualifier.name, qualifier)
