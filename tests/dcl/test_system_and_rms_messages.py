"""The conditions of SYSTEM and RMS that users of DCL meet (DCL reference 6.4, 6.5): for each that can happen here, a command that shows it.

What happens only elsewhere is named with the place of its test, what cannot happen with the reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.dcl.dcl_world import BOOT, DclWorld
from tests.tables.conditions import LINES
from vmsemu.base.condition import VmsError
from vmsemu.files.attributes import fixed
from vmsemu.files.initialize import INITIAL_HEADERS
from vmsemu.files.mount import DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.services.creprc import create_process, idle
from vmsemu.services.process import ProcessMode
from vmsemu.store.memory import MemoryStore
from vmsemu.tables.facilities import RMS, SS
from vmsemu.tables.message import Facility

TESTS = Path(__file__).parents[1]
Prepare = Callable[[DclWorld], None]


@dataclass(frozen=True)
class Case:
    """Typed lines; `lead` are the lines of the utility above the message, `below` those under it."""

    facility: Facility
    ident: str
    lines: tuple[str, ...]
    lead: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    prepare: Prepare | None = None
    user: str = "SYSTEM"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def system(ident: str, *lines: str, **more: Any) -> Case:
    return Case(SS, ident, lines, **more)


def rms(ident: str, *lines: str, **more: Any) -> Case:
    return Case(RMS, ident, lines, **more)


def openin(name: str, facility: str = "DCL", severity: str = "E") -> tuple[str, ...]:
    return (f"%{facility}-{severity}-OPENIN, error opening {name} as input",)


def openout(name: str, facility: str) -> tuple[str, ...]:
    return (f"%{facility}-E-OPENOUT, error opening {name} as output",)


def unmounted(world: DclWorld) -> None:
    world.devices.add(DiskDevice("DUA2:", None))


def private(world: DclWorld) -> None:
    world.type("SET PROTECTION=(S:RWED,O:RWED,G,W) A.TXT")


def no_subprocesses(world: DclWorld) -> None:
    record = world.system.sysuaf.require("SMITH")
    world.system.sysuaf.put(replace(record, quotas=replace(record.quotas, prclm=0)))


def one_job(world: DclWorld) -> None:
    record = world.system.sysuaf.require("SMITH")
    world.system.sysuaf.put(replace(record, quotas=replace(record.quotas, maxjobs=1)))


def taken(world: DclWorld) -> None:
    """Another job has allocated the null device."""
    process = create_process(world.system, record=world.system.sysuaf.require("SYSTEM"), mode=ProcessMode.OTHER, main=idle)
    process.attributes["allocated"] = ["NLA0:"]


def small_disk(world: DclWorld) -> None:
    """DUA3: takes few files."""
    store = MemoryStore()
    Volume.initialize(store, "SMALL", blocks=10_000, now=BOOT, maximum_files=INITIAL_HEADERS)
    world.devices.add(DiskDevice("DUA3:", Volume(store, lambda: world.kernel.now)))


HERE = "DUA1:[000000]"
A = f"{HERE}A.TXT;1"
NOT_THERE = "-SYSTEM-W-NOSUCHFILE, no such file"
NO_DEVICE = "-SYSTEM-W-NOSUCHDEV, no such device available"
NOT_MOUNTED = "-SYSTEM-F-DEVNOTMOUNT, device is not mounted"
NO_PRIVILEGE = "-SYSTEM-F-NOPRIV, insufficient privilege or object protection violation"
LONG = "A" * 45

CASES = [
    system("BADPARAM", 'X = F$FAO("!ZZ",1)'),
    system("NOPRIV", "SET UIC [1,1]", user="SMITH", before=("%DCL-I-INSPRIV, insufficient privilege to change UIC - you need CMKRNL privilege",)),
    system("DEVMOUNT", "ALLOCATE DUA1:"),
    system("DEVNOTMOUNT", "OPEN F DUA2:[A]B.C", prepare=unmounted,
           lead=(*openin("DUA2:[A]B.C;"), "-RMS-E-DNR, device not ready, not mounted, or unavailable")),
    system("DUPLNAM", "SPAWN/PROCESS=SYSTEM SHOW TIME"),
    system("IVDEVNAM", 'X = F$GETDVI("A*B","MNT")'),
    system("IVLOGNAM", 'DEFINE "" X'),
    system("NOLOGNAM", "DEASSIGN NOSUCH"),
    system("NOTALLPRIV", "SET PROCESS/PRIVILEGES=CMKRNL", user="SMITH"),
    system("ACCONFLICT", "OPEN/READ/WRITE F A.TXT", "OPEN/READ/WRITE G A.TXT",
           lead=(*openin(A), "-RMS-E-FLK, file currently locked by another user")),
    system("BADFILEVER", "COPY A.TXT B.TXT;32767", "COPY A.TXT B.TXT",
           lead=(*openout(f"{HERE}B.TXT;", "COPY"), "-RMS-E-CRE, ACP file create failed"), after=(f"%COPY-W-NOTCOPIED, {A} not copied",)),
    system("DEVNOTALLOC", "DEALLOCATE NL:"),
    system("NONEXPR", "STOP NOSUCH"),
    system("NOSUCHDEV", 'X = F$GETDVI("NOSUCH","MNT")'),
    system("NOSUCHFILE", "OPEN F [NOSUCH]X", lead=(*openin("DUA1:[NOSUCH]X.DAT;"), "-RMS-E-DNF, directory not found")),
    system("DIRNOTEMPTY", "CREATE/DIRECTORY [.X]", "COPY A.TXT [.X]", "SET PROTECTION=O:RWED X.DIR", "DELETE X.DIR;",
           lead=(f"%DELETE-W-FILNOTDEL, error deleting {HERE}X.DIR;1", "-RMS-E-MKD, ACP could not mark file for deletion")),
    system("NOSUCHID", "SET UIC [NOSUCH]"),
    system("NOLOGTAB", "DEFINE/TABLE=NOSUCH A B"),
    system("NOSUCHNODE", "OPEN F FAR::DUA1:[X]A.B;1",
           lead=(*openin("FAR::DUA1:[X]A.B;1"), "-RMS-E-FND, ACP file or directory lookup failed")),
    system("EXLNMQUOTA", "CREATE/NAME_TABLE/QUOTA=200 T", "DEFINE/TABLE=T A " + "B" * 200),
    system("EXPRCLM", "SPAWN SHOW TIME", user="SMITH", prepare=no_subprocesses),
    system("EXQUOTA", "RUN/DETACHED SYS$SYSTEM:LOGINOUT", user="SMITH", prepare=one_job, lead=("%RUN-F-CREPRC, process creation failed",)),
    system("DEVALLOC", "ALLOCATE NL:", prepare=taken),
    system("IDXFILEFULL", *(f"COPY A.TXT DUA3:[000000]B{n}.TXT" for n in range(7)), prepare=small_disk,
           lead=(*openout("DUA3:[000000]B6.TXT;", "COPY"), "-RMS-E-CRE, ACP file create failed"), after=(f"%COPY-W-NOTCOPIED, {A} not copied",)),
    rms("DNR", "TYPE DUA2:[A]B.C", prepare=unmounted, lead=("%TYPE-W-SEARCHFAIL, error searching for DUA2:[A]B.C;",), below=(NOT_MOUNTED,)),
    rms("EOF", "OPEN F A.TXT", "READ F X", "READ F X"),
    rms("FEX", "CREATE A.TXT;1", lead=openout(A, "CREATE")),
    rms("FLK", "OPEN/WRITE F B.TXT", "OPEN G B.TXT", lead=openin(f"{HERE}B.TXT;1"), below=("-SYSTEM-W-ACCONFLICT, file access conflict",)),
    rms("FNF", "TYPE B.TXT", lead=(f"%TYPE-W-SEARCHFAIL, error searching for {HERE}B.TXT;",)),
    rms("PRV", f"OPEN F {HERE}A.TXT", user="SMITH", prepare=private, lead=openin(A), below=(NO_PRIVILEGE,)),
    rms("IDR", "CREATE/DIRECTORY [.X]", "RENAME X.DIR [.X]Y.DIR", lead=openout("DUA1:[X]Y.DIR;", "RENAME")),
    rms("DEV", "OPEN F NOSUCH:X", lead=openin("NOSUCH:[000000]X.DAT;"), below=(NO_DEVICE,)),
    rms("DIR", "OPEN F [A..B.C]X", lead=openin("[A..B.C]X")),
    rms("FAC", "OPEN/WRITE F B", "READ F X"),
    rms("FNM", f"OPEN F {LONG}.X", lead=openin(f"{LONG}.X")),
    rms("TYP", f"OPEN F A.{LONG}", lead=openin(f"A.{LONG}")),
    rms("VER", "OPEN F A.B;99999", lead=openin("A.B;99999")),
    rms("SYN", "OPEN F A.B.C.D", lead=openin("A.B.C.D")),
    rms("WLD", "OPEN F *.TXT", lead=openin(f"{HERE}*.TXT;")),
    rms("RSZ", "OPEN/READ/WRITE F A.TXT", "READ F X", 'WRITE/UPDATE F "LONGER"'),
    rms("CRE", "COPY A.TXT B.TXT;32767", "COPY A.TXT B.TXT", lead=openout(f"{HERE}B.TXT;", "COPY"),
        below=("-SYSTEM-W-BADFILEVER, bad file version number",), after=(f"%COPY-W-NOTCOPIED, {A} not copied",)),
    rms("FND", "OPEN F FAR::DUA1:[X]A.B;1", lead=openin("FAR::DUA1:[X]A.B;1"), below=("-SYSTEM-F-NOSUCHNODE, remote node is unknown",)),
    rms("DNF", "DIRECTORY [NOSUCH]", lead=openin("DUA1:[NOSUCH]*.*;*", "DIRECT"), below=(NOT_THERE,)),
    rms("LNE", "DEFINE A1 B1", "DEFINE B1 A1", "OPEN F A1", lead=openin("A1")),
]  # fmt: skip

ELSEWHERE = {
    "ABORT": "dcl/test_terminal.py", "TOOMANYLNAM": "lnm/test_names.py", "IVLOGTAB": "lnm/test_names.py", "TIMEOUT": "queue/test_server_queues.py",
    "WRITLCK": "scenarios/volumes.md", "WLK": "scenarios/volumes.md", "REJECT": "net/test_simulated_net.py", "DEVICEFULL": "scenarios/disk_full.md",
    "FUL": "files/test_records.py", "FORCEDEXIT": "dcl/test_terminal.py", "IVIDENT": "security/test_fresh.py", "DUPIDENT": "security/test_fresh.py",
    "PWDSYNTAX": "security/test_password.py", "INVPWDLEN": "scenarios/set.md", "PWDNOTDIF": "scenarios/set.md", "NORMAL": "tables/test_message.py",
    "TMO": "services/test_mailbox.py", "DEL": "files/test_indexed.py", "RNF": "dcl/test_records.py", "IFI": "files/test_records.py",
}  # fmt: skip
"""Where else a condition is tested."""

REASONS = {
    **dict.fromkeys(("EXASTLM", "EXBIOLM", "EXBYTLM", "EXDIOLM", "EXFILLM", "EXPGFLQUOTA", "EXTQELM", "EXENQLM", "INSFMEM", "DME"),
                    "the quota is shown, but a command procedure cannot use it up here"),
    **dict.fromkeys(("NODISKQUOTA", "EXDISKQUOTA"), "disk quotas are not enabled on the volumes of this machine"),
    **dict.fromkeys(("NMF", "CONTROLY", "BUFFEROVF", "CREATED", "NOTRAN", "SUPERSEDE", "DEVALRALLOC", "CONCEALED", "NOTQUEUED", "NOMOREFILES", "NOMOREPROC", "ENDOFFILE"),
                    "a result of a service that commands turn into something else"),
    **dict.fromkeys(("FAB", "NAM", "RAB", "RAT", "RFM", "ACT", "RSA", "IVCHAN", "ACCVIO", "SEQ", "PLV"), "an error of a program's own, which images here do not make"),
    **dict.fromkeys(("BADCHKSUM", "BADFILEHDR", "BADIRECTORY", "FILENUMCHK", "FILELOCKED", "IRC", "ACC", "ENT", "RER", "WER"),
                    "damage to a disk, which a transactional store does not have"),
    **dict.fromkeys(("DEVFOREIGN", "FORMAT", "BADESCAPE", "NONLOCAL", "TEMPLATEDEV", "NOLICENSE"), "there is no such device, volume or license check here"),
    **dict.fromkeys(("PWDINDIC", "PWDINHIS", "PWDWEAK"), "there is no dictionary and no history of passwords"),
    **dict.fromkeys(("RLK", "DEADLOCK"), "records are locked for the length of a call only"),
    **dict.fromkeys(("DEVASSIGN", "DEVOFFLINE", "NOSUCHOBJECT", "DUPFILENAME"), "a reason that utilities replace by messages of their own"),
    "BADFILENAME": "RMS refuses the name before the file system sees it", "INCVOLLABEL": "MOUNT has its own message", "IVTIME": "DCL says IVATIME or IVDTIME",
    "CANCEL": "operations are cancelled together with their image", "CLIFRCEXT": "DCL ends images with FORCEDEXIT", "OBJECT_EXISTS": "no command creates objects",
    "BOF": "no command reads backwards", "RTB": "READ takes records of any size", "EXP": "expiration dates do not refuse access", "NXR": "READ says RNF",
    "ACS": "node names are refused as unknown",
}  # fmt: skip


@pytest.mark.parametrize("each", CASES, ids=lambda each: f"{each.ident}: {each.lines[-1][:40]}")
def test_the_command_shows_the_condition(world: DclWorld, each: Case) -> None:
    world.write("A.TXT", "one")
    if each.prepare is not None:
        each.prepare(world)
    definition = each.facility.definitions[each.ident]
    severity = "W" if each.ident == "NOTALLPRIV" else definition.severity.letter
    line = f"{'-' if each.lead else '%'}{definition.facility}-{severity}-{each.ident}, {definition.text}"
    assert world.type(*each.lines, username=each.user) == [*each.before, *each.lead, line, *each.below, *each.after]


def test_a_size_that_rms_refuses_is_reported(world: DclWorld) -> None:
    with world.files() as files, pytest.raises(VmsError) as caught:
        files.create(f"{HERE}X.DAT", attributes=fixed(0))
    assert caught.value.matches(RMS.MRS)


@pytest.mark.parametrize("ident", ELSEWHERE)
def test_the_place_that_is_named_speaks_of_the_condition(ident: str) -> None:
    assert ident in (TESTS / ELSEWHERE[ident]).read_text(encoding="utf-8")


@pytest.mark.parametrize("facility", ["SYSTEM", "RMS"])
def test_every_condition_has_a_case_or_a_reason(facility: str) -> None:
    known = {line.split()[2] for line in LINES if line.split()[1] == facility}
    met = {each.ident for each in CASES} | set(ELSEWHERE) | {"MRS"}
    assert known - met - set(REASONS) == set()
    assert met & set(REASONS) == set()
