"""/CONDITION of a specification file: `TEST=(field EQ "A" AND (other GT 3))`. Source: HELP SORT Specification_File_Qualifiers /CONDITION."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from vmsemu.images.sort.collating import Collation
from vmsemu.images.sort.fields import Field
from vmsemu.images.sort.specification_text import Reader

Test = Callable[[bytes], bool]
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": operator.eq, "NE": operator.ne, "GT": operator.gt, "GE": operator.ge, "LT": operator.lt, "LE": operator.le,
}  # fmt: skip


def read_test(reader: Reader, fields: dict[str, Field], collate: Collation, pad: bytes) -> Test:
    """The test as a function of the record. Errors: the reader's."""
    return _Tests(reader, fields, collate, pad).alternatives()


class _Tests:
    def __init__(self, reader: Reader, fields: dict[str, Field], collate: Collation, pad: bytes) -> None:
        self._reader = reader
        self._fields = fields
        self._collate = collate
        self._pad = pad

    def alternatives(self) -> Test:
        tests = [self._conjunction()]
        while self._reader.take("OR"):
            tests.append(self._conjunction())
        return tests[0] if len(tests) == 1 else lambda record: any(test(record) for test in tests)

    def _conjunction(self) -> Test:
        tests = [self._comparison()]
        while self._reader.take("AND"):
            tests.append(self._comparison())
        return tests[0] if len(tests) == 1 else lambda record: all(test(record) for test in tests)

    def _comparison(self) -> Test:
        reader = self._reader
        if reader.take("("):
            inside = self.alternatives()
            reader.expect(")")
            return inside
        left, left_text = self._operand()
        compare = _OPERATORS[reader.word(tuple(_OPERATORS))]
        right, right_text = self._operand()
        if left_text != right_text:
            raise reader.fail()
        return lambda record: compare(left(record), right(record))

    def _operand(self) -> tuple[Callable[[bytes], Any], bool]:
        """A field or a constant: (its value for a record, is it text). Texts of different lengths are compared without their padding."""
        reader = self._reader
        if reader.peek().string:
            value = self._collate(reader.next().text.encode("latin-1", "replace").rstrip(self._pad))
            return (lambda record: value), True
        if reader.peek().text[:1].isdigit() or reader.peek().text == "-":
            number = reader.number()
            return (lambda record: number), False
        field = self._fields.get(reader.peek().text)
        if field is None:
            raise reader.fail()
        reader.next()
        if not field.is_text:
            return field.extractor(self._collate), False
        collate, pad = self._collate, self._pad
        return (lambda record: collate(field.raw(record).rstrip(pad))), True
