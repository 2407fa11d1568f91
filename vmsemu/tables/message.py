"""Facilities: the messages of .MSG files as attributes. The compiler of the language is in message_source.py.

Source: Command Definition, Librarian, and Message Utilities Manual, part 3.
"""

from __future__ import annotations

from importlib.resources import files
from types import MappingProxyType

from vmsemu.base.condition import MessageDefinition
from vmsemu.tables.message_source import Fault, MessageSourceError, compile_source

__all__ = ["Facility", "MessageSourceError", "compile_messages"]

_CONDITION = 0x0FFFFFF8


class Facility:
    """The messages of one .MSG file, as attributes: `RMS.FNF`. The file is compiled at first use."""

    def __init__(self, package: str, file: str, *, source: str | None = None) -> None:
        self._package = package
        self._file = file
        self._source = source
        self._definitions: MappingProxyType[str, MessageDefinition] | None = None
        self._by_condition: dict[int, MessageDefinition] = {}

    @property
    def definitions(self) -> MappingProxyType[str, MessageDefinition]:
        """Every message of the file by ident."""
        if self._definitions is None:
            source = self._source if self._source is not None else (files(self._package) / self._file).read_text(encoding="utf-8")
            compiled = compile_messages(source, self._file)
            self._definitions = MappingProxyType(compiled)
            for definition in compiled.values():
                self._by_condition.setdefault(definition.value & _CONDITION, definition)
            self.__dict__.update(compiled)
        return self._definitions

    def by_value(self, value: int) -> MessageDefinition | None:
        """The definition whose condition equals `value` apart from severity and control bits."""
        _ = self.definitions
        return self._by_condition.get(value & _CONDITION)

    def __getattr__(self, ident: str) -> MessageDefinition:
        if ident.startswith("_"):
            raise AttributeError(ident)
        try:
            return self.definitions[ident]
        except KeyError:
            raise AttributeError(f"{self._file} declares no message {ident}") from None


def compile_messages(source: str, name: str = "MSG") -> dict[str, MessageDefinition]:
    """Compile .MSG source text; the result maps each name to its definition. Errors: MessageSourceError, also for a name used in two facilities."""
    out: dict[str, MessageDefinition] = {}
    for each in compile_source(source.splitlines(), name).messages:
        if each.name in out:
            raise MessageSourceError(name, each.line, Fault.DUPLSYM, f"{each.name} is defined twice")
        out[each.name] = each.definition
    return out
