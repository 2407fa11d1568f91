"""$ERASE, $RENAME, entering and removing names, making directories: the operations that change directories.

Source: RMS Reference Manual, $ERASE, $RENAME; Run-Time Library, LIB$CREATE_DIR; DCL Dictionary, RENAME and CREATE/DIRECTORY.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmsemu.base.condition import VmsError
from vmsemu.base.directory import directory_text
from vmsemu.base.filespec import FileSpec, output_fields
from vmsemu.base.protection import Protection
from vmsemu.base.uic import Uic
from vmsemu.files.control import Share
from vmsemu.files.directory import is_directory_name
from vmsemu.files.header import FileHeader, FileId
from vmsemu.files.volume import RESERVED, Volume
from vmsemu.security.access import CONTROL, DELETE, EXECUTE, WRITE
from vmsemu.services.file_names import FileError, FileNames, ParsedSpec, about, entry_name
from vmsemu.services.file_search import FileSearch, FoundFile, spelled
from vmsemu.services.file_security import FileSecurity
from vmsemu.tables.facilities import LIB, RMS, SS

if TYPE_CHECKING:
    from vmsemu.services.process import Process

Spec = str | FileSpec
DIRECTORY_TYPE = ".DIR"


@dataclass(frozen=True, slots=True)
class DirectoryResult:
    """What CREATE/DIRECTORY did: the directory as displayed, and whether it had to be made."""

    spec: FileSpec
    created: bool


class FileChanges:
    """The part of ProcessFiles that changes directories."""

    process: Process
    names: FileNames
    security: FileSecurity
    searcher: FileSearch

    def _found(self, what: Spec | FoundFile) -> FoundFile:
        if isinstance(what, FoundFile):
            return what
        candidates = self.names.candidates(what)
        if candidates[0].spec.has_wildcards:
            raise FileError(RMS.WLD(), candidates[0].spec)
        return self._first_existing(candidates)

    def _first_existing(self, candidates: tuple[ParsedSpec, ...]) -> FoundFile:
        """The first element of a search list that has the file; the last element's error when none has."""
        for parsed in candidates[:-1]:
            try:
                found = self.searcher.existing(parsed)
            except FileError as error:
                if not error.matches(RMS.DNF, RMS.DEV):
                    raise
            else:
                if found is not None:
                    return found
        return self.searcher.lookup(candidates[-1])

    # -- deleting ------------------------------------------------------------------------------------------------------------------

    def erase(self, what: Spec | FoundFile) -> None:
        """Delete a file and its entry.

        Errors: RMS.PRV with SS.NOPRIV; RMS.FLK with SS.ACCONFLICT when somebody has it open; RMS.MKD with SS.DIRNOTEMPTY; as search.
        """
        found = self._found(what)
        if not self.security.allowed(found.volume.header(found.directory), WRITE):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        self._remove_version(found.volume, found.directory, found.name_type, found.version, found.spec)

    def _remove_version(self, volume: Volume, directory: FileId, name: str, version: int, spec: FileSpec) -> None:
        """Take out one version and delete its file, after all that can refuse it was asked."""
        fid = volume.lookup(directory, name, version)
        if fid is None:
            raise FileError(RMS.FNF(), spec)
        header = volume.header(fid)
        if not self.security.file_allowed(volume, header, DELETE):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), spec)
        if volume.quotas is not None and fid == volume.quotas.header.fid:
            raise FileError(RMS.FLK(cause=SS.ACCONFLICT), spec)
        control = volume.open_files.get(fid.number)
        if control is not None and not all(access.share & Share.WRITE for access in control.accesses):
            raise FileError(RMS.FLK(cause=SS.ACCONFLICT), spec)
        if fid.number <= RESERVED:
            raise FileError(RMS.MKD(cause=SS.NOPRIV), spec)
        if header.is_directory and volume.directory(fid).entries:
            raise FileError(RMS.MKD(cause=SS.DIRNOTEMPTY), spec)
        try:
            volume.remove(directory, name, version)
            volume.delete(fid)
        except VmsError as error:
            raise about(error, spec) from None

    def remove_entry(self, found: FoundFile) -> None:
        """SET FILE/REMOVE: take out the entry and leave the file. Errors: RMS.PRV with SS.NOPRIV."""
        if not self.security.allowed(found.volume.header(found.directory), WRITE) or not self.security.volume_allowed(found.volume, WRITE):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        found.volume.check_aliases()
        found.volume.remove(found.directory, found.name_type, found.version)

    def enter(self, found: FoundFile, alias: Spec) -> FileSpec:
        """SET FILE/ENTER: give the file one more entry, on the same volume. Errors: RMS.DEV, RMS.FEX, RMS.PRV, RMS.WLD."""
        parsed = self.names.candidates(alias, found.spec.with_version(""))[0]
        volume, directory, version = self._target(parsed, found)
        volume.enter(directory, entry_name(volume, parsed.spec), version, found.header.fid)
        return parsed.spec.with_version(version)

    # -- renaming ------------------------------------------------------------------------------------------------------------------

    def rename(
        self, what: Spec | FoundFile, new_spec: Spec, *, new_version: bool = True, every_version: bool = False, inherit: bool = False
    ) -> FoundFile:
        """Rename a file, also into another directory of its volume; what the new name leaves out or has as `*` is taken from the old one.

        Without an explicit version the file keeps its own when there is no file of the new name, else it gets the next (or RMS.FEX, unless
        `new_version`). Of `every_version` that is renamed each keeps its own when that is free (fidelity: inferred).
        With `inherit` owner, protection and ACL become those of a file that is made under the new name.
        Errors: RMS.DEV for another device, RMS.FEX, RMS.DNF, RMS.PRV, RMS.IDR for a directory into itself, RMS.WLD, those of parse.
        """
        found = self._found(what)
        typed = self.names.spec(new_spec)
        if typed.device or typed.directory or typed.type or typed.version:
            typed = output_fields(typed, found.spec)
        # A relative directory is relative to the process default, as in every output specification.
        parsed = self.names.candidates(typed, "", found.spec.with_directory("") if typed.directory else found.spec)[0]
        if parsed.spec.has_wildcards:
            filled = output_fields(parsed.spec, found.spec)
            parsed = self.names.candidates(filled)[0]
        volume, directory, version = self._target(parsed, found, new_version=new_version, every_version=every_version)
        self._check_rename(found, volume, directory, parsed.spec)
        name = entry_name(volume, parsed.spec, creating=True)
        before = volume.directory(directory).find(name)
        try:
            header = volume.rename(found.directory, found.name_type, found.version, directory, name, version)
            if inherit:
                self._inherit(volume, header, volume.header(directory), volume.header(before) if before not in (None, header.fid) else None)
        except VmsError as error:
            raise about(error, parsed.spec) from None
        made = spelled(parsed.spec, header.name.rpartition(";")[0])
        return FoundFile(made.with_version(version), header, volume, found.device, directory)

    def _inherit(self, volume: Volume, header: FileHeader, parent: FileHeader, previous: FileHeader | None) -> None:
        security = self.security
        header.owner = security.new_owner(parent, previous)
        if header.is_directory:
            header.protection, header.acl = security.new_directory_protection(parent), security.new_directory_acl(parent)
        else:
            header.protection = security.new_protection(parent, previous)
            header.acl = security.new_acl(parent, previous, header.owner, header.protection)
        volume.write_header(header)

    def _target(
        self, parsed: ParsedSpec, found: FoundFile, *, new_version: bool = True, every_version: bool = False
    ) -> tuple[Volume, FileId, int]:
        """Where a new entry for a file goes, and with which version."""
        if parsed.spec.has_wildcards:
            raise FileError(RMS.WLD(), parsed.spec)
        if self.names.device(parsed) is not found.device:
            raise FileError(RMS.DEV(), parsed.spec)
        volume, directory = self.searcher.directory(parsed, WRITE)
        name = entry_name(volume, parsed.spec, creating=True)
        version = parsed.spec.version_number or 0
        if version < 0:
            raise FileError(RMS.VER(), parsed.spec)
        there = volume.directory(directory)
        free = there.find(name, found.version) is None if every_version else not there.highest(name)
        if version == 0 and (not new_version or is_directory_name(name) or free):
            version = found.version
        try:
            return volume, directory, volume.next_version(directory, name, version)
        except VmsError as error:
            raise about(error, parsed.spec) from None

    def _check_rename(self, found: FoundFile, volume: Volume, directory: FileId, new_spec: FileSpec) -> None:
        source = volume.header(found.directory)
        if not self.security.allowed(source, WRITE) or not self.security.allowed(found.header, DELETE):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        if found.header.fid.number <= RESERVED:
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        above, depth = directory, 0
        while found.header.is_directory and depth < 20:
            if above == found.header.fid:
                raise FileError(RMS.IDR(), new_spec)
            above, depth = volume.header(above).backlink, depth + 1
            if above.number == volume.header(above).backlink.number:
                break

    # -- directories ---------------------------------------------------------------------------------------------------------------

    def create_directory(
        self,
        spec: Spec,
        *,
        owner: Uic | None = None,
        protection: Protection | None = None,
        version_limit: int | None = None,
        allocation: int = 1,
    ) -> DirectoryResult:
        """Make a directory and those above it that are missing.

        Errors: LIB.INVFILSPE for a file name, wildcards or no directory; RMS.DIR; RMS.DEV with SS.NOSUCHDEV; RMS.PRV; RMS.FUL; RMS.WLK.
        """
        typed = self.names.spec(spec)
        parsed = self.names.candidates(typed)[0]
        given = parsed.spec
        if given.name or given.type != "." or given.version != ";" or parsed.wild_directory:
            raise FileError(LIB.INVFILSPE(), given)
        shown = FileSpec(given.node, given.device, given.directory)
        volume = self.names.volume(parsed)
        path = tuple(self._component(volume, part, given) for part in parsed.path)
        if volume.find_directory(path) is not None:
            return DirectoryResult(shown, False)
        for depth in range(len(parsed.root) + 1, len(path) + 1):
            if volume.find_directory(path[:depth]) is None:
                last = depth == len(path)
                self._make_directory(volume, path[:depth], shown, owner, protection, version_limit, allocation if last else 1)
        return DirectoryResult(shown, True)

    def _component(self, volume: Volume, part: str, given: FileSpec) -> str:
        """A directory's name as the volume takes it. Errors: RMS.CRE with SS.BADFILENAME."""
        try:
            return entry_name(volume, FileSpec(name=part, type=DIRECTORY_TYPE), creating=True).removesuffix(DIRECTORY_TYPE)
        except VmsError as error:
            raise FileError(error.message, given) from None

    def _make_directory(
        self, volume: Volume, path: tuple[str, ...], shown: FileSpec, owner: Uic | None, protection: Protection | None,
        version_limit: int | None, allocation: int,
    ) -> FileHeader:  # fmt: skip
        above = volume.find_directory(path[:-1])
        if above is None:
            raise FileError(RMS.DNF(cause=SS.NOSUCHFILE), shown.with_directory(directory_text(path[:-1])))
        parent = volume.header(above)
        security = self.security
        refused = not security.path_allowed(volume, path[:-1]) or not security.allowed(parent, WRITE)
        if refused or not security.volume_allowed(volume, EXECUTE):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), shown)
        try:
            return volume.create_directory(
                above, path[-1],
                owner=owner if owner is not None else security.new_owner(parent),
                protection=protection if protection is not None else security.new_directory_protection(parent),
                version_limit=parent.version_limit if version_limit is None else version_limit,
                acl=security.new_directory_acl(parent), allocation=allocation,
            )  # fmt: skip
        except VmsError as error:
            raise about(error, shown) from None

    # -- headers -------------------------------------------------------------------------------------------------------------------

    def modify(self, found: FoundFile, **fields: Any) -> None:
        """Change fields of a header (SET FILE, SET SECURITY): owner, protection, acl, expires, version_limit, ...

        Errors: RMS.PRV with SS.NOPRIV without control access, RMS.WLK.
        """
        if not self.security.allowed(found.header, CONTROL) or not self.security.volume_allowed(found.volume, WRITE):
            raise FileError(RMS.PRV(cause=SS.NOPRIV), found.spec)
        try:
            if "owner" in fields:
                found.volume.change_owner(found.header, fields.pop("owner"))
            for name, value in fields.items():
                setattr(found.header, name, value)
            found.volume.write_header(found.header)
        except VmsError as error:
            raise about(error, found.spec) from None
