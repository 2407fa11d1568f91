"""The node of queue_world.py as fixtures."""

import pytest

from tests.queue.queue_world import Deliveries, World, close_worlds
from vmsemu.kernel.kernel import sleep
from vmsemu.queue.symbiont import StartTask, symbiont


@pytest.fixture
def deliveries():
    found = Deliveries()

    @symbiont("TEST_SYMBIONT")
    async def entry(context):
        while True:
            message = await context.port.read_message()
            found.messages.append(type(message).__name__)
            if isinstance(message, StartTask):
                found.tasks.append(message)
                try:
                    if found.work:
                        await sleep(context.kernel, found.work)
                    condition, retry = found.answer(message)
                except Exception as error:
                    condition, retry = error.value, None
                context.port.task_complete(message.stream, condition, retry)

    return found


@pytest.fixture
def world():
    made = World()
    made.start()
    yield made
    close_worlds()
