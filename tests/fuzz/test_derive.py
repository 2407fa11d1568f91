"""The commands that the fuzzer gives to TCPIP> leave nothing of the grammar out."""

from smtp.images.tcpip_ucp.tcpip_ucp import command_table
from tests.fuzz.derive import syntaxes
from tests.fuzz.tcpip_ways import commands


def test_every_command_and_every_qualifier_is_given():
    lines = [line for chunk in commands() for line in chunk.decode("latin-1").split("\n")]
    missing = []
    for words, syntax in syntaxes(command_table()):
        begun = [line for line in lines if line.startswith(" ".join(words))]
        missing += [(words, qualifier.name) for qualifier in syntax.qualifiers if not any(f"/{qualifier.name}" in line for line in begun)]
        missing += [] if begun else [(words, "")]
    assert len(lines) > 500
    assert missing == []
