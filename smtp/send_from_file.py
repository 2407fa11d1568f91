"""TCPIP$SMTP_SEND_FROM_FILE: the callable routine that queues a file with an RFC 822 message and its envelope.

    unsigned int TCPIP$SMTP_SEND_FROM_FILE (char *infile_name, FILE *logfd, int log_level)

On VMS it is a routine of TCPIP$SMTP_MAILSHR.EXE; images of this machine call it here. The file is read with the rights of the caller. It becomes
a control file under his name, with the headers as they are and one Received: field before them, and enters the queue; the caller waits until that
is durable, not for the delivery. Anybody may call it, unless the manager has defined TCPIP$SMTP_SFF_REQUIRES_PRIV: then the caller needs BYPASS,
SYSPRV or OPER.

Source: Management 17.7. fidelity: the lines of the log and the conditions of failure are not known; those here are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from smtp.config.logicals import NodeIdentity, SmtpLogicals
from smtp.control_file.control_file import ControlFile, Recipient
from smtp.control_file.store import as_installed
from smtp.facility import TCPIP
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
        with process.files.open(infile_name) as file:
            records = list(file)
    except VmsError as error:
        raise TCPIP.SFFERROR.error(infile_name, cause=error) from None
    return await send_records(process, infile_name, records, log, log_level)


async def send_records(
    process: Process, infile_name: str, records: Sequence[bytes], log: Callable[[str], None] | None = None, log_level: int = 0
) -> str:
    """The same for records that were read already (from a terminal or a procedure)."""
    require_privilege(process, infile_name)
    try:
        mail = SendFile.from_lines(records)
    except SendFileError as error:
        raise TCPIP.SFFERROR.error(infile_name, cause=TCPIP.SFFLINE(error.line, error.what)) from None
    system = process.system
    node = system.part(SmtpNode)
    try:
        with as_installed(process):
            spec = node.enqueue(process, _control_file(process, node, mail), process.username)
        await system.kernel.durable()
    except VmsError as error:
        raise TCPIP.SFFERROR.error(infile_name, cause=error) from None
    if log is not None and log_level >= DIAGNOSTICS:
        for line in _diagnostics(mail, spec, node.generic_queue):
            log(line)
    return spec


def _control_file(process: Process, node: SmtpNode, mail: SendFile) -> ControlFile:
    identity = NodeIdentity.of(process)
    now = process.system.now
    trace = received_lines(identity.host, node.product(), internet_date(now.fields(), identity.zone))
    headers, body = mail.headers, mail.body
    if not node.configuration(process).eight_bit:
        headers, body = tuple(clear_eighth_bit(headers)), tuple(clear_eighth_bit(body))
    recipients = [Recipient(address) for address in mail.recipients]
    return ControlFile(now, process.username, mail.sender, recipients, (*trace, *headers), body)


def _diagnostics(mail: SendFile, spec: str, queue: str) -> list[str]:
    lines = [f"sender: {mail.sender.to_path()}"]
    lines += [f"recipient: {address.to_path()}" for address in mail.recipients]
    return [*lines, f"lines: {len(mail.headers)} of headers, {len(mail.body)} of text", f"control file {spec} submitted to {queue}"]
