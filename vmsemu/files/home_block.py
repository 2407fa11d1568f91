"""What a volume says of itself: the home block, and the volume's own defaults and protection (SECURITY.SYS).

A volume that never had its defaults changed has none written. Sizes are blocks, times of retention units of 100 ns.
Source: Files-11 On-Disk Structure level 2, HM2DEF; DCL Dictionary, SET VOLUME; System Manager's Manual, "Volume defaults".
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct
from typing import ClassVar

from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.store.port import Store

HOME_KEY = b"V"
ATTRIBUTES_KEY = b"VA"
DEFAULT_EXTENSION, DEFAULT_WINDOWS, DEFAULT_ACCESSED = 5, 7, 3
_HOME = Struct("<B12sIIIIHQ")
_ATTRIBUTES = Struct("<BHBBHHQQ12sB")
_LENGTH = Struct("<H")
_LAYOUT = 1


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """Label, geometry, owner and protection."""

    label: str
    blocks: int
    cluster: int
    maximum_files: int
    owner: Uic
    protection: Protection
    created: VmsTime
    structure: int = 2

    def write(self, store: Store) -> None:
        text = self.label.ljust(12).encode("latin-1")
        row = (text, self.blocks, self.cluster, self.maximum_files, self.owner.to_long(), self.protection.to_word(), self.created)
        store.put(HOME_KEY, _HOME.pack(_LAYOUT if self.structure == 2 else self.structure, *row))

    @classmethod
    def read(cls, store: Store) -> HomeBlock | None:
        """None when the medium holds no volume."""
        data = store.get(HOME_KEY)
        if data is None:
            return None
        layout, label, blocks, cluster, maximum_files, owner, protection, created = _HOME.unpack(data)
        return cls(
            label.decode("latin-1").rstrip(), blocks, cluster, maximum_files, Uic.from_long(owner), Protection.from_word(protection),
            VmsTime(created), 2 if layout == _LAYOUT else layout,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class VolumeAttributes:
    """What SET VOLUME and SET SECURITY/CLASS=VOLUME change."""

    extension: int = DEFAULT_EXTENSION
    windows: int = DEFAULT_WINDOWS
    accessed: int = DEFAULT_ACCESSED
    file_protection: Protection = Protection.DEFAULT
    read_check: bool = False
    write_check: bool = False
    erase: bool = False
    highwater: bool = True
    mount_verification: bool = True
    unload: bool = False
    minimum_retention: int = 0
    maximum_retention: int = 0
    user_name: str = ""
    acl: tuple[str, ...] = ()
    _FLAGS: ClassVar[tuple[str, ...]] = ("read_check", "write_check", "erase", "highwater", "mount_verification", "unload")

    def write(self, store: Store) -> None:
        flags = sum(1 << at for at, name in enumerate(self._FLAGS) if getattr(self, name))
        name = self.user_name.encode("latin-1").ljust(12)
        fixed = _ATTRIBUTES.pack(
            _LAYOUT, self.extension, self.windows, self.accessed, self.file_protection.to_word(), flags, self.minimum_retention,
            self.maximum_retention, name, len(self.acl),
        )  # fmt: skip
        acl = (ace.encode("latin-1") for ace in self.acl)
        store.put(ATTRIBUTES_KEY, b"".join((fixed, *(_LENGTH.pack(len(ace)) + ace for ace in acl))))

    @classmethod
    def read(cls, store: Store) -> VolumeAttributes:
        """The defaults when none were written."""
        data = store.get(ATTRIBUTES_KEY)
        if data is None:
            return cls()
        _, extension, windows, accessed, protection, flags, minimum, maximum, name, count = _ATTRIBUTES.unpack_from(data)
        at, acl = _ATTRIBUTES.size, []
        for _ in range(count):
            (length,) = _LENGTH.unpack_from(data, at)
            acl.append(data[at + 2 : at + 2 + length].decode("latin-1"))
            at += 2 + length
        bits = {name: bool(flags >> at & 1) for at, name in enumerate(cls._FLAGS)}
        return cls(
            extension, windows, accessed, Protection.from_word(protection), minimum_retention=minimum, maximum_retention=maximum,
            user_name=name.decode("latin-1").rstrip(), acl=tuple(acl), **bits,
        )  # fmt: skip
