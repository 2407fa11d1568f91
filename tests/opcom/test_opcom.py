"""Operator messages: the blocks on operator terminals and in OPERATOR.LOG."""

import pytest

from tests.queue.queue_world import World, close_worlds
from vmsemu.files.mount import DeviceClass
from vmsemu.opcom.opcom import OperatorCommunication, operator_message
from vmsemu.services.creprc import create_process


class Console:
    device_class = DeviceClass.TERM
    owner = None

    def __init__(self, name="OPA0:"):
        self.name = name
        self.lines = []

    def broadcast(self, lines):
        self.lines += lines


@pytest.fixture
def world():
    made = World()
    made.opcom = OperatorCommunication(made.system)
    made.system.add_part(made.opcom)
    made.console = Console()
    made.system.devices.add(made.console)
    yield made
    close_worlds()


def start_opcom(world):
    async def main(process):
        await process.hibernate()

    return create_process(world.system, username="SYSTEM", name="OPCOM", main=main, login=False)


def test_a_terminal_that_becomes_an_operator_is_told_its_classes(world):
    world.opcom.enable("OPA0:", "SYSTEM")
    assert world.console.lines == [
        "%%%%%%%%%%%  OPCOM  14-MAY-2001 10:00:00.00  %%%%%%%%%%%",
        "Operator _ALPHA1$OPA0: has been enabled, username SYSTEM",
        "",
        "%%%%%%%%%%%  OPCOM  14-MAY-2001 10:00:00.00  %%%%%%%%%%%",
        "Operator status for operator _ALPHA1$OPA0:",
        "CENTRAL, PRINTER, TAPES, DISKS, DEVICES, CARDS, NETWORK, CLUSTER, SECURITY,",
        "LICENSE, OPER1, OPER2, OPER3, OPER4, OPER5, OPER6, OPER7, OPER8, OPER9, OPER10,",
        "OPER11, OPER12",
        "",
    ]


def test_a_message_names_its_sender_and_goes_to_its_class_only(world):
    other = Console("FTA1:")
    world.system.devices.add(other)
    world.opcom.enable("OPA0:", "SYSTEM", ["CENTRAL"])
    world.opcom.enable("FTA1:", "SYSTEM", ["NETWORK"])
    world.console.lines.clear()
    other.lines.clear()
    operator_message(world.system, "JOB_CONTROL", ["%JBC-E-SYMDEL, symbiont process has been deleted"])
    assert world.console.lines[1:] == ["Message from user JOB_CONTROL on ALPHA1", "%JBC-E-SYMDEL, symbiont process has been deleted", ""]
    assert other.lines == []


def test_messages_are_kept_in_the_operator_log(world):
    process = start_opcom(world)
    operator_message(world.system, "SMITH", ["please mount tape"])
    world.opcom.close_log()
    with process.files.open("SYS$MANAGER:OPERATOR.LOG") as log:
        assert list(log.lines()) == [
            "%%%%%%%%%%%  OPCOM  14-MAY-2001 10:00:00.00  %%%%%%%%%%%",
            "Logfile has been initialized by operator _ALPHA1$OPA0:",
            "Logfile is ALPHA1::SYS$COMMON:[SYSMGR]OPERATOR.LOG;1",
            "",
            "%%%%%%%%%%%  OPCOM  14-MAY-2001 10:00:00.00  %%%%%%%%%%%",
            "Message from user SMITH on ALPHA1",
            "please mount tape",
            "",
        ]


def test_a_terminal_that_is_gone_is_no_operator_any_more(world):
    world.opcom.enable("OPA0:", "SYSTEM")
    world.system.devices.remove(world.console)
    operator_message(world.system, "SMITH", ["hello"])
    assert not world.opcom.operators


def test_a_disabled_operator_hears_nothing_more(world):
    world.opcom.enable("OPA0:", "SYSTEM")
    world.opcom.disable("OPA0:", "SYSTEM")
    assert world.console.lines[-2] == "Operator _ALPHA1$OPA0: has been disabled, username SYSTEM"
    world.console.lines.clear()
    operator_message(world.system, "SMITH", ["hello"])
    assert not world.console.lines


def test_the_operators_learn_that_the_queue_files_are_missing(world):
    world.opcom.enable("OPA0:", "SYSTEM")
    world.console.lines.clear()
    world.manager.start_at_boot()
    texts = [line for line in world.console.lines if line.startswith(("%JBC", "-RMS"))]
    assert texts == ["%JBC-E-OPENERR, error opening SYS$COMMON:[SYSEXE]QMAN$MASTER.DAT;", "-RMS-E-FNF, file not found"]


def test_the_operators_learn_that_a_symbiont_died(world):
    from vmsemu.queue.symbiont import symbiont
    from vmsemu.services.creprc import stop_process

    @symbiont("FRAGILE")
    async def entry(context):
        while True:
            await context.port.read_message()

    world.opcom.enable("OPA0:", "SYSTEM")
    world.start()
    world.manager.initialize_queue("Q", processor="FRAGILE")
    world.manager.start_queue("Q")
    world.settle()
    stop_process(world.system, world.system.processes.by_name("SYMBIONT_1").pid)
    world.settle()
    assert "%JBC-E-SYMDEL, symbiont process has been deleted" in world.console.lines
