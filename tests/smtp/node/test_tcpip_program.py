"""The TCPIP> commands as a manager types them."""

from __future__ import annotations

import pytest

from tests.smtp.node.smtp_world import OutsideServer, SmtpWorld
from vmsemu.tables.command import NeedParameter, parse


@pytest.fixture(scope="module")
def shared() -> SmtpWorld:
    """A node for commands that change nothing."""
    return SmtpWorld()


@pytest.fixture
def world() -> SmtpWorld:
    return SmtpWorld()


def tcpip(world: SmtpWorld, *commands: str, user: str = "SYSTEM") -> list[str]:
    return world.dcl(*(f"$ TCPIP {command}" for command in commands), user=user).splitlines()


def test_the_brief_service_display_has_its_columns(shared: SmtpWorld) -> None:
    assert tcpip(shared, "SHOW SERVICE") == [
        "",
        "Service             Port  Proto    Process          Address            State",
        "",
        "SMTP                  25  TCP      TCPIP$SMTP       0.0.0.0             Enabled",
    ]


def test_the_full_display_of_an_enabled_service(shared: SmtpWorld) -> None:
    assert tcpip(shared, "SHO SERV SMTP/FULL") == [
        "",
        "Service: SMTP",
        "                           State:     Enabled",
        "Port:               25     Protocol:  TCP             Address:  0.0.0.0",
        "Inactivity:          5     User_name: TCPIP$SMTP      Process:  TCPIP$SMTP",
        "Limit:              10     Active:      0             Peak:        0",
        "",
        "File:         TCPIP$SYSTEM:TCPIP$SMTP_RECV_RUN.COM",
        "Flags:        Listen",
        "",
        "Socket Opts:  Rcheck Scheck",
        " Receive:            0     Send:               0",
        "",
        "Log Opts:     None",
        " File:        not defined",
        "",
        "Security",
        " Reject msg:  not defined",
        " Accept host: 0.0.0.0",
        " Accept netw: 0.0.0.0",
    ]


def test_a_disabled_service_has_a_short_full_display(world: SmtpWorld) -> None:
    assert tcpip(world, "DISABLE SERVICE SMTP", "SHOW SERVICE SMTP/FULL")[1:] == [
        "Service: SMTP",
        "                           State:     Disabled",
        "Port:               25     Protocol:  TCP             Address:  0.0.0.0",
        "                           User_name: TCPIP$SMTP      Process:  TCPIP$SMTP",
    ]


def test_an_unknown_service_is_not_found(shared: SmtpWorld) -> None:
    for command in ("SHOW SERVICE NOSUCH", "ENABLE SERVICE NOSUCH", "SHOW MX NOSUCH.EXAMPLE.ORG", "SHOW HOST NOSUCH.EXAMPLE.ORG"):
        assert tcpip(shared, command) == ["%TCPIP-W-NORECORD, Information not found", "-RMS-E-RNF, record not found"]


def test_the_configuration_display(shared: SmtpWorld) -> None:
    lines = tcpip(shared, "SHOW CONFIGURATION SMTP")
    assert lines[:11] == [
        "",
        "SMTP Configuration",
        "                                                           Options",
        "Initial interval:     0 00:30:00.00      Address_max:   16  NOEIGHT_BIT",
        "Retry interval:       0 01:00:00.00      Hop_count_max: 16  NORELAY",
        "Maximum interval:     3 00:00:00.00                         HEADERS",
        "",
        "Timeout     Initial    Mail  Receipt    Data  Terminate",
        "  Send:           5       5        5       3         10",
        "  Receive:        5",
        "",
    ]
    assert lines[-1] == "TCPIP$SMTP_ALPHA1_00                 1  ALPHA1"


def test_set_configuration_changes_what_it_says_and_nothing_else(world: SmtpWorld) -> None:
    lines = tcpip(
        world,
        'SET CONFIGURATION SMTP /INTERVAL=(INIT="0 00:10:00.00",MAX="3 00:20:00.00") /OPTIONS=(RELAY,TOP_HEADERS)',
        "SET CONFIGURATION SMTP /GATEWAY=(ALTERNATE:route.example.com,GENERAL:uucp.example.com) /ZONE=RSCH.EXAMPLE.COM /QUEUES=3",
        "SET CONFIGURATION SMTP /SEND_TIMEOUT=(DATA=7) /SUBSTITUTE_DOMAIN=NAME=EXAMPLE.COM /NOLOG /ADDRESS_RETRIES=4",
        "SHOW CONFIGURATION SMTP",
    )
    text = "\n".join(lines)
    for part in (
        "Initial interval:     0 00:10:00.00      Address_max:    4  NOEIGHT_BIT",
        "Retry interval:       0 01:00:00.00      Hop_count_max: 16  RELAY",
        "Maximum interval:     3 00:20:00.00                         TOP_HEADERS",
        "  Send:           5       5        5       7         10",
        "Alternate gateway:   route.example.com",
        "General gateway:     uucp.example.com",
        "Substitute domain:   example.com",
        "Zone:                rsch.example.com",
        "Log file:            not defined",
        "TCPIP$SMTP_ALPHA1_00                 3  ALPHA1",
    ):
        assert part in text
    assert "Alternate gateway:   not defined" in tcpip(world, "SET CONFIGURATION SMTP /GATEWAY=NOALTERNATE", "SHOW CONFIGURATION SMTP")


def test_a_zone_without_value_is_one_level_above_the_host(world: SmtpWorld) -> None:
    assert "Zone:                example.com" in tcpip(world, "SET CONFIGURATION SMTP /ZONE", "SHOW CONFIGURATION SMTP")


@pytest.mark.parametrize(
    "qualifier", ["/QUEUES=11", "/QUEUES=0", '/INTERVAL=(INITIAL="soon")', "/SEND_TIMEOUT=(MAIL=0)", "/GATEWAY=ALTERNATE"]
)
def test_a_value_out_of_range_is_refused_and_changes_nothing(shared: SmtpWorld, qualifier: str) -> None:
    lines = tcpip(shared, f"SET CONFIGURATION SMTP {qualifier}")
    assert lines[0] == "%TCPIP-E-CONFIGERROR, error processing configuration request"
    assert lines[1].startswith("-TCPIP-E-INVQUAL, invalid qualifier value for /")


def test_a_user_without_privileges_may_look_but_not_change(shared: SmtpWorld) -> None:
    assert "SMTP Configuration" in tcpip(shared, "SHOW CONFIGURATION SMTP", user="STUDENT")
    for command, error in (
        ("SET CONFIGURATION SMTP /OPTIONS=RELAY", "%TCPIP-E-CONFIGERROR, error processing configuration request"),
        ("START MAIL", "%TCPIP-E-MAILERROR, error processing mail request"),
        ("STOP MAIL", "%TCPIP-E-MAILERROR, error processing mail request"),
        ("SET SERVICE SMTP /LIMIT=5", "%TCPIP-E-SERVERROR, error processing service request"),
        ("SET NOSERVICE SMTP", "%TCPIP-E-SERVERROR, error processing service request"),
    ):
        assert tcpip(shared, command, user="STUDENT") == [error, "-SYSTEM-F-NOPRIV, insufficient privilege or object protection violation"]
    for command in ("DISABLE SERVICE SMTP", "ENABLE SERVICE SMTP"):
        assert tcpip(shared, command, user="STUDENT")[1] == "-RMS-E-PRV, insufficient privilege or file protection violation"
    assert any("RMS-E-PRV" in line for line in tcpip(shared, "SET HOST X /ADDRESS=10.1.2.3", user="STUDENT"))


def test_removing_the_configuration_stops_mail_from_being_started(world: SmtpWorld) -> None:
    tcpip(world, "STOP MAIL", "SET CONFIGURATION NOSMTP")
    assert tcpip(world, "START MAIL") == [
        "%TCPIP-E-MAILERROR, error processing mail request",
        "-TCPIP-E-NOTCONFIG, SMTP is not configured on this node",
    ]
    assert tcpip(world, "SHOW CONFIGURATION SMTP")[0] == "%TCPIP-E-CONFIGERROR, error processing configuration request"


def test_start_mail_makes_the_queues_of_the_configuration(world: SmtpWorld) -> None:
    tcpip(world, "STOP MAIL", "SET CONFIGURATION SMTP/QUEUES=3", "START MAIL")
    world.settle()
    assert sorted(name for name in world.queues.queues if name.startswith("TCPIP$")) == [f"TCPIP$SMTP_ALPHA1_0{n}" for n in range(4)]
    assert list(world.queues.queues["TCPIP$SMTP_ALPHA1_00"].targets) == [f"TCPIP$SMTP_ALPHA1_0{n}" for n in (1, 2, 3)]
    assert [p.name for p in world.system.processes if p.name.startswith("SYMBIONT")] == ["SYMBIONT_2", "SYMBIONT_3", "SYMBIONT_4"]


def test_mx_records_are_set_shown_and_removed(world: SmtpWorld) -> None:
    assert tcpip(world, "SET MX_RECORD CROW /GATEWAY=MERLIN /PREFERENCE=100")[1] == "-TCPIP-E-IVHOST, invalid or unknown host MERLIN"
    assert tcpip(world, "SET HOST MERLIN /ADDRESS=192.0.2.33", "SET HOST HAWK /ADDRESS=192.0.2.34") == []
    assert tcpip(world, "SET MX_RECORD CROW /GATEWAY=MERLIN /PREFERENCE=100", "SET MX_RECORD CROW /GATEWAY=HAWK /PREFERENCE=50") == []
    lines = tcpip(world, "SHOW MX_RECORD")
    assert lines[:4] == [
        "",
        "                              LOCAL MX database",
        "",
        "Destination             Gate address     Preference   Gate name",
    ]
    assert sorted(line.split() for line in lines[5:]) == [["CROW", "192.0.2.33", "100", "MERLIN"], ["CROW", "192.0.2.34", "50", "HAWK"]]
    tcpip(world, "SET NOMX_RECORD CROW /GATEWAY=HAWK")
    assert [line.split() for line in tcpip(world, "SHOW MX_RECORD")[5:]] == [["CROW", "192.0.2.33", "100", "MERLIN"]]
    tcpip(world, "SET NOMX_RECORD CROW")
    assert tcpip(world, "SHOW MX_RECORD")[0].startswith("%TCPIP-W-NORECORD")
    assert tcpip(world, "SET MX_RECORD CROW /PREFERENCE=1")[0].startswith("%TCPIP-E-MXERROR")


def test_the_mx_records_of_the_name_server_are_shown_with_the_addresses_of_the_gateways(shared: SmtpWorld) -> None:
    assert tcpip(shared, "SHOW MX dest.example.org") == [
        "",
        "                              BIND MX database",
        "",
        "Server:          192.0.2.53",
        "",
        "Gate address     Preference       Gate name",
        "",
        "192.0.2.11       10               mx1.example.org",
        "192.0.2.12       20               mx2.example.org",
    ]


def test_hosts_are_set_and_shown_from_the_local_database_first(world: SmtpWorld) -> None:
    assert tcpip(world, 'SET HOST FOO /ADDRESS=10.1.2.3 /ALIAS=(FOOALIAS,"bar")') == []
    for what in ("foo", "bar", "10.1.2.3", "/ADDRESS=10.1.2.3"):
        assert tcpip(world, f"SHOW HOST {what}") == [
            "       ", "     LOCAL database", "  ", "Host address    Host name", " ", "10.1.2.3        FOO, FOOALIAS, bar",
        ]  # fmt: skip
    assert tcpip(world, "SET HOST FOO /ADDRESS=10.1.2.4") == [
        "%TCPIP-I-INFOADDED, Host information added to database",
        "-TCPIP-I-DUPHOSTNAME, duplicate TCPIP$HOST host name for FOO",
    ]
    assert tcpip(world, "SET HOST BAR /ADDRESS=nonsense")[0] == "%TCPIP-E-HOSTERROR, cannot process host request"


def test_a_host_the_local_database_does_not_know_is_asked_of_bind(shared: SmtpWorld) -> None:
    assert tcpip(shared, "SHOW HOST mx1.example.org") == [
        "", "     BIND database", "", "Server:  192.0.2.53", "", "Host address    Host name", "", "192.0.2.11      mx1.example.org",
    ]  # fmt: skip


def test_services_enabled_at_startup(world: SmtpWorld) -> None:
    assert tcpip(world, "SHOW CONFIG ENABLE SERVICE") == ["", "Enable service", "", "SMTP"]
    tcpip(world, "SET CONFIGURATION ENABLE NOSERVICE SMTP")
    assert tcpip(world, "SHOW CONFIG ENABLE SERVICE")[0].startswith("%TCPIP-E-CONFIGERROR")


def test_a_user_written_service_runs_its_procedure_with_the_connection(world: SmtpWorld) -> None:
    world.write(
        "SYS$SYSTEM:ECHO_RUN.COM",
        "$ OPEN/READ/WRITE LINK SYS$NET",
        "$ READ LINK TEXT",
        '$ WRITE LINK "you said ",TEXT',
        "$ CLOSE LINK",
        protection="S:RWED,O:RWED,G:RE,W:RE",
    )
    tcpip(
        world,
        "SET SERVICE ECHOER /PORT=7 /FILE=SYS$SYSTEM:ECHO_RUN.COM /USER_NAME=TCPIP$SMTP /PROCESS_NAME=ECHOER /LIMIT=1",
        "ENABLE SERVICE ECHOER",
    )

    async def body() -> bytes:
        connection = await world.client.connect("192.0.2.1", 7)
        connection.write(b"hello\r\n")
        return await connection.read()

    assert world.run(body()) == b"you said hello\r\n"


def test_a_connection_over_the_limit_gets_the_reject_message(world: SmtpWorld) -> None:
    tcpip(
        world,
        'SET SERVICE SMTP /LIMIT=1 /REJECT=MESSAGE="421 TOO MANY SMTP CHANNELS ACTIVE"',
        "DISABLE SERVICE SMTP",
        "ENABLE SERVICE SMTP",
    )

    async def body() -> bytes:
        first = await world.client.connect("192.0.2.1", 25)
        await first.read()
        return await (await world.client.connect("192.0.2.1", 25)).read()

    assert world.run(body()) == b"421 TOO MANY SMTP CHANNELS ACTIVE\r\n"
    assert "Limit:               1     Active:      1             Peak:        1" in tcpip(world, "SHOW SERVICE SMTP/FULL")


def test_what_can_not_be_changed_in_a_service_is_refused(shared: SmtpWorld) -> None:
    assert tcpip(shared, "SET SERVICE SMTP /PORT=26")[0].startswith("%TCPIP-E-SERVERROR")
    assert tcpip(shared, "SET SERVICE NEW /PORT=99")[1] == "-TCPIP-E-INVQUAL, invalid qualifier value for /FILE"


def test_commands_of_the_product_that_are_not_there_yet_say_so(shared: SmtpWorld) -> None:
    for command in ("ADD EXPORT X", "START ROUTING"):
        (line,) = tcpip(shared, command)
        assert line.startswith("%TCPIP-E-NOTIMPL, ") and line.endswith("is not supported by this version")


def test_bad_commands_get_the_messages_of_the_command_parser(shared: SmtpWorld) -> None:
    assert tcpip(shared, "FROBNICATE") == ["%CLI-W-IVVERB, unrecognized command verb - check validity and spelling", " \\FROBNICATE\\"]
    assert tcpip(shared, "SHOW FROB")[0].startswith("%CLI-W-IVKEYW")
    assert tcpip(shared, "SHOW SERVICE/FROB")[0].startswith("%CLI-W-IVQUAL")


def test_the_status_of_a_one_shot_command_is_left_for_dcl(shared: SmtpWorld) -> None:
    out = shared.dcl(
        "$ SET NOON",
        "$ TCPIP SHOW SERVICE NOSUCH",
        "$ S = $STATUS",
        "$ WRITE SYS$OUTPUT S",
        "$ TCPIP SHOW VERSION",
        "$ WRITE SYS$OUTPUT $STATUS",
    )
    assert "%X176486A0" in out
    assert out.splitlines()[-1] == "%X00000001"


def test_the_program_reads_commands_until_exit(shared: SmtpWorld) -> None:
    out = shared.dcl("$ TCPIP", "SHOW SERVICE SMTP", "! a comment", "SHOW -", "VERSION", "EXIT", '$ WRITE SYS$OUTPUT "after"')
    assert "SMTP                  25" in out and "Version V5.1" in out
    assert out.splitlines()[-1] == "after"


def test_the_version_and_the_name_service(shared: SmtpWorld) -> None:
    assert "  Compaq TCP/IP Services for OpenVMS Alpha Version V5.1" in tcpip(shared, "SHOW VERSION")
    lines = tcpip(shared, "SHOW NAME_SERVICE")
    assert "  State:     Started, Enabled" in lines and "  Servers:   192.0.2.53" in lines


def test_every_command_of_the_grammar_compiles_and_leads_somewhere() -> None:
    from smtp.images.tcpip_ucp.tcpip_ucp import _ROUTINES, command_table

    table = command_table()
    routines = {definition.routine for definition in table.compile_all() if definition.routine}
    assert routines == {*_ROUTINES, "ATTACH", "EXIT", "NOTYET", "SPAWN"}
    assert isinstance(parse(table, "SHOW"), NeedParameter)


def test_stopping_tcpip_stops_the_service_and_starting_it_brings_it_back(world: SmtpWorld) -> None:
    out = world.dcl("$ @SYS$STARTUP:TCPIP$SHUTDOWN")
    assert "%TCPIP-S-SHUTDONE, TCPIP$SMTP shutdown completed" in out
    assert world.system.processes.by_name("TCPIP$INETACP") is None
    assert world.dcl('$ WRITE SYS$OUTPUT F$TRNLNM("TCPIP$INET_HOST")').strip() == ""
    out = world.dcl("$ @SYS$STARTUP:TCPIP$STARTUP")
    assert "%TCPIP-S-STARTDONE, TCPIP$SMTP startup completed" in out
    assert world.dcl('$ WRITE SYS$OUTPUT F$TRNLNM("TCPIP$INET_HOST")').strip() == "alpha1.example.com"
    OutsideServer(world, "192.0.2.11")
    assert world.send("a@sender.example.org", ["student@alpha1.example.com"], "x") == b"250 OK\r\n"
