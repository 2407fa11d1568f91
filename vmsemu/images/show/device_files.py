"""SHOW DEVICES/FILES: the files of a volume that are open, and who has them open. Source: DCL Dictionary, SHOW DEVICES.

The index file is the file system's own. fidelity: the column arithmetic is recalled.
"""

from __future__ import annotations

from collections.abc import Iterator

from vmsemu.files.mount import DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.images.common.places import place
from vmsemu.images.context import ImageContext

_INDEX_FILE = "[000000]INDEXF.SYS;1"


def file_lines(ctx: ImageContext, disk: DiskDevice) -> list[str]:
    """The paragraph of one mounted disk; /NOSYSTEM leaves out what no process has open. The first line is blank."""
    volume = disk.volume
    assert volume is not None
    out = ["", f"Files accessed on device {disk.name} on {ctx.now.to_text()}", "", "Process name      PID     File name"]
    if not ctx.cli.negated("SYSTEM"):
        out.append(_line("", 0, _INDEX_FILE))
    return [*out, *(_line(name, pid, shown) for name, pid, shown in _open_files(ctx, volume))]


def _line(name: str, pid: int, shown: str) -> str:
    return f"{name:<16}{pid:08X}  {shown}"


def _open_files(ctx: ImageContext, volume: Volume) -> Iterator[tuple[str, int, str]]:
    """(process name, identification, file) in the order of processes. A file that may not be seen has no name."""
    security = ctx.files.security
    for process in ctx.system.processes:
        for file in process.files.opened() if process.has_files else ():
            header = file.header
            control = volume.open_files.get(header.fid.number)
            if control is not None and control.header is header:
                yield process.name, process.pid, place(volume, header) if security.any_access(header) else ""
