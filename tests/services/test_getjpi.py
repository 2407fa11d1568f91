"""What F$GETJPI and F$GETSYI answer."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime
from vmsemu.kernel.kernel import sleep
from vmsemu.services.creprc import create_process
from vmsemu.services.getjpi import find_jpi_item, getjpi, jpi_items
from vmsemu.services.getsyi import getsyi, is_syi_item, syi_items, system_parameters
from vmsemu.services.process import ProcessMode
from vmsemu.tables.facilities import SS

DOCUMENTED = """ACCOUNT APTCNT ASTACT ASTCNT ASTEN ASTLM AUTHPRI AUTHPRIV BIOCNT BIOLM BUFIO BYTCNT BYTLM CLINAME CPULIM CPUTIM CREPRC_FLAGS CURPRIV
DFPFC DFWSCNT DIOCNT DIOLM DIRIO EFCS EFCU EFWM ENQCNT ENQLM EXCVEC FAST_VP_SWITCH FILCNT FILLM FINALEXC FREP0VA FREP1VA FREPTECNT GPGCNT GRP
HOME_RAD IMAGECOUNT IMAGNAME IMAGPRIV JOBPRCCNT JOBTYPE LAST_LOGIN_I LAST_LOGIN_N LOGIN_FAILURES LOGIN_FLAGS LOGINTIM MASTER_PID MAXDETACH
MAXJOBS MEM MODE MSGMASK MULTITHREAD NODENAME NODE_CSID NODE_VERSION OWNER PAGEFLTS PAGFILCNT PAGFILLOC PGFLQUOTA PHDFLAGS PID PPGCNT PRCCNT
PRCLM PRCNAM PRI PRIB PROC_INDEX PROCESS_RIGHTS PROCPRIV RIGHTSLIST RIGHTS_SIZE SCHED_CLASS_NAME SCHED_POLICY SHRFILLM SITESPEC STATE STS STS2
SWPFILLOC SYSTEM_RIGHTS SYSTEM_RIGHTS_SIZE TABLENAME TERMINAL TMBU TOKEN TQCNT TQLM UAF_FLAGS UIC USERNAME VIRTPEAK VOLUMES WSAUTH WSAUTHEXT
WSEXTENT WSPEAK WSQUOTA WSSIZE"""


async def forever(process):
    while True:
        await sleep(process.system.kernel, DeltaTime.of(hours=1))


@pytest.fixture
def smith(system):
    return create_process(system, username="SMITH", mode=ProcessMode.INTERACTIVE, terminal="OPA0:", main=forever)


def test_every_documented_item_answers_with_its_type(smith):
    assert set(DOCUMENTED.split()) <= set(jpi_items())
    for name in jpi_items():
        assert isinstance(getjpi(smith, name), find_jpi_item(name).type), name


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("USERNAME", "SMITH       "),
        ("ACCOUNT", "DOC     "),
        ("PRCNAM", "SMITH"),
        ("UIC", "[SMITH]"),
        ("GRP", 0o200),
        ("MEM", 0o201),
        ("MODE", "INTERACTIVE"),
        ("JOBTYPE", 3),
        ("TERMINAL", "OPA0:"),
        ("CURPRIV", "NETMBX,TMPMBX"),
        ("PROCESS_RIGHTS", "SMITH,INTERACTIVE,LOCAL"),
        ("SYSTEM_RIGHTS", "SYS$NODE_ALPHA1"),
        ("LOGINTIM", "14-MAY-2001 10:00:00.00"),
        ("OWNER", ""),
        ("prclm", 2),
        ("FILCNT", 100),
    ],
)
def test_an_interactive_process_answers(smith, item, value):
    assert getjpi(smith, item) == value


def test_pids_are_eight_hexadecimal_digits(system, smith):
    child = create_process(system, parent=smith, main=forever)
    assert getjpi(smith, "PID") == f"{smith.pid:08X}"
    assert getjpi(child, "OWNER") == getjpi(child, "MASTER_PID") == getjpi(smith, "PID")
    assert (getjpi(child, "JOBPRCCNT"), getjpi(smith, "PRCCNT"), getjpi(child, "PRCCNT")) == (1, 1, 0)


def test_another_users_process_is_not_shown_without_privilege(system, smith):
    jones = create_process(system, username="JONES", main=forever)
    with pytest.raises(VmsError) as caught:
        getjpi(smith, "PRCNAM", jones)
    assert caught.value.matches(SS.NOPRIV)
    assert getjpi(jones, "PRCNAM", jones) == jones.name


def test_an_item_that_does_not_exist_is_a_bad_parameter(system, smith):
    for call in (lambda: getjpi(smith, "NOSUCH"), lambda: getsyi(system, "NOSUCH")):
        with pytest.raises(VmsError) as caught:
            call()
        assert caught.value.matches(SS.BADPARAM)


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("VERSION", "V7.3    "),
        ("NODENAME", "ALPHA1"),
        ("ARCH_NAME", "Alpha"),
        ("HW_NAME", "AlphaServer DS10 617 MHz"),
        ("CLUSTER_MEMBER", "FALSE"),
        ("BOOTTIME", "14-MAY-2001 10:00:00.00"),
        ("PAGE_SIZE", 8192),
        ("MAXSYSGROUP", 8),
        ("SCSNODE", "ALPHA1  "),
    ],
)
def test_the_node_answers(system, item, value):
    assert getsyi(system, item) == value


def test_every_item_of_the_node_answers(system):
    for name in syi_items():
        assert isinstance(getsyi(system, name), int | str)
    assert is_syi_item(system, "version") and is_syi_item(system, "QUANTUM") and not is_syi_item(system, "NOSUCH")


def test_another_node_is_unknown(system):
    assert getsyi(system, "NODENAME", "alpha1") == "ALPHA1"
    with pytest.raises(VmsError) as caught:
        getsyi(system, "NODENAME", "BETA1")
    assert caught.value.matches(SS.NOSUCHNODE)


def test_a_parameter_is_kept_within_its_limits(system):
    parameters = system_parameters(system)
    parameters.set("LGI_BRK_LIM", 9)
    assert getsyi(system, "LGI_BRK_LIM") == 9
    with pytest.raises(VmsError) as caught:
        parameters.set("LGI_BRK_LIM", 0)
    assert caught.value.matches(SS.BADPARAM)
