"""Every item of $GETQUI that V7.3 has answers on an object of its kind; queues.md 9."""

import pytest

from vmsemu.base.condition import VmsError
from vmsemu.base.uic import Uic
from vmsemu.queue.getqui import getqui
from vmsemu.queue.jbc import JBC
from vmsemu.services.creprc import create_process

QUEUE = """ASSIGNED_QUEUE_NAME AUTOSTART_ON BASE_PRIORITY CHARACTERISTICS CPU_DEFAULT CPU_LIMIT DEFAULT_FORM_NAME DEFAULT_FORM_NUMBER
DEFAULT_FORM_STOCK DEVICE_NAME EXECUTING_JOB_COUNT FORM_NAME FORM_STOCK GENERIC_TARGET HOLDING_JOB_COUNT JOB_LIMIT JOB_RESET_MODULES
JOB_SIZE_MAXIMUM JOB_SIZE_MINIMUM LIBRARY_SPECIFICATION MANAGER_NAME OWNER_UIC PENDING_JOB_BLOCK_COUNT PENDING_JOB_COUNT PROCESSOR PROTECTION
QUEUE_DESCRIPTION QUEUE_FLAGS QUEUE_NAME QUEUE_STATUS RAD RETAINED_JOB_COUNT SCSNODE_NAME TIMED_RELEASE_JOB_COUNT WSDEFAULT WSEXTENT WSQUOTA"""
QUEUE_BITS = """ACL_SPECIFIED ALIGNING AUTOSTART AUTOSTART_INACTIVE AVAILABLE BATCH BUSY CLOSED CPU_DEFAULT CPU_LIMIT DISABLED FILE_BURST FILE_BURST_ONE
FILE_FLAG FILE_FLAG_ONE FILE_PAGINATE FILE_TRAILER FILE_TRAILER_ONE GENERIC GENERIC_SELECTION IDLE JOB_BURST JOB_FLAG JOB_SIZE_SCHED JOB_TRAILER
LOWERCASE NO_INITIAL_FF PAUSED PAUSING PRINTER RAD RECORD_BLOCKING REMOTE RESETTING RESUMING RETAIN_ALL RETAIN_ERROR SECURITY_INACCESSIBLE SERVER
STALLED STARTING STOPPED STOPPING STOP_PENDING SWAP TERMINAL UNAVAILABLE WSDEFAULT WSEXTENT WSQUOTA"""
JOB = """ACCOUNT_NAME AFTER_TIME CHARACTERISTICS CHECKPOINT_DATA CLI COMPLETED_BLOCKS CONDITION_VECTOR CPU_LIMIT ENTRY_NUMBER FILE_COUNT FORM_NAME
FORM_STOCK INTERVENING_BLOCKS INTERVENING_JOBS JOB_COMPLETION_QUEUE JOB_COMPLETION_TIME JOB_COPIES JOB_COPIES_CHKPT JOB_COPIES_DONE JOB_FLAGS
JOB_NAME JOB_PID JOB_RETENTION_TIME JOB_SIZE JOB_STATUS LOG_QUEUE LOG_SPECIFICATION NOTE OPERATOR_REQUEST PARAMETER_1 PARAMETER_8
PENDING_JOB_REASON PRIORITY QUEUE_NAME REFUSAL_REASON REQUEUE_PRIORITY REQUEUE_QUEUE_NAME RESTART_QUEUE_NAME SUBMISSION_TIME UIC USERNAME WSDEFAULT
WSEXTENT WSQUOTA"""
JOB_BITS = """ABORTING CPU_LIMIT ERROR_RETENTION EXECUTING FILE_BURST FILE_BURST_ONE FILE_FLAG FILE_FLAG_ONE FILE_PAGINATE FILE_TRAILER
FILE_TRAILER_ONE HOLDING INACCESSIBLE LOG_DELETE LOG_NULL LOG_SPOOL LOWERCASE NOTIFY PENDING RAD REFUSED RESTART RETAINED RETENTION STALLED STARTING
SUSPENDED TIMED_RELEASE WSDEFAULT WSEXTENT WSQUOTA"""
REASONS = "CHAR_MISMATCH JOB_SIZE_MAX JOB_SIZE_MIN LOWERCASE_MISMATCH NO_ACCESS QUEUE_BUSY QUEUE_STATE STOCK_MISMATCH"
FILE = """FILE_COPIES FILE_COPIES_CHKPT FILE_COPIES_DONE FILE_FLAGS FILE_IDENTIFICATION FILE_SETUP_MODULES FILE_SPECIFICATION FILE_STATUS FIRST_PAGE
LAST_PAGE"""
FILE_BITS = "BURST CHECKPOINTED DELETE DOUBLE_SPACE EXECUTING FLAG PAGE_HEADER PAGINATE PASSALL TRAILER"
FORM = """FORM_DESCRIPTION FORM_FLAGS FORM_LENGTH FORM_MARGIN_BOTTOM FORM_MARGIN_LEFT FORM_MARGIN_RIGHT FORM_MARGIN_TOP FORM_NAME FORM_NUMBER
FORM_SETUP_MODULES FORM_STOCK FORM_WIDTH PAGE_SETUP_MODULES"""
MANAGER = "MANAGER_NAME MANAGER_NODES MANAGER_STATUS QUEUE_DIRECTORY SCSNODE_NAME"
MANAGER_BITS = "FAILOVER RUNNING START_PENDING STARTING STOPPED STOPPING"
TOLD_TO_ALL = "AFTER_TIME COMPLETED_BLOCKS ENTRY_NUMBER INTERVENING_BLOCKS INTERVENING_JOBS JOB_SIZE JOB_STATUS"


async def _stay(process):
    await process.hibernate()


@pytest.fixture
def owner(world):
    world.batch_queue()
    world.submit(hold=True)
    return create_process(world.system, username="SMITH", name="SMITH", main=_stay)


def wrong(process, function, items, kinds, object_id="", flags=("FREEZE_CONTEXT",)):
    """The items whose value is of no such kind."""
    values = {item: getqui(process, function, item, object_id, flags) for item in items.split()}
    return {item: value for item, value in values.items() if type(value) not in kinds}


def bits(prefix, names):
    return " ".join(prefix + name for name in names.split())


def test_every_item_of_a_queue(owner):
    assert wrong(owner, "DISPLAY_QUEUE", QUEUE, (str, int), "*") == {}
    assert wrong(owner, "DISPLAY_QUEUE", bits("QUEUE_", QUEUE_BITS), (bool,), "*") == {}


def test_every_item_of_a_job_and_its_file(owner):
    getqui(owner, "DISPLAY_QUEUE", "QUEUE_NAME", "*")
    assert wrong(owner, "DISPLAY_JOB", JOB, (str, int)) == {}
    assert wrong(owner, "DISPLAY_JOB", bits("JOB_", JOB_BITS) + " " + bits("PEND_JOB_", REASONS), (bool,)) == {}
    assert wrong(owner, "DISPLAY_FILE", FILE, (str, int)) == {}
    assert wrong(owner, "DISPLAY_FILE", bits("FILE_", FILE_BITS), (bool,)) == {}
    assert wrong(owner, "DISPLAY_ENTRY", JOB, (str, int), "1") == {}


def test_every_item_of_forms_characteristics_and_the_manager(world, owner):
    world.manager.define_characteristic("BLUE", 5)
    assert wrong(owner, "DISPLAY_FORM", FORM, (str, int), "*") == {}
    assert wrong(owner, "DISPLAY_FORM", "FORM_SHEET_FEED FORM_TRUNCATE FORM_WRAP", (bool,), "*") == {}
    assert wrong(owner, "DISPLAY_CHARACTERISTIC", "CHARACTERISTIC_NAME CHARACTERISTIC_NUMBER", (str, int), "*") == {}
    assert wrong(owner, "DISPLAY_MANAGER", MANAGER, (str, int), "*") == {}
    assert wrong(owner, "DISPLAY_MANAGER", bits("MANAGER_", MANAGER_BITS), (bool,), "*") == {}


def test_of_a_job_that_may_not_be_read_only_its_place_is_told(world):
    world.batch_queue()
    world.manager.submit("SYS$BATCH", ["DKA0:[X]X.COM;1"], username="SYSTEM", uic=Uic(1, 4), hold=True)
    other = create_process(world.system, username="JONES", name="JONES", main=_stay)
    getqui(other, "DISPLAY_QUEUE", "QUEUE_NAME", "*")
    flags = ("ALL_JOBS", "FREEZE_CONTEXT")
    assert wrong(other, "DISPLAY_JOB", TOLD_TO_ALL, (str, int), flags=flags) == {}
    assert getqui(other, "DISPLAY_JOB", "JOB_INACCESSIBLE", "", flags) is True
    assert getqui(other, "DISPLAY_JOB", "JOB_HOLDING", "", flags) is True
    assert int(getqui(other, "DISPLAY_JOB", "JOB_STATUS", "", flags)) & 8
    for item in ("JOB_NAME", "USERNAME", "NOTE", "PARAMETER_1", "JOB_NOTIFY"):
        with pytest.raises(VmsError) as failure:
            getqui(other, "DISPLAY_JOB", item, "", flags)
        assert failure.value.matches(JBC.NOPRIV)
    with pytest.raises(VmsError) as failure:
        getqui(other, "DISPLAY_FILE", "FILE_SPECIFICATION")
    assert failure.value.matches(JBC.NOPRIV)
