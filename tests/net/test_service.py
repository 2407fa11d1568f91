"""Records of the services database, and BG devices as record streams."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.time import VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.service import LogOption, ServiceFlag, ServiceRecord, SocketOption
from vmsemu.net.simulated import SimulatedInternet
from vmsemu.net.socket_device import SocketDevice
from vmsemu.tables.facilities import RMS

TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)


@given(st.integers(0, 65535), st.integers(0, 65535), TEXT, TEXT, st.lists(TEXT, max_size=4), st.integers(0, 511))
def test_a_service_record_survives_its_file(port: int, limit: int, file: str, message: str, hosts: list[str], options: int) -> None:
    record = ServiceRecord(
        "SMTP",
        port,
        file,
        "TCPIP$SMTP",
        "TCPIP$SMTP",
        limit=limit,
        reject_message=message,
        accept_hosts=tuple(hosts),
        log_options=LogOption(options),
    )
    assert ServiceRecord.from_bytes(record.to_bytes()) == record


def test_flags_and_options_have_the_words_of_the_display() -> None:
    assert (ServiceFlag.LISTEN | ServiceFlag.PRIVILEGED | ServiceFlag.RTTY).to_text() == "Listen Priv Rtty"
    assert (SocketOption.RECEIVE_CHECK | SocketOption.SEND_CHECK).to_text() == "Rcheck Scheck"
    assert LogOption(511).to_text() == "Actv Dactv Conn Error Logi Logo Mdfy Rjct Addr"
    assert LogOption(0).to_text() == "None"


def test_a_socket_device_is_read_and_written_by_lines() -> None:
    kernel = Kernel(VirtualClock(VmsTime.of(2001, 5, 14)))
    internet = SimulatedInternet()
    near, far = internet.attach(kernel, "192.0.2.1"), internet.attach(kernel, "192.0.2.2")
    seen: list[str] = []

    async def body() -> None:
        listener = near.listen("0.0.0.0", 7)
        client = await far.connect("192.0.2.1", 7)
        stream = SocketDevice("BG1:", await listener.accept()).open_stream(None, "rw")  # type: ignore[arg-type]
        client.write(b"one\r\ntwo\nlast")
        seen.append(await stream.read("prompt: "))
        seen.append(await stream.read())
        stream.write("answer")
        client.close()
        seen.append(await stream.read())
        try:
            await stream.read()
        except VmsError as error:
            assert error.matches(RMS.EOF)
            seen.append("end")

    task = kernel.start(body(), "TEST")
    kernel.run_until_idle()
    assert task.finished
    assert seen == ["one", "two", "last", "end"]
