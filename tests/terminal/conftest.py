"""SYSTEM at a terminal of a small machine."""

from dataclasses import replace

import pytest

from tests.dcl.dcl_world import DclWorld
from tests.terminal.screen_model import ScreenModel
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.dcl import session
from vmsemu.services.creprc import create_process
from vmsemu.terminal.characteristics import Characteristics
from vmsemu.terminal.device import TerminalDevice


class Console:
    """A terminal at which SYSTEM is logged in; `press` gives what appeared, carriage returns left out."""

    def __init__(self, settings: Characteristics | None = None) -> None:
        self.world = DclWorld()
        self.sent = ""
        self.model = ScreenModel()
        self.device = TerminalDevice(self.world.system, "OPA0:", self._sink, settings)
        self.world.system.devices.add(self.device)
        record = replace(self.world.system.sysuaf.require("SYSTEM"), device="DUA1:", directory="[000000]")

        async def main(process):
            return await session.interactive(process, login=False)

        self.process = create_process(
            self.world.system, record=record, name="SYSTEM", input=self.device, output=self.device, command=self.device, main=main, terminal="OPA0:",
        )  # fmt: skip
        self.device.owner = self.process
        self.press()

    def _sink(self, text: str) -> None:
        self.sent += text
        self.model.send(text)

    def press(self, *keys: str) -> str:
        """Press keys, each a character or a name; what appears until nothing more happens without the clock moving."""
        self.device.keys(keys)
        self.world.kernel.run_until_idle()
        shown, self.sent = self.sent.replace("\r", ""), ""
        assert self.world.failures == []
        return shown

    def type(self, text: str, *keys: str) -> str:
        """Type characters, then keys."""
        return self.press(*text, *keys)

    def enter(self, *lines: str) -> str:
        """Type lines, each with RETURN; what appeared after the last."""
        shown = ""
        for line in lines:
            shown = self.type(line + "\r")
        return shown.partition("\n")[2]

    def wait(self, seconds: int) -> str:
        """Let time pass."""
        self.world.kernel.run_until(VmsTime(self.world.system.now + DeltaTime.of(seconds=seconds)))
        return self.press()


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture
def new_console() -> type[Console]:
    return Console
