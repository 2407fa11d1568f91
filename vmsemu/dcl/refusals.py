"""Qualifiers that the grammar knows and nothing here serves yet: they are refused, never ignored.

The calls below are also what `docs/commands.md` is made of: it shows as refused what is named in them.
"""

from __future__ import annotations

from vmsemu.dcl.errors import at_segment
from vmsemu.tables.command import ParsedCommand, Presence
from vmsemu.tables.facilities import CLI

_TYPED = {Presence.PRESENT: "", Presence.LOCPRES: "", Presence.NEGATED: "NO", Presence.LOCNEG: "NO"}


def refuse_qualifiers(command: ParsedCommand, *names: str, negations: bool = False) -> None:
    """Raise CLI.IVQUAL, with the qualifier as the segment, for the first of these that asks for something else than what happens anyway.

    That is the qualifier itself, on the command or on an element of a parameter; its negation when it is there by default, and with `negations`
    (commands that change what is there, such as SET ENTRY) in any case.
    """
    items = [item for items in command.parameter_lists for item in items]
    if not command.given and not any(item.local or item.value_parsed.keyword is not None for item in items):
        return
    for name in names:
        entity = command.definition.labels.get(name)
        unwanted = "NO" if entity is not None and entity.default else ""
        for where in (command, *(item for item in items if item.local)):
            typed = _TYPED.get(where.presence(name))
            if typed == unwanted or (negations and typed is not None):
                raise at_segment(CLI.IVQUAL, typed + name)


def refuse_values(command: ParsedCommand, *names: str) -> None:
    """Raise CLI.IVQUAL for the first of these that has a value; without one it asks for what happens anyway."""
    for name in names:
        if command.value(name) is not None:
            raise at_segment(CLI.IVQUAL, name)


def serve_only_qualifiers(command: ParsedCommand, *names: str, negations: bool = False) -> None:
    """Raise CLI.IVQUAL for the first qualifier on the line that is none of these and asks for something else than what happens anyway.

    With `negations` a negated one always does, as in commands that change what is there.
    """
    for name, occurrence in command.given.items():
        entity = command.definition.labels.get(name)
        anyway = not negations and occurrence.negated and entity is not None and not entity.default
        if name not in names and not anyway:
            raise at_segment(CLI.IVQUAL, ("NO" if occurrence.negated else "") + name)


def happens_anyway(command: ParsedCommand, *names: str) -> None:
    """Name qualifiers that ask for what the command does without them, such as /BRIEF. There is nothing to do."""
