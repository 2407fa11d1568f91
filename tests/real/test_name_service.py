"""Routes by a real name server, nsd: preferences, aliases, names that are not there, servers that fail or lose questions."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.conftest import (
    CONTROL_FILES,
    PATIENCE,
    RecordingServer,
    Served,
    debian_program,
    drain,
    free_port,
    letter,
    read_mail,
    run_dcl,
    waiting,
)
from tests.real.name_server import NameServer, lossy_path

LOG = "SYS$SPECIFIC:[TCPIP$SMTP]TCPIP$SMTP_LOGFILE.LOG"
SHORT_INTERVALS = 'TCPIP SET CONFIGURATION SMTP/INTERVAL=(INITIAL="0 00:00:01",RETRY="0 00:00:01")'


def network(dns: int, **hosts: int) -> list[str]:
    """Ask the name server at port `dns`; the hosts by the last number of their address are at these ports."""
    redirections = [word for name, port in hosts.items() for word in ("--out", f"192.0.2.{name.removeprefix('host')}:25=127.0.0.1:{port}")]
    return ["--net", "host", "--dns", f"127.0.0.1:{dns}", *redirections]


def deferral(site: Path, address: str, *options: str) -> str:
    """Send to an address that can not be reached now; returns the log of the symbiont with the reason."""
    run_dcl(site, [SHORT_INTERVALS])  # the symbiont reads it when it is started
    shown = run_dcl(site, [*letter(address), *waiting(f'F$SEARCH("{LOG}") .NES. ""'), f"TYPE {LOG}"], *options).stdout
    assert f"delivery to <{address}> deferred until" in shown, shown
    return shown


def test_the_second_exchanger_takes_what_nobody_listens_for_at_the_first(
    serve: Callable[..., Served], recording_server: RecordingServer, name_server: NameServer, tmp_path: Path
) -> None:
    options = network(name_server.port, host11=free_port(), host12=recording_server.port)
    run_dcl(tmp_path / "site", letter("jones@dest.example.org"), *options, user="STUDENT")
    serve(*options)
    assert recording_server.messages.get(timeout=PATIENCE).rcpt_tos == ["jones@dest.example.org"]


@pytest.mark.parametrize("behaviour", [["-r", "RCPT"], ["-r", "MAIL"], ["-q", "MAIL"], ["-q", "."], ["-r", "."]])
def test_the_second_exchanger_takes_what_the_first_puts_off(
    behaviour: list[str], serve: Callable[..., Served], recording_server: RecordingServer, name_server: NameServer, tmp_path: Path
) -> None:
    """A 4xx answer, or the end of the connection, at each step."""
    sink, port = debian_program("smtp-sink", "postfix"), free_port()
    options = network(name_server.port, host11=port, host12=recording_server.port)
    with subprocess.Popen([sink, "-u", "nobody", *behaviour, f"127.0.0.1:{port}", "10"], stderr=subprocess.DEVNULL) as first:
        try:
            run_dcl(tmp_path / "site", letter("jones@dest.example.org"), *options, user="STUDENT")
            serve(*options)
            assert recording_server.messages.get(timeout=PATIENCE).rcpt_tos == ["jones@dest.example.org"]
        finally:
            first.kill()


@pytest.mark.parametrize(
    ("name", "host"),
    [("alias.cases.example.org", "host11"), ("indirect.cases.example.org", "host11"), ("host.cases.example.org", "host13")],
    ids=["domain", "exchanger", "host"],
)
def test_aliases_are_followed(
    name: str, host: str, serve: Callable[..., Served], recording_server: RecordingServer, name_server: NameServer, tmp_path: Path
) -> None:
    options = network(name_server.port, **{host: recording_server.port})
    run_dcl(tmp_path / "site", letter(f"jones@{name}"), *options, user="STUDENT")
    serve(*options)
    assert recording_server.messages.get(timeout=PATIENCE).rcpt_tos == [f"jones@{name}"]


@pytest.mark.parametrize("name", ["nowhere.example.org", "silent.cases.example.org", "nomail.cases.example.org"])
def test_a_name_without_mail_comes_back_at_once(name: str, name_server: NameServer, tmp_path: Path) -> None:
    """NXDOMAIN, a name with neither MX nor A records, and one that declares that it takes no mail."""
    options = network(name_server.port)
    run_dcl(tmp_path / "site", letter(f"jones@{name}"), *options, user="STUDENT")
    drain(tmp_path / "site", *options)
    shown = read_mail(tmp_path / "site", "STUDENT", wanted="Undeliverable Mail")
    assert f"<jones@{name}>" in shown
    assert "unknown or invalid host" in shown
    assert "all is well." in shown


def test_aliases_of_each_other_are_tried_again_later(name_server: NameServer, tmp_path: Path) -> None:
    assert "name server does not answer" in deferral(tmp_path / "site", "jones@chicken.cases.example.org", *network(name_server.port))


def test_mail_waits_until_a_failing_zone_is_mended(
    serve: Callable[..., Served], recording_server: RecordingServer, name_server: NameServer, tmp_path: Path
) -> None:
    """SERVFAIL is no answer."""
    options = network(name_server.port, host11=recording_server.port)
    deferral(tmp_path / "site", "jones@broken.example.org", *options)
    name_server.mend("@ 60 IN SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 60\n@ 60 IN MX 10 mx1.example.org.\n")
    serve(*options)
    assert recording_server.messages.get(timeout=PATIENCE).rcpt_tos == ["jones@broken.example.org"]


def test_mail_waits_until_a_name_server_is_there(
    serve: Callable[..., Served], recording_server: RecordingServer, name_server: NameServer, tmp_path: Path
) -> None:
    deferral(tmp_path / "site", "jones@dest.example.org", *network(free_port()))
    serve(*network(name_server.port, host11=recording_server.port))
    assert recording_server.messages.get(timeout=PATIENCE).rcpt_tos == ["jones@dest.example.org"]


def test_a_lost_question_is_asked_again(recording_server: RecordingServer, name_server: NameServer, tmp_path: Path) -> None:
    """After the first four seconds without an answer."""
    with lossy_path(name_server.port, 1) as path:
        options = network(path.port, host11=recording_server.port)
        sending = [*letter("jones@dest.example.org"), *waiting(f'F$SEARCH("{CONTROL_FILES}") .EQS. ""')]
        run_dcl(tmp_path / "site", sending, *options)
        assert recording_server.messages.get_nowait().rcpt_tos == ["jones@dest.example.org"]
        assert path.lost == 1
