"""Layouts of mail files and profiles, byte by byte."""

from vmsemu.base.time import VmsTime
from vmsemu.mail.profile import MailProfile, count_of, with_count
from vmsemu.mail.record import MailFlags, MailHeader, fits, message_number, pack_text, round_time, unpack_text

SAMPLE_TIME = VmsTime(0x00AA9E2131810000)


def test_a_header_has_its_fields_where_real_mail_files_have_them() -> None:
    header = MailHeader(SAMPLE_TIME, "WASTEBASKET", MailFlags(0), from_="EISNER::USER", to="ME", subject="Hello")
    data = header.to_bytes()
    assert data[:8].hex() == "00008131219eaa00"
    assert data[8] == 11
    assert data[9:48] == b"WASTEBASKET".ljust(39, b"\0")
    assert data[48:56] == bytes(8)
    assert data[56:64].hex() == "8131219eaa000500"
    assert data[64:68].hex() == "07001400"
    assert data[68:88] == bytes(20)
    assert data[88:92] == b"\0\0\x0c\0"
    assert data[92:104] == b"EISNER::USER"


def test_the_external_file_is_named_after_the_message_number_low_longword_first() -> None:
    assert MailHeader(SAMPLE_TIME, "MAIL", MailFlags(0)).external_name == "MAIL$9E213181000500AA.MAI"


def test_a_header_survives_packing() -> None:
    header = MailHeader(SAMPLE_TIME, "My Letters", MailFlags.NEWMSG | MailFlags.MARKED, 'A::B  "C"', "x, y", "z", "Größe")
    assert MailHeader.from_bytes(header.to_bytes()) == header


def test_overlong_texts_are_cut_so_that_the_record_fits() -> None:
    header = MailHeader(SAMPLE_TIME, "MAIL", MailFlags(0), from_="S" * 300, to="T" * 3000, cc="C" * 3000, subject="S" * 3000)
    data = header.to_bytes()
    assert len(data) <= 2048
    assert MailHeader.from_bytes(data).from_ == "S" * 300


def test_items_we_do_not_know_are_kept() -> None:
    data = MailHeader(SAMPLE_TIME, "MAIL", MailFlags(0), from_="A").to_bytes() + b"\x09\0\x02\0ab"
    assert b"\x09\0\x02\0ab" in MailHeader.from_bytes(data).to_bytes()


def test_a_time_on_a_hundredth_keeps_its_hundredth_when_rounded() -> None:
    now = VmsTime.of(2001, 5, 14, 10, 0, 0, 7)
    assert round_time(now).to_text() == now.to_text()
    assert round_time(now) & 0xFFFF == 0
    assert message_number(round_time(now)) >> 48 == 5


def test_text_records_keep_empty_lines_and_every_byte() -> None:
    lines = [b"one", b"", bytes(range(256)), b""]
    assert [line.encode("latin-1") for line in unpack_text(pack_text(5 << 48, lines))] == lines
    assert len(pack_text(1, [b"x" * 1498])) <= 2048
    assert fits([1498])
    assert not fits([1499])


def test_a_profile_has_the_bytes_of_the_reference() -> None:
    data = MailProfile("SMITH", new_messages=3, copy_send=True).to_bytes()
    assert data == b"SMITH".ljust(31) + bytes.fromhex("010002000300") + bytes.fromhex("020002000100")


def test_no_automatic_purge_is_the_inverted_bit_2() -> None:
    data = MailProfile("SMITH", auto_purge=False).to_bytes()
    assert data[41:43] == b"\x04\0"
    assert MailProfile.from_bytes(data).auto_purge is False


def test_a_profile_survives_packing_with_unknown_items() -> None:
    profile = MailProfile("X", 7, True, False, True, True, False, ".MAIL", 'SMTP%"a@b.c"', "Fred Smith", editor="EDT", form="DEFAULT")
    data = profile.to_bytes() + b"\x63\0\x01\0z"
    assert MailProfile.from_bytes(data).to_bytes() == data


def test_the_count_can_be_changed_in_place() -> None:
    data = MailProfile("SMITH", new_messages=3, personal_name="F").to_bytes()
    assert count_of(with_count(data, 4)) == 4
    assert MailProfile.from_bytes(with_count(data, -1)).new_messages == 0
