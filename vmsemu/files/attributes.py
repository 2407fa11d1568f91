"""Record attributes of files: organization, record format, carriage control, sizes: the part of the FAT that writing does not change.

Source: RMS Reference Manual, FAB$B_ORG, FAB$B_RFM, FAB$B_RAT; Files-11 On-Disk Structure, FATDEF.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

BLOCK = 512
MAXIMUM_RECORD = 32767


class Organization(IntEnum):
    """The high nibble of FAT$B_RTYPE."""

    SEQUENTIAL = 0
    RELATIVE = 1
    INDEXED = 2


class RecordFormat(IntEnum):
    """The low nibble of FAT$B_RTYPE."""

    UDF = 0
    FIX = 1
    VAR = 2
    VFC = 3
    STM = 4
    STMLF = 5
    STMCR = 6


class CarriageControl(IntFlag):
    """FAT$B_RATTRIB."""

    NONE = 0
    FTN = 1
    CR = 2
    PRN = 4
    BLK = 8


@dataclass(frozen=True, slots=True)
class RecordAttributes:
    """How the records of a file are laid out. Sizes are bytes; bucket size and extension are blocks."""

    organization: Organization = Organization.SEQUENTIAL
    format: RecordFormat = RecordFormat.VAR
    carriage: CarriageControl = CarriageControl.CR
    maximum_size: int = 0
    control_size: int = 0
    bucket_size: int = 0
    extension: int = 0
    global_buffers: int = 0

    @property
    def rtype(self) -> int:
        """FAT$B_RTYPE"""
        return self.organization << 4 | self.format


VAR_CR = RecordAttributes()
VAR_NONE = RecordAttributes(carriage=CarriageControl.NONE)
VFC_PRN = RecordAttributes(format=RecordFormat.VFC, carriage=CarriageControl.PRN, control_size=2)
STMLF_CR = RecordAttributes(format=RecordFormat.STMLF)
STM_CR = RecordAttributes(format=RecordFormat.STM)
STMCR_CR = RecordAttributes(format=RecordFormat.STMCR)
UDF_NONE = RecordAttributes(format=RecordFormat.UDF, carriage=CarriageControl.NONE)
DIRECTORY_ATTRIBUTES = RecordAttributes(carriage=CarriageControl.BLK, maximum_size=512)


def fixed(size: int, carriage: CarriageControl = CarriageControl.NONE) -> RecordAttributes:
    """Fixed length records of `size` bytes."""
    return RecordAttributes(format=RecordFormat.FIX, carriage=carriage, maximum_size=size)


FIX_512 = fixed(512)
