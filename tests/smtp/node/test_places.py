"""A control file that is tried again is where looking it up would lead, whatever has happened to it meanwhile."""

from __future__ import annotations

import pytest

from smtp.control_file import store
from smtp.control_file.control_file import ControlFile, Recipient
from smtp.control_file.name import ControlFileName
from smtp.control_file.places import Places
from smtp.message.address import Address
from smtp.node import SmtpNode
from tests.smtp.node.smtp_world import SmtpWorld
from vmsemu.base.condition import VmsError
from vmsemu.services.process import Process


def written(process: Process) -> str:
    sender, to = Address("jones", "dest.example.org"), Address("smith", "alpha1.example.com")
    now = process.system.now
    file = ControlFile(now, "TCPIP$SMTP", sender, [Recipient(to)], (b"Subject: x",), (b"text",))
    return store.write(process, file, ControlFileName.make(now, "TCPIP$SMTP", "ALPHA1")).spec


@pytest.fixture
def process() -> Process:
    return SmtpWorld().system.part(SmtpNode).agent


def test_a_file_that_nobody_touched_is_found_once_more_without_a_look(process: Process) -> None:
    places, spec = Places(process), written(process)
    found = places.find(spec)
    places.keep(spec, found)
    assert places.find(spec) is found
    assert places.find(spec) is not found


def test_what_was_deleted_is_not_found(process: Process) -> None:
    places, spec = Places(process), written(process)
    places.keep(spec, places.find(spec))
    process.files.erase(spec)
    with pytest.raises(VmsError):
        places.find(spec)


def test_another_file_of_the_same_name_is_found_in_its_place(process: Process) -> None:
    places, spec = Places(process), written(process)
    before = places.find(spec)
    places.keep(spec, before)
    old = before.header.fid
    process.files.erase(spec)
    assert written(process) == spec
    assert places.find(spec).header.fid != old


def test_a_logical_name_that_leads_elsewhere_is_followed(process: Process) -> None:
    places, spec = Places(process), written(process)
    places.keep(spec, places.find(spec))
    process.names.define(spec.partition(":")[0], ["NOWHERE:"])
    with pytest.raises(VmsError):
        places.find(spec)
