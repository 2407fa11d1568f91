"""Printing on a device of the node with the standard print symbiont."""

import pytest

from tests.queue.queue_world import SMITH
from vmsemu.files.mount import DeviceClass
from vmsemu.queue.entry import JobFile
from vmsemu.queue.form import Form
from vmsemu.queue.jbc import JBC
from vmsemu.queue.status import FileFlags, FormFlags, QueueKind, Retention
from vmsemu.services.creprc import create_process


class Printer:
    """A line printer that keeps its paper."""

    name = "LPA0:"
    device_class = DeviceClass.LP
    is_terminal = False

    def __init__(self):
        self.paper = ""

    def open_stream(self, process, mode):
        return self

    def write(self, text):
        self.paper += text + "\n"

    def write_raw(self, text):
        self.paper += text


@pytest.fixture
def printer(world):
    made = Printer()
    world.system.devices.add(made)
    world.manager.initialize_queue("LPA0", device="LPA0:", retain=Retention.ERROR)
    world.manager.start_queue("LPA0")
    world.settle()
    return made


def write(world, name, lines):
    async def main(process):
        await process.hibernate()

    process = world.system.processes.by_name("WRITER") or create_process(world.system, username="SMITH", name="WRITER", main=main)
    with process.files.create(name) as file:
        for line in lines:
            file.put_text(line)
        return file.spec.to_text()


def printed(world, spec, flags=FileFlags(0), **attributes):
    entry = world.manager.submit("LPA0", [JobFile(spec, 1, flags, attributes.pop("copies_of_file", 1))], username="SMITH", uic=SMITH.uic, **attributes)
    world.settle()
    return entry


def test_a_file_is_printed_page_by_page(world, printer):
    world.manager.define_form(Form("SHORT", 9, length=5, bottom=2, width=6, flags=FormFlags.WRAP))
    world.manager.set_queue("LPA0", form_mounted="SHORT", default_form="SHORT")
    printed(world, write(world, "A.LIS", ["one", "two", "three hundred", "four"]))
    assert printer.paper == "one\ntwo\nthree \n\fhundre\nd\nfour\n\f"
    assert not world.manager.entries


def test_copies_are_printed_one_after_the_other(world, printer):
    printed(world, write(world, "A.LIS", ["text"]), copies_of_file=2)
    assert printer.paper == "text\n\ftext\n\f"


def test_the_file_is_deleted_after_printing_when_asked_for(world, printer):
    spec = write(world, "A.LIS", ["text"])
    printed(world, spec, FileFlags.DELETE)
    assert not world.system.processes.by_name("WRITER").files.exists(spec)


def test_a_job_for_other_paper_waits_until_it_is_mounted(world, printer):
    world.manager.define_form(Form("PINK", 9, stock="PINK"))
    entry = printed(world, write(world, "A.LIS", ["text"]), form="PINK")
    assert printer.paper == ""
    world.manager.set_queue("LPA0", form_mounted="PINK")
    world.settle()
    assert printer.paper == "text\n\f"
    assert entry.number not in world.manager.entries


def test_smaller_jobs_are_printed_first(world, printer):
    world.manager.stop_queue("LPA0")
    world.settle()
    for name, blocks in (("BIG", 90), ("SMALL", 2), ("MEDIUM", 10)):
        world.manager.submit("LPA0", [JobFile("DKA0:[SMITH]X.LIS;1", blocks)], username="SMITH", uic=SMITH.uic, name=name)
    assert [e.name for e in world.manager.queues["LPA0"].pending] == ["SMALL", "MEDIUM", "BIG"]


def test_block_limits_keep_a_job_pending(world, printer):
    world.manager.set_queue("LPA0", block_maximum=5)
    entry = world.manager.submit("LPA0", [JobFile("DKA0:[SMITH]X.LIS;1", 90)], username="SMITH", uic=SMITH.uic)
    assert world.manager.pending_reason(entry).name == "JOB_SIZE_MAX"
    assert world.manager.queues["LPA0"].kind is QueueKind.PRINTER


def test_a_file_that_is_gone_fails_and_the_job_is_retained(world, printer):
    entry = printed(world, "DKA0:[SMITH]GONE.LIS;1")
    assert entry.retained
    assert not entry.condition


def test_flag_pages_are_refused_not_left_out(world, printer):
    entry = printed(world, write(world, "A.LIS", ["text"]), FileFlags.FLAG)
    assert entry.condition == JBC.NOTSUPPORTED.value


def test_a_queue_whose_device_is_not_there_stops_again(world):
    world.manager.initialize_queue("LPB0", device="LPB0:")
    world.manager.start_queue("LPB0")
    world.settle()
    assert world.manager.queues["LPB0"].stopped


def test_a_logical_queue_prints_where_it_is_assigned(world, printer):
    world.manager.initialize_queue("SYS$PRINT")
    world.manager.assign_queue("LPA0", "SYS$PRINT")
    world.manager.start_queue("SYS$PRINT")
    world.manager.submit("SYS$PRINT", [write(world, "A.LIS", ["text"])], username="SMITH", uic=SMITH.uic)
    world.settle()
    assert printer.paper == "text\n\f"
