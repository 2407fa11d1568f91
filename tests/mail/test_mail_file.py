"""A mail file on a volume."""

from collections.abc import Iterator

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import FIX_512
from vmsemu.files.volume import MFD, Volume
from vmsemu.mail.facility import MAIL
from vmsemu.mail.mail_file import MailFile, Place
from vmsemu.mail.message import ForeignBody
from vmsemu.mail.record import MailFlags, MailHeader
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS, SS

NOW = VmsTime.of(2001, 5, 14, 10)
OWNER = Uic(0o200, 1)


def _place(blocks: int = 100_000) -> Place:
    store = MemoryStore()
    Volume.initialize(store, "TEST", blocks=blocks, now=NOW)
    volume = Volume(store, lambda: NOW)
    directory = volume.create_directory(MFD, "SMITH", owner=OWNER).fid
    return Place(volume, directory, FileSpec.from_text("DKA0:[SMITH]"))


@pytest.fixture
def file() -> MailFile:
    return MailFile.create(_place(), owner=OWNER)


def _message(folder: str = "NEWMAIL", when: VmsTime = NOW) -> MailHeader:
    return MailHeader(when, folder, MailFlags.NEWMSG, from_="JONES", subject="x")


def _names(file: MailFile) -> list[str]:
    return sorted(file.place.volume.directory(file.place.directory).entries)


def test_a_new_mail_file_is_an_indexed_file_of_its_owner(file: MailFile) -> None:
    header = file.file_header()
    assert header.owner == OWNER
    assert header.protection.to_text() == "(RW,RW,,)"
    assert header.allocated >= 34
    assert header.attributes.bucket_size == 5
    assert file.spec.to_text() == "DKA0:[SMITH]MAIL.MAI;1"


def test_messages_of_one_moment_get_times_of_their_own(file: MailFile) -> None:
    added = [file.add(_message(), ["hello"]) for _ in range(3)]
    assert len({h.datim for h in added}) == 3
    assert [h.datim for h in file.headers("NEWMAIL")] == [h.datim for h in added]
    assert all(h.datim.to_text() == NOW.to_text() for h in added[:1])


def test_short_texts_live_in_the_mail_file_and_long_ones_beside_it(file: MailFile) -> None:
    short = file.add(_message(), ["one", "", "three"])
    long = file.add(_message(), ["x" * 70] * 30)
    assert file.body(short) == ["one", "", "three"]
    assert file.body(long) == ["x" * 70] * 30
    assert _names(file) == [long.external_name, "MAIL.MAI"] or _names(file) == ["MAIL.MAI", long.external_name]
    assert long.flags & MailFlags.EXTMSG


def test_a_long_text_is_open_only_while_it_is_read_and_goes_when_it_is_erased_meanwhile(file: MailFile) -> None:
    header = file.add(_message(), (f"line {number}" for number in range(1000)))
    volume = file.place.volume
    fid = volume.lookup(file.place.directory, header.external_name)
    assert fid is not None
    lines = iter(file.lines(header))
    assert fid.number not in volume.open_files
    assert [next(lines), next(lines)] == ["line 0", "line 1"]
    assert fid.number in volume.open_files
    file.erase(header)
    assert next(lines) == "line 2"
    files = volume.files
    del lines
    assert fid.number not in volume.open_files and volume.files == files - 1


def test_a_text_that_can_not_be_read_as_it_is_written_leaves_nothing_behind(file: MailFile) -> None:
    def lines() -> Iterator[str]:
        yield "one"
        raise RMS.WER.error()

    with pytest.raises(VmsError) as caught:
        file.add(_message(), lines())
    assert caught.value.matches(MAIL.OPENOUT)
    assert _names(file) == ["MAIL.MAI"] and file.folders() == []


def test_folders_exist_while_they_hold_a_message(file: MailFile) -> None:
    header = file.add(_message("WORK"), [])
    file.add(_message("My Letters"), [])
    file.add(_message("MAIL"), [])
    assert file.folders() == ["MAIL", "My Letters", "WORK"]
    assert file.has_folder("WORK")
    assert not file.has_folder("WOR")
    header.folder = "MAIL"
    file.rewrite(header)
    assert file.folders() == ["MAIL", "My Letters"]


def test_purging_the_wastebasket_takes_texts_along(file: MailFile) -> None:
    for text in (["short"], ["long" * 20] * 50):
        file.add(_message("WASTEBASKET"), text)
    result = file.purge()
    assert result.messages == 2
    assert file.folders() == []
    assert _names(file) == ["MAIL.MAI"]
    assert file.deleted_bytes > 0
    assert file.purge(reclaim=True).messages == 0
    assert file.deleted_bytes == 0


def test_the_wastebasket_can_have_another_name(file: MailFile) -> None:
    file.wastebasket = "TRASH"
    file.add(_message("TRASH"), [])
    file.add(_message("WASTEBASKET"), [])
    assert file.purge().messages == 1
    assert file.folders() == ["WASTEBASKET"]


def test_a_foreign_body_comes_back_as_it_was(file: MailFile) -> None:
    body = ForeignBody(FIX_512, bytes(range(256)) * 4, 512)
    header = file.add(_message(), [], body)
    assert file.foreign_body(header) == body
    with pytest.raises(VmsError) as caught:
        file.body(header)
    assert caught.value.matches(MAIL.FORMSG)


def test_a_full_disk_leaves_no_half_a_message() -> None:
    place = _place(900)
    file = MailFile.create(place, owner=OWNER)
    with pytest.raises(VmsError) as caught:
        file.add(_message(), ["x" * 500] * 2000)
    assert [m.definition.ident for m in caught.value.message.chain()] == ["OPENOUT", "FUL", "DEVICEFULL"]
    assert file.folders() == []
    assert _names(file) == ["MAIL.MAI"]


def test_a_mail_file_that_cannot_be_created_says_why() -> None:
    place = _place(200)
    place.volume.write_locked = True
    with pytest.raises(VmsError) as caught:
        MailFile.create(place, owner=OWNER)
    assert caught.value.matches(MAIL.OPENOUT)
    assert caught.value.message.parameters == ("DKA0:[SMITH]MAIL.MAI",)
    assert [m.definition for m in caught.value.message.chain()][-1] == SS.WRITLCK


def test_opening_what_is_not_there_or_no_mail_file_fails(file: MailFile) -> None:
    with pytest.raises(VmsError) as caught:
        MailFile.open(file.place, "OTHER.MAI")
    assert [m.definition for m in caught.value.message.chain()] == [MAIL.OPENIN, RMS.FNF]
    file.place.volume.create(file.place.directory, "TEXT.MAI")
    with pytest.raises(VmsError) as caught:
        MailFile.open(file.place, "TEXT.MAI")
    assert caught.value.matches(MAIL.NOTISAM)


def test_two_openers_see_each_others_messages(file: MailFile) -> None:
    other = MailFile.open(file.place)
    other.add(_message(when=NOW + DeltaTime.of(hours=1)), ["later"])
    assert [file.body(h) for h in file.headers("NEWMAIL")] == [["later"]]


def test_compressing_copies_every_record_but_the_count_of_deleted_bytes(file: MailFile) -> None:
    file.wastebasket = "TRASH"
    file.add(_message("TRASH"), ["gone"])
    file.add(_message("MAIL"), ["kept"])
    file.purge()
    target = MailFile.create(file.place, "NEW.TMP", owner=OWNER)
    assert file.copy_records(target) == 3
    assert target.folders() == ["MAIL"]
    assert target.wastebasket == "TRASH"
    assert target.deleted_bytes == 0


def test_a_record_whose_folder_is_shorter_than_its_key_does_not_keep_the_list_of_folders_from_its_end(file: MailFile) -> None:
    file.add(_message(), ["hello"])
    file._records.put(b"\1" + bytes(7) + b"\5" + b"ABCDEFGHIJ".ljust(39, b"\0") + bytes(200))
    assert file.folders() == ["ABCDE", "NEWMAIL"]
