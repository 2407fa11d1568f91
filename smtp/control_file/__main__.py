"""`python -m smtp.control_file FILE ...`: print control files that were copied out of a machine, or say what is wrong with them.

Exit status: 0 when every file is sound, 1 when one is corrupt or can not be read, 2 for a wrong command line. No file is changed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, TextIO

from smtp.control_file.control_file import ControlFile, Source
from smtp.control_file.display import content_lines, name_lines
from vmsemu.base.condition import VmsError
from vmsemu.services.putmsg import message_lines

_USAGE = "usage: python -m smtp.control_file FILE ..."


def main(arguments: Sequence[str], output: TextIO, errors: TextIO) -> int:
    """Print each file; returns the exit status."""
    if not arguments or arguments[0] in ("-h", "--help"):
        (output if arguments else errors).write(f"{_USAGE}\nPrints SMTP control files readably and checks them.\n")
        return 0 if arguments else 2
    sound = True
    for number, argument in enumerate(arguments):
        if number:
            output.write("\n")
        sound &= _print(Path(argument), output, errors)
    return 0 if sound else 1


def _print(path: Path, output: TextIO, errors: TextIO) -> bool:
    """Print one file; True when it is sound."""
    try:
        opened = path.open("rb")
    except OSError as error:
        errors.write(f"{path}: {error.strerror or error}; nothing was printed for it\n")
        return False
    with opened:
        output.writelines(f"{line}\n" for line in name_lines(path.name))
        try:
            file = ControlFile.from_source(_source(opened), opened.seek(0, SEEK_END), path.name)
        except VmsError as error:
            output.flush()
            errors.writelines(f"{line}\n" for line in message_lines(error.message))
            return False
        output.writelines(f"{line}\n" for line in content_lines(file))
    return True


def _source(opened: BinaryIO) -> Source:
    def piece(offset: int, length: int) -> bytes:
        opened.seek(offset)
        return opened.read(length)

    return piece


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout, sys.stderr))
