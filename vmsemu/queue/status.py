"""The bit masks of $GETQUI: states, flags and reasons of queues and jobs.

Source: $QUIDEF; System Services Reference, $GETQUI.
"""

from __future__ import annotations

from enum import Enum, IntFlag


class QueueStatus(IntFlag):
    """QUI$_QUEUE_STATUS."""

    ALIGNING = 1
    IDLE = 2
    LOWERCASE = 4
    OPERATOR_REQUEST = 8
    PAUSED = 16
    PAUSING = 32
    REMOTE = 64
    RESETTING = 128
    RESUMING = 256
    SERVER = 512
    STALLED = 1024
    STARTING = 2048
    STOPPED = 4096
    STOPPING = 8192
    UNAVAILABLE = 16384
    CLOSED = 32768
    BUSY = 65536
    UNDEFINED = 131072
    AVAILABLE = 262144
    DISABLED = 524288
    AUTOSTART_INACTIVE = 1048576
    STOP_PENDING = 2097152


class QueueFlags(IntFlag):
    """QUI$_QUEUE_FLAGS."""

    BATCH = 1
    CPU_DEFAULT = 2
    CPU_LIMIT = 4
    FILE_BURST = 8
    FILE_BURST_ONE = 16
    FILE_FLAG = 32
    FILE_FLAG_ONE = 64
    FILE_TRAILER = 128
    FILE_TRAILER_ONE = 256
    GENERIC = 512
    GENERIC_SELECTION = 1024
    JOB_BURST = 2048
    JOB_FLAG = 4096
    JOB_SIZE_SCHED = 8192
    JOB_TRAILER = 16384
    RETAIN_ALL = 32768
    RETAIN_ERROR = 65536
    SWAP = 1 << 17
    TERMINAL = 1 << 18
    WSDEFAULT = 1 << 19
    WSEXTENT = 1 << 20
    WSQUOTA = 1 << 21
    FILE_PAGINATE = 1 << 22
    RECORD_BLOCKING = 1 << 23
    PRINTER = 1 << 24
    ACL_SPECIFIED = 1 << 25
    NOTIFY_ON_INTERRUPT = 1 << 26
    CHECKPOINT_FREQ = 1 << 27
    AUTOSTART = 1 << 28
    SECURITY_INACCESSIBLE = 1 << 29
    NO_INITIAL_FF = 1 << 30
    RAD = 1 << 31


class JobStatus(IntFlag):
    """QUI$_JOB_STATUS."""

    ABORTING = 1
    EXECUTING = 2
    HOLDING = 4
    INACCESSIBLE = 8
    REFUSED = 16
    REQUEUE = 32
    RESTARTING = 64
    RETAINED = 128
    STARTING = 256
    TIMED_RELEASE = 512
    SUSPENDED = 1024
    PENDING = 2048
    UNDEFINED = 4096
    STALLED = 8192
    INCOMPLETE = 16384
    COMPLETING = 32768

    __and__ = int.__and__  # type: ignore[assignment]  # a state is asked for its bits at every turn of a job; the number is enough


class JobFlags(IntFlag):
    """QUI$_JOB_FLAGS."""

    CPU_LIMIT = 1
    FILE_BURST = 2
    FILE_BURST_ONE = 4
    FILE_FLAG = 16
    FILE_FLAG_ONE = 32
    FILE_TRAILER = 128
    FILE_TRAILER_ONE = 256
    LOG_DELETE = 1024
    LOG_NULL = 2048
    LOG_SPOOL = 4096
    LOWERCASE = 8192
    NOTIFY = 16384
    RESTART = 32768
    WSDEFAULT = 1 << 16
    WSEXTENT = 1 << 17
    WSQUOTA = 1 << 18
    FILE_PAGINATE = 1 << 19
    RETENTION = 1 << 21
    ERROR_RETENTION = 1 << 22
    RAD = 1 << 23


class FileFlags(IntFlag):
    """QUI$_FILE_FLAGS."""

    BURST = 1
    DELETE = 4
    DOUBLE_SPACE = 8
    FLAG = 16
    TRAILER = 64
    PAGE_HEADER = 256
    PAGINATE = 512
    PASSALL = 1024

    __and__ = int.__and__  # type: ignore[assignment]


class FormFlags(IntFlag):
    """QUI$_FORM_FLAGS."""

    SHEET_FEED = 1
    TRUNCATE = 2
    WRAP = 4


class PendingReason(IntFlag):
    """QUI$_PENDING_JOB_REASON."""

    CHAR_MISMATCH = 1
    JOB_SIZE_MAX = 2
    JOB_SIZE_MIN = 4
    LOWERCASE_MISMATCH = 8
    NO_ACCESS = 16
    QUEUE_BUSY = 32
    QUEUE_STATE = 64
    STOCK_MISMATCH = 128


class ManagerStatus(IntFlag):
    """QUI$_MANAGER_STATUS."""

    START_PENDING = 1
    STARTING = 2
    RUNNING = 4
    FAILOVER = 8
    STOPPING = 16
    STOPPED = 32


class DeviceStatus(IntFlag):
    """SMBMSG$_DEVICE_STATUS: what a symbiont says of its stream's device."""

    LOWERCASE = 1
    PAUSE_TASK = 2
    REMOTE = 4
    SERVER = 8
    STALLED = 16
    STOP_STREAM = 32
    TERMINAL = 64
    UNAVAILABLE = 128
    SYM_NOTIFIES = 256
    SYM_REQUESTS_OPER = 512
    SYM_COPIES_FILE = 1024
    SYM_COPIES_JOB = 2048
    SYM_ACCEPTS_ALL_FORMS = 4096
    SYM_NO_JOB_CHECKPOINT = 8192
    SYM_ALL_CHARACTERISTIC = 16384
    NOTIFY_ON_INTERRUPT = 32768


class QueueKind(Enum):
    """What a queue feeds. OUTPUT is an output queue whose device is not known yet."""

    BATCH = "batch"
    PRINTER = "printer"
    TERMINAL = "terminal"
    SERVER = "server"
    OUTPUT = "output"


class RunState(Enum):
    """Where a queue stands between stopped and running. IDLE, AVAILABLE and BUSY follow from RUNNING and the number of jobs."""

    STOPPED = QueueStatus.STOPPED
    STARTING = QueueStatus.STARTING
    RUNNING = QueueStatus.IDLE
    PAUSING = QueueStatus.PAUSING
    PAUSED = QueueStatus.PAUSED
    RESUMING = QueueStatus.RESUMING
    STOP_PENDING = QueueStatus.STOP_PENDING
    STOPPING = QueueStatus.STOPPING
    RESETTING = QueueStatus.RESETTING


class Retention(Enum):
    """Whether a finished job stays: of a queue (NONE, ERROR, ALWAYS), of a job (DEFAULT: as the queue says)."""

    DEFAULT = 0
    NONE = 1
    ERROR = 2
    ALWAYS = 3
    UNTIL = 4
