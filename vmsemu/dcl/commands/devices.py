"""ALLOCATE, DEALLOCATE, CONNECT, DISCONNECT.

Source: DCL Dictionary; DCL reference 6.7, 7.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.dcl.command import routine
from vmsemu.dcl.lexical_functions.devices import f_getdvi, find_device
from vmsemu.files.mount import DiskDevice
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI, SS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter
    from vmsemu.services.process import Process


def _owner_of(dcl: Interpreter, name: str) -> Process | None:
    return next((p for p in dcl.system.processes if name in p.attributes.get("allocated", ())), None)


@routine("ALLOCATE")
def allocate(dcl: Interpreter, command: ParsedCommand) -> None:
    """ALLOCATE device[:][,...] [logical-name]: the first of the list that can be had. With /GENERIC the list names types of devices.

    Errors: SS.NOSUCHDEV, SS.DEVALLOC, SS.DEVMOUNT.
    """
    error = None
    for item in command.parameters("P1"):
        try:
            device = _allocated(dcl, item.text, generic=command.present("GENERIC"))
        except VmsError as problem:
            error = problem
            continue
        if command.present("LOG"):
            dcl.put_message(CLI.ALLOC("_" + device.name))
        name = command.value("P2")
        if name is not None:
            dcl.process.names.define(name.upper().removesuffix(":"), ["_" + device.name])
        return
    if error is not None:
        raise error


def _allocated(dcl: Interpreter, text: str, *, generic: bool) -> Any:
    """Allocate the device of that name, or the first free one of that type."""
    if not generic:
        device = find_device(dcl, text)
        _allocate(dcl, device)
        return device
    error = SS.NOSUCHDEV.error()
    for device in dcl.system.devices:
        if f_getdvi(dcl, "_" + device.name, "DEVICE_TYPE_NAME") != text.upper().removesuffix(":"):
            continue
        try:
            _allocate(dcl, device)
            return device
        except VmsError as problem:
            error = problem
    raise error


def _allocate(dcl: Interpreter, device: Any) -> None:
    if isinstance(device, DiskDevice) and device.volume is not None:
        raise SS.DEVMOUNT.error()
    owner = _owner_of(dcl, device.name)
    holder = getattr(device, "owner", None)
    if (owner is not None and owner.root is not dcl.process.root) or (holder is not None and holder is not dcl.process):
        raise SS.DEVALLOC.error()
    dcl.process.attributes.setdefault("allocated", []).append(device.name)


@routine("DEALLOCATE")
def deallocate(dcl: Interpreter, command: ParsedCommand) -> None:
    """DEALLOCATE device, or /ALL. Errors: SS.NOSUCHDEV, SS.DEVNOTALLOC."""
    allocated: list[str] = dcl.process.attributes.setdefault("allocated", [])
    if command.present("ALL"):
        allocated.clear()
        return
    device = find_device(dcl, command.value("P1") or "")
    if device.name not in allocated:
        raise SS.DEVNOTALLOC.error()
    allocated.remove(device.name)


@routine("CONNECT")
def connect(dcl: Interpreter, command: ParsedCommand) -> None:
    """CONNECT virtual-terminal. Our terminals are not virtual, so /LOGOUT has to be typed. Errors: CLI.NOTDISCON; SS.NOSUCHDEV."""
    if "LOGOUT" not in command.given or command.negated("LOGOUT"):
        raise CLI.NOTDISCON.error()
    raise SS.NOSUCHDEV.error()


@routine("DISCONNECT")
def disconnect(dcl: Interpreter, command: ParsedCommand) -> None:
    """DISCONNECT: our terminals are not virtual. Errors: CLI.NOTDISCON. fidelity: VMS may have another message for this command."""
    raise CLI.NOTDISCON.error()
