"""A mail file behaves as a table from folder to messages, whatever is done to it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from vmsemu.base.filespec import FileSpec
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.volume import MFD, Volume
from vmsemu.mail.mail_file import MailFile, Place
from vmsemu.mail.record import MailFlags, MailHeader
from vmsemu.store.memory import MemoryStore

NOW = VmsTime.of(2001, 5, 14, 10)
FOLDERS = ("MAIL", "NEWMAIL", "WASTEBASKET", "Work")
OPERATION = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(FOLDERS), st.integers(0, 3000)),
    st.tuples(st.just("move"), st.integers(0, 30), st.sampled_from(FOLDERS)),
    st.tuples(st.just("erase"), st.integers(0, 30)),
    st.tuples(st.just("purge")),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(OPERATION, max_size=25))
def test_a_mail_file_keeps_what_was_put_where_it_was_put(operations: list[tuple]) -> None:
    store = MemoryStore()
    Volume.initialize(store, "TEST", blocks=100_000, now=NOW)
    volume = Volume(store, lambda: NOW)
    directory = volume.create_directory(MFD, "SMITH").fid
    file = MailFile.create(Place(volume, directory, FileSpec.from_text("DKA0:[SMITH]")), owner=Uic(1, 2))
    model: dict[int, tuple[str, list[str]]] = {}
    for name, *arguments in operations:
        if name == "add":
            folder, size = arguments
            text = ["x" * size, str(len(model))]
            model[file.add(MailHeader(NOW, folder, MailFlags(0)), text).datim] = (folder, text)
        elif name == "purge":
            file.purge()
            model = {key: value for key, value in model.items() if value[0] != "WASTEBASKET"}
        elif model:
            key = sorted(model)[arguments[0] % len(model)]
            header = file.header(key)
            assert header is not None
            if name == "move":
                header.folder = arguments[1]
                file.rewrite(header)
                model[key] = (arguments[1], model[key][1])
            else:
                file.erase(header)
                del model[key]
    assert file.folders() == sorted({folder for folder, _ in model.values()})
    found = {int(h.datim): (h.folder, file.body(h)) for folder in FOLDERS for h in file.headers(folder)}
    assert found == {int(key): value for key, value in model.items()}
    external = [name for name in volume.directory(directory).entries if name.startswith("MAIL$")]
    assert len(external) == sum(1 for _, text in model.values() if len(text[0]) + len(text[1]) + 4 > 1500)
