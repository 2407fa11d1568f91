"""The message file and the command table of MAIL."""

import pytest

from vmsemu.images.commands import load_command_tables
from vmsemu.images.mail.commands import COMMANDS, command_table, help_library
from vmsemu.mail.facility import MAIL

_KNOWN = {
    "NOSUCHUSR": 0x7E802A, "NOSUCHUSRAT": 0x7E8112, "INVITMLEN": 8290682, "NOMOREREC": 8314792, "SELECTED": 0x7EBE83, "MOREMSG": 0x7EDDC0,
    "NONEWMAIL": 0x7EDF40, "WRITEERR": 0x7EE040, "COPIEDR": 0x7EFD29, "WASTEFOLD": 0x7EFD51, "CODERR": 0x7E800C, "NOUSERSPEC": 0x7E8252,
}  # fmt: skip


@pytest.mark.parametrize("ident", _KNOWN)
def test_messages_have_the_condition_values_of_the_real_message_file(ident: str) -> None:
    assert int(MAIL.definitions[ident].value) == _KNOWN[ident]


def test_every_message_is_of_facility_126() -> None:
    assert {definition.value.facility for definition in MAIL.definitions.values()} == {126}


def test_remote_forms_show_the_ident_of_the_local_ones() -> None:
    assert MAIL.NOSUCHUSRAT.ident == "NOSUCHUSR"
    assert MAIL.SENDERRAT.ident == "SENDERR"
    assert MAIL.COPIEDR.ident == "COPIED"


def test_the_whole_command_table_compiles_and_every_verb_is_carried_out() -> None:
    table = command_table()
    assert {
        definition.verb for definition in table.compile_all() if definition.name == definition.verb and definition.name in table
    } <= set(COMMANDS)
    assert set(COMMANDS) <= set(table.verb_names())


def test_the_commands_of_mail_are_no_dcl_verbs() -> None:
    assert "COMPRESS" not in load_command_tables()


def test_every_command_has_help() -> None:
    topics = {name.upper() for name in help_library().children}
    assert set(command_table().verb_names()) - {"DEFINE", "SET", "SHOW"} <= topics
