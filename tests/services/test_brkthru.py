"""Broadcasts: who sees them."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.kernel.kernel import sleep
from vmsemu.services.brkthru import BroadcastClass, broadcast_to_all, broadcast_to_terminal, broadcast_to_user, disabled_classes, logged_in
from vmsemu.services.creprc import create_process
from vmsemu.services.process import ProcessMode
from vmsemu.tables.facilities import SS


class Screen:
    device_class = "TERM"

    def __init__(self, name, owner=None):
        self.name, self.owner, self.broadcast_enabled, self.shown = name, owner, True, []

    def broadcast(self, lines):
        self.shown += lines


async def forever(process):
    while True:
        await sleep(process.system.kernel, DeltaTime.of(hours=1))


@pytest.fixture
def screens(system):
    made = {}
    for name, user in (("OPA0:", "SYSTEM"), ("TNA1:", "SMITH"), ("TNA2:", "SMITH"), ("TNA3:", None)):
        owner = user and create_process(system, username=user, mode=ProcessMode.INTERACTIVE, terminal=name, main=forever)
        made[name] = Screen(name, owner)
        system.devices.add(made[name])
    return made


def test_a_user_is_told_on_every_terminal_he_uses(system, screens):
    assert broadcast_to_user(system, "smith", "Hello") == 2
    assert [s.shown for s in screens.values()] == [[], ["Hello"], ["Hello"], []]
    assert broadcast_to_user(system, "NOBODY", "Hello") == 0


def test_a_class_that_is_turned_off_is_not_shown(system, screens):
    disabled_classes(screens["TNA1:"].owner).add("MAIL")
    assert broadcast_to_user(system, "SMITH", "New mail", BroadcastClass.MAIL) == 1
    assert broadcast_to_user(system, "SMITH", "Hello") == 2


def test_a_terminal_set_nobroadcast_is_left_alone(system, screens):
    screens["TNA1:"].broadcast_enabled = False
    assert broadcast_to_user(system, "SMITH", "Hello") == 1


def test_everybody_or_every_user(system, screens):
    assert broadcast_to_all(system, ["One", "Two"]) == 4
    assert broadcast_to_all(system, "Three", users_only=True) == 3
    assert screens["TNA3:"].shown == ["One", "Two"]


def test_one_terminal_by_name(system, screens):
    assert broadcast_to_terminal(system, "_TNA3:", "Hello") == 1
    with pytest.raises(VmsError) as caught:
        broadcast_to_terminal(system, "DKA0:", "Hello")
    assert caught.value.matches(SS.NOSUCHDEV)


def test_who_is_logged_in(system, screens):
    assert [p.terminal for p in logged_in(system, "smith")] == ["TNA1:", "TNA2:"]
