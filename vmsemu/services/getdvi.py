"""$GETDVI: facts about a device by item name, as F$GETDVI returns them (text, integer, or TRUE and FALSE).

What needs hardware we do not have (shadowing, second ports, magnetic tapes, spooling) answers FALSE, zero or nothing, as for a device without
it. The characteristics of terminals are the terminal driver's (vmsemu/terminal/getdvi.py); here a terminal has none.

Source: System Services Reference, $GETDVI; DCL Dictionary, F$GETDVI; $DEVDEF and $UCBDEF for the masks.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from vmsemu.base.protection import letters
from vmsemu.files.mount import DeviceClass, DiskDevice, NullDevice
from vmsemu.services.mount import Mounting, MountKind

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.system import System

DviValue = int | str
Reader = Callable[["System", Any], DviValue]

_TRACKS, _SECTORS = 16, 99
_DISK_MODEL, _DISK_TYPE = "RZ28D", 54  # fidelity: the number of the type is inferred
_FOLDER_MODEL, _FOLDER_TYPE = "Foreign disk type 7", 39  # fidelity: recalled
ALLOCATED = "allocated"


class Characteristics(IntFlag):
    """DVI$_DEVCHAR: DEV$M_ bits. Each is an item of its own."""

    REC = 1 << 0
    CCL = 1 << 1
    TRM = 1 << 2
    DIR = 1 << 3
    SDI = 1 << 4
    SQD = 1 << 5
    SPL = 1 << 6
    OPR = 1 << 7
    RCT = 1 << 8
    NET = 1 << 13
    FOD = 1 << 14
    DUA = 1 << 15
    SHR = 1 << 16
    GEN = 1 << 17
    AVL = 1 << 18
    MNT = 1 << 19
    MBX = 1 << 20
    DMT = 1 << 21
    ELG = 1 << 22
    ALL = 1 << 23
    FOR = 1 << 24
    SWL = 1 << 25
    IDV = 1 << 26
    ODV = 1 << 27
    RND = 1 << 28
    RTM = 1 << 29
    RCK = 1 << 30
    WCK = 1 << 31


_C = Characteristics
_KINDS = {
    DeviceClass.DISK: _C.DIR | _C.FOD | _C.SHR | _C.AVL | _C.ELG | _C.IDV | _C.ODV | _C.RND,
    DeviceClass.TERM: _C.REC | _C.CCL | _C.TRM | _C.AVL | _C.IDV | _C.ODV,
    DeviceClass.MAILBOX: _C.REC | _C.SHR | _C.AVL | _C.MBX | _C.IDV | _C.ODV,
    DeviceClass.SCOM: _C.NET | _C.AVL | _C.IDV | _C.ODV,
}
_OTHER = _C.REC | _C.AVL | _C.IDV | _C.ODV
_ONLINE, _VALID, _UNLOAD, _LCL_VALID = 0x10, 0x800, 0x1000, 0x20000
_NODE_NAME, _NOT_CLUSTER_WIDE = 0x200, 0x400000


def _mounted(device: Any) -> bool:
    return isinstance(device, DiskDevice) and device.volume is not None


def _private(device: Any) -> Mounting | None:
    """How a job mounted the volume for itself alone; that makes the device its own."""
    mounting: Mounting | None = getattr(device, "mounting", None)
    return mounting if mounting is not None and mounting.kind is MountKind.PRIVATE else None


def _allocator(system: System, device: Any) -> Process | None:
    mounting = _private(device)
    if mounting is not None:
        return mounting.root
    return next((p for p in system.processes if device.name in p.attributes.get(ALLOCATED, ())), None)


def owner_of(system: System, device: Any) -> Process | None:
    """The process that has the device: it logged in there, allocated it, or mounted a volume on it for itself."""
    owner: Process | None = getattr(device, "owner", None)
    return owner if owner is not None else _allocator(system, device)


def characteristics(system: System, device: Any) -> Characteristics:
    """DEVCHAR."""
    bits = _KINDS.get(device.device_class, _OTHER)
    if _mounted(device):
        bits |= _C.MNT
        if device.volume.write_locked:
            bits |= _C.SWL
        bits |= (_C.RCK if device.volume.attributes.read_check else 0) | (_C.WCK if device.volume.attributes.write_check else 0)
        if device.mounting is not None and device.mounting.marked:
            bits |= _C.DMT
    if _private(device) is not None:
        bits &= ~_C.SHR
    return bits if _allocator(system, device) is None else bits | _C.ALL


def _status(system: System, device: Any) -> int:
    """UCB$L_STS"""
    return _ONLINE | (_VALID | _UNLOAD | _LCL_VALID if _mounted(device) else 0)


def geometry(device: Any) -> tuple[int, int, int]:
    """Cylinders, tracks, sectors whose product covers the disk."""
    if not isinstance(device, DiskDevice):
        return 0, 0, 0
    return -(-_blocks(device) // (_TRACKS * _SECTORS)), _TRACKS, _SECTORS


def _blocks(device: DiskDevice) -> int:
    return device.volume.blocks if device.volume is not None else device.blocks


def _logical_name(system: System, device: Any) -> str:
    """The name that the mount of the volume defined."""
    if not _mounted(device):
        return ""
    return device.mounting.logical_name if device.mounting is not None else "DISK$" + str(device.volume.label)


def _dependent(system: System, device: Any) -> int:
    """DEVDEPEND: the geometry of a disk, the number of messages in a mailbox."""
    if isinstance(device, DiskDevice):
        cylinders, tracks, sectors = geometry(device)
        return (cylinders & 0xFFFF) << 16 | tracks << 8 | sectors
    return int(getattr(device, "message_count", 0))


def _media_id(system: System, device: Any) -> DviValue:
    """The letters of type and name in five bits each, then the number: `DK`, `RZ28`. fidelity: that it is shown in hexadecimal is inferred."""
    if not isinstance(device, DiskDevice):
        return ""
    code = 0
    for letter in "DKRZ@":
        code = code << 5 | ord(letter) - ord("@")
    return f"{code << 7 | 28:08X}"


def _unit(name: str) -> int:
    digits = "".join(c for c in name.removesuffix(":")[2:] if c.isdecimal())
    return int(digits or 0)


def _buffer_size(system: System, device: Any) -> int:
    return 512 if isinstance(device, DiskDevice) else int(getattr(device, "width", getattr(device, "max_message", 512)))


def _type(device: Any) -> tuple[int, str]:
    """DEVTYPE and DEVICE_TYPE_NAME."""
    if isinstance(device, NullDevice):
        return 3, "Null device"  # fidelity: the name is inferred
    if isinstance(device, DiskDevice) and device.remote:
        return _FOLDER_TYPE, _FOLDER_MODEL
    return {
        DeviceClass.DISK: (_DISK_TYPE, _DISK_MODEL),
        DeviceClass.TERM: (112, "VT300_Series"),
        DeviceClass.MAILBOX: (1, "Mailbox"),
    }.get(device.device_class, (0, ""))


def _owner_uic(system: System, device: Any) -> str:
    if _mounted(device):
        return system.rights.uic_text(device.volume.owner)
    owner = owner_of(system, device)
    uic = owner.uic if owner is not None else getattr(device, "owner_uic", None)
    return system.rights.uic_text(uic) if uic is not None else "[0,0]"


def _references(system: System, device: Any) -> int:
    if _mounted(device):
        return len(device.volume.open_files) + 1
    return int(getattr(device, "channels", owner_of(system, device) is not None))


def _volume_protection(system: System, device: Any) -> str:
    if not _mounted(device):
        return ""
    protection = device.volume.protection
    classes = (("SYSTEM", protection.system), ("OWNER", protection.owner), ("GROUP", protection.group), ("WORLD", protection.world))
    return ", ".join(f"{name}={letters(mask)}" for name, mask in classes)


def physical(system: System, device: Any) -> str:
    """`_DKA0:`"""
    return "_" + device.name


def full_name(system: System, device: Any) -> str:
    """`_ALPHA1$DKA0:`: no allocation class, so the node's name stands before it."""
    return f"_{system.node_name}${device.name}"


def _volume(get: Callable[[Any], DviValue], otherwise: DviValue) -> Reader:
    return lambda system, device: get(device.volume) if _mounted(device) else otherwise


def _disk(value: DviValue, otherwise: DviValue = "") -> Reader:
    return lambda system, device: value if isinstance(device, DiskDevice) else otherwise


def _attribute(name: str) -> Reader:
    return lambda system, device: int(getattr(device, name, 0))


def _constant(value: DviValue) -> Reader:
    return lambda system, device: value


def _flag(bit: Characteristics) -> Reader:
    return lambda system, device: "TRUE" if characteristics(system, device) & bit else "FALSE"


def _pid(system: System, device: Any) -> str:
    owner = owner_of(system, device)
    return f"{owner.pid:08X}" if owner is not None else ""


_FALSE = (
    "ALT_HOST_AVAIL", "CONCEALED", "DFS_ACCESS", "MVSUPMSG", "ODS2_SUBSET0", "REMOTE_DEVICE", "SERVED_DEVICE", "SHDW_CATCHUP_COPYING",
    "SHDW_FAILED_MEMBER", "SHDW_MASTER", "SHDW_MEMBER", "SHDW_MERGE_COPYING", "VOLSETMEM",
    *("TT_" + name for name in (
        "ALTYPEAHD", "ANSICRT", "APP_KEYPAD", "AUTOBAUD", "AVO", "BLOCK", "BRDCSTMBX", "COMMSYNC", "CRFILL", "DECCRT", "DECCRT2", "DECCRT3",
        "DECCRT4", "DECCRT5", "DIALUP", "DISCONNECT", "DMA", "DRCS", "ECHO", "EDIT", "EDITING", "EIGHTBIT", "ESCAPE", "FALLBACK", "HALFDUP",
        "HANGUP", "HOSTSYNC", "INSERT", "LFFILL", "LOCALECHO", "LOWER", "MBXDSABL", "MECHFORM", "MECHTAB", "MODEM", "MODHANGUP", "NOBRDCST",
        "NOECHO", "NOTYPEAHD", "OPER", "PASTHRU", "PRINTER", "READSYNC", "REGIS", "REMOTE", "SCOPE", "SECURE", "SETSPEED", "SIXEL", "SYSPWD",
        "TTSYNC", "WRAP",
    )),
)  # fmt: skip
_EMPTY = ("ALT_HOST_NAME", "ALT_HOST_TYPE", "NEXTDEVNAM", "SHDW_MASTER_NAME", "SHDW_NEXT_MBR_NAME", "SPLDEVNAM", "TT_ACCPORNAM")
_ZERO = ("ACPPID", "ALLOCLASS", "DEVDEPEND2", "DEVDEPEND3", "DEVDEPEND4", "DEVSTS", "LOCKID", "RECSIZ", "SERIAL_NUMBER", "TT_PAGE", "VOLNUMBER")

_ITEMS: dict[str, Reader] = {
    **dict.fromkeys(_FALSE, _constant("FALSE")),
    **dict.fromkeys(_EMPTY, _constant("")),
    **dict.fromkeys(_ZERO, _constant(0)),
    **{str(bit.name): _flag(bit) for bit in Characteristics},
    "ACPTYPE": _volume(lambda v: f"F11CV{v.structure}", "ILLEGAL"),
    "ALLDEVNAM": full_name,
    "ODS5": _volume(lambda v: "TRUE" if v.structure == 5 else "FALSE", "FALSE"),
    "CLUSTER": _volume(lambda v: v.cluster, 0),
    "CYLINDERS": lambda s, d: geometry(d)[0],
    "DEVBUFSIZ": _buffer_size,
    "DEVCHAR": lambda s, d: int(characteristics(s, d)),
    "DEVCHAR2": _constant(_NODE_NAME | _NOT_CLUSTER_WIDE),
    "DEVCLASS": lambda s, d: int(d.device_class),
    "DEVDEPEND": _dependent,
    "DEVICE_TYPE_NAME": lambda s, d: _type(d)[1],
    "DEVLOCKNAM": _volume(lambda v: v.label.ljust(12), ""),  # fidelity: the lock's name beyond the label is not known
    "DEVNAM": physical,
    "DEVTYPE": lambda s, d: _type(d)[0],
    "ERRCNT": _attribute("error_count"),
    "EXISTS": _constant("TRUE"),
    "FREEBLOCKS": _volume(lambda v: v.free_blocks, 0),
    "FULLDEVNAM": full_name,
    "HOST_AVAIL": _constant("TRUE"),
    "HOST_COUNT": _constant(1),
    "HOST_NAME": lambda s, d: s.node_name,
    "HOST_TYPE": lambda s, d: "ALPH" if s.profile.arch_name == "Alpha" else "VAX ",
    "LOGVOLNAM": _logical_name,
    "MAILBOX_BUFFER_QUOTA": _attribute("buffer_quota"),
    "MAXBLOCK": lambda s, d: _blocks(d) if isinstance(d, DiskDevice) else 0,
    "MAXFILES": _volume(lambda v: v.maximum_files, 0),
    "MEDIA_ID": _media_id,
    "MEDIA_NAME": _disk(_DISK_MODEL),
    "MEDIA_TYPE": _disk("DK"),
    "MOUNTCNT": _attribute("mount_count"),
    "NOCLU": _constant("TRUE"),
    "OPCNT": _attribute("operations"),
    "OWNUIC": _owner_uic,
    "PID": _pid,
    "REFCNT": _references,
    "ROOTDEVNAM": physical,
    "SECTORS": lambda s, d: geometry(d)[2],
    "STS": _status,
    "TRACKS": lambda s, d: geometry(d)[1],
    "TRANSCNT": _volume(lambda v: len(v.open_files) + 1, 0),
    "TT_PHYDEVNAM": lambda s, d: physical(s, d) if d.device_class == DeviceClass.TERM else "",
    "UNIT": lambda s, d: _unit(d.name),
    "VOLCOUNT": lambda s, d: int(_mounted(d)),
    "VOLNAM": _volume(lambda v: v.label, ""),
    "VPROT": _volume_protection,
}  # fmt: skip


def dvi_items() -> tuple[str, ...]:
    """The names of all items, in alphabetical order."""
    return tuple(sorted(_ITEMS))


def is_dvi_item(name: str) -> bool:
    """True for an item (in upper case); F$GETDVI answers CLI IVKEYW for the others."""
    return name in _ITEMS


def getdvi(system: System, device: Any, item: str) -> DviValue:
    """A fact about a device; `item` is one of dvi_items()."""
    return _ITEMS[item](system, device)
