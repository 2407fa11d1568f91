"""Access control list entries: their text, and what a list becomes when entries are added, replaced, deleted or handed on.

    (IDENTIFIER=A+B[,OPTIONS=o+o],ACCESS=a+a)         who may do what
    (DEFAULT_PROTECTION[,OPTIONS=o],SYSTEM:RWED,...)  the protection of files created in a directory
    (CREATOR[,OPTIONS=o],ACCESS=a)                    what the creator of a file may do that somebody else will own
    (ALARM=SECURITY[,OPTIONS=o],ACCESS=a+SUCCESS)     what is reported; AUDIT likewise
    (SUBSYSTEM[,OPTIONS=o],IDENTIFIER=A[,ATTRIBUTES=RESOURCE]...)

Objects keep the canonical text: keywords in full, in the order of display. `Ace.from_text` reads it; `resolve_ace` also turns what a user typed
into the names of the rights database. Access types have the names of the object's class, four of them and CONTROL, on the same bits.

fidelity: a real list keeps the values of identifiers; here it keeps their names, so one that is renamed must be entered again.
Source: Guide to System Security, "ACE types"; System Management Utilities, "Access control list editor"; $PARSE_ACL, $FORMAT_ACL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from vmsemu.base.condition import Message, VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.security.rights import RightsDatabase

AccessNames = tuple[str, str, str, str, str]
FILE_ACCESS: AccessNames = ("READ", "WRITE", "EXECUTE", "DELETE", "CONTROL")
OBJECT_ACCESS: dict[str, AccessNames] = {
    "FILE": FILE_ACCESS,
    "DEVICE": ("READ", "WRITE", "PHYSICAL", "LOGICAL", "CONTROL"),
    "LOGICAL_NAME_TABLE": ("READ", "WRITE", "CREATE", "DELETE", "CONTROL"),
    "QUEUE": ("READ", "SUBMIT", "MANAGE", "DELETE", "CONTROL"),
    "VOLUME": ("READ", "WRITE", "CREATE", "DELETE", "CONTROL"),
}
SUCCESS, FAILURE = 1 << 5, 1 << 6
OPTIONS = ("DEFAULT", "PROTECTED", "HIDDEN", "NOPROPAGATE")
KINDS = ("IDENTIFIER", "DEFAULT_PROTECTION", "CREATOR", "ALARM", "AUDIT", "SUBSYSTEM")
_ITEM = re.compile(r"\s*((?:\[[^\]]*\]|<[^>]*>|[^,\[\]<>()])*)\s*(,|\))")
_WITH_ACCESS = ("IDENTIFIER", "CREATOR", "ALARM", "AUDIT")
_CLASSES = ("SYSTEM", "OWNER", "GROUP", "WORLD")


class AceError(VmsError):
    """A text that is no entry. `rest` is what begins with the part that could not be read."""

    def __init__(self, message: Message, rest: str) -> None:
        super().__init__(message)
        self.rest = rest


@dataclass(frozen=True, slots=True)
class Ace:
    """One entry. `access` is a mask; `holders` are the identifiers and, for a subsystem, whether each has the RESOURCE attribute."""

    kind: str
    identifiers: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    access: int = 0
    protection: Protection | None = None
    resources: tuple[bool, ...] = ()

    @classmethod
    def from_text(cls, text: str, names: AccessNames = FILE_ACCESS) -> Ace:
        """Read one entry; keywords may be abbreviated. Errors: AceError with SS.IVACL."""
        return _Reader(text, names, str.upper).entry()

    def to_text(self, names: AccessNames = FILE_ACCESS) -> str:
        """As it is displayed."""
        head = f"{self.kind}=SECURITY" if self.kind in ("ALARM", "AUDIT") else self.kind
        if self.kind == "IDENTIFIER":
            head = "IDENTIFIER=" + "+".join(self.identifiers)
        parts = [head]
        if self.options:
            parts.append("OPTIONS=" + "+".join(self.options))
        if self.kind in _WITH_ACCESS:
            parts.append("ACCESS=" + access_text(self.access, names))
        elif self.protection is not None:
            parts += [f"{name.upper()}:{letters}" for name, letters in self.protection.classes()]
        else:
            for identifier, resource in zip(self.identifiers, self.resources, strict=True):
                parts += [f"IDENTIFIER={identifier}", f"ATTRIBUTES={'RESOURCE' if resource else 'NONE'}"]
        return f"({','.join(parts)})"

    def without(self, option: str) -> Ace:
        """The same without an option."""
        return replace(self, options=tuple(o for o in self.options if o != option))

    @property
    def key(self) -> object:
        """What makes two entries the same entry, whatever access they give: an object has one of each."""
        if self.kind in ("ALARM", "AUDIT", "SUBSYSTEM"):
            return self
        return self.kind, frozenset(self.identifiers), "DEFAULT" in self.options


def access_text(mask: int, names: AccessNames = FILE_ACCESS) -> str:
    """`READ+WRITE`, or NONE."""
    return "+".join(name for at, name in enumerate((*names, "SUCCESS", "FAILURE")) if mask >> at & 1) or "NONE"


@lru_cache(maxsize=512)
def ace_of(text: str, names: AccessNames = FILE_ACCESS) -> Ace | None:
    """The entry of an object's list; None for a text that is none."""
    try:
        return Ace.from_text(text, names)
    except AceError:
        return None


def aces_of(acl: Iterable[str], names: AccessNames = FILE_ACCESS) -> tuple[Ace, ...]:
    """The entries of an object's list."""
    return tuple(ace for text in acl if (ace := ace_of(text, names)) is not None)


def texts_of(acl: Iterable[Ace], names: AccessNames = FILE_ACCESS) -> tuple[str, ...]:
    """The list as an object keeps it."""
    return tuple(ace.to_text(names) for ace in acl)


def resolve_ace(text: str, rights: RightsDatabase, names: AccessNames = FILE_ACCESS) -> Ace:
    """What a user typed, with its identifiers as the rights database names them. Errors: AceError with SS.IVACL or SS.NOSUCHID."""
    return _Reader(text, names, lambda word: _identifier_text(word, rights)).entry()


def _identifier_text(word: str, rights: RightsDatabase) -> str:
    """`[SMITH]` for a user however he is named, `PAYROLL` for a general identifier, `[200,*]` and `*` as they are. Errors: SS.NOSUCHID."""
    name = word.strip().upper()
    if name == "*":
        return name
    if name.startswith(("[", "<")) and name.endswith(("*]", "*>")):
        group = name[1:-1].partition(",")[0].strip()
        if group == "*" or re.fullmatch(r"[0-7]+", group):
            return Uic.from_text(name, wild=True).to_text()
        return f"[{rights.parse(group) >> 16 & 0x3FFF:o},*]"
    value = rights.parse(name)
    found = rights.of_value(value)
    if found is None:
        return Uic.from_long(value).to_text() if value < 0x80000000 else f"%X{value:08X}"
    return rights.uic_text(found.uic) if found.is_uic else found.name


class _Reader:
    """Reads one entry from left to right; `word` turns an identifier as typed into the one that is kept."""

    def __init__(self, text: str, names: AccessNames, word: Callable[[str], str]) -> None:
        self.text = text.strip()
        self.names = names
        self.word = word
        self.at = 0

    def entry(self) -> Ace:
        items = list(self._items())
        if not items:
            self._refuse(0)
        at, head, value = items[0]
        kind = _keyword(head, KINDS)
        if kind is None or (kind in ("ALARM", "AUDIT")) != (value is not None and kind != "IDENTIFIER"):
            self._refuse(at)
        ace = Ace(kind)
        if kind in ("ALARM", "AUDIT") and _keyword(value or "", ("SECURITY",)) is None:
            self._refuse(at)
        if kind == "IDENTIFIER":
            ace = replace(ace, identifiers=self._identifiers(at, value or ""))
        return self._finish(ace, items[1:])

    def _finish(self, ace: Ace, items: list[tuple[int, str, str | None]]) -> Ace:
        """Options, then what the kind of entry has: access, protection, or identifiers with attributes."""
        if items and items[0][2] is not None and _keyword(items[0][1], ("OPTIONS",)):
            at, _, value = items.pop(0)
            ace = replace(ace, options=self._options(at, value or ""))
        if ace.kind == "DEFAULT_PROTECTION":
            return replace(ace, protection=self._protection(items))
        if ace.kind == "SUBSYSTEM":
            return self._subsystem(ace, items)
        if len(items) != 1 or _keyword(items[0][1], ("ACCESS",)) is None:
            self._refuse(items[0][0] if items else len(self.text) - 1)
        return replace(ace, access=self._access(items[0][0], items[0][2] or "", ace.kind))

    def _items(self) -> Iterable[tuple[int, str, str | None]]:
        """(where it begins, keyword, value after `=`) of each part."""
        if not self.text.startswith("("):
            self._refuse(0)
        at = 1
        while True:
            found = _ITEM.match(self.text, at)
            if found is None or not found[1]:
                self._refuse(at)
            head, equals, value = found[1].partition("=")
            yield found.start(1), head.strip().upper(), value.strip() if equals else None
            at = found.end()
            if found[2] == ")":
                if at != len(self.text):
                    self._refuse(at)
                return

    def _identifiers(self, at: int, value: str) -> tuple[str, ...]:
        words = [word.strip() for word in value.split("+")]
        if not all(words):
            self._refuse(at)
        out: list[str] = []
        for word in words:
            try:
                name = self.word(word)
            except VmsError as error:
                self._refuse(at, SS.NOSUCHID() if error.matches(SS.NOSUCHID) else SS.IVACL())
            if name not in out:
                out.append(name)
        return tuple(out)

    def _options(self, at: int, value: str) -> tuple[str, ...]:
        found = {_keyword(word.strip().upper(), (*OPTIONS, "NONE")) for word in value.split("+")}
        if None in found:
            self._refuse(at)
        return tuple(option for option in OPTIONS if option in found)

    def _access(self, at: int, value: str, kind: str) -> int:
        names = (*self.names, "SUCCESS", "FAILURE") if kind in ("ALARM", "AUDIT") else self.names
        mask = 0
        for word in value.split("+"):
            name = _keyword(word.strip().upper(), (*names, "NONE"))
            if name is None:
                self._refuse(at)
            mask |= 0 if name == "NONE" else 1 << names.index(name)
        return mask

    def _protection(self, items: list[tuple[int, str, str | None]]) -> Protection:
        for at, head, _ in items:
            word, _, letters = head.partition(":")
            if _keyword(word.strip(), _CLASSES) is None or not re.fullmatch(r"\s*[RWED]*\s*", letters):
                self._refuse(at)
        return Protection.from_text(",".join(head if value is None else f"{head}:{value}" for _, head, value in items))

    def _subsystem(self, ace: Ace, items: list[tuple[int, str, str | None]]) -> Ace:
        identifiers: list[str] = []
        resources: list[bool] = []
        for at, head, value in items:
            keyword = _keyword(head, ("IDENTIFIER", "ATTRIBUTES"))
            if keyword == "IDENTIFIER" and value:
                identifiers += self._identifiers(at, value)
                resources += [False] * (len(identifiers) - len(resources))
            elif keyword == "ATTRIBUTES" and identifiers and (word := _keyword((value or "").upper(), ("RESOURCE", "NONE"))):
                resources[-1] = word == "RESOURCE"
            else:
                self._refuse(at)
        if not identifiers:
            self._refuse(len(self.text) - 1)
        return replace(ace, identifiers=tuple(identifiers), resources=tuple(resources))

    def _refuse(self, at: int, why: Message | None = None) -> NoReturn:
        raise AceError(why or SS.IVACL(), self.text[at:])


def _keyword(word: str, keywords: Sequence[str]) -> str | None:
    """The keyword that `word` abbreviates, the first when there are several."""
    return next((keyword for keyword in keywords if word and keyword.startswith(word.strip().upper())), None)


# -- lists -------------------------------------------------------------------------------------------------------------------------


def add_entries(acl: Sequence[Ace], new: Sequence[Ace], after: Ace | None = None) -> tuple[Ace, ...]:
    """The new entries first, or behind `after`; an entry that is there already moves and is given the new access.

    Errors: SS.NOENTRY when `after` is not in the list.
    """
    keys = {ace.key for ace in new}
    if after is not None and after.key in keys:
        keys.discard(after.key)
        new = [ace for ace in new if ace.key != after.key]
    kept = [ace for ace in acl if ace.key not in keys]
    if after is None:
        return (*new, *kept)
    at = next((at for at, ace in enumerate(kept) if ace.key == after.key), None)
    if at is None:
        raise SS.NOENTRY.error()
    return (*kept[: at + 1], *new, *kept[at + 1 :])


def delete_entries(acl: Sequence[Ace], gone: Sequence[Ace]) -> tuple[tuple[Ace, ...], list[Ace]]:
    """(the list without these entries, those of them that were not in it)."""
    keys, there = {ace.key for ace in gone}, {ace.key for ace in acl}
    return tuple(ace for ace in acl if ace.key not in keys), [ace for ace in gone if ace.key not in there]


def replace_entries(acl: Sequence[Ace], old: Sequence[Ace], new: Sequence[Ace]) -> tuple[tuple[Ace, ...], list[Ace]]:
    """The new entries stand where the last of the old ones stood; also the old ones that were not in the list."""
    keys = {ace.key for ace in old}
    last = max((at for at, ace in enumerate(acl) if ace.key in keys), default=-1)
    fresh = {ace.key for ace in new}
    before = [ace for ace in acl[: last + 1] if ace.key not in keys | fresh]
    behind = [ace for ace in acl[last + 1 :] if ace.key not in fresh]
    return (*before, *new, *behind), delete_entries(acl, old)[1]


def unprotected_removed(acl: Sequence[Ace]) -> tuple[Ace, ...]:
    """What is left when a whole list is deleted: the entries with the option PROTECTED."""
    return tuple(ace for ace in acl if "PROTECTED" in ace.options)


def inherited_by_file(acl: Sequence[Ace]) -> tuple[Ace, ...]:
    """What a directory's list gives a new file: the entries with the option DEFAULT, without it."""
    return tuple(ace.without("DEFAULT") for ace in acl if "DEFAULT" in ace.options)


def propagated(acl: Sequence[Ace]) -> tuple[Ace, ...]:
    """What goes on to the next version, to a subdirectory, or with /LIKE: all but the entries with the option NOPROPAGATE."""
    return tuple(ace for ace in acl if "NOPROPAGATE" not in ace.options)
