"""TCPIP$SMTP_SFF: the DCL front end of Send From File.

    $ SMTP_SFF :== $TCPIP$SYSTEM:TCPIP$SMTP_SFF.EXE
    $ SMTP_SFF infile_name [-log logfile_name] [-loglevel log_level]

A C program: it reads its line as words, of which the first is the input file (SYS$INPUT: too). What it does is in smtp/send_from_file.py.
Source: Management 17.7.3; MIME help (usage text). fidelity: the end of the usage text, the status after it, and that success is silent at level 0
are not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files

from smtp.facility import TCPIP
from smtp.send_from_file import file_records, require_privilege, send_records
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.images.common.devices import read_records
from vmsemu.images.context import ImageContext
from vmsemu.images.registry import image
from vmsemu.services.putmsg import message_lines
from vmsemu.tables.facilities import SS

_WORD = re.compile(r'(?:"(?:[^"]|"")*"|[^\s"])+')


@dataclass(frozen=True, slots=True)
class Arguments:
    """The words of the command. `log_file` is empty for SYS$OUTPUT."""

    input_file: str
    log_file: str = ""
    log_level: int = 0

    @classmethod
    def from_line(cls, line: str) -> Arguments | None:
        """Read the rest of the command line; None when it is not as the usage text says."""
        words = [_unquoted(word) for word in _WORD.findall(line)]
        inputs, options = [], {"-LOG": "", "-LOGLEVEL": "0"}
        while words:
            word = words.pop(0)
            if word.upper() in options:
                if not words:
                    return None
                options[word.upper()] = words.pop(0)
            elif word.startswith("-"):
                return None
            else:
                inputs.append(word)
        if len(inputs) != 1 or options["-LOGLEVEL"] not in ("0", "1"):
            return None
        return cls(inputs[0], options["-LOG"], int(options["-LOGLEVEL"]))


def _unquoted(word: str) -> str:
    return re.sub(r'"((?:[^"]|"")*)"', lambda found: found[1].replace('""', '"'), word)


@image("TCPIP$SMTP_SFF")
async def tcpip_smtp_sff(ctx: ImageContext) -> ConditionValue:
    """SMTP_SFF infile_name [-log logfile_name] [-loglevel log_level]"""
    arguments = Arguments.from_line(ctx.cli.line)
    if arguments is None:
        for line in (files(__package__) / "usage.txt").read_text("ascii").splitlines():
            ctx.write(line)
        return SS.INSFARG.value.shown()
    with _log(ctx, arguments.log_file) as log:
        try:
            require_privilege(ctx.process, arguments.input_file)
            await _send(ctx, arguments, log)
        except VmsError as error:
            if arguments.log_file:
                for line in message_lines(error.message):
                    log(line)
            return ctx.put_message(error)
    return SS.NORMAL.value


async def _send(ctx: ImageContext, arguments: Arguments, log: Callable[[str], None]) -> None:
    """Send a file, or what SYS$INPUT holds. Errors: TCPIP.SFFERROR."""
    spec = arguments.input_file
    try:
        file = ctx.files.open(spec)
    except VmsError as error:
        raise TCPIP.SFFERROR.error(spec, cause=error) from None
    with file:
        try:
            records = file_records(file) if file.stream is None else await read_records(ctx, file)
        except VmsError as error:
            raise TCPIP.SFFERROR.error(spec, cause=error) from None
        await send_records(ctx.process, spec, records, log, arguments.log_level)


@contextmanager
def _log(ctx: ImageContext, spec: str) -> Iterator[Callable[[str], None]]:
    """Where the diagnostics go. Errors: those of RMS when the log can not be made."""
    if not spec:
        yield ctx.write
        return
    with ctx.files.create(spec) as file:
        yield file.put_text
