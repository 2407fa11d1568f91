"""What a fresh system disk holds: the directories of the two roots, the procedures, the images, the account and rights files.

The files of the machine itself are data beside this module (`disk/`); layered products bring their own (see product.py).
Source: System Manager's Manual, "The system disk"; directory owners and protection as on a V7.3 disk.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from dataclasses import replace
from importlib.resources import files

from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.attributes import fixed
from vmsemu.files.header import FileId
from vmsemu.files.rms import create_file
from vmsemu.files.volume import Volume
from vmsemu.startup.product import Configured, DiskDirectory, DiskFile, Product
from vmsemu.store.port import Store

LABEL = "ALPHASYS"
BLOCKS = 4_110_480
SYSTEM = Uic(1, 4)
ROOT = "SYS0"
_DIRECTORY_PROTECTION = Protection.from_text("S:RWE,O:RWE,G:RE,W:RE")
_FILE_PROTECTION = Protection.from_text("S:RWED,O:RWED,G:RWED,W:RE")

_BOTH_ROOTS = (
    "SYSEXE", "SYSLIB", "SYSMGR", "SYSHLP", "SYSMSG", "SYSMAINT", "SYSTEST", "SYSUPD", "SYSERR", "SYS$LDR", "SYS$STARTUP", "SYSCBI", "SYS$I18N",
)  # fmt: skip
_FOLDERS = {"sysexe": "SYSEXE", "sysmgr": "SYSMGR", "sys_startup": "SYS$STARTUP"}


def build_system_disk(store: Store, now: VmsTime, products: Iterable[Product], configured: Iterable[Configured] = ()) -> Volume:
    """Initialize the store as the system disk of a new machine: its own kit, the kits of products, what their configuration has left."""
    Volume.initialize(store, LABEL, blocks=BLOCKS, owner=Uic(1, 1), now=now)
    volume = Volume(store, lambda: now)
    mfd = _find(volume, ())
    root = volume.create_directory(mfd, ROOT, owner=SYSTEM, protection=_DIRECTORY_PROTECTION).fid
    common = volume.create_directory(mfd, "VMS$COMMON", owner=SYSTEM, protection=_DIRECTORY_PROTECTION).fid
    for name in _BOTH_ROOTS:
        volume.create_directory(root, name, owner=SYSTEM, protection=_DIRECTORY_PROTECTION)
        made = volume.create_directory(common, name, owner=SYSTEM, protection=_DIRECTORY_PROTECTION)
        if name == "SYSHLP":
            volume.create_directory(made.fid, "EXAMPLES", owner=SYSTEM, protection=_DIRECTORY_PROTECTION)
    volume.enter(root, "SYSCOMMON.DIR", 1, common)
    for folder, directory in _FOLDERS.items():
        for entry in sorted((files(__package__) / "disk" / folder).iterdir(), key=lambda e: e.name):
            name = entry.name.upper().replace("VMS_PHASES", "VMS$PHASES")
            text = _with_commands(entry.read_text("ascii"), configured)
            _write_text(volume, _find(volume, ("VMS$COMMON", directory)), name, text, SYSTEM, _FILE_PROTECTION)
    for name in image_names():
        write_image(volume, name)
    from vmsemu.formats.message_section import named_block
    from vmsemu.images.message_files import FILES

    for name in FILES:
        _write_blocks(volume, "SYSMSG", name, named_block(name))
    for product in products:
        install_product(volume, product)
    for result in configured:
        _write_all(volume, result.directories, result.files)
    return volume


def add_root(volume: Volume, root: str, configured: Iterable[Configured] = ()) -> None:
    """Make the root of another node on a system disk (CLUSTER_CONFIG.COM does that), unless it is there.

    What the configuration of a product leaves for one node, wherever it stands on the disk of the first, goes into the new root.
    """
    if volume.find_directory((root,)) is not None:
        return
    made = volume.create_directory(_find(volume, ()), root, owner=SYSTEM, protection=_DIRECTORY_PROTECTION).fid
    for name in _BOTH_ROOTS:
        volume.create_directory(made, name, owner=SYSTEM, protection=_DIRECTORY_PROTECTION)
    volume.enter(made, "SYSCOMMON.DIR", 1, _find(volume, ("VMS$COMMON",)))

    def own(spec: str) -> str:
        return spec.replace(f"[{ROOT}.SYSCOMMON.", f"[{root}.").replace(f"[{ROOT}.", f"[{root}.")

    for result in configured:
        _write_all(volume, [replace(d, spec=own(d.spec)) for d in result.directories], [replace(f, spec=own(f.spec)) for f in result.files])


def _with_commands(text: str, configured: Iterable[Configured]) -> str:
    """A procedure of the machine in which the commands of configured products are no comments any more."""
    for result in configured:
        for command in result.commands:
            text = text.replace(f"$! {command}\n", f"$ {command}\n")
    return text


def install_product(volume: Volume, product: Product) -> None:
    """Put a layered product's directories, files and images on the disk."""
    _write_all(volume, product.disk_directories(), product.disk_files())
    for name in product.images:
        write_image(volume, name)
    for name in product.shareable_images:
        write_image(volume, name, "SYSLIB")


def _write_all(volume: Volume, directories: Iterable[DiskDirectory], disk_files: Iterable[DiskFile]) -> None:
    for directory in directories:
        make_directory(volume, directory)
    for file in disk_files:
        write_disk_file(volume, file)


def image_names() -> list[str]:
    """The images of the machine: a folder of vmsemu/images with a module of its own name; and LOGINOUT, with which processes begin."""
    import vmsemu.images

    names = ["LOGINOUT"]
    for module in pkgutil.iter_modules(vmsemu.images.__path__):
        if module.ispkg and (files("vmsemu.images") / module.name / f"{module.name}.py").is_file():
            names.append(module.name.upper())
    return names


def write_image(volume: Volume, name: str, directory: str = "SYSEXE") -> None:
    """SYS$SYSTEM:name.EXE. An image file carries a name and nothing that could be executed."""
    _write_blocks(volume, directory, name, f"IMAGE {name}".encode("ascii").ljust(512, b"\0"))


def _write_blocks(volume: Volume, directory: str, name: str, block: bytes) -> None:
    """name.EXE of one block in a directory of the common root, unless it is there."""
    fid = _find(volume, ("VMS$COMMON", directory))
    if volume.lookup(fid, f"{name}.EXE") is not None:
        return
    stream = create_file(volume, fid, f"{name}.EXE", attributes=fixed(512), owner=SYSTEM, protection=_FILE_PROTECTION)
    stream.put(block)
    stream.close()


def make_directory(volume: Volume, directory: DiskDirectory) -> FileId:
    """Make `[A.B]` unless it is there."""
    path = _path(directory.spec)
    found = volume.find_directory(path)
    if found is not None:
        return found
    parent = volume.find_directory(path[:-1])
    if parent is None:
        parent = make_directory(volume, DiskDirectory(f"[{'.'.join(path[:-1])}]"))
    protection = Protection.from_text(directory.protection)
    return volume.create_directory(parent, path[-1], owner=Uic.from_text(directory.owner), protection=protection).fid


def write_disk_file(volume: Volume, file: DiskFile) -> None:
    """Write a kit file `[A.B]NAME.TYPE`."""
    directory, _, name = file.spec.rpartition("]")
    fid = make_directory(volume, DiskDirectory(directory + "]"))
    _write_text(volume, fid, name, file.text, Uic.from_text(file.owner), Protection.from_text(file.protection))


def _write_text(volume: Volume, directory: FileId, name: str, text: str, owner: Uic, protection: Protection) -> None:
    stream = create_file(volume, directory, name, owner=owner, protection=protection)
    for line in text.splitlines():
        stream.put(line.encode("latin-1"))
    stream.close()


def _path(spec: str) -> tuple[str, ...]:
    return tuple(part for part in spec.rpartition("[")[2].rstrip("]").split(".") if part and part != "000000")


def _find(volume: Volume, path: tuple[str, ...]) -> FileId:
    found = volume.find_directory(path)
    assert found is not None, path
    return found
