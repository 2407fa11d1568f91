"""The configuration record and the local aliases file."""

from __future__ import annotations

from smtp.config.aliases import LocalAliases
from smtp.config.configuration import HeaderPlacement, SmtpConfiguration
from vmsemu.base.time import DeltaTime


def test_only_what_differs_from_the_defaults_is_stored() -> None:
    assert SmtpConfiguration().to_items() == {}
    changed = SmtpConfiguration(
        relay=True, headers=HeaderPlacement.TOP, retry_interval=DeltaTime.of(minutes=20), queues=3, zone="example.com", log_file=""
    )
    assert SmtpConfiguration.from_items(changed.to_items()) == changed


def test_an_item_that_makes_no_sense_keeps_its_default() -> None:
    assert SmtpConfiguration.from_items({"QUEUES": "many", "HEADERS": "SIDEWAYS", "RETRY_INTERVAL": "soon"}) == SmtpConfiguration()


def test_comments_and_blank_lines_of_the_aliases_file_are_skipped() -> None:
    aliases = LocalAliases.from_lines(["!", "! This is the local alias file.", "", "ourdomain.example", " OurDomain1.example "])
    assert aliases.domains == {"ourdomain.example", "ourdomain1.example"}
    assert not aliases.remarks


def test_an_alias_is_one_name_in_any_spelling() -> None:
    aliases = LocalAliases.from_lines(
        ["One.example.", "one.EXAMPLE", "[192.0.2.9]", "two.example ! why", "*.three.example", "a@four.example"]
    )
    assert aliases.domains == {"one.example", "192.0.2.9"}
    assert [remark.rpartition(": ")[2] for remark in aliases.remarks] == ["two.example ! why", "*.three.example", "a@four.example"]


def test_long_and_excess_aliases_are_ignored_with_a_remark() -> None:
    aliases = LocalAliases.from_lines(["x" * 65, *(f"d{n}.example" for n in range(300))])
    assert len(aliases.domains) == 255
    assert len(aliases.remarks) == 2
