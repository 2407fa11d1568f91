"""ANALYZE MAIL against a model: whatever lies in queue and directory, each thing has its fate and its place in the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smtp.management.analysis_plan import Plan
from tests.smtp.node.smtp_world import SMTP, SmtpWorld
from tests.smtp.node.test_analyze_mail import EVERYTHING, analyze, control_file, entry_of, to
from vmsemu.base.time import DeltaTime, VmsTime

_CHANGES = ("DELQEN", "SUBFIL", "FILDEL")


@dataclass(frozen=True)
class Fate:
    """How many entries and files remain, and where the thing counts."""

    entries: int
    files: int
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """Something that may be found: how it is made, and its fate without qualifiers, with /REPAIR, and with /DELETE."""

    make: Callable[[SmtpWorld, int], object]
    none: Fate
    repair: Fate
    delete: Fate


def _bad(world: SmtpWorld, number: int, name: str = "{:014d}_SMITH.TCPIP_ALPHA1") -> str:
    spec = SMTP + name.format(number)
    world.write(spec, "no control file")
    return spec + ";1"


def _later(world: SmtpWorld) -> VmsTime:
    return VmsTime(world.kernel.now + DeltaTime.of(days=1))


_PAIR = Fate(1, 1, ("FEPAIR",))
_BAD_PAIR = Fate(1, 1, ("FEPAIR", "FILCOR"))
KINDS = {
    "pair": Kind(lambda w, n: entry_of(w, control_file(w, "x", to("SYSTEM"))), _PAIR, _PAIR, _PAIR),
    "waits": Kind(lambda w, n: entry_of(w, control_file(w, "x", to("SYSTEM")), after=_later(w)), _PAIR, _PAIR, _PAIR),
    "held": Kind(
        lambda w, n: entry_of(w, control_file(w, "x", to("SYSTEM")), hold=True), _PAIR, Fate(1, 1, ("FEPAIR", "SUBFIL")), _PAIR
    ),
    "lost": Kind(
        lambda w, n: control_file(w, "x", to("SYSTEM")),
        Fate(0, 1, ("FILNOQ",)), Fate(1, 1, ("FILNOQ", "SUBFIL")), Fate(0, 0, ("FILNOQ", "FILDEL")),
    ),
    "no file": Kind(
        lambda w, n: entry_of(w, f"{SMTP}{n:014d}_SMITH.TCPIP_ALPHA1;1"), Fate(1, 0, ()), Fate(0, 0, ("DELQEN",)), Fate(1, 0, ()),
    ),
    "corrupt": Kind(
        _bad, Fate(0, 1, ("FILNOQ", "FILCOR")), Fate(0, 0, ("FILNOQ", "FILCOR", "FILDEL")), Fate(0, 0, ("FILNOQ", "FILCOR", "FILDEL")),
    ),
    "corrupt pair": Kind(
        lambda w, n: entry_of(w, _bad(w, n)), _BAD_PAIR, Fate(0, 0, ("FEPAIR", "FILCOR", "DELQEN", "FILDEL")), _BAD_PAIR
    ),
    "corrupt, held": Kind(lambda w, n: entry_of(w, _bad(w, n), hold=True), _BAD_PAIR, _BAD_PAIR, _BAD_PAIR),
    "corrupt, waits": Kind(lambda w, n: entry_of(w, _bad(w, n), after=_later(w)), _BAD_PAIR, _BAD_PAIR, _BAD_PAIR),
    "old": Kind(
        lambda w, n: _bad(w, n, "{:014d}_DRAKE.UCX_DODO"),
        Fate(0, 1, ("FILNOQ",)), Fate(0, 1, ("FILNOQ",)), Fate(0, 0, ("FILNOQ", "FILDEL")),
    ),
    "unknown": Kind(lambda w, n: _bad(w, n, "README{:05d}.TXT"), Fate(0, 1, ("NONCFF",)), Fate(0, 1, ("NONCFF",)), Fate(0, 1, ("NONCFF",))),
}  # fmt: skip
PLANS = {"none": Plan(), "repair": Plan(repair=EVERYTHING), "delete": Plan(delete=EVERYTHING)}


@pytest.fixture(scope="module")
def world() -> SmtpWorld:
    """Its queues stand still, so that nothing but the analysis changes anything."""
    made = SmtpWorld()
    made.dcl("$ TCPIP STOP MAIL")
    return made


def things(world: SmtpWorld) -> list[str]:
    return [name for pattern in ("*.TCPIP_*;*", "*.UCX_*;*", "README*.TXT;*") for name in world.directory(SMTP + pattern)]


@pytest.mark.parametrize("plan", sorted(PLANS))
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_of_thing_has_its_fate(world: SmtpWorld, kind: str, plan: str) -> None:
    check(world, [kind], plan)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(sorted(KINDS)), max_size=8), st.sampled_from(sorted(PLANS)))
def test_things_have_their_fates_whatever_lies_beside_them(world: SmtpWorld, kinds: list[str], plan: str) -> None:
    check(world, kinds, plan)


def check(world: SmtpWorld, kinds: list[str], plan: str) -> None:
    """Make these things, analyze, compare what is left with what the model says; a second analysis changes nothing."""
    for number, kind in enumerate(kinds, 1):
        KINDS[kind].make(world, number)
    fates: list[Fate] = [getattr(KINDS[kind], plan) for kind in kinds]
    try:
        assert analyze(world, PLANS[plan]).figures == Counter(word for fate in fates for word in fate.figures)
        assert len(world.entries()) == sum(fate.entries for fate in fates)
        assert len(things(world)) == sum(fate.files for fate in fates)
        assert not {word for word in analyze(world, PLANS[plan]).figures if word in _CHANGES}
    finally:
        for entry in world.entries():
            world.queues.delete_entry(entry.number)
        for name in things(world):
            world.files().erase(SMTP + name)
