"""docs/commands.md: it says what is true today, and no qualifier is passed over in silence."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.dcl.dcl_world import DclWorld
from vmsemu.base.condition import VmsError
from vmsemu.images.commands import load_command_tables
from vmsemu.tables.command import ParsedCommand, parse
from vmsemu.tables.grammar import Entity, Placement, TypeDefinition

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
import commands_table
from command_reads import reads_of

TABLE = load_command_tables()
FORMS = commands_table.all_forms(TABLE)
SAMPLES = {
    "$ACL": "(IDENTIFIER=[1,1],ACCESS=READ)", "$DATETIME": "TODAY", "$DELTATIME": "1:00", "$FILE": "A.TXT", "$NUMBER": "1",
    "$OBJECT_PROTECTION": "W:R", "$PROTECTION": "W:R", "$PARENTHESIZED_VALUE": "(A)", "$UIC": "[1,1]",
}  # fmt: skip


def value_of(entity: Entity) -> str:
    """A value that the entity takes; nothing when it needs none."""
    value = entity.value
    if value is None or not value.required:
        return ""
    if isinstance(value.type, TypeDefinition):
        keyword = next(iter(value.type.keywords))
        inner = value_of(keyword)
        return f"({keyword.name}={inner})" if inner else keyword.name
    return value.default or SAMPLES.get(value.type.name if value.type is not None else "", "X")


def line_of(form: commands_table.Form, qualifier: Entity | None = None) -> str:
    """The shortest command of this form, with one more qualifier after its last parameter."""
    line = form.definition.verb
    for entity, is_keyword in form.way:
        value = value_of(entity)
        line += f"{' ' if is_keyword else '/'}{entity.name}" + (f"={value}" if value else "")
    typed = sum(is_keyword for _, is_keyword in form.way)
    local = qualifier is not None and qualifier.placement is Placement.LOCAL
    for parameter in form.definition.parameters[typed:]:
        line += " " + (value_of(parameter) or ("X" if local else ""))
    if qualifier is None or qualifier.name in form.selectors:
        return line
    value = value_of(qualifier)
    return f"{line}/{qualifier.name}" + (f"={value}" if value else "")


def every_qualifier() -> Iterator[tuple[commands_table.Form, Entity]]:
    for form in FORMS:
        for qualifier in form.definition.qualifiers:
            yield form, qualifier


def takes_rest(parameter: Entity) -> bool:
    kind = parameter.value.type if parameter.value is not None else None
    return kind is not None and kind.name in ("$REST_OF_LINE", "$EXPRESSION")


def is_menu(form: commands_table.Form) -> bool:
    """Whether the form is only the way to others, as SET is."""
    return any(True for _ in commands_table._ways(form.definition)) and not len(form.definition.qualifiers)


def test_the_page_is_what_the_tables_and_the_code_say() -> None:
    assert commands_table.PAGE.read_text(encoding="utf-8") == commands_table.render(FORMS), "run scripts/commands_table.py"


def test_no_qualifier_is_passed_over_in_silence() -> None:
    assert commands_table.silent(FORMS) == []


def test_a_qualifier_that_nobody_reads_would_be_found() -> None:
    reads = reads_of("vmsemu.images.purge.purge", "purge")
    assert reads.asks("KEEP") and reads.refuses("ERASE") and not reads.asks("ERASE")
    assert not reads.asks("WRAP") and not reads.refuses("WRAP") and not reads.accepts("WRAP")
    form = next(f for f in FORMS if f.title == "PURGE")
    assert commands_table._state(form, Entity("WRAP", "WRAP"), [reads], refused=False) == commands_table.SILENT


def test_every_qualifier_of_every_form_can_be_typed() -> None:
    failures = []
    for form, qualifier in every_qualifier():
        if form.states[qualifier.name].startswith(commands_table.LEADS) or any(takes_rest(p) for p in form.definition.parameters):
            continue
        line = line_of(form, qualifier)
        try:
            parsed = parse(TABLE, line)
        except VmsError as error:
            failures.append((line, error.message.definition.ident))
            continue
        if not isinstance(parsed, ParsedCommand) or parsed.syntax != form.definition.name:
            failures.append((line, repr(parsed)))
    assert failures == []


def test_what_is_absent_fails_as_a_missing_image_does() -> None:
    world = DclWorld()
    absent = [form for form in FORMS if form.server.endswith("not here") and not is_menu(form)]
    assert len(absent) > 50
    for form in absent:
        line = line_of(form)
        output = world.type(line)
        assert output[0].startswith("%DCL-W-ACTIMAGE, error activating image "), (line, output)
        assert output[1].startswith("-CLI-E-IMAGEFNF, image file not found "), (line, output)


def test_what_is_refused_fails_with_a_message() -> None:
    world = DclWorld()
    refused = [(f, q) for f, q in every_qualifier() if f.states[q.name] == commands_table.REFUSES and not f.server.startswith("refused")]
    assert len(refused) > 100
    failures = []
    for form, qualifier in refused:
        word = ("NO" if qualifier.default or qualifier.batch else "") + qualifier.name
        line = line_of(form, qualifier).replace("/" + qualifier.name, "/" + word)
        output = world.type(line)
        if not output or not output[0].startswith("%"):
            failures.append((line, output))
    assert failures == []
