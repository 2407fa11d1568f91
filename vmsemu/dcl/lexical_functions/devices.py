"""F$DEVICE, F$GETDVI.

Items that need hardware we do not have (shadowing, ports, spooling) answer FALSE, 0 or nothing, as for a device without it.
Source: DCL Dictionary; System Services Reference, $GETDVI; DCL reference 4.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.wildcard import match
from vmsemu.dcl.errors import at_segment
from vmsemu.dcl.lexical_functions.registry import lexical
from vmsemu.dcl.values import Value
from vmsemu.files.mount import DeviceClass, DiskDevice
from vmsemu.tables.facilities import CLI, SS

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

_NUMBERS = frozenset((
    "ACPPID", "ALLOCLASS", "CLUSTER", "CYLINDERS", "DEVBUFSIZ", "DEVCHAR", "DEVCHAR2", "DEVCLASS", "DEVDEPEND", "DEVDEPEND2", "DEVDEPEND3",
    "DEVDEPEND4", "DEVSTS", "DEVTYPE", "ERRCNT", "FREEBLOCKS", "HOST_COUNT", "LOCKID", "MAILBOX_BUFFER_QUOTA", "MAXBLOCK", "MAXFILES",
    "MOUNTCNT", "OPCNT", "RECSIZ", "REFCNT", "SECTORS", "SERIAL_NUMBER", "STS", "TRACKS", "TRANSCNT", "TT_PAGE", "UNIT", "VOLCOUNT",
    "VOLNUMBER",
))  # fmt: skip
_STRINGS = frozenset((
    "ACPTYPE", "ALLDEVNAM", "ALT_HOST_NAME", "ALT_HOST_TYPE", "DEVICE_TYPE_NAME", "DEVLOCKNAM", "DEVNAM", "FULLDEVNAM", "HOST_NAME", "HOST_TYPE",
    "LOGVOLNAM", "MEDIA_ID", "MEDIA_NAME", "MEDIA_TYPE", "NEXTDEVNAM", "OWNUIC", "PID", "ROOTDEVNAM", "SHDW_MASTER_NAME", "SHDW_NEXT_MBR_NAME",
    "SPLDEVNAM", "TT_ACCPORNAM", "TT_PHYDEVNAM", "VOLNAM", "VPROT",
))  # fmt: skip
_FLAGS = frozenset((
    "ALL", "ALT_HOST_AVAIL", "AVL", "CCL", "CONCEALED", "DFS_ACCESS", "DIR", "DMT", "DUA", "ELG", "EXISTS", "FOD", "FOR", "GEN", "HOST_AVAIL",
    "IDV", "MBX", "MNT", "NET", "NOCLU", "ODS2_SUBSET0", "ODS5", "ODV", "OPR", "RCK", "RCT", "REC", "REMOTE_DEVICE", "RND", "RTM", "SDI",
    "SERVED_DEVICE", "SHDW_CATCHUP_COPYING", "SHDW_FAILED_MEMBER", "SHDW_MASTER", "SHDW_MEMBER", "SHDW_MERGE_COPYING", "SHR", "SPL", "SQD",
    "SWL", "TRM", "VOLSETMEM", "WCK",
    *("TT_" + name for name in (
        "ALTYPEAHD", "ANSICRT", "APP_KEYPAD", "AUTOBAUD", "AVO", "BLOCK", "BRDCSTMBX", "CRFILL", "DECCRT", "DECCRT2", "DECCRT3", "DECCRT4",
        "DECCRT5", "DIALUP", "DISCONNECT", "DMA", "DRCS", "ECHO", "EDIT", "EDITING", "EIGHTBIT", "ESCAPE", "FALLBACK", "HALFDUP", "HANGUP",
        "HOSTSYNC", "INSERT", "LFFILL", "LOCALECHO", "LOWER", "MBXDSABL", "MECHFORM", "MECHTAB", "MODEM", "MODHANGUP", "NOBRDCST", "NOECHO",
        "NOTYPEAHD", "OPER", "PASTHRU", "PRINTER", "READSYNC", "REGIS", "REMOTE", "SCOPE", "SECURE", "SETSPEED", "SIXEL", "SYSPWD", "TTSYNC",
        "WRAP",
    )),
))  # fmt: skip
_VIDEO = frozenset(("ANSICRT", "AVO", "DECCRT", "DECCRT2", "ECHO", "EDITING", "LOWER", "MECHTAB", "SCOPE", "TTSYNC", "WRAP", "SETSPEED"))


def _disk(device: Any) -> bool:
    return isinstance(device, DiskDevice)


def _mounted(device: Any) -> bool:
    return isinstance(device, DiskDevice) and device.volume is not None


def _volume(get: Callable[[Any], Value], otherwise: Value) -> Callable[[Interpreter, Any], Value]:
    return lambda dcl, d: get(d.volume) if _mounted(d) else otherwise


def _physical(dcl: Interpreter, device: Any) -> str:
    return "_" + device.name


def _full(dcl: Interpreter, device: Any) -> str:
    return f"_{dcl.system.node_name}${device.name}"


def _owner(device: Any) -> Any:
    return getattr(device, "owner", None)


def _test(check: Callable[[Any], object]) -> Callable[[Interpreter, Any], Value]:
    return lambda dcl, d: "TRUE" if check(d) else "FALSE"


_ITEMS: dict[str, Callable[[Interpreter, Any], Value]] = {
    "ACPTYPE": lambda dcl, d: "F11CV2" if _mounted(d) else "ILLEGAL",
    "ALL": _test(lambda d: getattr(d, "allocated_by", None)),
    "ALLDEVNAM": _full,
    "AVL": _test(lambda d: True),
    "CLUSTER": _volume(lambda v: v.cluster, 0),
    "CONCEALED": _test(lambda d: False),
    "CYLINDERS": lambda dcl, d: _geometry(d)[0],
    "DEVBUFSIZ": lambda dcl, d: 512 if _disk(d) else getattr(d, "width", getattr(d, "max_message", 512)),
    "DEVCLASS": lambda dcl, d: int(d.device_class),
    "DEVICE_TYPE_NAME": lambda dcl, d: {DeviceClass.DISK: "RZ28D", DeviceClass.TERM: "VT300_Series", DeviceClass.MAILBOX: "Mailbox"}.get(d.device_class, ""),
    "DEVNAM": _physical,
    "DIR": _test(_disk),
    "ERRCNT": lambda dcl, d: getattr(d, "error_count", 0),
    "EXISTS": _test(lambda d: True),
    "FOD": _test(_disk),
    "FREEBLOCKS": _volume(lambda v: v.free_blocks, 0),
    "FULLDEVNAM": _full,
    "HOST_AVAIL": _test(lambda d: True),
    "HOST_COUNT": lambda dcl, d: 1,
    "HOST_NAME": lambda dcl, d: dcl.system.node_name,
    "HOST_TYPE": lambda dcl, d: "ALPH",
    "IDV": _test(lambda d: True),
    "LOGVOLNAM": _volume(lambda v: "DISK$" + v.label, ""),
    "MAILBOX_BUFFER_QUOTA": lambda dcl, d: getattr(d, "buffer_quota", 0),
    "MAXBLOCK": _volume(lambda v: v.blocks, 0),
    "MAXFILES": _volume(lambda v: v.maximum_files, 0),
    "MBX": _test(lambda d: d.device_class == DeviceClass.MAILBOX),
    "MEDIA_NAME": lambda dcl, d: "RZ28D" if _disk(d) else "",
    "MEDIA_TYPE": lambda dcl, d: "DK" if _disk(d) else "",
    "MNT": _test(_mounted),
    "MOUNTCNT": lambda dcl, d: getattr(d, "mount_count", 0),
    "NOCLU": _test(lambda d: True),
    "ODV": _test(lambda d: True),
    "OWNUIC": lambda dcl, d: dcl.system.rights.uic_text(d.volume.owner) if _mounted(d) else "[0,0]",
    "PID": lambda dcl, d: f"{owner.pid:08X}" if (owner := _owner(d)) is not None and hasattr(owner, "pid") else "",
    "REC": _test(lambda d: d.device_class in (DeviceClass.TERM, DeviceClass.MAILBOX)),
    "REFCNT": lambda dcl, d: len(d.volume.open_files) + 1 if _mounted(d) else int(_owner(d) is not None),
    "RND": _test(_disk),
    "ROOTDEVNAM": _physical,
    "SECTORS": lambda dcl, d: _geometry(d)[2],
    "SHR": _test(_disk),
    "SWL": _test(lambda d: _mounted(d) and d.volume.write_locked),
    "TRACKS": lambda dcl, d: _geometry(d)[1],
    "TRANSCNT": lambda dcl, d: len(d.volume.open_files) + 1 if _mounted(d) else 0,
    "TRM": _test(lambda d: d.device_class == DeviceClass.TERM),
    "TT_PAGE": lambda dcl, d: getattr(d, "page", 0),
    "UNIT": lambda dcl, d: _unit(d.name),
    "VOLCOUNT": lambda dcl, d: int(_mounted(d)),
    "VOLNAM": _volume(lambda v: v.label, ""),
    "VOLNUMBER": lambda dcl, d: int(_mounted(d)),
    "VPROT": lambda dcl, d: _volume_protection(d),
}  # fmt: skip


def _geometry(device: Any) -> tuple[int, int, int]:
    """Cylinders, tracks, sectors whose product covers the volume."""
    if not _mounted(device):
        return 0, 0, 0
    tracks, sectors = 16, 99
    return -(-device.volume.blocks // (tracks * sectors)), tracks, sectors


def _unit(name: str) -> int:
    digits = "".join(c for c in name.removesuffix(":")[2:] if c.isdigit())
    return int(digits or 0)


def _volume_protection(device: Any) -> str:
    from vmsemu.base.protection import letters

    if not _mounted(device):
        return ""
    protection = device.volume.protection
    classes = (("SYSTEM", protection.system), ("OWNER", protection.owner), ("GROUP", protection.group), ("WORLD", protection.world))
    return ", ".join(f"{name}={letters(mask)}" for name, mask in classes)


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
    """One fact about a device."""
    name = item.strip().upper()
    if name not in _NUMBERS and name not in _STRINGS and name not in _FLAGS:
        raise at_segment(CLI.IVKEYW, name)
    try:
        found = find_device(dcl, device)
    except VmsError:
        if name == "EXISTS":
            return "FALSE"
        raise
    get = _ITEMS.get(name)
    if get is not None:
        return get(dcl, found)
    if name.startswith("TT_") and found.device_class == DeviceClass.TERM:
        return "TRUE" if name[3:] in _VIDEO else "FALSE" if name in _FLAGS else ""
    return 0 if name in _NUMBERS else "FALSE" if name in _FLAGS else ""


@lexical
def f_device(dcl: Interpreter, search: str = "*", device_class: str = "", device_type: str = "", stream: int = 0) -> str:
    """The next device; nothing at the end."""
    key = ("DEVICE", stream)
    arguments = (search.upper(), device_class.upper(), device_type.upper())
    kept = dcl.searches.get(key)
    if kept is None or kept[0] != arguments:
        kept = dcl.searches[key] = (arguments, iter(dcl.system.devices))
    for device in kept[1]:
        name = _physical(dcl, device)
        if device_class.strip() and DeviceClass(device.device_class).name != device_class.strip().upper():
            continue
        if match(search.upper().removesuffix(":") or "*", name.removesuffix(":")) or match(search.upper().removesuffix(":") or "*", name[1:-1]):
            return name  # fidelity: that the name begins with an underscore is inferred
    del dcl.searches[key]
    return ""
