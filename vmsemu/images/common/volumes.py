"""What INITIALIZE and SET VOLUME read alike: /PROTECTION and /DATA_CHECK of a volume."""

from __future__ import annotations

from vmsemu.base.protection import Protection
from vmsemu.files.home_block import VolumeAttributes
from vmsemu.images.common.objects import object_protection
from vmsemu.security.acl import OBJECT_ACCESS
from vmsemu.tables.command import ParsedCommand

USER_NAME_SIZE = 12


def volume_protection(cli: ParsedCommand, base: Protection) -> Protection:
    """/PROTECTION; on volumes Execute is Create, and E is accepted for C. Errors: CLI.IVPROT."""
    parts = (part.partition(":") for part in cli.values("PROTECTION"))
    return object_protection([word + colon + letters.replace("E", "C") for word, colon, letters in parts], OBJECT_ACCESS["VOLUME"], base)


def data_checks(cli: ParsedCommand, old: VolumeAttributes) -> tuple[bool, bool]:
    """Are reads and writes checked after /DATA_CHECK=([NO]READ,[NO]WRITE)? It means WRITE without a value."""
    if cli.negated("DATA_CHECK"):
        return False, False
    if not cli.present("DATA_CHECK"):
        return old.read_check, old.write_check
    words = [word.upper() for word in cli.values("DATA_CHECK")] or ["WRITE"]
    read = "READ" in words or (old.read_check and "NOREAD" not in words)
    return read, "WRITE" in words or (old.write_check and "NOWRITE" not in words)
