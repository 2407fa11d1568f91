"""The descriptions of messages for HELP/MESSAGE: .MSGHLP source to values and back.

A line begins with a digit that tells what it is: 1 the ident (with the text of the message behind a comma, if it differs from what is declared),
2 the facility and its long name, 3 the explanation, 4 what the user should do. Lines without a digit go on with the one before. A facility before
the first message is that of all messages which follow, until another one is named. A comment begins with `!`.

fidelity: the digits are those of the .MSGHLP files of VMS as far as known. Source: OpenVMS System Messages: Companion Guide, chapter 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

_LINE = re.compile(r"([1-5])\s*(.*)")
_DIRECTIVE = re.compile(r"!(?:\d*)(%[A-Z]|[A-Z]{2}|/)")


@dataclass(frozen=True, slots=True)
class MessageDescription:
    """One message. `text` is as it is displayed, with words in apostrophes where values stand."""

    ident: str
    facility: str
    facility_name: str
    text: str = ""
    explanation: str = ""
    action: str = ""


def parse_descriptions(lines: Iterable[str]) -> list[MessageDescription]:
    """The descriptions of a source, in its order. Lines that say nothing are passed over."""
    found: list[MessageDescription] = []
    facility, name = "", ""
    field = ""
    for raw in lines:
        line = raw.rstrip()
        if not line or line[0] == "!":
            continue
        match = _LINE.match(line)
        text = line.strip() if match is None else match[2]
        if match is not None:
            field = {"3": "explanation", "4": "action"}.get(match[1], "")
            if match[1] == "1":
                ident, _, shown = text.partition(",")
                found.append(MessageDescription(ident.strip().upper(), facility, name, shown.strip()))
            elif match[1] == "2":
                facility, _, name = (part.strip() for part in text.partition(","))
                if found and not found[-1].facility:
                    found[-1] = replace(found[-1], facility=facility, facility_name=name)
        if field and found:
            old: str = getattr(found[-1], field)
            found[-1] = replace(found[-1], **{field: f"{old} {text}".strip()})
    return found


def source_lines(description: MessageDescription) -> list[str]:
    """The source of a description."""
    lines = [f"1{description.ident}, {description.text}", f"2{description.facility}, {description.facility_name}"]
    lines += [f"{digit}{text}" for digit, text in (("3", description.explanation), ("4", description.action)) if text]
    return lines


def displayed_text(control: str) -> str:
    """A $FAO control string as documentation shows it."""

    def word(found: re.Match[str]) -> str:
        code = found[1].upper()
        if code == "/":
            return " "
        if code == "%S":
            return "s"
        if code[0] == "A":
            return "'text'"
        return "'number'" if code[0] in "UZS" else "'value'"

    return _DIRECTIVE.sub(word, control)
