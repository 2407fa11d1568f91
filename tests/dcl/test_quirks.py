"""The quirk of DCL reference section 9 that a scenario cannot show, because its screen has no bell. All others are in tests/scenarios/quirks_*.md."""


def test_q81_a_bit_field_makes_a_bell(world):
    assert world.type("BELL[0,8] = 7", "WRITE SYS$OUTPUT \"Hello''BELL'\"") == ["Hello\x07"]
