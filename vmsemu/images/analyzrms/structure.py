"""What ANALYZE/RMS_FILE finds in a file: its records read through, the errors on the way, and the figures of each key.

Indexed files are not kept in buckets here; how many buckets and levels they would have follows from their keys and records.
Source: Guide to OpenVMS File Applications, chapter 10. fidelity: the figures of buckets are computed, not counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import BLOCK, Organization
from vmsemu.files.keys import KeyDefinition
from vmsemu.files.relative import RelativeFile
from vmsemu.services.rms import RecordFile
from vmsemu.tables.facilities import RMS

_BUCKET_HEADER = 15
_INDEX_OVERHEAD = 3
_RECORD_OVERHEAD = 11
_PER_BLOCK = 5  # key descriptors after the first
_DESCRIPTOR = 0x66


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The statistics of one key. Lengths are bytes, `data_space` and `index_space` blocks, fills per cent."""

    number: int
    definition: KeyDefinition
    records: int
    mean_length: int
    data_buckets: int
    bucket: int

    @property
    def per_index_bucket(self) -> int:
        return max((self.bucket * BLOCK - _BUCKET_HEADER) // (self.definition.size + _INDEX_OVERHEAD), 2)

    def levels(self) -> Iterator[int]:
        """The buckets of each index level, from level 1 to the root."""
        count = self.data_buckets
        while True:
            count = -(-count // self.per_index_bucket)
            yield count
            if count <= 1:
                return

    @property
    def depth(self) -> int:
        return len(list(self.levels()))

    @property
    def data_space(self) -> int:
        return self.data_buckets * self.bucket

    @property
    def index_space(self) -> int:
        return sum(self.levels()) * self.bucket

    @property
    def data_fill(self) -> int:
        used = self.records * (self.mean_length + _RECORD_OVERHEAD) + self.data_buckets * _BUCKET_HEADER
        return min(100 * used // (self.data_space * BLOCK), 100)

    @property
    def index_fill(self) -> int:
        used = self.data_buckets * self.index_length + sum(self.levels()) * _BUCKET_HEADER
        return min(100 * used // (self.index_space * BLOCK), 100)

    @property
    def index_length(self) -> int:
        return self.definition.size + _INDEX_OVERHEAD


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the descriptors and first buckets of an indexed file are, by block."""

    keys: int
    bucket: int

    @property
    def area(self) -> int:
        return 2 + -(-(self.keys - 1) // _PER_BLOCK)

    def descriptor(self, number: int) -> tuple[int, int]:
        """Block and byte of a key descriptor; (0, 0) after the last."""
        if number >= self.keys:
            return 0, 0
        if number == 0:
            return 1, 0
        block, slot = divmod(number - 1, _PER_BLOCK)
        return 2 + block, slot * _DESCRIPTOR

    def first_data(self, number: int) -> int:
        return self.area + 1 + 2 * number * self.bucket

    def root(self, number: int) -> int:
        return self.first_data(number) + self.bucket


def key_figures(file: RecordFile) -> list[KeyFigures]:
    """The figures of each key of an indexed file; it is read through once for each."""
    bucket = file.attributes.bucket_size or 1
    figures = []
    for number, key in enumerate(file.indexed.keys):
        file.rewind(number)
        lengths = [len(record) if number == 0 else key.size for record in file]
        total = sum(lengths)
        room = bucket * BLOCK - _BUCKET_HEADER
        buckets = max(-(-(total + len(lengths) * _RECORD_OVERHEAD) // room), 1)
        figures.append(KeyFigures(number, key, len(lengths), total // len(lengths) if lengths else 0, buckets, bucket))
    file.rewind()
    return figures


def errors(file: RecordFile) -> list[str]:
    """Read the file through and tell what is wrong with it, a line for each thing. fidelity: the lines are inferred."""
    out: list[str] = []
    if isinstance(file.file, RelativeFile) and not file.file.prologue_is_good():
        out.append("*** VBN 1: Invalid prolog of relative file.")
    try:
        file.rewind()
        for _ in file:
            pass
    except VmsError as error:
        if not error.matches(RMS.EOF):
            out.append("*** Drastic structure error precludes further analysis.")
    if file.attributes.organization is Organization.INDEXED:
        counts = [figures.records for figures in key_figures(file)]
        if counts[0] != file.indexed.record_count:
            out.append("*** KEY 0: Count of data records does not match the file.")
    return out
