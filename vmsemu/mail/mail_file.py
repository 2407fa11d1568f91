"""A mail file: an indexed file of message headers and short texts, with long texts in files of their own beside it.

Theory of operation. A folder is a value of the secondary key; it exists while a message carries its name. A message is first given its text (a
text record, or a file MAIL$number.MAI in the same directory) and then its header, so that whatever is refused leaves no message without a text.
Moving changes the header's folder. Purging takes header and text away and adds their bytes to the count of deleted bytes, which a
reclaim (when it passes 32767) sets to zero again.

No protection is looked at here: who may open a mail file is decided by the caller (mail/callable.py, or the utility for a file the user
names). Source: MAIL help; the FDL with which mail files are rebuilt; dumps of mail files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from vmsemu.base.condition import VmsError
from vmsemu.base.filespec import FileSpec
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import MAXIMUM_RECORD, VAR_CR, CarriageControl, Organization, RecordAttributes
from vmsemu.files.control import Share
from vmsemu.files.header import FileHeader, FileId
from vmsemu.files.indexed import IndexedFile
from vmsemu.files.keys import KeyDefinition, KeyType
from vmsemu.files.record_formats import counted
from vmsemu.files.rms import at_once, create_file, open_file
from vmsemu.files.sequential import SequentialFile
from vmsemu.files.volume import Volume
from vmsemu.mail.facility import MAIL
from vmsemu.mail.message import ForeignBody, TextRecords, to_bytes
from vmsemu.mail.record import (
    FILEINFO,
    MAXIMUM_LINES,
    STEP,
    WASTENAME,
    MailFlags,
    MailHeader,
    fits,
    folder_of,
    information_value,
    is_header,
    message_number,
    pack_information,
    pack_text,
    quadword,
    round_time,
    unpack_text,
)
from vmsemu.tables.facilities import RMS

PROTECTION = Protection(3, 3, 0, 0)
KEYS = (
    KeyDefinition.integer(0, KeyType.BIN8),
    KeyDefinition.string(9, 39, duplicates=True, changes=True, null=0),
)
ATTRIBUTES = RecordAttributes(
    organization=Organization.INDEXED, carriage=CarriageControl.NONE, maximum_size=2048, bucket_size=5, extension=15
)
ALLOCATION = 34
RECLAIM_THRESHOLD = 32767
NEWMAIL, DEFAULT_FOLDER, WASTEBASKET = "NEWMAIL", "MAIL", "WASTEBASKET"
_FOLDER_SIZE = 39
_EXTMSG = int(MailFlags.EXTMSG)
_ELSEWHERE = int(MailFlags.EXTMSG | MailFlags.EXTNSTD)


class Place(NamedTuple):
    """A directory on a volume; `spec` is how it is shown (device and directory)."""

    volume: Volume
    directory: FileId
    spec: FileSpec

    def file(self, name: str, version: int) -> FileSpec:
        """The specification of NAME.TYPE;version here."""
        stem, _, kind = name.partition(".")
        return FileSpec(device=self.spec.device, directory=self.spec.directory, name=stem, type="." + kind, version=f";{version}")


@dataclass(frozen=True, slots=True)
class PurgeResult:
    """What a purge did. `reclaimed` is None when no space was reclaimed."""

    messages: int
    deleted_bytes: int
    data_scanned: int = 0
    data_reclaimed: int = 0
    index_reclaimed: int = 0


class MailFile:
    """An open mail file."""

    __slots__ = ("_records", "_version", "name", "place")

    def __init__(self, place: Place, name: str, version: int, records: IndexedFile) -> None:
        self.place = place
        self.name = name
        self._version = version
        self._records = records

    @property
    def spec(self) -> FileSpec:
        return self.place.file(self.name, self._version)

    # -- opening -------------------------------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, place: Place, name: str = "MAIL.MAI", *, write: bool = True) -> MailFile:
        """Open the highest version. Errors: MAIL.OPENIN with RMS.FNF or RMS.FLK below it, MAIL.NOTISAM."""
        entry = place.volume.directory(place.directory).entry(name)
        if entry is None:
            raise MAIL.OPENIN.error(place.file(name, 0).with_version("").to_text(), cause=RMS.FNF)
        return cls.open_found(place, name, entry.versions[-1], entry.fids[-1], write=write)

    @classmethod
    def open_found(cls, place: Place, name: str, version: int, fid: FileId, *, write: bool = True) -> MailFile:
        """Open a file that was found already."""
        try:
            records = open_file(place.volume, fid, write=write, share=Share.ALL)
        except VmsError as error:
            raise MAIL.OPENIN.error(place.file(name, version).to_text(), cause=error) from None
        if not isinstance(records, IndexedFile) or len(records.keys) != len(KEYS):
            records.close()
            raise MAIL.NOTISAM.error()
        return cls(place, name, version, records)

    @classmethod
    def create(cls, place: Place, name: str = "MAIL.MAI", *, owner: Uic) -> MailFile:
        """Create an empty mail file. Errors: MAIL.OPENOUT with the reason below it."""
        try:
            records = IndexedFile.create(
                place.volume, place.directory, name,
                keys=KEYS, attributes=ATTRIBUTES, owner=owner, protection=PROTECTION, allocation=ALLOCATION,
            )  # fmt: skip
        except VmsError as error:
            shown = place.file(name, 0).with_version("").to_text()
            raise MAIL.OPENOUT.error(shown, cause=_as_create_error(error)) from None
        return cls(place, name, place.volume.directory(place.directory).highest(name), records)

    def close(self) -> None:
        if not self._records.closed:
            self._records.close()

    @property
    def owner(self) -> Uic:
        return self._records.header.owner

    @property
    def record_count(self) -> int:
        """Records of all kinds, as COMPRESS counts them."""
        return self._records.record_count

    # -- folders -------------------------------------------------------------------------------------------------------------------

    def folders(self) -> list[str]:
        """The names of the folders, in key order. Errors: RMS.TRE when the key does not agree with the records."""
        out: list[str] = []
        key = b"\0" * _FOLDER_SIZE
        while (data := self._by_folder(key, "GT")) is not None:
            before, key = key, KEYS[1].extract(data) or b""
            if key <= before:
                raise RMS.TRE.error()
            out.append(folder_of(data).decode("latin-1"))
        return out

    def has_folder(self, folder: str) -> bool:
        return self._by_folder(_folder_key(folder), "EQ") is not None

    def headers(self, folder: str) -> list[MailHeader]:
        """The messages of a folder, in the order in which they came."""
        out = []
        wanted = to_bytes(folder)
        data = self._by_folder(_folder_key(folder), "EQ")
        while data is not None and folder_of(data) == wanted:
            out.append(MailHeader.from_bytes(data))
            data = self._next()
        return out

    def _by_folder(self, key: bytes, match: str) -> bytes | None:
        return self._records.find_key(key, 1, match)

    def _next(self) -> bytes | None:
        try:
            return self._records.next()
        except VmsError as error:
            if error.matches(RMS.EOF):
                return None
            raise

    # -- messages ------------------------------------------------------------------------------------------------------------------

    def header(self, datim: int) -> MailHeader | None:
        """The message with this DATIM; None when it is gone."""
        data = self._by_key(datim)
        return MailHeader.from_bytes(data) if data is not None else None

    def rewrite(self, header: MailHeader) -> None:
        """Write a header back: folder, flags and items may have changed. Errors: MAIL.DELMSG, MAIL.WRITEERR."""
        if self._by_key(header.datim) is None:
            raise MAIL.DELMSG.error()
        self._write(header.to_bytes(), update=True)

    def _by_key(self, key: int) -> bytes | None:
        return self._records.find_key(quadword(key))

    def _write(self, record: bytes, *, update: bool = False) -> None:
        try:
            if update:
                self._records.update(record)
            else:
                self._records.put(record)
        except VmsError as error:
            raise MAIL.WRITEERR.error(self.spec.to_text(), cause=error) from None

    def body(self, header: MailHeader) -> list[str]:
        """The text of a message. Errors: MAIL.FORMSG for a foreign message, MAIL.OPENIN when its file is gone."""
        return list(self.lines(header))

    def lines(self, header: MailHeader) -> Iterable[str]:
        """The same to be read once, a record after the other: a long text is not held in memory."""
        if header.flags & MailFlags.EXTNSTD:
            raise MAIL.FORMSG.error()
        if not header.flags & MailFlags.EXTMSG:
            data = self._by_key(header.extid)
            return unpack_text(data) if data is not None else []
        self._open_external(header).close()
        return self._external_lines(header)

    def _external_lines(self, header: MailHeader) -> Iterator[str]:
        file = self._open_external(header)
        try:
            while not file.at_end():
                yield file.get().decode("latin-1")
        finally:
            file.close()

    def foreign_body(self, header: MailHeader) -> ForeignBody:
        """The file of a foreign message. Errors: MAIL.NOTFORMSG, MAIL.OPENIN."""
        if not header.flags & MailFlags.EXTNSTD:
            raise MAIL.NOTFORMSG.error()
        file = self._open_external(header)
        try:
            return ForeignBody(file.attributes, file.read_bytes(0, file.end()), file.header.longest)
        finally:
            file.close()

    def _open_external(self, header: MailHeader) -> SequentialFile:
        name = header.external_name
        volume = self.place.volume
        fid = volume.lookup(self.place.directory, name)
        shown = self.place.file(name, 1).to_text()
        if fid is None:
            raise MAIL.OPENIN.error(shown, cause=RMS.FNF)
        try:
            file = open_file(volume, fid)
        except VmsError as error:
            raise MAIL.OPENIN.error(shown, cause=error) from None
        if not isinstance(file, SequentialFile):
            file.close()
            raise MAIL.FILECONFUSED.error()
        return file

    def add(self, header: MailHeader, body: Iterable[str], foreign: ForeignBody | None = None, *, after: int = 0) -> MailHeader:
        """Add a message under a date of its own, at or after `header.datim` and later than `after`.

        The header is completed (DATIM, message number, the flags that tell where the text is) and returned.
        Errors: MAIL.OPENOUT, MAIL.WRITEERR, those of a body that is read as it is written; nothing is left behind then.
        """
        datim = max(int(round_time(header.datim)), after + STEP)
        while self._by_key(datim) is not None:
            datim += STEP
        header.datim = VmsTime(datim)
        header.extid = message_number(datim)
        lines: Sequence[bytes] | None = None
        if isinstance(body, TextRecords):
            lines = body.records
        elif isinstance(body, Sequence) and len(body) <= MAXIMUM_LINES:
            lines = [to_bytes(line) for line in body]
        sizes = list(map(len, lines)) if lines is not None else []
        where = _ELSEWHERE if foreign is not None else _EXTMSG if lines is None or not fits(sizes) else 0
        header.flags = MailFlags(int(header.flags) & ~_ELSEWHERE | where)
        if foreign is not None:
            self._create_external(header, (), foreign)
        elif lines is None or where:
            self._create_external(header, map(to_bytes, body) if lines is None else lines, None, max(sizes, default=0))
        else:
            self._write(pack_text(header.extid, lines))
        try:
            self._write(header.to_bytes())
        except VmsError:
            self._delete_text(header)
            raise
        return header

    def _create_external(self, header: MailHeader, lines: Iterable[bytes], foreign: ForeignBody | None, longest: int = 0) -> None:
        """`longest` is that of lines that are in memory."""
        name, volume, directory = header.external_name, self.place.volume, self.place.directory
        attributes = foreign.attributes if foreign is not None else VAR_CR
        file = None
        try:
            if 0 < longest <= MAXIMUM_RECORD and isinstance(lines, list | tuple) and at_once(volume):
                volume.create(directory, name, 1, owner=self.owner, protection=PROTECTION, data=counted(lines), longest=longest)
                return
            file = create_file(volume, directory, name, 1, attributes=attributes, owner=self.owner, protection=PROTECTION)
            if foreign is not None:
                file.append_bytes(foreign.data)
            else:
                file.put_all(lines)
            file.close()
            if foreign is not None and foreign.longest:
                file.header.longest = foreign.longest
                volume.write_header(file.header)
        except VmsError as error:
            if file is not None:
                if not file.closed:
                    file.close()
                self._delete_external(name)
            raise MAIL.OPENOUT.error(self.place.file(name, 1).to_text(), cause=_as_create_error(error)) from None

    def _delete_external(self, name: str) -> int:
        """Delete a text's file; the bytes it had."""
        volume, directory = self.place.volume, self.place.directory
        fid = volume.lookup(directory, name, 1)
        if fid is None:
            return 0
        size = volume.header(fid).size
        volume.remove(directory, name, 1)
        volume.delete(fid)
        return size

    def _delete_text(self, header: MailHeader) -> int:
        if header.flags & MailFlags.EXTMSG:
            self._delete_external(header.external_name)
            return 0
        data = self._by_key(header.extid)
        if data is None:
            return 0
        self._records.delete()
        return len(data)

    def erase(self, header: MailHeader) -> int:
        """Take a message away for good, text included; the bytes of the mail file that became free."""
        freed = self._delete_text(header)
        data = self._by_key(header.datim)
        if data is None:
            return freed
        self._records.delete()
        return freed + len(data)

    # -- wastebasket and information records -------------------------------------------------------------------------------------------

    @property
    def wastebasket(self) -> str:
        """The name of the folder for deleted messages."""
        data = self._by_key(WASTENAME)
        return information_value(data).decode("latin-1") if data is not None else WASTEBASKET

    @wastebasket.setter
    def wastebasket(self, name: str) -> None:
        self._put_information(WASTENAME, to_bytes(name))

    @property
    def deleted_bytes(self) -> int:
        """Bytes of purged messages that were not reclaimed yet."""
        data = self._by_key(FILEINFO)
        return int.from_bytes(information_value(data)[:4], "little") if data is not None else 0

    def _put_information(self, key: int, value: bytes) -> None:
        exists = self._by_key(key) is not None
        self._write(pack_information(key, value), update=exists)

    def purge(self, *, reclaim: bool = False) -> PurgeResult:
        """Empty the wastebasket; reclaim the deleted space when told to or when there is much of it."""
        doomed = self.headers(self.wastebasket)
        freed = self.deleted_bytes + sum(self.erase(header) for header in doomed)
        if not (reclaim or freed > RECLAIM_THRESHOLD):
            if doomed:
                self._put_information(FILEINFO, freed.to_bytes(4, "little"))
            return PurgeResult(len(doomed), freed)
        # fidelity: the store has no buckets; the numbers are those of buckets of this file's size.
        bucket = self._records.header.attributes.bucket_size * 512
        allocated = self._records.header.allocated * 512
        if self._by_key(FILEINFO) is not None:
            self._put_information(FILEINFO, bytes(4))
        return PurgeResult(len(doomed), 0, max(allocated // bucket, 1), freed // bucket, 0)

    def will_reclaim(self) -> bool:
        """A purge now would reclaim by itself."""
        doomed = sum(len(header.to_bytes()) for header in self.headers(self.wastebasket))
        return self.deleted_bytes + doomed > RECLAIM_THRESHOLD

    # -- whole files -----------------------------------------------------------------------------------------------------------------

    def copy_records(self, target: MailFile) -> int:
        """Copy every record, as COMPRESS does; the number of records copied."""
        self._records.rewind()
        count = 0
        while (data := self._next()) is not None:
            if is_header(data) or int.from_bytes(data[:8], "little") != FILEINFO:
                target._write(data)
                count += 1
        return count

    def file_header(self) -> FileHeader:
        return self._records.header


def _folder_key(folder: str) -> bytes:
    return to_bytes(folder)[:_FOLDER_SIZE].ljust(_FOLDER_SIZE, b"\0")


def _as_create_error(error: VmsError) -> VmsError:
    """What $CREATE says: file system conditions stand below RMS.CRE."""
    if error.value.facility == RMS.CRE.value.facility:
        return error
    return RMS.CRE.error(cause=error)
