"""Keys that send escape sequences: their names, how they arrive, and the definitions of DEFINE/KEY.

Three things, none of which waits: the table of keys (keys.txt), `KeyReader`, which makes keys of the characters a line delivers, and
`KeyTable`, the definitions and the state of one process.

Source: DCL Dictionary, DEFINE/KEY, SET KEY; DCL reference 8.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from vmsemu.terminal.tables import rows

ESCAPE, CSI, SS3 = "\x1b", "\x9b", "\x8f"
_LONGEST = 16  # characters of a sequence; what is longer is none
DEFAULT_STATE = "DEFAULT"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `use`: free, edits, ctrl_v or no (see keys.txt)."""

    name: str
    use: str
    synonyms: tuple[str, ...]
    sequences: tuple[str, ...]


@cache
def all_keys() -> dict[str, Key]:
    """Every key by its name."""
    return {name: Key(name, use, tuple(synonyms.split()), tuple(sent.split())) for name, use, synonyms, sent in rows("keys.txt")}


@cache
def _sequences() -> dict[str, str]:
    return {sequence: key.name for key in all_keys().values() for sequence in key.sequences}


def definable_key(word: str) -> str | None:
    """The name of the key that DEFINE/KEY means, a synonym converted; None when there is none of that name."""
    for key in all_keys().values():
        if key.use != "no" and (word == key.name or word in key.synonyms):
            return key.name
    return "F6" if word == "F6" else None


class KeyReader:
    """Characters in, keys out: single characters, names of keys, and the answers of the terminal to a question (REPORT:text).

    A sequence may arrive in pieces; as on VMS, an ESC waits for what follows it however long that takes. A sequence that is no key of ours
    is swallowed whole.
    """

    def __init__(self) -> None:
        self._pending = ""

    def feed(self, text: str) -> list[str]:
        """More characters of the line."""
        return list(self._keys(text))

    def _keys(self, text: str) -> Iterator[str]:
        for character in text:
            if not self._pending:
                if character in (CSI, SS3):
                    self._pending = ESCAPE + ("[" if character == CSI else "O")
                elif character == ESCAPE:
                    self._pending = character
                else:
                    yield character
                continue
            self._pending += character
            yield from self._complete()

    def _complete(self) -> Iterator[str]:
        """The key of the pending sequence, if it is whole."""
        body = self._pending[1:]
        if body == ESCAPE:
            self._pending = ESCAPE
            yield ESCAPE
        elif body[0] in "[O?" and len(body) < _LONGEST and (len(body) == 1 or not "@" <= body[-1] <= "~"):
            return
        else:
            self._pending = ""
            yield from self._named(body)

    def _named(self, body: str) -> Iterator[str]:
        name = _sequences().get(body)
        if name is None and body[0] == "[" and ";" in body:
            name = _sequences().get(_unmodified(body))
        if name is not None:
            yield name
        elif body.startswith("[?") and body.endswith("c"):
            yield "REPORT:" + body[2:-1]
        elif body[0] not in "[O?":
            yield ESCAPE
            yield body


def _unmodified(body: str) -> str:
    """The sequence of the same key without Shift, Alt or Ctrl, as xterm marks them."""
    number = body[1:].partition(";")[0]
    return f"[{body[-1]}" if number == "1" and body[-1] != "~" else f"[{number}{body[-1]}"


@dataclass(frozen=True, slots=True)
class KeyDefinition:
    """What a key types. `set_state` is empty when the key sets none."""

    text: str
    terminate: bool = False
    echo: bool = True
    erase: bool = False
    set_state: str = ""
    lock_state: bool = False


class KeyTable:
    """The key definitions of a process, by state and key.

    `locked_state` holds until it is changed; `state` is that, or the state which the last key set for the next one.
    """

    def __init__(self) -> None:
        self.definitions: dict[tuple[str, str], KeyDefinition] = {}
        self.locked_state = DEFAULT_STATE
        self.state = DEFAULT_STATE

    def copy(self) -> KeyTable:
        """What SPAWN/KEYPAD gives to the subprocess."""
        other = KeyTable()
        other.definitions = dict(self.definitions)
        other.locked_state = other.state = self.locked_state
        return other

    def set_state(self, state: str) -> None:
        """SET KEY/STATE: lock a state."""
        self.locked_state = self.state = state

    def press(self, key: str) -> KeyDefinition | None:
        """A definable key was pressed: its definition in the present state, if any, and the state after it."""
        found = self.definitions.get((self.state, key))
        if found is None:
            self.state = self.locked_state
            return None
        if found.set_state and found.lock_state:
            self.locked_state = found.set_state
        self.state = found.set_state or self.locked_state
        return found

    def line_ended(self) -> None:
        """A read was terminated: a state that was set for one key is over."""
        self.state = self.locked_state

    def states(self) -> list[str]:
        """The states in which keys are defined, in order of the alphabet."""
        return sorted({state for state, _ in self.definitions})

    def keys_in(self, state: str) -> list[str]:
        """The keys defined in a state, in the order of the keyboard."""
        return [name for name in all_keys() if (state, name) in self.definitions]
