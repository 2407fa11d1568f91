"""Records of the services database, and BG devices as record streams."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.access import AccessList
from vmsemu.net.datagrams import DatagramConnection
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
        accept_networks=tuple(hosts[:1]),
        reject_hosts=tuple(hosts[1:]),
        reject_networks=tuple(hosts),
        delay=bool(limit % 2),
        rpc_program=port,
        rpc_highest=2,
    )
    assert ServiceRecord.from_bytes(record.to_bytes()) == record


def test_a_record_of_an_older_database_has_the_defaults_of_what_it_lacks() -> None:
    record = ServiceRecord("ECHO", 7, "X.COM", "SMITH", "ECHO", accept_hosts=("192.0.2.1",), reject_message="no")
    added = 4 * 2 + 5 * 4
    assert ServiceRecord.from_bytes(record.to_bytes()[:-added]) == record


def test_access_lists_say_who_may_come() -> None:
    assert AccessList().admits("192.0.2.1")
    accept = AccessList(["192.0.2.1"], ["198.51.100.0/24"])
    assert [accept.admits(a) for a in ("192.0.2.1", "198.51.100.9", "192.0.2.2", "2001:db8::1")] == [True, True, False, False]
    reject = AccessList(reject_hosts=["192.0.2.1"], reject_networks=["198.51.100.0/24"])
    assert [reject.admits(a) for a in ("192.0.2.1", "198.51.100.9", "192.0.2.2", "2001:db8::1")] == [False, False, True, True]
    both = AccessList(["192.0.2.1"], reject_networks=["192.0.2.0/24"])
    assert not both.admits("192.0.2.1")


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


def test_datagrams_are_records_and_their_end_is_silence() -> None:
    kernel = Kernel(VirtualClock(VmsTime.of(2001, 5, 14)))
    internet = SimulatedInternet()
    near, far = internet.attach(kernel, "192.0.2.1"), internet.attach(kernel, "192.0.2.2")
    seen: list[object] = []

    async def server() -> None:
        socket = near.receive_datagrams("0.0.0.0", 7)
        connection = DatagramConnection(
            kernel, socket, await socket.receive(), DeltaTime.of(minutes=5), lambda address: address != "192.0.2.9"
        )
        stream = SocketDevice("BG1:", connection).open_stream(None, "rw")  # type: ignore[arg-type]
        try:
            while True:
                text = await stream.read()
                seen.append(text)
                stream.write(text.upper())
        except VmsError as error:
            assert error.matches(RMS.EOF)
            seen.append(kernel.now)
        socket.close()

    async def client() -> None:
        seen.append(await far.query("192.0.2.1", 7, b"one"))
        seen.append(await far.query("192.0.2.1", 7, b"two\r\n"))
        stranger = internet.attach(kernel, "192.0.2.9")
        try:
            await stranger.query("192.0.2.1", 7, b"three", deadline=VmsTime(kernel.now + DeltaTime.of(seconds=1)))
        except VmsError as error:
            seen.append(error.message.definition.ident)

    kernel.start(server(), "SERVER")
    kernel.start(client(), "CLIENT")
    kernel.run_until(VmsTime(kernel.now + DeltaTime.of(minutes=10)))
    assert seen[:5] == ["one", b"ONE\r\n", "two", b"TWO\r\n", "TIMEOUT"]
    assert seen[5] == VmsTime(VmsTime.of(2001, 5, 14) + DeltaTime.of(minutes=5))


def test_a_record_that_is_cut_off_is_none() -> None:
    whole = ServiceRecord("ECHO", 7, "F.COM", "SMITH", "E", accept_hosts=("192.0.2.1",), reject_networks=("10.0.0.0",)).to_bytes()
    for end in range(len(whole)):
        try:
            ServiceRecord.from_bytes(whole[:end])  # one that ends where a release had its end is whole
        except VmsError as error:
            assert error.matches(RMS.RSZ)
    with pytest.raises(VmsError, match=r"RSZ|record size"):
        ServiceRecord.from_bytes(whole[:-1])
    assert ServiceRecord.from_bytes(whole).reject_networks == ("10.0.0.0",)
