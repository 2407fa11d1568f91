"""The network commands of TCPIP> against the network they are about: connections, names, routes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.smtp.node.smtp_world import CLIENT, NODE, OutsideServer, SmtpWorld, read_reply
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.net.port import Connection
from vmsemu.services.process import ControlC
from vmsemu.tables.facilities import SS


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def tcpip(world: SmtpWorld, *commands: str, user: str = "SYSTEM") -> list[str]:
    return world.dcl(*(f"$ TCPIP {command}" for command in commands), user=user).splitlines()


def connected(world: SmtpWorld) -> Connection:
    async def body() -> Connection:
        connection = await world.client.connect(NODE, 25)
        await read_reply(connection)
        return connection

    found: Connection = world.run(body())
    world.settle()
    return found


def outcome(world: SmtpWorld, connection: Connection) -> Any:
    """What the next read of a connection gives: bytes, or a condition."""

    async def body() -> Any:
        try:
            return await connection.read()
        except VmsError as error:
            return error.message.definition

    return world.run(body())


def test_a_connection_has_a_socket_with_its_ports_service_and_host(world: SmtpWorld) -> None:
    connection = connected(world)
    port = connection.local[1]
    assert tcpip(world, "SHOW DEVICE_SOCKET")[4:] == [
        "  bg1         STREAM      25       0  SMTP             0.0.0.0",
        f"  bg2         STREAM      25{port:>8}  SMTP             {CLIENT}",
    ]
    tcpip(world, f"SET HOST CLIENT/ADDRESS={CLIENT}")
    assert tcpip(world, "SHOW DEVICE_SOCKET/HOST=CLIENT")[4:] == [f"  bg2         STREAM      25{port:>8}  SMTP             CLIENT"]
    full = tcpip(world, "SHOW DEVICE_SOCKET BG2/FULL")
    assert any(line.split()[:2] == ["Bytes", "transferred"] and int(line.split()[3]) > 0 for line in full)
    connection.close()
    world.settle()
    assert len(tcpip(world, "SHOW DEVICE_SOCKET")) == 5


def test_disconnecting_a_socket_ends_the_connection_and_its_process(world: SmtpWorld) -> None:
    connection = connected(world)
    assert tcpip(world, "DISCONNECT DEVICE_SOCKET BG2") == []
    assert outcome(world, connection) == b""
    world.advance(DeltaTime.of(minutes=1))
    assert world.system.processes.by_name("TCPIP$SMTP_BG2") is None


def test_an_address_that_goes_takes_its_connections_along(world: SmtpWorld) -> None:
    connection = connected(world)
    assert tcpip(world, "SET INTERFACE WE0/HOST=192.0.2.40") == []
    assert outcome(world, connection) == SS.LINKABORT

    async def old_address() -> None:
        await world.client.connect(NODE, 25)

    with pytest.raises(VmsError) as caught:
        world.run(old_address())
    assert caught.value.matches(SS.UNREACHABLE)

    async def new_address() -> bytes:
        return await read_reply(await world.client.connect("192.0.2.40", 25))

    assert world.run(new_address()).startswith(b"220 ")


def test_mail_waits_while_there_is_no_route_and_goes_when_there_is_one(world: SmtpWorld) -> None:
    tcpip(world, "SET HOST far.example.org/ADDRESS=198.51.100.7")
    server = OutsideServer(world, "198.51.100.7")
    tcpip(world, "SET NOROUTE/DEFAULT", "SET CONFIGURATION SMTP/OPTIONS=RELAY")
    assert world.send("student@alpha1.example.com", ["x@far.example.org"], "Subject: far\n\nx") == b"250 OK\r\n"
    world.advance(DeltaTime.of(minutes=5))
    assert server.messages == []
    tcpip(world, "SET ROUTE far.example.org/GATEWAY=192.0.2.254")
    world.advance(DeltaTime.of(hours=2))
    assert len(server.messages) == 1


def test_a_client_that_is_rejected_finds_its_connection_closed(world: SmtpWorld) -> None:
    tcpip(world, f"SET COMMUNICATION/REJECT=HOSTS={CLIENT}")

    async def body() -> bytes:
        return await read_reply(await world.client.connect(NODE, 25))

    assert world.run(body()) == b""
    tcpip(world, "SET COMMUNICATION/REJECT=NOHOSTS")
    assert world.run(body()).startswith(b"220 ")


def test_the_transport_of_the_resolver_is_what_was_set(world: SmtpWorld) -> None:
    layer = tcpip(world, "SHOW PROTOCOL UDP")
    tcpip(world, "SET NAME_SERVICE/SYSTEM/TRANSPORT=TCP")
    assert tcpip(world, "SHOW HOST mx1.example.org") == ["%TCPIP-W-NORECORD, Information not found", "-RMS-E-RNF, record not found"]
    assert tcpip(world, "SHOW PROTOCOL UDP") == layer
    tcpip(world, "SET NAME_SERVICE/SYSTEM/TRANSPORT=UDP")
    assert "192.0.2.11      mx1.example.org" in tcpip(world, "SHOW HOST mx1.example.org")


def test_a_failed_start_leaves_the_running_node_as_it_is(world: SmtpWorld) -> None:
    tcpip(world, "SET CONFIGURATION INTERFACE WE0/HOST=192.0.2.53", "SET CONFIGURATION COMMUNICATION/DOMAIN=other.example.org")
    before = tcpip(world, "SHOW INTERFACE", "SHOW ROUTE", "SHOW COMMUNICATION", "SHOW NAME_SERVICE")
    assert tcpip(world, "START COMMUNICATION/INITIALIZE")[:2] == [
        "%TCPIP-E-STARTFAIL, failed to start TCP/IP Services",
        "-TCPIP-E-INTEERROR, error processing interface request",
    ]
    assert tcpip(world, "SHOW INTERFACE", "SHOW ROUTE", "SHOW COMMUNICATION", "SHOW NAME_SERVICE") == before


def test_a_node_whose_interfaces_are_gone_is_configured_by_its_network(world: SmtpWorld) -> None:
    tcpip(world, "SET CONFIGURATION NOINTERFACE */NOCONFIRM", "STOP COMMUNICATION", "START COMMUNICATION/INITIALIZE")
    assert tcpip(world, "SHOW INTERFACE WE0")[3].split()[:3] == ["WE0", NODE, "255.255.255.0"]


def test_ctrl_c_ends_ping_with_its_statistics(world: SmtpWorld) -> None:
    def cancel() -> None:
        for process in world.system.processes:
            if process.image == "TCPIP$UCP" and process.task is not None:
                process.task.interrupt(ControlC())

    world.kernel.call_at(VmsTime(world.kernel.now + DeltaTime.of(seconds=10)), cancel)
    lines = tcpip(world, "PING LOCALHOST/NUMBER_PACKETS=0/WAIT=4")
    assert lines[-2:] == ["3 packets transmitted, 3 packets received, 0% packet loss", "round-trip (ms)  min/avg/max = 0/0/0 ms"]


def test_a_host_that_was_renamed_has_its_new_name_when_communication_starts(world: SmtpWorld) -> None:
    tcpip(
        world,
        "SET HOST A-TYPO.EXAMPLE.COM/ADDRESS=192.0.2.1",
        "SET HOST RIGHT.EXAMPLE.COM/ADDRESS=192.0.2.1",
        "SET CONFIGURATION INTERFACE WE0/HOST=192.0.2.1/NETWORK_MASK=255.255.255.0",
        "SET CONFIGURATION COMMUNICATION/LOCAL_HOST=RIGHT.EXAMPLE.COM",
        "STOP COMMUNICATION",
        "START COMMUNICATION/INITIALIZE",
    )
    assert world.dcl('$ WRITE SYS$OUTPUT F$TRNLNM("TCPIP$INET_HOST")').strip().lower() == "right.example.com"
