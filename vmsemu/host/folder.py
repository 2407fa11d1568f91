"""A folder of the host, opened so that nothing outside it can be reached: the adapter behind DNFS devices (files/host_folder.py is the port).

Theory of operation. The folder is held open as a descriptor. Every path is walked from there, one name at a time, each opened relative to the
one before and never through a symbolic link (O_NOFOLLOW), so that no link, no `..` and nobody who exchanges a folder for a link meanwhile
leads outside. Only regular files are opened, without waiting (a FIFO would wait for its other end), and what was opened is looked at again.
Symbolic links and special files are not listed at all.

A new file is written under a name of its own in the same folder, made durable, and renamed; another program never sees half of it.
Host errors become conditions in the table below, and nowhere else.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from vmsemu.base.condition import MessageDefinition, VmsError
from vmsemu.base.time import TICKS_PER_SECOND, VmsTime
from vmsemu.files.host_folder import HostEntry, HostPath, HostStatus
from vmsemu.tables.facilities import RMS, SS

SETTLED_NS = 50_000_000  # more than the granularity of the dates of any host
NEW_FILE = ".vmsemu-new-"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | getattr(os, "O_NOCTTY", 0)

_CONDITIONS: dict[int, tuple[MessageDefinition, MessageDefinition | None]] = {
    errno.EACCES: (RMS.PRV, SS.NOPRIV),
    errno.EPERM: (RMS.PRV, SS.NOPRIV),
    errno.ELOOP: (RMS.PRV, SS.NOPRIV),
    errno.ENXIO: (RMS.PRV, SS.NOPRIV),
    errno.ENOENT: (RMS.FNF, None),
    errno.ESTALE: (RMS.FNF, None),
    errno.ENOTDIR: (RMS.DNF, SS.NOSUCHFILE),
    errno.EISDIR: (RMS.FEX, None),
    errno.EEXIST: (RMS.FEX, None),
    errno.ENOTEMPTY: (RMS.MKD, SS.DIRNOTEMPTY),
    errno.ENAMETOOLONG: (RMS.FNM, SS.BADFILENAME),
    errno.EILSEQ: (RMS.FNM, SS.BADFILENAME),
    errno.EINVAL: (RMS.FNM, SS.BADFILENAME),
    errno.ENOSPC: (RMS.FUL, SS.DEVICEFULL),
    errno.EFBIG: (RMS.FUL, SS.DEVICEFULL),
    errno.EDQUOT: (RMS.FUL, SS.EXDISKQUOTA),
    errno.EROFS: (RMS.WLK, SS.WRITLCK),
    errno.EBUSY: (RMS.FLK, SS.ACCONFLICT),
    errno.ETXTBSY: (RMS.FLK, SS.ACCONFLICT),
    errno.EMFILE: (RMS.ACC, SS.EXQUOTA),
    errno.ENFILE: (RMS.ACC, SS.EXQUOTA),
}


def condition(error: OSError) -> VmsError:
    """The VMS condition for an error of the host; what has none of its own is a fault of the drive."""
    definition, below = _CONDITIONS.get(error.errno or 0, (RMS.ACC, SS.DRVERR))
    return definition.error(cause=below)


@contextmanager
def _conditions() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise condition(error) from None
    except UnicodeError:
        raise condition(OSError(errno.EILSEQ, "")) from None


class FolderFile:
    """A regular file that is open. A new one has `name` to take once it is kept."""

    def __init__(self, descriptor: int, finish: Callable[[bool], None] | None = None) -> None:
        self._descriptor = descriptor
        self._finish = finish
        self._written = finish is not None

    def read(self, offset: int, length: int) -> bytes:
        with _conditions():
            return os.pread(self._descriptor, length, offset)

    def write(self, offset: int, data: bytes) -> None:
        self._written = True
        with _conditions():
            view = memoryview(data)
            while view:
                done = os.pwrite(self._descriptor, view, offset)
                view, offset = view[done:], offset + done

    def truncate(self, size: int) -> None:
        self._written = True
        with _conditions():
            os.ftruncate(self._descriptor, size)

    def keep(self) -> None:
        with _conditions():
            if self._written:
                os.fsync(self._descriptor)
            finish, self._finish = self._finish, None
            if finish is not None:
                finish(True)
        self.close()

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        finish, self._finish = self._finish, None
        if finish is not None:
            finish(False)
        if descriptor >= 0:
            os.close(descriptor)


class Folder:
    """An open folder of the host."""

    def __init__(self, path: str) -> None:
        """Errors: the conditions of the table; RMS.DNF when it is no folder."""
        with _conditions():
            self._root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self.name = os.path.basename(os.path.realpath(path))
        self._serial = 0

    def close(self) -> None:
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    # -- walking -------------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _folder(self, path: HostPath) -> Iterator[int]:
        """The descriptor of a folder below the root, reached name by name."""
        here = self._root
        try:
            with _conditions():
                for name in path:
                    below = os.open(_single(name), _FOLDER, dir_fd=here)
                    if here != self._root:
                        os.close(here)
                    here = below
                yield here
        finally:
            if here != self._root:
                os.close(here)

    @contextmanager
    def _place(self, path: HostPath) -> Iterator[tuple[int, str]]:
        """The folder a path stands in, and its last name. Errors: RMS.PRV for the root itself."""
        if not path:
            raise RMS.PRV.error(cause=SS.NOPRIV)
        with self._folder(path[:-1]) as folder:
            yield folder, _single(path[-1])

    # -- looking -------------------------------------------------------------------------------------------------------------------

    def stamp(self, path: HostPath) -> tuple[int, bool]:
        with self._folder(path) as folder:
            changed = os.fstat(folder).st_mtime_ns
        return changed, time.time_ns() - changed > SETTLED_NS

    def entries(self, path: HostPath) -> list[HostEntry]:
        out = []
        with self._folder(path) as folder, os.scandir(folder) as found:
            for entry in found:
                if entry.name.startswith(NEW_FILE):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    out.append(HostEntry(entry.name, True))
                elif entry.is_file(follow_symlinks=False):
                    out.append(HostEntry(entry.name, False))
        return sorted(out, key=lambda entry: (not entry.is_folder, entry.name.encode("utf-8", "surrogateescape")))

    def status(self, path: HostPath) -> HostStatus:
        if path:
            with self._place(path) as (folder, name):
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        else:
            with self._folder(()) as folder:
                found = os.fstat(folder)
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise RMS.FNF.error()
        born = getattr(found, "st_birthtime", min(found.st_mtime, found.st_ctime))
        return HostStatus(
            stat.S_ISDIR(found.st_mode), found.st_size, _vms_time(born), _vms_time(found.st_mtime), found.st_mode & 0o777,
            (found.st_dev, found.st_ino),
        )  # fmt: skip

    def space(self) -> tuple[int, int]:
        with _conditions():
            found = os.fstatvfs(self._root)
        return found.f_blocks * found.f_frsize // 512, found.f_bavail * found.f_frsize // 512

    # -- files ---------------------------------------------------------------------------------------------------------------------

    def open(self, path: HostPath, *, write: bool) -> FolderFile:
        with self._place(path) as (folder, name):
            _require_regular(os.stat(name, dir_fd=folder, follow_symlinks=False))
            descriptor = os.open(name, _FILE | (os.O_RDWR if write else os.O_RDONLY), dir_fd=folder)
            try:
                _require_regular(os.fstat(descriptor))
            except OSError:
                os.close(descriptor)
                raise
        return FolderFile(descriptor)

    def create(self, path: HostPath, mode: int) -> FolderFile:
        with self._place(path) as (folder, name):
            try:
                _require_regular(os.stat(name, dir_fd=folder, follow_symlinks=False))
            except FileNotFoundError:
                pass
            self._serial += 1
            new = f"{NEW_FILE}{os.getpid()}-{self._serial}"
            descriptor = os.open(new, _FILE | os.O_RDWR | os.O_CREAT | os.O_EXCL, mode, dir_fd=folder)
            place = os.dup(folder)

        def finish(kept: bool) -> None:
            try:
                if kept:
                    os.rename(new, name, src_dir_fd=place, dst_dir_fd=place)
                    os.fsync(place)
                else:
                    os.unlink(new, dir_fd=place)
            except OSError:
                if kept:
                    _quietly(lambda: os.unlink(new, dir_fd=place))
                    raise
            finally:
                os.close(place)

        return FolderFile(descriptor, finish)

    # -- changing ------------------------------------------------------------------------------------------------------------------

    def make_folder(self, path: HostPath, mode: int) -> None:
        with self._place(path) as (folder, name):
            os.mkdir(name, mode, dir_fd=folder)
            os.fsync(folder)

    def delete(self, path: HostPath, *, folder: bool) -> None:
        with self._place(path) as (place, name):
            if folder:
                os.rmdir(name, dir_fd=place)
            else:
                _require_regular(os.stat(name, dir_fd=place, follow_symlinks=False))
                os.unlink(name, dir_fd=place)

    def rename(self, path: HostPath, new_path: HostPath) -> None:
        with self._place(path) as (source, name), self._place(new_path) as (target, new_name):
            try:
                _require_regular(os.stat(new_name, dir_fd=target, follow_symlinks=False))
            except FileNotFoundError:
                pass
            os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
            os.fsync(target)

    def set_mode(self, path: HostPath, mode: int) -> None:
        with self._opened(path) as descriptor:
            os.fchmod(descriptor, mode)

    def set_revised(self, path: HostPath, when: VmsTime) -> None:
        with self._opened(path) as descriptor:
            unix = _host_seconds(when)
            os.utime(descriptor, (unix, unix))

    @contextmanager
    def _opened(self, path: HostPath) -> Iterator[int]:
        """A file or folder to change the attributes of."""
        with self._place(path) as (folder, name):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if not stat.S_ISDIR(found.st_mode):
                _require_regular(found)
            descriptor = os.open(name, _FILE | os.O_RDONLY, dir_fd=folder)
            try:
                if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
                    _require_regular(os.fstat(descriptor))
                yield descriptor
            finally:
                os.close(descriptor)


def _single(name: str) -> str:
    """Refuse what is not one name of a folder, and the names that new files have before they get their own."""
    if name in ("", ".", "..") or "/" in name or "\0" in name or name.startswith(NEW_FILE):
        raise OSError(errno.EINVAL, "")
    return name


def _require_regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EISDIR if stat.S_ISDIR(found.st_mode) else errno.EACCES, "")


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except OSError:
        pass


def _vms_time(seconds: float) -> VmsTime:
    """A date of the host as local time of the node."""
    try:
        when = datetime.fromtimestamp(seconds)
    except (OverflowError, ValueError, OSError):
        return VmsTime(0)
    base = VmsTime.of(when.year, when.month, when.day, when.hour, when.minute, when.second)
    return VmsTime(int(base) + when.microsecond * (TICKS_PER_SECOND // 1_000_000))


def _host_seconds(when: VmsTime) -> float:
    """The reverse: seconds since 1970 for a local time."""
    microseconds = (int(when) - int(VmsTime.of(1970, 1, 1))) * 1_000_000 // TICKS_PER_SECOND
    return (datetime(1970, 1, 1) + timedelta(microseconds=microseconds)).timestamp()
