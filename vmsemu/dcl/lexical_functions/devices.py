"""F$DEVICE, F$GETDVI.

Source: DCL Dictionary; System Services Reference, $GETDVI and $DEVICE_SCAN; DCL reference 4.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.wildcard import match
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value, wrap
from vmsemu.files.mount import Device, DeviceClass
from vmsemu.tables.facilities import CLI, SS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_CLASSES = frozenset(("CARD", "DISK", "JOURNAL", "LP", "MAILBOX", "REALTIME", "SCOM", "TAPE", "TERM", "VIDEO", "WORKSTATION"))


def find_device(dcl: Interpreter, text: str) -> Any:
    """The device a text names, logical names translated unless it begins with `_`. Errors: SS.NOSUCHDEV, SS.IVDEVNAM."""
    word = text.strip().upper()
    if not word:
        raise SS.IVDEVNAM.error()
    if not word.startswith("_"):
        files = dcl.process.files
        try:
            return files.device_of(word if word.endswith(":") or "[" in word else word + ":")
        except VmsError as error:
            cause = error.message.cause
            if cause is not None and cause.definition is SS.NOSUCHDEV:
                raise SS.NOSUCHDEV.error() from None
    name = word.partition(":")[0].lstrip("_").removeprefix(dcl.system.node_name + "$")
    return dcl.system.devices.find(name)


@lexical
def f_getdvi(dcl: Interpreter, device: str, item: str) -> Value:
    """One fact about a device. Errors: CLI.IVKEYW; SS.NOSUCHDEV and SS.IVDEVNAM, except for EXISTS, which says FALSE."""
    from vmsemu.services.getdvi import getdvi, is_dvi_item

    name = item.strip().upper()
    if not is_dvi_item(name):
        raise at_segment(CLI.IVKEYW, name)
    try:
        found = find_device(dcl, device)
    except VmsError:
        if name == "EXISTS":
            return "FALSE"
        raise
    if name == "CONCEALED":
        return "TRUE" if _is_concealed(dcl, device) else "FALSE"
    value = _terminal_item(found, name) if found.device_class == DeviceClass.TERM else None
    if value is None:
        value = getdvi(dcl.system, found, name)
    return wrap(value) if isinstance(value, int) else value


def _is_concealed(dcl: Interpreter, text: str) -> bool:
    """The name that was given is a logical name for a concealed device."""
    word = text.strip().upper().partition(":")[0]
    found = None if word.startswith("_") else dcl.process.names.translate(word)
    return found is not None and bool(found.translations) and found.translations[0].concealed


def _terminal_item(device: Any, name: str) -> Value | None:
    from vmsemu.terminal.getdvi import terminal_item

    return terminal_item(device, name)


@lexical
def f_device(dcl: Interpreter, search: str = "*", device_class: str = "", device_type: str = "", stream: int = 0) -> str:
    """The next device; nothing at the end. Other arguments on the same stream begin anew. Errors: CLI.IVKEYW, CLI.ARGREQ."""
    kind, model = device_class.strip().upper(), device_type.strip().upper()
    if kind and kind not in _CLASSES:
        raise at_segment(CLI.IVKEYW, kind)
    if model and not kind:
        raise CLI.ARGREQ.error()  # fidelity: that it is an error is documented, which one is not
    pattern = search.strip().upper().lstrip("_").removesuffix(":") or "*"
    key = ("DEVICE", stream)
    arguments = (pattern, kind, model)
    kept: tuple[tuple[str, str, str], Iterator[Device]] | None = dcl.searches.get(key)
    if kept is None or kept[0] != arguments:
        kept = dcl.searches[key] = (arguments, iter(dcl.system.devices))
    for device in kept[1]:
        if _fits(dcl, device, *arguments):
            return "_" + device.name
    del dcl.searches[key]
    return ""


def _fits(dcl: Interpreter, device: Device, pattern: str, kind: str, model: str) -> bool:
    if kind and DeviceClass(device.device_class).name != kind:
        return False
    if model and str(f_getdvi(dcl, "_" + device.name, "DEVICE_TYPE_NAME")).upper() != model:
        return False
    name = device.name.removesuffix(":")
    return match(pattern, name) or match(pattern, f"{dcl.system.node_name}${name}")
