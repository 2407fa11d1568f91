"""File specifications with logical names: what RMS does in $PARSE before it looks at a disk.

Theory of operation. A specification is expanded by translating its device (or the whole of it, when it is one bare word) through LNM$FILE_DEV
until nothing translates; a search list makes several candidates. A concealed name stays as the device that is displayed; behind it stand the
real device and, for a rooted name, the directories that `[000000]` hides. Then the default, the related specification and the process
default fill what is missing. The result is kept as long as no logical name, no device and no default changed.

What came out, what each device led to, and which file was found there (kept_files.py), is kept beside the names that were translated on the way,
for all processes of the node: a process that has just begun finds SYS$SYSTEM where the others found it, as long as each of those names means the
same to it.

Source: RMS Reference Manual, $PARSE; Guide to OpenVMS File Applications, "Using file specifications"; User's Manual, "Logical names".
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from vmsemu.base.condition import Message, VmsError
from vmsemu.base.directory import directory_text, join_directory, parse_directory
from vmsemu.base.extended import is_wild
from vmsemu.base.filespec import FileSpec, merge
from vmsemu.files.home_block import HOME_KEY
from vmsemu.files.mount import Device, DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.lnm.names import LogicalName, Translation
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.security.access import Credentials
    from vmsemu.services.kept_files import Lookup
    from vmsemu.services.process import Process

MAXIMUM_TRANSLATIONS = 10
CACHE_LIMIT = 2000
PERMANENT_NAMES = ("SYS$INPUT", "SYS$OUTPUT", "SYS$ERROR", "SYS$COMMAND")
"""What each process has open as process-permanent files."""
SHARED_NAMES = 64  # a process that parses more is of those that go through many names, each once
_EMPTY = FileSpec()
_TRADITIONAL = re.compile(r"[A-Z0-9$_\-]{0,39}\.[A-Z0-9$_\-]{0,39}", re.ASCII)
_PLAIN = re.compile(r"([A-Z0-9$_]{1,39}:\[[A-Z0-9$_.-]+\])([A-Z0-9$_-]{1,39})(\.[A-Z0-9$_-]{0,39})(;[1-9]\d{0,3})?", re.ASCII)
_PASSWORD = re.compile(r'("[^" ]+ +)[^" ]+')


class FileError(VmsError):
    """A condition about a file. `spec` is the expanded specification that messages show (`error opening !AS as input`)."""

    def __init__(self, message: Message, spec: FileSpec) -> None:
        super().__init__(message)
        self.spec = spec


def about(error: VmsError, spec: FileSpec) -> FileError:
    """The same condition, about a file."""
    return error if isinstance(error, FileError) else FileError(error.message, spec)


@dataclass(slots=True)
class Expanded:
    """A specification after translation: what is displayed, the real device (empty when none was given), the hidden root."""

    spec: FileSpec
    device: str = ""
    root: tuple[str, ...] = ()


@dataclass(slots=True)
class ParsedSpec:
    """One candidate: the expanded specification as displayed, and where it really is.

    `path` holds the components of the directory from the top of the volume, root included; `shown` those below the root. `device` is kept here
    once a disk was found.
    """

    spec: FileSpec
    device_name: str
    root: tuple[str, ...]
    shown: tuple[str, ...]
    wild_directory: bool
    device: Device | None = None

    @property
    def path(self) -> tuple[str, ...]:
        return self.root + self.shown

    @property
    def unconcealed(self) -> FileSpec:
        """With the real device and the root shown: `DKA0:[SYS0.][SYSMGR]LOGIN.COM;` (F$PARSE with NO_CONCEAL)."""
        root = "[" + ".".join(self.root) + ".]" if self.root else ""
        device = self.device_name if self.device_name.endswith(":") else self.device_name + ":"
        return self.spec.with_device(device).with_directory(root + self.spec.directory)


_NOTHING = [Expanded(_EMPTY)]
Translations = tuple[Translation, ...] | None


Trace = list[tuple[str, Translations]]
Dependencies = tuple[tuple[str, Translations], ...]


class KnownNames:
    """Parses, what was looked up (see kept_files.py), and where devices lead, each with the names translated on the way."""

    def __init__(self) -> None:
        self.parses: dict[
            tuple[str | FileSpec, str | FileSpec, str | FileSpec, str, bool], tuple[Dependencies, tuple[ParsedSpec, ...]]
        ] = {}
        self.places: dict[tuple[str, str, str, bool], tuple[Dependencies, list[Expanded]]] = {}
        self.lookups: dict[tuple[object, ...], Lookup] = {}
        self.devices = -1
        """The generation of the device table that parses and lookups are for."""


class FileNames:
    """The names of files as one process gives them."""

    def __init__(self, process: Process) -> None:
        self.process = process
        system = process.system
        if KnownNames not in system.parts:
            system.add_part(KnownNames())
        self._known = system.part(KnownNames)
        self._trace: Trace | None = None
        self._places: dict[tuple[str, str], tuple[Dependencies, list[Expanded]]] = {}
        self._cache: dict[tuple[str | FileSpec, str | FileSpec, str | FileSpec], tuple[ParsedSpec, ...]] = {}
        self._meanings: dict[str, Translations | None] = {}
        self._valid_for: tuple[int, int, str, bool] = (-1, -1, "", False)
        self.extended = False  # SET PROCESS/PARSE_STYLE=EXTENDED

    def _refresh(self) -> None:
        """Forget what was found out when something changed on which a parse depends."""
        process = self.process
        now = (process.names.generation(), process.system.devices.generation, process.default_directory, self.extended)
        if now != self._valid_for or len(self._cache) > CACHE_LIMIT:
            self._cache.clear()
            self._meanings.clear()
            self._places.clear()
            self._valid_for = now
            self.known()

    # -- what the processes of the node share --------------------------------------------------------------------------------------

    def known(self) -> KnownNames:
        """What is known with the devices that there are now."""
        known, devices = self._known, self.process.system.devices.generation
        if known.devices != devices or len(known.parses) >= CACHE_LIMIT or len(known.lookups) >= CACHE_LIMIT:
            known.parses.clear()
            known.lookups.clear()
            known.devices = devices
        return known

    def dependencies(self, spec: str | FileSpec, default: str | FileSpec) -> Dependencies | None:
        """The names that decided how a specification was parsed for this process, when that is known."""
        plain = _PLAIN.fullmatch(spec) if isinstance(spec, str) and not default else None
        for whole in (spec, plain[1]) if plain is not None else (spec,):
            found = self._known.parses.get((whole, default, "", self.process.default_directory, self.extended))
            if found is not None:
                return found[0] if found[1] is self._cache.get((whole, default, "")) else None
        return None

    def lookup(self, spec: str | FileSpec, default: str | FileSpec, credentials: Credentials) -> Lookup | None:
        """What somebody with these credentials found, if each of the logical names on the way means the same to this process."""
        self._refresh()
        found = self._known.lookups.get((spec, default, self.process.default_directory, self.extended, credentials))
        return found if found is not None and self._same(found.names) else None

    def keep_lookup(self, spec: str | FileSpec, default: str | FileSpec, credentials: Credentials, lookup: Lookup) -> None:
        """Keep it for `lookup`."""
        self.known().lookups[spec, default, self.process.default_directory, self.extended, credentials] = lookup

    # -- parsing -------------------------------------------------------------------------------------------------------------------

    def candidates(self, spec: str | FileSpec, default: str | FileSpec = "", related: str | FileSpec = "") -> tuple[ParsedSpec, ...]:
        """The specification expanded; more than one when a search list is involved. Errors: RMS.SYN, DIR, FNM, TYP, VER, LNE."""
        self._refresh()
        key = (spec, default, related)
        found = self._cache.get(key)
        if found is None:
            plain = _PLAIN.fullmatch(spec) if isinstance(spec, str) and not (default or related) else None
            if plain is not None and (found := self._in_place(plain)) is not None:
                return found
            find = self._shared if len(self._cache) < SHARED_NAMES else self._found
            self._cache[key] = found = find(spec, default, related)
        return found

    def _in_place(self, plain: re.Match[str]) -> tuple[ParsedSpec, ...] | None:
        """A file of a directory, which is parsed once for all its files; None when the directory is more than one. Errors: as candidates."""
        places = self._cache.get((plain[1], "", "")) or self.candidates(plain[1])
        place = places[0]
        if len(places) > 1 or place.wild_directory:
            return None
        if place.device is None:
            with suppress(VmsError):
                self.device(place)
        spec = FileSpec(place.spec.node, place.spec.device, place.spec.directory, plain[2], plain[3], plain[4] or place.spec.version)
        return (ParsedSpec(spec, place.device_name, place.root, place.shown, False, place.device),)

    def _found(self, spec: str | FileSpec, default: str | FileSpec, related: str | FileSpec) -> tuple[ParsedSpec, ...]:
        sticky = self.spec(related).with_version("") if related else _EMPTY
        return tuple(self._parse(self.spec(spec), self.spec(default), sticky))

    def _shared(self, spec: str | FileSpec, default: str | FileSpec, related: str | FileSpec) -> tuple[ParsedSpec, ...]:
        """What another process found, or what this one finds."""
        known = self.known()
        key = (spec, default, related, self.process.default_directory, self.extended)
        found = known.parses.get(key)
        if found is None or not self._same(found[0]):
            trace: Trace = []
            self._trace = trace
            try:
                parsed = self._found(spec, default, related)
            finally:
                self._trace = None
            found = known.parses[key] = tuple(dict.fromkeys(trace)), parsed
        return found[1]

    def _same(self, dependencies: Dependencies) -> bool:
        meanings = self._meanings
        for name, translations in dependencies:
            if name not in meanings:
                entry = self.process.names.translate(name)
                meanings[name] = entry.translations if entry is not None else None
            if meanings[name] != translations:
                return False
        return True

    def spec(self, spec: str | FileSpec) -> FileSpec:
        """The fields of a specification in the process's parse style. Errors: those of FileSpec.from_text."""
        return FileSpec.from_text(spec, self.extended) if isinstance(spec, str) else spec

    def _parse(self, spec: FileSpec, default: FileSpec, related: FileSpec) -> list[ParsedSpec]:
        # What stuck from the item before comes before a command's `*.*`: DIRECTORY A.TXT,.DAT lists A.DAT.
        if default.name == "*" and related.name:
            default = default.with_fields(name=related.name)
        if default.type == ".*" and related.type:
            default = default.with_fields(type=related.type)
        defaults = self.expand(default) if default.device else [Expanded(default)]
        related_from = _NOTHING if related is _EMPTY else self.expand(related) if related.device else [Expanded(related)]
        out: list[ParsedSpec] = []
        for primary in self.expand(self._with_node(spec) if spec.node else spec, whole=True):
            node = primary.spec.node or related.node
            if node and self._is_remote(node):
                # Nothing of this node fills in what the other node is to fill in.
                merged = merge(primary.spec, default, related).expanded()
                out.append(ParsedSpec(_masked(merged), "", (), (), False))
                continue
            for second in defaults if not primary.device else defaults[:1]:
                for third in related_from if not (primary.device or second.device) else related_from[:1]:
                    source = primary if primary.device else second if second.device else third
                    filled = merge(primary.spec, second.spec, third.spec)
                    out += self._complete(filled, [source] if source.device else self._place("SYS$DISK:", ""))
        return out

    def _complete(self, merged: FileSpec, places: list[Expanded]) -> list[ParsedSpec]:
        """Fill in the process's default directory, and find out where the directory really is."""
        directory, shown, wild = _directory(merged.directory or "[]", self.process.default_directory)
        node = _masked(merged).node if merged.node else ""
        device, name, type_, version = merged.device, merged.name, merged.type or ".", merged.version or ";"
        return [
            ParsedSpec(FileSpec(node, device or place.spec.device, directory, name, type_, version), place.device, place.root, shown, wild)
            for place in places
        ]

    # -- nodes ---------------------------------------------------------------------------------------------------------------------

    def _with_node(self, spec: FileSpec) -> FileSpec:
        """With a logical node name translated: SYS$NODE:: is ALPHA1::."""
        for _ in range(MAXIMUM_TRANSLATIONS if spec.node else 0):
            name, quote, access = spec.node.removesuffix("::").partition('"')
            entry = self._translate(name) if "::" not in spec.node[:-2] else None
            if entry is None or not entry.equivalence.endswith("::"):
                return spec
            spec = spec.with_fields(node=entry.equivalence.upper()[:-2] + quote + access + "::")
        if spec.node:
            raise RMS.LNE.error()
        return spec

    def _is_remote(self, node: str) -> bool:
        """Does it name another node than this one?"""
        return bool(node) and node.partition('"')[0].removesuffix("::") not in ("", "0", self.process.system.node_name)

    # -- logical names -------------------------------------------------------------------------------------------------------------

    def expand(self, spec: FileSpec, *, whole: bool = False, depth: int = 0) -> list[Expanded]:
        """Translate the device, or the bare word that is the `whole` specification. Errors: RMS.LNE, those of parsing equivalences."""
        if depth == 0 and spec.device and not spec.node:
            places = self._place(spec.device, spec.directory)
            if not (spec.name or spec.type or spec.version):
                return places
            return [Expanded(_named(place.spec, spec), place.device, place.root) for place in places]
        return self._expand(spec, whole, depth)

    def _place(self, device: str, directory: str) -> list[Expanded]:
        """What a device and a directory lead to. Errors: as expand."""
        found = self._places.get((device, directory))
        if found is None:
            key = (device, directory, self.process.default_directory, self.extended)
            found = self._known.places.get(key)
            if found is None or not self._same(found[0]):
                trace: Trace = []
                outer, self._trace = self._trace, trace
                try:
                    places = self._expand(FileSpec(device=device, directory=directory), False, 0)
                finally:
                    self._trace = outer
                found = tuple(dict.fromkeys(trace)), places
                if len(self._known.places) >= CACHE_LIMIT:
                    self._known.places.clear()
                self._known.places[key] = found
            self._places[device, directory] = found
        if self._trace is not None:
            self._trace += found[0]
        return found[1]

    def _translate(self, name: str) -> LogicalName | None:
        """One level of translation, noted for whoever is finding out where a device leads."""
        entry = self.process.names.translate(name)
        if self._trace is not None:
            self._trace.append((name, entry.translations if entry is not None else None))
        return entry

    def _expand(self, spec: FileSpec, whole: bool, depth: int) -> list[Expanded]:
        if spec.device:
            name = spec.device[:-1]
        elif whole and spec.name and not (spec.directory or spec.type or spec.version or spec.node):
            name = spec.name.upper()
        else:
            return [Expanded(spec)]
        entry = None if name.startswith("_") or (spec.node and self._is_remote(spec.node)) else self._translate(name)
        if entry is None or not entry.translations:
            return [Expanded(spec, name) if spec.device else Expanded(spec)]
        if depth >= MAXIMUM_TRANSLATIONS:
            raise RMS.LNE.error()
        out: list[Expanded] = []
        rest = spec if spec.device else _EMPTY
        for translation in entry.translations:
            equivalence = self.spec(translation.equivalence)
            if translation.concealed and not translation.internal_file:
                shown = self._overlay(rest, equivalence.with_device(name + ":"), keep_root=False)
                out += [Expanded(shown, device, root) for device, root in self._behind(equivalence, translation.terminal, depth + 1)]
                continue
            if rest.device and _is_bare(equivalence):
                equivalence = FileSpec(device=equivalence.name + ":")
            merged = self._overlay(rest, equivalence, keep_root=True)
            if translation.terminal:
                out.append(Expanded(merged, merged.device[:-1]))
            else:
                out += self._expand(merged, not rest.device, depth + 1)
        return out

    def _overlay(self, spec: FileSpec, equivalence: FileSpec, *, keep_root: bool) -> FileSpec:
        """The fields of `spec` over those of the equivalence name, whose device replaces the logical name."""
        directory = equivalence.directory
        if directory.endswith(".]"):
            # A root: hidden behind a concealed name, else joined with the directory that follows it.
            if keep_root:
                below = join_directory(spec.directory, self.process.default_directory) or "[000000]"
                directory = directory_text(parse_directory(directory + below, extended=True).joined())
            else:
                directory = spec.directory
        elif spec.directory:
            directory = join_directory(spec.directory, directory)
        return FileSpec(
            equivalence.node or spec.node, equivalence.device, directory,
            spec.name or equivalence.name, spec.type or equivalence.type, spec.version or equivalence.version,
        )  # fmt: skip

    def _behind(self, equivalence: FileSpec, terminal: bool, depth: int) -> list[tuple[str, tuple[str, ...]]]:
        """The real devices and roots that a concealed name hides."""
        directory = equivalence.directory
        root = parse_directory(directory, extended=True).root or () if directory.endswith(".]") else ()
        if not equivalence.device:
            return [(place.device, place.root + root) for place in self._place("SYS$DISK:", "")]
        name = equivalence.device[:-1]
        entry = None if terminal or name.startswith("_") else self._translate(name)
        if entry is None or not entry.translations:
            return [(name, root)]
        if depth >= MAXIMUM_TRANSLATIONS:
            raise RMS.LNE.error()
        out = []
        for translation in entry.translations:
            inner = self.spec(translation.equivalence)
            if _is_bare(inner):
                inner = FileSpec(device=inner.name + ":")
            out += [(device, above + root) for device, above in self._behind(inner, translation.terminal, depth + 1)]
        return out

    # -- devices -------------------------------------------------------------------------------------------------------------------

    def device(self, parsed: ParsedSpec) -> Device:
        """The device of a candidate. Errors: RMS.DEV with SS.NOSUCHDEV, RMS.FND with SS.NOSUCHNODE for another node.

        This node's own name is allowed; as somebody else (an access control string) nothing here serves files: RMS.FND with SS.NOSUCHOBJ.
        """
        if parsed.device is None:
            if self._is_remote(parsed.spec.node):
                raise FileError(RMS.FND(cause=SS.NOSUCHNODE), parsed.spec)
            if '"' in parsed.spec.node:
                raise FileError(RMS.FND(cause=SS.NOSUCHOBJ), parsed.spec)
            try:
                found = self.process.system.devices.find(parsed.device_name)
            except VmsError as error:
                raise FileError(RMS.DEV(cause=error.message), parsed.spec) from None
            if not isinstance(found, DiskDevice):
                return found
            parsed.device = found
        return parsed.device

    def volume(self, parsed: ParsedSpec) -> Volume:
        """The volume of a candidate. Errors: as device; RMS.DEV for a device without files; RMS.DNR with SS.DEVNOTMOUNT."""
        device = parsed.device or self.device(parsed)
        if not isinstance(device, DiskDevice):
            raise FileError(RMS.DEV(), parsed.spec)
        if device.volume is None:
            raise FileError(RMS.DNR(cause=SS.DEVNOTMOUNT), parsed.spec)
        return device.volume


def _named(place: FileSpec, spec: FileSpec) -> FileSpec:
    """A place with the name, type and version of a specification."""
    return FileSpec(
        place.node, place.device, place.directory, spec.name or place.name, spec.type or place.type, spec.version or place.version
    )  # fmt: skip


@lru_cache(maxsize=2048)
def _directory(field: str, default: str) -> tuple[str, tuple[str, ...], bool]:
    """A directory field under a default: its text, its components below the root, whether it has wildcards. Errors: RMS.DIR."""
    directory = join_directory(field, default)
    parsed = parse_directory(directory, extended=True)
    shown = parsed.joined()
    if parsed.relative and parsed.root is None:
        if any(part == "-" for part in shown):
            raise RMS.DIR.error()
        directory = directory_text(shown)
    elif parsed.root is not None:
        directory = directory_text(shown)
    return directory, shown, is_wild(directory) or "..." in directory


def entry_name(volume: Volume, spec: FileSpec, *, creating: bool = False) -> str:
    """NAME.TYPE as the directories of a volume take it: in upper case below structure level 5.

    Errors: RMS.CRE when `creating`, else RMS.FND, with SS.BADFILENAME for what ODS-2 cannot hold.
    """
    name = spec.name_type
    if volume.structure == 5 or _TRADITIONAL.fullmatch(name):
        return name
    name = name.upper()
    if not _TRADITIONAL.fullmatch(name) and volume.store.get(HOME_KEY) is not None:
        raise FileError((RMS.CRE if creating else RMS.FND)(cause=SS.BADFILENAME), spec)
    return name


def _masked(spec: FileSpec) -> FileSpec:
    """With the password of an access control string hidden, as every resultant specification shows it."""
    if '"' not in spec.node:
        return spec
    return spec.with_fields(node=_PASSWORD.sub(r"\1password", spec.node))


def _is_bare(spec: FileSpec) -> bool:
    """One word without any punctuation."""
    return bool(spec.name) and not (spec.device or spec.directory or spec.type or spec.version or spec.node)
