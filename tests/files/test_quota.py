"""Disk quotas, and what a volume says of itself."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.protection import Protection
from vmsemu.base.time import VmsTime
from vmsemu.base.uic import Uic
from vmsemu.files.home_block import VolumeAttributes
from vmsemu.files.quota import DiskQuotas
from vmsemu.files.volume import MFD, Volume
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS, SS

NOW = VmsTime.of(2001, 5, 14)
SMITH, JONES = Uic(0o200, 1), Uic(0o200, 2)


@pytest.fixture
def store():
    made = MemoryStore()
    Volume.initialize(made, "WORK", now=NOW, blocks=10_000, cluster=1)
    return made


def mounted(store):
    volume = Volume(store, lambda: NOW)
    volume.may_exceed_quota = lambda: False
    return volume


@pytest.fixture
def volume(store):
    volume = mounted(store)
    volume.may_exceed_quota = lambda: True
    volume.quotas = DiskQuotas.create(volume)
    volume.quotas.add(SMITH, 20, 5)
    volume.may_exceed_quota = lambda: False
    return volume


def usage(volume, owner=SMITH):
    return volume.quotas.require(owner).usage


def test_a_file_costs_its_blocks_and_one_for_its_header(volume):
    header = volume.create(MFD, "A.TXT", owner=SMITH, allocation=4)
    assert usage(volume) == 5
    volume.extend(header, 10)
    assert usage(volume) == 11
    volume.release(header, 3)
    assert usage(volume) == 4
    volume.remove(MFD, "A.TXT", 1)
    volume.delete(header.fid)
    assert usage(volume) == 0


def test_a_new_file_must_fit_the_permanent_quota_and_an_old_one_may_use_the_overdraft(volume):
    header = volume.create(MFD, "A.TXT", owner=SMITH, allocation=19)
    with pytest.raises(VmsError) as caught:
        volume.create(MFD, "B.TXT", owner=SMITH)
    assert caught.value.matches(RMS.CRE)
    assert caught.value.message.cause.value == SS.EXDISKQUOTA.value
    volume.extend(header, 24)
    with pytest.raises(VmsError) as caught:
        volume.extend(header, 25)
    assert caught.value.matches(RMS.EXT)
    assert (usage(volume), header.allocated, volume.lookup(MFD, "B.TXT")) == (25, 24, None)


def test_who_has_no_entry_gets_nothing_unless_he_may_exceed(volume):
    with pytest.raises(VmsError):
        volume.create(MFD, "A.TXT", owner=JONES)
    volume.may_exceed_quota = lambda: True
    volume.create(MFD, "A.TXT", owner=JONES, allocation=2000)
    volume.create(MFD, "B.TXT", owner=SMITH, allocation=2000)
    assert usage(volume) == 2001


def test_a_file_changes_hands_with_its_blocks(volume):
    header = volume.create(MFD, "A.TXT", owner=SMITH, allocation=4)
    with pytest.raises(VmsError):
        volume.change_owner(header, JONES)
    assert (header.owner, usage(volume)) == (SMITH, 5)
    volume.quotas.add(JONES, None, None)
    volume.change_owner(header, JONES)
    assert (header.owner, usage(volume), usage(volume, JONES)) == (JONES, 0, 5)


def test_quotas_are_there_after_the_next_mount(volume, store):
    header = volume.create(MFD, "A.TXT", owner=SMITH, allocation=4)
    volume.quotas.add(JONES, 7, 8)
    volume.quotas.remove(JONES)
    volume.quotas.add(Uic(0o300, 1), 1, 2)
    again = mounted(store)
    assert [(uic, e.usage, e.permanent, e.overdraft) for uic, e in again.quotas] == [
        (Uic(0, 0), 0, 1000, 100), (SMITH, 5, 20, 5), (Uic(0o300, 1), 0, 1, 2),
    ]  # fmt: skip
    assert again.header(header.fid).owner == SMITH
    with pytest.raises(VmsError) as caught:
        again.quotas.add(SMITH, 1, 1)
    assert caught.value.matches(SS.DUPDSKQUOTA)


def test_defaults_and_owner_of_a_volume_stay(volume, store):
    wanted = VolumeAttributes(
        extension=30, windows=9, accessed=8, file_protection=Protection.from_text("S:R"), read_check=True, erase=True, highwater=False,
        minimum_retention=5, maximum_retention=1 << 60, user_name="SMITH", acl=("(IDENTIFIER=[SMITH],ACCESS=READ)", "(IDENTIFIER=*,ACCESS=NONE)"),
    )  # fmt: skip
    volume.set_attributes(wanted)
    volume.describe(label="OTHER", owner=SMITH, protection=Protection.from_text("O:RWED"))
    again = mounted(store)
    assert again.attributes == wanted
    assert (again.label, again.owner, again.protection) == ("OTHER", SMITH, Protection(0, 15, 0, 0))
