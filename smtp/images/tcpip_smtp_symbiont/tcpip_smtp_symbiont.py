"""TCPIP$SMTP_SYMBIONT: the symbiont of the SMTP queues. One process serves one queue, one control file at a time.

What it does with a control file is in smtp/delivery. Its settings are those of the time the queue was started.
Its default directory is SYS$SYSTEM (seen on a real system). Source: Management 17.1.1; Utility Routines Manual, SMB.
"""

from __future__ import annotations

from smtp.delivery.courier import Courier
from vmsemu.base.condition import VmsError
from vmsemu.queue.status import DeviceStatus
from vmsemu.queue.symbiont import ResetStream, StartStream, StartTask, StopStream, SymbiontContext, symbiont
from vmsemu.tables.facilities import SS


@symbiont("TCPIP$SMTP_SYMBIONT")
async def tcpip_smtp_symbiont(context: SymbiontContext) -> None:
    """Read requests until the process is deleted."""
    port = context.port
    context.files.set_default("SYS$SYSTEM:")
    courier: Courier | None = None
    while True:
        request = await port.read_message()
        if isinstance(request, StartTask):
            if courier is None:
                port.task_complete(request.stream, SS.ABORT)
                continue
            result = await courier.run(request.file_specification)
            port.task_complete(request.stream, result.condition, result.retry)
        elif isinstance(request, StartStream):
            try:
                courier = Courier(context.process)
            except VmsError as error:
                port.stream_failed(request.stream, error.value)
            else:
                port.device_status(request.stream, DeviceStatus.SERVER)
        elif isinstance(request, StopStream | ResetStream) and courier is not None:
            courier.log.end()
