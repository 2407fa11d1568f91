"""From: as the POP server rebuilds it from every kind of address that MAIL has."""

import pytest

from smtp.pop.headers import FromRules, header_lines, rebuilt_from
from smtp.pop.options import Rewrite

HOSTS = {"BETA1": "beta1.example.com"}


def rules(decnet: Rewrite = Rewrite.TRANSFORM, quoted: Rewrite = Rewrite.TRANSFORM, *, personal_name: bool = False) -> FromRules:
    return FromRules("alpha1.example.com", lambda node: HOSTS.get(node, ""), decnet, quoted, personal_name)


@pytest.mark.parametrize(
    ("mail", "internet"),
    [
        ("SMITH", "SMITH@alpha1.example.com"),
        ('SMTP%"jones@sender.example.org"', "jones@sender.example.org"),
        ("SMTP%jones@sender.example.org", "jones@sender.example.org"),
        ('BETA1::SMTP%"jones@sender.example.org"', "jones@sender.example.org"),
        ("BETA1::JONES", "JONES@beta1.example.com"),
        ("GAMMA1::JONES", '"GAMMA1::JONES"@alpha1.example.com'),
        ('BETA1::"jones@sender.example.org"', "jones@sender.example.org"),
        ('ABCMTS::MRGATE::"ORDERS::SPECIAL"', '"ABCMTS::MRGATE::\\"ORDERS::SPECIAL\\""@alpha1.example.com'),
        ("SMTP%not an address", '"SMTP%not an address"@alpha1.example.com'),
    ],
)
def test_an_address_of_every_world_becomes_an_internet_address(mail: str, internet: str) -> None:
    assert rebuilt_from(mail, rules()) == internet


@pytest.mark.parametrize(
    ("how", "plain", "quoted"),
    [
        (Rewrite.NONE, "BETA1::JONES", 'BETA1::"jones@sender.example.org"'),
        (Rewrite.GENERIC, '"BETA1::JONES"@alpha1.example.com', '"BETA1::\\"jones@sender.example.org\\""@alpha1.example.com'),
    ],
)
def test_decnet_addresses_are_rewritten_as_the_logical_names_say(how: Rewrite, plain: str, quoted: str) -> None:
    assert rebuilt_from("BETA1::JONES", rules(how)) == plain
    assert rebuilt_from('BETA1::"jones@sender.example.org"', rules(quoted=how)) == quoted


def test_the_personal_name_is_added_when_it_is_wanted() -> None:
    text = 'SMITH        "Fred Smith"'
    assert rebuilt_from(text, rules()) == "SMITH@alpha1.example.com"
    assert rebuilt_from(text, rules(personal_name=True)) == "SMITH@alpha1.example.com (Fred Smith)"


def test_a_subject_can_not_make_a_field_of_its_own() -> None:
    lines = header_lines(date="d", from_="SMITH", to="JONES", cc=" ", subject="x\r\nBcc: all@example.com", rules=rules())
    assert lines[3] == b"Subject: x  Bcc: all@example.com"
    assert not any(line.startswith((b"Bcc", b"CC")) for line in lines)
