"""TCPIP$SMTP_SEND_FROM_FILE: the callable routine that queues a file with an RFC 822 message and its envelope.

    unsigned int TCPIP$SMTP_SEND_FROM_FILE (char *infile_name, FILE *logfd, int log_level)

On VMS it is a routine of TCPIP$SMTP_MAILSHR.EXE; images of this machine call it here. The file is read with the rights of the caller. It becomes
a control file under his name, with the headers as they are and one Received: field before them, and enters the queue; the caller waits until that
is durable, not for the delivery. Anybody may call it, unless the manager has defined TCPIP$SMTP_SFF_REQUIRES_PRIV: then the caller needs BYPASS,
SYSPRV or OPER.

Source: Management 17.7. fidelity: the lines of the log and the conditions of failure are not known; those here are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from smtp.config.logicals import NodeIdentity, SmtpLogicals
from smtp.control_file.control_file import LONG, ControlFile, Recipient
from smtp.facility import TCPIP
from smtp.message.body import Body, LongText, is_long
from smtp.message.compose import received_lines
from smtp.message.dates import internet_date
from smtp.message.send_file import SendFile, SendFileError
from smtp.node import SmtpNode
from smtp.protocol.text import clear_eighth_bit
from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.tables.facilities import SS

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.record_file import RecordFile

_PRIVILEGES = (Privilege.BYPASS, Privilege.SYSPRV, Privilege.OPER)
DIAGNOSTICS = 1
"""The log level that asks for more than errors."""


def require_privilege(process: Process, infile_name: str) -> None:
    """Errors: TCPIP.SFFERROR with SS.NOPRIV, when the site wants a privilege and the caller has none."""
    if SmtpLogicals(process).switch("SFF_REQUIRES_PRIV") and not any(p in process.privileges for p in _PRIVILEGES):
        raise TCPIP.SFFERROR.error(infile_name, cause=SS.NOPRIV)


async def tcpip_smtp_send_from_file(
    process: Process, infile_name: str, log: Callable[[str], None] | None = None, log_level: int = 0
) -> str:
    """Queue the message that the file holds; returns the specification of its control file.

    Errors: TCPIP.SFFERROR with the reason below it: TCPIP.SFFLINE (the file's format), SS.NOPRIV, TCPIP.CFWRITE, those of RMS and of the queue
    manager. Nothing is queued then.
    """
    require_privilege(process, infile_name)
    try:
        opened = process.files.open(infile_name)
    except VmsError as error:
        raise TCPIP.SFFERROR.error(infile_name, cause=error) from None
    with opened:
        return await send_records(process, infile_name, file_records(opened), log, log_level)


def file_records(file: RecordFile) -> Body:
    """The records of an open file, which must stay open when it is long. Errors: those of RMS, of a long file when they are read."""

    def records() -> Iterator[bytes]:
        file.rewind()
        return iter(file)

    return LongText(records) if file.header.size > LONG else tuple(file)


async def send_records(
    process: Process, infile_name: str, records: Body, log: Callable[[str], None] | None = None, log_level: int = 0
) -> str:
    """The same for records that were read already (from a terminal or a procedure)."""
    require_privilege(process, infile_name)
    try:
        mail = SendFile.from_lines(records)
    except SendFileError as error:
        raise TCPIP.SFFERROR.error(infile_name, cause=TCPIP.SFFLINE(error.line, error.what)) from None
    except VmsError as error:
        raise TCPIP.SFFERROR.error(infile_name, cause=error) from None
    system = process.system
    node = system.part(SmtpNode)
    try:
        file = _control_file(process, node, mail)
        spec = node.enqueue(node.agent, file, process.username)
        await system.kernel.durable()
    except VmsError as error:
        raise TCPIP.SFFERROR.error(infile_name, cause=error) from None
    if log is not None and log_level >= DIAGNOSTICS:
        for line in _diagnostics(mail, file, spec, node.generic_queue):
            log(line)
    return spec


def _control_file(process: Process, node: SmtpNode, mail: SendFile) -> ControlFile:
    identity = NodeIdentity.of(process)
    now = process.system.now
    trace = received_lines(identity.host, node.product(), internet_date(now.fields(), identity.zone))
    headers, body = mail.headers, mail.body
    if not node.configuration().eight_bit:
        headers = tuple(clear_eighth_bit(headers))
        body = LongText(lambda: clear_eighth_bit(mail.body)) if is_long(body) else tuple(clear_eighth_bit(body))
    recipients = [Recipient(address) for address in mail.recipients]
    return ControlFile(now, process.username, mail.sender, recipients, (*trace, *headers), body)


def _diagnostics(mail: SendFile, file: ControlFile, spec: str, queue: str) -> list[str]:
    assert file.text is not None
    lines = [f"sender: {mail.sender.to_path()}"]
    lines += [f"recipient: {address.to_path()}" for address in mail.recipients]
    return [*lines, f"lines: {len(mail.headers)} of headers, {file.text.body_lines} of text", f"control file {spec} submitted to {queue}"]
