"""Waits of images: what ended one is all that is left of it."""

from __future__ import annotations

import pytest

from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.dcl.held import RunningImage
from vmsemu.kernel.clock import VirtualClock
from vmsemu.kernel.event import EventFlag
from vmsemu.kernel.kernel import Kernel

START = VmsTime.of(2001, 5, 14, 10)


@pytest.mark.parametrize("held", [True, False])
def test_the_deadline_of_a_wait_that_is_over_goes_with_it(held: bool) -> None:
    kernel = Kernel(VirtualClock(START))
    flag = EventFlag(kernel)

    async def image() -> str:
        await flag.wait(deadline=VmsTime(START + DeltaTime.of(minutes=5)))
        return "woken"

    async def process() -> object:
        return await RunningImage(image(), "TEST", held=held).run(task)

    task = kernel.start(process(), "test")
    kernel.run_until_idle()
    assert kernel.next_deadline() is not None
    flag.set()
    kernel.run_until_idle()
    assert task.result == "woken"
    assert kernel.next_deadline() is None
