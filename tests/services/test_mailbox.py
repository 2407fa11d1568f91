"""Mailbox devices."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.protection import Protection
from vmsemu.base.time import DeltaTime
from vmsemu.kernel.kernel import sleep
from vmsemu.services.creprc import create_process
from vmsemu.services.mailbox import create_mailbox, mailboxes
from vmsemu.tables.facilities import RMS, SS


async def forever(process):
    while True:
        await sleep(process.system.kernel, DeltaTime.of(hours=1))


@pytest.fixture
def smith(system):
    return create_process(system, username="SMITH", main=forever)


def run(system, body):
    results = []

    async def main(process):
        results.append(await body(process))

    create_process(system, username="JONES", main=main)
    system.kernel.run_until_idle()
    return results


def refusal(action):
    with pytest.raises(VmsError) as caught:
        action()
    return caught.value


def test_messages_come_out_in_order_each_once(system, smith):
    device = create_mailbox(smith)
    device.write("one")
    device.write("two")

    async def reader(process):
        return [await device.read(), await device.read()]

    assert run(system, reader) == [["one", "two"]]
    assert refusal(device.read_now).matches(RMS.EOF)


def test_a_reader_waits_for_a_writer(system, smith):
    device = create_mailbox(smith)

    async def reader(process):
        return await device.read()

    assert run(system, reader) == []
    device.write("late")
    system.kernel.run_until_idle()
    assert device.message_count == 0


def test_a_read_ends_at_its_deadline(system, smith):
    device = create_mailbox(smith)
    seen = []

    async def reader(process):
        try:
            await device.read(deadline=system.now + DeltaTime.of(seconds=5))
        except VmsError as error:
            seen.append(error.value)

    run(system, reader)
    system.kernel.run_until(system.now + DeltaTime.of(seconds=6))
    assert seen == [RMS.TMO.value]


def test_end_of_file_is_a_message_too(system, smith):
    device = create_mailbox(smith)
    device.write("one")
    device.write_end_of_file()
    assert device.read_now() == "one"
    assert refusal(device.read_now).matches(RMS.EOF)


def test_a_message_must_fit(smith):
    device = create_mailbox(smith, max_message=10, buffer_quota=25)
    assert refusal(lambda: device.write("x" * 11)).matches(SS.MBTOOSML)
    device.write("x" * 10)
    device.write("x" * 10)
    assert refusal(lambda: device.write("x" * 10)).matches(SS.MBFULL)
    device.read_now()
    device.write("x" * 10)


def test_a_patient_writer_waits_for_room(system, smith):
    device = create_mailbox(smith, max_message=10, buffer_quota=10)
    device.write("first")

    async def writer(process):
        await device.put("second one")
        return device.message_count

    assert run(system, writer) == []
    assert device.read_now() == "first"
    system.kernel.run_until_idle()
    assert device.read_now() == "second one"


def test_a_temporary_mailbox_is_known_in_the_job_and_goes_with_its_last_channel(system, smith):
    device = create_mailbox(smith, "MYBOX")
    assert smith.names.translate("MYBOX").equivalence == "MBA1:"
    assert smith.names.translate("MYBOX").table == smith.names.job.name
    assert create_mailbox(smith, "MYBOX") is device
    first, second = device.open_stream(smith, "r"), device.open_stream(smith, "w")
    second.write("hello")
    first.close()
    assert mailboxes(system) == [device]
    second.close()
    assert mailboxes(system) == []
    assert smith.names.translate("MYBOX") is None


def test_the_end_of_a_process_closes_its_channels(system, smith):
    async def main(process):
        create_mailbox(process, "MYBOX").open_stream(process, "rw")

    create_process(system, username="JONES", main=main)
    system.kernel.run_until_idle()
    assert mailboxes(system) == []


def test_a_permanent_mailbox_needs_a_privilege_and_stays_until_deleted(system, smith):
    assert refusal(lambda: create_mailbox(smith, "PERM", permanent=True)).matches(SS.NOPRIV)
    smith.privileges = PrivilegeSet.of(Privilege.PRMMBX)
    device = create_mailbox(smith, "PERM", permanent=True)
    device.open_stream(smith, "r").close()
    assert smith.names.translate("PERM").table == "LNM$SYSTEM_TABLE"
    stream = device.open_stream(smith, "r")
    device.delete()
    assert mailboxes(system) == [device]
    stream.close()
    assert mailboxes(system) == []


def test_protection_keeps_others_out(system, smith):
    device = create_mailbox(smith, protection=Protection.from_text("S:RW,O:RW,G:R,W"))
    jones = create_process(system, username="JONES", main=forever)
    other = create_process(system, username="OTHER", main=forever)
    device.open_stream(jones, "r")
    assert refusal(lambda: device.open_stream(jones, "w")).matches(SS.NOPRIV)
    assert refusal(lambda: device.open_stream(other, "r")).matches(SS.NOPRIV)
    assert refusal(lambda: create_mailbox(other)).matches(SS.NOPRIV)
