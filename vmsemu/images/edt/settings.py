"""SET and SHOW of EDT: what line mode uses, and what it only keeps for screen mode. Source: EDT Reference Manual, SET and SHOW.

Theory of operation. Each setting is one row: a flag (SET NUMBERS, SET NONUMBERS), a number (SET TAB 4, SET NOTAB) or a word (SET CASE UPPER).
Line mode uses CASE, NUMBERS, PROMPT, SCREEN, SEARCH, SUMMARY, TAB, TEXT, VERIFY and WRAP.
fidelity: how SHOW words a setting is recalled.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vmsemu.images.edt.ranges import EdtError

_FLAGS = {"AUTOREPEAT": True, "FNF": True, "KEYPAD": True, "NUMBERS": True, "QUIET": False, "REPEAT": True, "SUMMARY": True,
          "TRUNCATE": True, "VERIFY": False}  # fmt: skip
_NUMBERS = {"LINES": 22, "SCREEN": 80, "TAB": 0, "WRAP": 0}
_NEGATABLE_NUMBERS = ("TAB", "WRAP")
_WORDS: dict[str, tuple[str, ...]] = {
    "CASE": ("NONE", "LOWER", "UPPER"), "MODE": ("LINE", "CHANGE"), "PARAGRAPH": ("NOWPS", "WPS"),
    "TERMINAL": ("HCPY", "VT52", "VT100", "SCROLL", "NOSCROLL", "EIGHTBIT", "NOEIGHTBIT", "EDIT", "NOEDIT"),
    "WORD": ("DELIMITER", "NODELIMITER"),
}  # fmt: skip
_SEARCH = {"GENERAL": 0, "EXACT": 0, "CASE": 0, "DIACRITICAL": 0, "END": 1, "BEGIN": 1, "UNBOUNDED": 2, "BOUNDED": 2}
_PROMPTS = {"LINE": "*", "KEYPAD": "", "NOKEYPAD": "", "HCCHANGE": "", "INSERT": " " * 12, "INSERTN": "", "QUERY": "?"}
_TEXTS = {"END": "[EOB]", "PAGE": "<FF>"}
_ENTITIES = {"WORD": " \t\v\f\r", "SENTENCE": ".!?", "PARAGRAPH": "", "PAGE": "\f"}
_STRINGS = {"PROMPT": _PROMPTS, "TEXT": _TEXTS, "ENTITY": _ENTITIES}
INVALID = "Invalid parameter for SET or SHOW"
NO_SCREEN = "Change mode can be entered only from a supported terminal"


@dataclass
class Settings:
    """The settings of one session."""

    flags: dict[str, bool] = field(default_factory=lambda: dict(_FLAGS))
    amounts: dict[str, int] = field(default_factory=lambda: dict(_NUMBERS))
    words: dict[str, str] = field(default_factory=lambda: {name: words[0] for name, words in _WORDS.items()})
    search: list[str] = field(default_factory=lambda: ["GENERAL", "END", "UNBOUNDED"])
    strings: dict[str, dict[str, str]] = field(default_factory=lambda: {name: dict(values) for name, values in _STRINGS.items()})
    cursor: str = "7:14"

    @property
    def numbers(self) -> bool:
        """Are line numbers displayed?"""
        return self.flags["NUMBERS"]

    @property
    def exact(self) -> bool:
        """Do upper and lower case differ in searches?"""
        return self.search[0] == "EXACT"

    @property
    def fill_width(self) -> int:
        """The columns FILL fills."""
        return self.amounts["WRAP"] or self.amounts["SCREEN"]

    def prompt(self, kind: str) -> str:
        return self.strings["PROMPT"][kind]

    @property
    def end(self) -> str:
        """What stands for the end of a buffer."""
        return self.strings["TEXT"]["END"]

    def flagged(self, text: str) -> str:
        """The text with an apostrophe before each letter of the case that SET CASE flags."""
        case = self.words["CASE"]
        if case == "NONE":
            return text
        return "".join(f"'{char}" if (char.isupper() if case == "UPPER" else char.islower()) else char for char in text)

    # -- SET -----------------------------------------------------------------------------------------------------------------------

    def set(self, text: str) -> None:
        """Carry out SET for everything but files. Errors: EdtError."""
        typed, _, rest = text.strip().partition(" ")
        rest = rest.strip()
        name, negated = _setting(typed.upper())
        if name in _FLAGS and not rest:
            self.flags[name] = not negated
        elif name in _NUMBERS:
            self._amount(name, rest, negated)
        elif name in _WORDS and not negated:
            value = _one(rest.upper(), _WORDS[name])
            if (name, value) == ("MODE", "CHANGE"):
                raise EdtError(NO_SCREEN)
            self.words[name] = value
        elif name == "SEARCH" and rest:
            for word in rest.upper().replace("INSENSITIVE", "").split():
                value = _one(word, tuple(_SEARCH))
                self.search[_SEARCH[value]] = value
        elif name in _STRINGS:
            kind, _, quoted = rest.partition(" ")
            self.strings[name][_one(kind.upper(), tuple(_STRINGS[name]))] = _quoted(quoted.strip())
        elif name == "CURSOR" and rest.replace(":", "").isdigit():
            self.cursor = rest
        else:
            raise EdtError(INVALID)

    def _amount(self, name: str, text: str, negated: bool) -> None:
        if negated and name in _NEGATABLE_NUMBERS and not text:
            self.amounts[name] = 0
        elif not negated and text.isdigit() and int(text) > 0:
            self.amounts[name] = int(text)
        else:
            raise EdtError("Numeric value required" if not text.isdigit() else INVALID)

    # -- SHOW ----------------------------------------------------------------------------------------------------------------------

    def show(self, text: str) -> str:
        """One setting in words. Errors: EdtError."""
        typed, _, rest = text.strip().partition(" ")
        name, negated = _setting(typed.upper())
        if negated:
            raise EdtError(INVALID)
        if name in _FLAGS:
            return name.lower() if self.flags[name] else f"no{name.lower()}"
        if name in _NUMBERS:
            return str(self.amounts[name]) if self.amounts[name] else f"no{name.lower()}"
        if name in _WORDS:
            return self.words[name].lower()
        if name == "SEARCH":
            return " ".join(self.search).lower()
        if name == "CURSOR":
            return self.cursor
        return self.strings[name][_one(rest.strip().upper(), tuple(_STRINGS[name]))]


def _setting(typed: str) -> tuple[str, bool]:
    """(the setting in full, was it negated). Errors: EdtError."""
    names = (*_FLAGS, *_NUMBERS, *_WORDS, *_STRINGS, "SEARCH", "CURSOR")
    if typed.startswith("NO") and (found := [name for name in (*_FLAGS, *_NEGATABLE_NUMBERS) if typed[2:] and name.startswith(typed[2:])]):
        return found[0], True
    return _one(typed, names), False


def _one(typed: str, words: tuple[str, ...]) -> str:
    """The first word that begins so. Errors: EdtError."""
    found = next((word for word in words if typed and word.startswith(typed)), None)
    if found is None:
        raise EdtError(INVALID)
    return found


def _quoted(text: str) -> str:
    """A string between quotation marks or apostrophes. Errors: EdtError."""
    if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:
        raise EdtError("Invalid string")
    return text[1:-1]
