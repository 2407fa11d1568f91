"""What an image is given: its process, its parsed command, and the calls it may make (LIB$, CLI$ and SYS$ in one place)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmsemu.base.condition import ConditionValue, Message, MessageDefinition, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.kernel.kernel import Kernel
from vmsemu.services.process import Process
from vmsemu.services.rms import ProcessFiles
from vmsemu.services.system import System

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.tables.command import ParsedCommand


@dataclass
class ImageContext:
    """One activation of one image. `cli` is the command that activated it; `dcl` is the command interpreter of the process."""

    process: Process
    cli: ParsedCommand
    dcl: Interpreter
    name: str
    worst: ConditionValue | None = None

    @property
    def system(self) -> System:
        return self.process.system

    @property
    def kernel(self) -> Kernel:
        return self.process.system.kernel

    @property
    def now(self) -> VmsTime:
        return self.process.system.kernel.now

    @property
    def files(self) -> ProcessFiles:
        return self.process.files

    def write(self, text: str = "") -> None:
        """Write a record to SYS$OUTPUT."""
        self.dcl.output.write(text)

    def put_message(self, what: Message | MessageDefinition | VmsError) -> ConditionValue:
        """Display a message ($PUTMSG) and return its condition with the inhibit bit set, for use as the exit status."""
        message = what.message if isinstance(what, VmsError) else what() if isinstance(what, MessageDefinition) else what
        self.dcl.put_message(message)
        return message.value.shown()

    async def read(self, prompt: str = "", *, echo: bool = True, deadline: VmsTime | None = None) -> str:
        """Read a record from SYS$INPUT. Errors: RMS.EOF, RMS.TMO."""
        return await self.dcl.input.read(prompt, echo=echo, deadline=deadline)

    def on_rundown(self, action: Callable[[], None]) -> None:
        """Run `action` when the image exits, however it exits (exit handler)."""
        self.dcl.on_rundown(action)
