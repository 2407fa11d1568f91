"""A volume, driven through RMS by random steps, against a plain model of what its directories hold.

The model knows directories, names, versions, version limits, aliases and contents as dictionaries; wildcards as its own few lines. Every search
must find exactly what the model finds, in the same order; every refusal must be the one the model expects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.services.rms_world import NOW, RmsWorld, found, write
from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import PrivilegeSet
from vmsemu.files.verify import problems
from vmsemu.files.volume import Volume
from vmsemu.store.memory import MemoryStore

NO_LIMIT = 32767
TOP = ("SMITH",)
NAMES = st.sampled_from(["A.TXT", "A.TXT", "B.TXT", "AB.DAT", "C."])
DIRECTORIES = st.sampled_from([TOP, ("SMITH", "D1"), ("SMITH", "D1"), ("SMITH", "D1", "E"), ("SMITH", "D2")])
VERSIONS = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 7])
CHOSEN = st.sampled_from([0, 0, -1, -2, 1, 2, 3, 4])
FILE_PATTERNS = st.sampled_from(["*.*;*", "*.*;", "A*.*;*", "%.TXT;*", "*.TXT;", "*.*;-1", "*B.%*T;*", "B.*;2", "*.D%*;-2", "D*.DIR;*"])
FIRST_FILES = st.lists(st.tuples(DIRECTORIES, NAMES, VERSIONS), min_size=8, max_size=20)
PLACES = st.sampled_from(["[SMITH]", "[SMITH...]", "[SMITH.*]", "[SMITH.D%]", "[SMITH.D1...]", "[*...]", "[SMITH.*.E]"])

Place = tuple[str, ...]


@dataclass
class Name:
    """The versions of one NAME.TYPE: the number of the file of each."""

    limit: int
    versions: dict[int, int] = field(default_factory=dict)


@dataclass
class Model:
    """`files`: contents of each file that exists, by a number of ours; `directories`: what each holds, and its default version limit."""

    files: dict[int, str] = field(default_factory=dict)
    directories: dict[Place, dict[str, Name]] = field(default_factory=lambda: {TOP: {}})
    limits: dict[Place, int] = field(default_factory=lambda: {TOP: 0})
    serial: int = 0

    def copy(self) -> Model:
        directories = {
            place: {name: replace(entry, versions=dict(entry.versions)) for name, entry in names.items()}
            for place, names in self.directories.items()
        }
        return Model(dict(self.files), directories, dict(self.limits), self.serial)

    def versions(self, place: Place, name: str) -> dict[int, int]:
        entry = self.directories[place].get(name)
        return entry.versions if entry is not None else {}

    def choose(self, place: Place, name: str, version: int) -> int | None:
        """The version that 0, -n or an explicit number means; None when there is none, or its file is gone."""
        there = sorted(self.versions(place, name), reverse=True)
        if version > 0:
            return version if version in there else None
        return there[-version] if -version < len(there) else None

    def enter(self, place: Place, name: str, version: int, file: int) -> None:
        default = NO_LIMIT if name.endswith(".DIR") else self.limits[place] or NO_LIMIT
        self.directories[place].setdefault(name, Name(default)).versions[version] = file

    def take_out(self, place: Place, name: str, version: int) -> int:
        entry = self.directories[place][name]
        file = entry.versions.pop(version)
        if not entry.versions:
            del self.directories[place][name]
        return file

    def aliases(self, file: int) -> int:
        return sum(file in entry.versions.values() for names in self.directories.values() for entry in names.values())

    def has_aliases(self) -> bool:
        """Has a file more than one entry, or an entry no file?"""
        entered = [file for names in self.directories.values() for entry in names.values() for file in entry.versions.values()]
        return len(set(entered)) < len(entered) or not self.files.keys() >= set(entered)

    def search(self, places: list[Place], pattern: str) -> list[str]:
        """What a search finds, in order."""
        wanted, _, version = pattern.partition(";")
        matches = re.compile(re.escape(wanted).replace(r"\*", "[^.]*").replace("%", "[^.]")).fullmatch
        out = []
        for place in places:
            for name in sorted(self.directories[place]):
                if not matches(name):
                    continue
                there = sorted(self.versions(place, name), reverse=True)
                chosen = there if version == "*" else [self.choose(place, name, int(version or 0))]
                out += [f"DKA100:[{'.'.join(place)}]{name};{v}" for v in chosen if v is not None and self.exists(place, name, v)]
        return out

    def exists(self, place: Place, name: str, version: int) -> bool:
        return self.versions(place, name)[version] in self.files

    def places(self, pattern: str) -> list[Place]:
        """The directories a specification means, from the top down."""
        parts = pattern[1:-1].replace("...", ".~").split(".")
        text = r"\.".join("[^.]*" if p == "*" else re.escape(p).replace("%", "[^.]") for p in parts if p not in ("~", "*~"))
        text = "" if parts[0] == "*~" else text
        if parts[0] == "*":
            text = "[^.]+"
        text += r"(\..*)?" if "~" in pattern.replace("...", "~") else ""
        return sorted(place for place in self.directories if re.fullmatch(text, ".".join(place)))


class VolumeMachine(RuleBasedStateMachine):
    """The steps."""

    @initialize(files=FIRST_FILES)
    def mount(self, files: list[tuple[Place, str, int]]) -> None:
        self.world = RmsWorld(MemoryStore(), cluster=1, blocks=20_000)
        self.disk = self.world.devices.disk("DKA100:")
        self.process = self.world.process(privileges=PrivilegeSet.ALL)
        self.model = Model()
        self.make_directory(("SMITH", "D1"), 2)
        self.make_directory(("SMITH", "D1", "E"), 0)
        for place, name, version in files:
            self.create(place, name, version, "first")
        self.save()

    @property
    def store(self) -> MemoryStore:
        assert isinstance(self.volume.store, MemoryStore)
        return self.volume.store

    @property
    def volume(self) -> Volume:
        assert self.disk.volume is not None
        return self.disk.volume

    def spec(self, place: Place, name: str, version: int) -> str:
        return f"[{'.'.join(place)}]{name};{version or ''}"

    def refused(self, call: object, *arguments: object, **options: object) -> str:
        """The ident of the condition that the call fails with; empty when it does not."""
        try:
            call(*arguments, **options)  # type: ignore[operator]
        except VmsError as error:
            return error.message.definition.ident
        return ""

    # -- files ---------------------------------------------------------------------------------------------------------------------

    @rule(place=DIRECTORIES, name=NAMES, version=VERSIONS, text=st.text("xyz", max_size=5))
    def create(self, place: Place, name: str, version: int, text: str) -> None:
        model = self.model
        refused = self.refused(write, self.process, self.spec(place, name, version), text)
        if place not in model.directories:
            assert refused == "DNF"
            return
        there = model.versions(place, name)
        target = version or max(there, default=0) + 1
        limit = model.directories[place][name].limit if there else NO_LIMIT
        if target in there:
            assert refused == "FEX"
        elif len(there) >= limit and target < min(there):
            assert refused == "CRE"
        else:
            assert refused == ""
            model.serial += 1
            model.files[model.serial] = text
            model.enter(place, name, target, model.serial)
            if len(model.versions(place, name)) > limit:
                model.files.pop(model.take_out(place, name, min(model.versions(place, name))), None)

    @rule(place=DIRECTORIES, name=NAMES, version=CHOSEN)
    def erase(self, place: Place, name: str, version: int) -> None:
        model = self.model
        if place not in model.directories:
            return
        chosen = model.choose(place, name, version)
        refused = self.refused(self.process.files.erase, self.spec(place, name, version))
        if chosen is None or not model.exists(place, name, chosen):
            assert refused == "FNF"
        else:
            assert refused == ""
            del model.files[model.take_out(place, name, chosen)]

    @rule(place=DIRECTORIES, name=NAMES, version=CHOSEN, to=DIRECTORIES, new=NAMES, number=VERSIONS)
    def rename(self, place: Place, name: str, version: int, to: Place, new: str, number: int) -> None:
        model = self.model
        if place not in model.directories or to not in model.directories:
            return
        chosen = model.choose(place, name, version)
        if chosen is not None and not model.exists(place, name, chosen):
            return
        refused = self.refused(self.process.files.rename, self.spec(place, name, version), self.spec(to, new, number))
        there = model.versions(to, new)
        target = number or (max(there) + 1 if there else chosen)
        if chosen is None:
            assert refused == "FNF"
        elif target in there:
            assert refused == "FEX"
        else:
            assert refused == "" and target is not None
            # Entered first, so that a name keeps its limit when its only version is renamed to another one.
            model.enter(to, new, target, model.versions(place, name)[chosen])
            model.take_out(place, name, chosen)

    @rule(place=PLACES, pattern=FILE_PATTERNS, keep=st.integers(1, 3))
    def purge(self, place: str, pattern: str, keep: int) -> None:
        """What PURGE/KEEP does: the files found, all but the highest of each name."""
        model = self.model
        pattern = pattern.partition(";")[0] + ";*"
        if pattern.startswith("D*.DIR") or model.has_aliases():
            return  # what is found first decides which entry of a file loses it
        count: dict[str, int] = {}
        try:
            files = list(self.process.files.search(place + pattern))
        except VmsError as error:
            assert error.message.definition.ident in ("FNF", "DNF")
            files = []
        for file in files:
            name = file.spec.with_version("").to_text()
            count[name] = count.get(name, 0) + 1
            if count[name] > keep:
                self.process.files.erase(file)
        for where in model.places(place):
            for spec in model.search([where], pattern):
                name = spec.partition("]")[2].partition(";")[0]
                alive = [v for v in sorted(model.versions(where, name), reverse=True) if model.exists(where, name, v)]
                for version in alive[keep:]:
                    del model.files[model.take_out(where, name, version)]

    @rule(place=DIRECTORIES, name=NAMES, limit=st.integers(0, 3))
    def set_limit(self, place: Place, name: str, limit: int) -> None:
        model = self.model
        if place not in model.directories or not model.versions(place, name):
            return
        directory = self.volume.find_directory(place)
        assert directory is not None
        self.volume.set_version_limit(directory, name, limit)
        model.directories[place][name].limit = limit or NO_LIMIT

    # -- directories and aliases ----------------------------------------------------------------------------------------------------

    @rule(place=DIRECTORIES, limit=st.sampled_from([0, 0, 2]))
    def make_directory(self, place: Place, limit: int) -> None:
        model = self.model
        made = self.process.files.create_directory(f"[{'.'.join(place)}]", version_limit=limit)
        assert made.created == (place not in model.directories)
        for depth in range(2, len(place) + 1):
            here = place[:depth]
            if here not in model.directories:
                model.serial += 1
                model.files[model.serial] = ""
                model.enter(here[:-1], here[-1] + ".DIR", 1, model.serial)
                model.directories[here], model.limits[here] = {}, limit

    @rule(place=DIRECTORIES)
    def delete_directory(self, place: Place) -> None:
        model = self.model
        if place == TOP or place not in model.directories:
            return
        refused = self.refused(self.process.files.erase, self.spec(place[:-1], place[-1] + ".DIR", 1))
        if model.directories[place]:
            assert refused == "MKD"
        else:
            assert refused == ""
            del model.files[model.take_out(place[:-1], place[-1] + ".DIR", 1)], model.directories[place], model.limits[place]

    @rule(place=DIRECTORIES, name=NAMES, to=DIRECTORIES, new=NAMES, number=VERSIONS)
    def enter_alias(self, place: Place, name: str, to: Place, new: str, number: int) -> None:
        model = self.model
        chosen = model.choose(place, name, 0) if place in model.directories and to in model.directories else None
        if chosen is None or not model.exists(place, name, chosen):
            return
        file = self.process.files.find(self.spec(place, name, 0))
        there = model.versions(to, new)
        target = number or (max(there) + 1 if there else chosen)
        refused = self.refused(self.process.files.enter, file, self.spec(to, new, number))
        assert refused == ("FEX" if target in there else "")
        if not refused:
            model.enter(to, new, target, model.versions(place, name)[chosen])

    @rule(place=DIRECTORIES, name=NAMES)
    def remove_alias(self, place: Place, name: str) -> None:
        model = self.model
        chosen = model.choose(place, name, 0) if place in model.directories else None
        if chosen is None or not model.exists(place, name, chosen) or model.aliases(model.versions(place, name)[chosen]) < 2:
            return
        self.process.files.remove_entry(self.process.files.find(self.spec(place, name, 0)))
        model.take_out(place, name, chosen)

    # -- looking --------------------------------------------------------------------------------------------------------------------

    @rule(place=PLACES, pattern=FILE_PATTERNS)
    def search(self, place: str, pattern: str) -> None:
        expected = self.model.search(self.model.places(place), pattern)
        try:
            files = found(self.process, place + pattern)
        except VmsError as error:
            assert error.message.definition.ident in ("FNF", "DNF") and not expected
        else:
            assert files == expected

    @rule(place=DIRECTORIES, name=NAMES, version=CHOSEN)
    def read(self, place: Place, name: str, version: int) -> None:
        model = self.model
        chosen = model.choose(place, name, version) if place in model.directories else None
        if chosen is not None and model.exists(place, name, chosen):
            with self.process.files.open(self.spec(place, name, version)) as file:
                assert list(file.lines()) == [model.files[model.versions(place, name)[chosen]]]
                assert file.spec.version == f";{chosen}"

    # -- the medium -----------------------------------------------------------------------------------------------------------------

    @rule(what=st.sampled_from(["commit", "remount", "crash", "crash"]))
    def medium(self, what: str) -> None:
        if what == "commit":
            self.save()
        elif what == "remount":
            self.put_in(self.store)
        else:
            self.put_in(self.store.committed())
            self.model = self.saved.copy()

    def save(self) -> None:
        self.store.commit()
        self.saved = self.model.copy()

    def put_in(self, store: MemoryStore) -> None:
        self.disk.volume = Volume(store, lambda: NOW)
        self.world.devices.changed()

    @invariant()
    def the_volume_is_sound_and_holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "model"):
            return
        model = self.model
        dangling = sum(
            file not in model.files for names in model.directories.values() for entry in names.values() for file in entry.versions.values()
        )
        bad = problems(self.volume)
        assert len(bad) == dangling and all("leads to no file" in line for line in bad)
        for place, names in model.directories.items():
            fid = self.volume.find_directory(place)
            assert fid is not None
            entries = self.volume.directory(fid).entries
            assert {name: (entry.limit, entry.versions) for name, entry in entries.items()} == {
                name: (entry.limit, sorted(entry.versions)) for name, entry in names.items()
            }


TestVolumeMachine = VolumeMachine.TestCase
TestVolumeMachine.settings = settings(max_examples=30, stateful_step_count=40, deadline=None)
