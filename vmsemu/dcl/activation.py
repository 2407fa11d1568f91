"""Image activation: verbs that images serve, RUN, foreign commands, MCR, DCL$PATH; exit status, Ctrl/Y, rundown.

DCL does not know images; the floor above puts an `ImageActivator` into the system, which finds entry points by name and reads what an .EXE
file names. An image's coroutine is kept in `Interpreter.image` while it runs or is interrupted.

Source: DCL reference 1.8, 1.10, 3.6, 3.8, 3.13.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.dcl.accounts import refuse_confined
from vmsemu.dcl.errors import segment_of
from vmsemu.dcl.held import RunningImage
from vmsemu.dcl.lines import canonical, compressed, upcase
from vmsemu.dcl.procedure import Code
from vmsemu.dcl.requests import CHECK, RESUME
from vmsemu.services.process import ControlY, ForcedExit, ProcessDeleted
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI, RMS, SS
from vmsemu.tables.grammar import SyntaxDefinition

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.services.rms import RecordFile

SUCCESS = int(SS.NORMAL.value.shown())  # what SHOW LOGICAL and SET PROCESS leave
Entry = Callable[[Any], Coroutine[Any, Any, ConditionValue | MessageDefinition | None]]


@dataclass(frozen=True)
class ImageActivator:
    """What DCL needs from the floor of images.

    `find_image` gives the entry point of an image name; `context` makes the argument of an entry point; `image_in` reads the image name from
    the first block of an .EXE file (None when it is no image); `find_message` looks a condition up in the images' message files.
    """

    find_image: Callable[[str], Entry | None]
    context: Callable[..., Any]
    image_in: Callable[[bytes], str | None]
    find_message: Callable[[int], MessageDefinition | None]


_RUN = SyntaxDefinition("RUN", "RUN")


def bare_command(verb: str, line: str) -> ParsedCommand:
    """A command that DCL does not parse: a foreign command or RUN. `line` is what the image gets (LIB$GET_FOREIGN)."""
    return ParsedCommand(_RUN if verb == "RUN" else SyntaxDefinition(verb, verb), line, {}, [], (), False)


# -- running ----------------------------------------------------------------------------------------------------------------------------


def run_image(dcl: Interpreter, name: str, command: ParsedCommand) -> Coroutine[Any, Any, Any]:
    """Activate an image; what is returned runs it to its end. $STATUS is its exit status.

    `name` is an image of the registry, else a file (as a user's own command definition names one). Errors: CLI.ACTIMAGE.
    """
    activator = dcl.activator
    entry = activator.find_image(name)
    if entry is None:
        name = image_of_file(dcl, name, "SYS$SYSTEM:.EXE", name)
        entry = activator.find_image(name)
        assert entry is not None
    if dcl.is_interrupted:
        dcl.leave_interrupted(run_handlers=True)
    process = dcl.process
    context = activator.context(process, command, dcl, name)
    process.image = name
    process.accounting.images += 1
    dcl.image = RunningImage(entry(context), name, process.files.mark, dcl.image, held=process.terminal != "")
    try:
        dcl.refresh_streams()
    except VmsError:
        dcl.image.discard()
        _run_down(dcl)
        raise
    return continue_image(dcl)


async def continue_image(dcl: Interpreter) -> Any:
    """Run the activated image on. ControlY leaves it as it is."""
    image, task = dcl.image, dcl.process.task
    assert image is not None
    assert task is not None
    status: int
    try:
        result = await image.run(task)
        status = SUCCESS if result is None else int(result)
    except ControlY:
        if image.over:
            _run_down(dcl)
        raise
    except VmsError as error:
        dcl.put_message(error.message, segment_of(error))
        status = int(error.value.shown())
    except ForcedExit:
        status = int(SS.FORCEDEXIT.value)
    except BaseException:
        _run_down(dcl)
        raise
    _run_down(dcl)
    dcl.status = status & 0xFFFFFFFF
    dcl.show_status(image=True)
    return RESUME if status & 1 else CHECK


def abandon_image(dcl: Interpreter, *, run_handlers: bool) -> None:
    """End an image that Ctrl/Y interrupted: EXIT runs its exit handlers, STOP does not."""
    image = dcl.image
    if image is None:
        return
    if not run_handlers:
        image.exit_handlers.clear()
    try:
        image.abandon(ForcedExit() if run_handlers else ProcessDeleted())
    except VmsError as error:
        dcl.put_message(error.message)
    finally:
        _run_down(dcl)


def _run_down(dcl: Interpreter) -> None:
    """Image rundown: exit handlers last first, user-mode names, files the image left open."""
    image = dcl.image
    if image is None:
        return
    dcl.image = image.outer
    process = dcl.process
    for handler in reversed(image.exit_handlers):
        handler()
    if image.outer is None:
        process.names.delete_user_mode()
    process.image = image.outer.name if image.outer is not None else ""
    process.files.close_since(image.file_mark)
    dcl.refresh_streams()


# -- RUN, MCR, foreign commands ------------------------------------------------------------------------------------------------------------


def image_of_file(dcl: Interpreter, spec: str, default: str, shown: str) -> str:
    """The image that an .EXE file names. Errors: CLI.ACTIMAGE with CLI.IMAGEFNF or CLI.IMGNAME below it."""
    files = dcl.process.files
    try:
        file, block = files.derive(spec, default, "first", _first_block)
    except VmsError as error:
        full = files.parse(spec, default=default).to_text()
        if error.matches(RMS.FNF, RMS.DNF):
            raise CLI.ACTIMAGE.error(shown, cause=CLI.IMAGEFNF(full)) from None
        raise CLI.ACTIMAGE.error(shown, cause=CLI.IMGNAME(full, cause=error.message)) from None
    name = dcl.activator.image_in(block)
    if name is None and _has_messages_only(block):
        raise CLI.ACTIMAGE.error(shown, cause=CLI.NOTFR)
    if name is None or dcl.activator.find_image(name) is None:
        raise CLI.ACTIMAGE.error(shown, cause=CLI.IMGNAME(file.to_text(), cause=SS.BADIMGHDR))
    return name


def _first_block(file: RecordFile) -> bytes:
    """The first record; nothing when it can not be read."""
    try:
        return file.get()
    except VmsError:
        return b""


def _has_messages_only(block: bytes) -> bool:
    from vmsemu.formats.message_section import is_section, name_in

    return is_section(block) or name_in(block) is not None


def run_file(dcl: Interpreter, spec: str, line: str = "", *, default: str = ".EXE", verb: str = "RUN") -> Coroutine[Any, Any, Any]:
    """RUN file: activate the image it names."""
    refuse_confined(dcl.process, CLI.NORUNMCR)
    name = image_of_file(dcl, spec, default, upcase(spec))
    return run_image(dcl, name, bare_command(verb, line))


def foreign(text: str) -> Code:
    """A foreign command: `text` is the image file and the rest of the line, after the `$`."""
    spec, _, tail = text.strip().partition(" ")
    if "/" in spec:
        spec, slash, rest = spec.partition("/")
        tail = slash + rest + (" " + tail if tail else "")

    def activate(dcl: Interpreter) -> Any:
        refuse_confined(dcl.process, CLI.NOFORCMD)
        line = compressed(tail) if dcl.extended else canonical(tail)  # fidelity: that the extended parse style keeps the case is inferred
        name = image_of_file(dcl, spec, "SYS$SYSTEM:.EXE", upcase(spec))
        return run_image(dcl, name, bare_command(upcase(spec), line))

    return activate
