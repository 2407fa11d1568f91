"""EXTRACT and PRINT: messages as text files.

An extracted message is a form feed, its From, To, CC and Subj lines, an empty record, and its text. Foreign messages are copied as the files they
were. PRINT gathers messages for one queue; they are printed at EXIT, with PRINT/NOW, or when another queue is named. Source: extracted
messages; MAIL help, EXTRACT and PRINT.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.images.mail.changing import Chosen
from vmsemu.images.mail.screens import extract_header
from vmsemu.images.mail.session import MailSession, PrintJob
from vmsemu.images.queman.jobs import physical_spec
from vmsemu.mail.facility import MAIL
from vmsemu.mail.message import to_bytes
from vmsemu.mail.record import MailFlags, MailHeader
from vmsemu.queue.entry import JobFile
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.notify import job_reply
from vmsemu.queue.status import FileFlags
from vmsemu.services.rms import RecordFile
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import RMS

FORM_FEED = "\f"
DEFAULT_QUEUE = "SYS$PRINT"
_FLAGS = {
    "BURST": FileFlags.BURST,
    "FEED": FileFlags.PAGINATE,
    "FLAG": FileFlags.FLAG,
    "SPACE": FileFlags.DOUBLE_SPACE,
    "TRAILER": FileFlags.TRAILER,
}
_MAIL_PROTECTION = Protection(3, 3, 0, 0)


def extracted(session: MailSession, header: MailHeader, *, with_header: bool) -> Iterable[str]:
    """The records of one extracted message, to be read once."""
    above = [FORM_FEED, *extract_header(header)] if with_header else []
    return chain(above, session.file.lines(header))


async def extract_command(session: MailSession, command: ParsedCommand) -> None:
    """EXTRACT file. Errors: MAIL.NOTREADIN, MAIL.OPENOUT, MAIL.WRITEERR."""
    chosen: Chosen = session.all_messages() if command.present("ALL") else [(session.current, session.current_message())]
    spec = command.value("FILE") or ""
    foreign = [header for _, header in chosen if header.flags & MailFlags.EXTNSTD]
    for header in foreign:
        _extract_foreign(session, header, spec)
    texts = [header for _, header in chosen if not header.flags & MailFlags.EXTNSTD]
    if not texts:
        return
    mail_format = command.present("MAIL")
    file, created = _open_output(session, spec, ".MAI" if mail_format else ".TXT", command, mail_format)
    with file:
        for header in texts:
            _write(file, extracted(session, header, with_header=not command.negated("HEADER")))
    if created:
        session.ctx.put_message(MAIL.CREATED(file.spec.to_text()))


def _open_output(session: MailSession, spec: str, default: str, command: ParsedCommand, mail_format: bool) -> tuple[RecordFile, bool]:
    """The file to write to, and whether it is new."""
    files = session.process.files
    try:
        if command.present("APPEND"):
            try:
                return files.open(spec, default=default, append=True), False
            except VmsError as error:
                if not error.matches(RMS.FNF):
                    raise
        return files.create(spec, default=default, protection=_MAIL_PROTECTION if mail_format else None), True
    except VmsError as error:
        raise MAIL.OPENOUT.error(str(getattr(error, "spec", spec)), cause=error) from None


def _write(file: RecordFile, lines: Iterable[str]) -> None:
    try:
        for line in lines:
            file.put(to_bytes(line))
    except VmsError as error:
        raise MAIL.WRITEERR.error(file.spec.to_text(), cause=error) from None


def _extract_foreign(session: MailSession, header: MailHeader, spec: str) -> None:
    body = session.file.foreign_body(header)
    try:
        with session.process.files.create(spec, default=".TXT", attributes=body.attributes) as file:
            file.sequential.append_bytes(body.data)
            shown = file.spec.to_text()
    except VmsError as error:
        raise MAIL.OPENOUT.error(str(getattr(error, "spec", spec)), cause=error) from None
    session.ctx.put_message(MAIL.CREATED(shown))


# -- PRINT ----------------------------------------------------------------------------------------------------------------------------


async def print_command(session: MailSession, command: ParsedCommand) -> None:
    """PRINT: add messages to the print job. Errors: MAIL.NOTREADIN, MAIL.NOMSGPRI, MAIL.CREPRIJOB with the reason below it."""
    if command.present("CANCEL"):
        session.print_job = None
        return
    if command.present("PRINT") or command.present("NOW"):
        if session.print_job is None and not session.reading and not command.present("ALL"):
            raise MAIL.NOMSGPRI.error()
    chosen: Chosen = []
    if command.present("ALL"):
        chosen = session.all_messages()
    elif session.reading or session.print_job is None:
        chosen = [(session.current, session.current_message())]
    queue = (command.value("QUEUE") or session.profile.queue or DEFAULT_QUEUE).upper()
    job = session.print_job
    if job is not None and command.value("QUEUE") is not None and job.queue != queue:
        submit_print_job(session)
        job = None
    if job is None:
        job = session.print_job = PrintJob(queue, FileFlags.DELETE)
    job.attributes |= _attributes(session, command)
    job.copies = command.integer("COPIES", job.copies)
    for word, bit in _FLAGS.items():
        if command.present(word):
            job.flags |= bit
        elif command.negated(word):
            job.flags = FileFlags(job.flags & ~bit)
    for _, header in chosen:
        job.lines += extracted(session, header, with_header=True)
        job.messages += 1
    if command.present("NOW") or command.present("PRINT"):
        submit_print_job(session)


def _attributes(session: MailSession, command: ParsedCommand) -> dict[str, object]:
    """What the qualifiers say about the job."""
    out: dict[str, object] = {}
    form = command.value("FORM") or session.profile.form
    if form:
        out["form"] = form
    if command.value("AFTER"):
        out["after"] = VmsTime.from_text(command.value("AFTER") or "", session.ctx.now)
    for word in ("HOLD", "NOTIFY"):
        if command.present(word) or command.negated(word):
            out[word.lower()] = command.present(word)
    if command.value("NAME"):
        out["name"] = command.value("NAME")
    if command.values("PARAMETERS"):
        out["parameters"] = command.values("PARAMETERS")
    return out


def submit_print_job(session: MailSession) -> None:
    """Release the print job. Errors: MAIL.CREPRIJOB with the reason below it; the job is gone then."""
    job, session.print_job = session.print_job, None
    if job is None or not job.messages:
        return
    process = session.process
    try:
        with process.files.create(f"SYS$SCRATCH:MAIL_{process.pid & 0xFFFF:04X}_PRINT.TMP") as file:
            _write(file, job.lines)
            spec = file.spec
        found = process.files.find(spec)
        queued = JobFile(physical_spec(session.ctx, found), found.header.used_blocks, job.flags, copies=job.copies)
        attributes: dict[str, Any] = {"name": "MAIL", **job.attributes}
        manager = session.ctx.system.part(QueueManager)
        entry = manager.submit(
            job.queue,
            [queued],
            username=session.username,
            uic=process.uic,
            credentials=process.credentials,
            names=process.names,
            **attributes,
        )
    except VmsError as error:
        raise MAIL.CREPRIJOB.error(cause=error) from None
    for line in job_reply(manager, entry):
        session.write(line)
