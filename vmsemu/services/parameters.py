"""System parameters, as SYSGEN shows them and F$GETSYI returns them.

Only those that scripts ask for, or that mean something here, are listed. `SystemParameters` is a part of the system and holds the active
values; the values for the next boot are SYSGEN's own business.

Source: System Management Utilities Reference, "System parameters" (defaults of Alpha V7.3; fidelity: some limits are inferred).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vmsemu.tables.facilities import SS


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. Text parameters have text values and no unit but Ascii."""

    name: str
    default: int | str
    minimum: int | str = 0
    maximum: int | str = -1
    unit: str = "Pure-numbe"
    dynamic: bool = False

    @property
    def is_text(self) -> bool:
        return isinstance(self.default, str)


def _text(name: str, default: str = "    ", dynamic: bool = False) -> Parameter:
    return Parameter(name, default, "    ", "ZZZZ", "Ascii", dynamic)


def _switch(name: str, default: int, dynamic: bool = False) -> Parameter:
    return Parameter(name, default, 0, 1, "Boolean", dynamic)


_PARAMETERS = (
    Parameter("ACP_MAXREAD", 32, 1, 64, "Blocks", True),
    Parameter("ACP_MULTIPLE", 0, 0, 1, "Boolean", True),
    Parameter("ALLOCLASS", 0, 0, 255),
    Parameter("AUTO_DLIGHT_SAV", 0, 0, 1, "Boolean"),
    Parameter("BALSETCNT", 16, 4, 16384, "Slots"),
    Parameter("CHANNELCNT", 256, 31, 65535, "Channels"),
    Parameter("CLISYMTBL", 512, 128, 65536, "Pagelets", True),
    Parameter("CTLPAGES", 256, 32, -1, "Pagelets"),
    Parameter("DEADLOCK_WAIT", 10, 0, -1, "Seconds", True),
    Parameter("DEFMBXBUFQUO", 1056, 256, 64000, "Bytes", True),
    Parameter("DEFMBXMXMSG", 256, 64, 64000, "Bytes", True),
    Parameter("DEFPRI", 4, 1, 31, "Priority", True),
    Parameter("DEFQUEPRI", 100, 0, 255, "Priority", True),
    _text("DISK_QUORUM"),
    Parameter("DUMPBUG", 1, 0, 1, "Boolean"),
    Parameter("DUMPSTYLE", 0, 0, -1, "Bitmask", True),
    Parameter("ERRORLOGBUFFERS", 4, 2, 64, "Buffers"),
    Parameter("EXPECTED_VOTES", 1, 1, 127, "Votes"),
    Parameter("GBLPAGES", 65536, 10240, -1, "Pages", True),
    Parameter("GBLSECTIONS", 250, 80, 65535, "Sections"),
    Parameter("IOTA", 2, 0, 255, "10Ms", True),
    Parameter("IRPCOUNT", 1000, 0, 32768, "Packets"),
    Parameter("LGI_BRK_DISUSER", 0, 0, 1, "Boolean", True),
    Parameter("LGI_BRK_LIM", 5, 1, 255, "Failures", True),
    Parameter("LGI_BRK_TERM", 1, 0, 1, "Boolean", True),
    Parameter("LGI_BRK_TMO", 300, 0, -1, "Seconds", True),
    Parameter("LGI_CALLOUTS", 0, 0, 255, "Count", True),
    Parameter("LGI_HID_TIM", 300, 0, -1, "Seconds", True),
    Parameter("LGI_PWD_TMO", 30, 0, 255, "Seconds", True),
    Parameter("LGI_RETRY_LIM", 3, 0, 255, "Tries", True),
    Parameter("LGI_RETRY_TMO", 20, 2, 255, "Seconds", True),
    Parameter("LNMPHASHTBL", 128, 128, 8192, "Entries"),
    Parameter("LNMSHASHTBL", 512, 256, 8192, "Entries"),
    Parameter("LOCKIDTBL", 3840, 3840, 16776959, "Entries"),
    Parameter("MAXBUF", 8192, 4096, 64000, "Bytes", True),
    Parameter("MAXPROCESSCNT", 32, 12, 16384, "Processes"),
    Parameter("MAXQUEPRI", 100, 0, 255, "Priority", True),
    Parameter("MAXSYSGROUP", 8, 1, 32768, "UIC Group", True),
    Parameter("MINWSCNT", 20, 10, -1, "Pages", True),
    Parameter("MSCP_LOAD", 0, 0, 16384, "Coded-valu"),
    Parameter("MULTIPROCESSING", 3, 0, 4, "Coded-valu"),
    Parameter("NISCS_LOAD_PEA0", 0, 0, 1, "Boolean"),
    Parameter("NPAGEDYN", 1048576, 163840, -1, "Bytes"),
    Parameter("PAGEDYN", 524288, 65536, -1, "Bytes"),
    Parameter("PASTDGBUF", 4, 1, 16, "Buffers"),
    Parameter("PHYSICALPAGES", -1, 2048, -1, "Pages"),
    Parameter("PROCSECTCNT", 64, 5, 1024, "Sections"),
    Parameter("QDSKVOTES", 1, 0, 127, "Votes"),
    Parameter("QUANTUM", 20, 2, 32767, "10Ms", True),
    Parameter("RECNXINTERVAL", 20, 1, 32767, "Seconds", True),
    Parameter("RJOBLIM", 16, 0, 1024, "Jobs", True),
    Parameter("RMS_FILEPROT", 64000, 0, 65535, "Prot-mask"),
    _text("SCSNODE"),
    Parameter("SCSSYSTEMID", 1025, -1, -1),
    Parameter("SHADOWING", 0, 0, 3, "Coded-valu"),
    _text("STARTUP_P1"),
    _text("STARTUP_P2"),
    Parameter("SYSMWCNT", 2048, 512, 65536, "Pagelets"),
    Parameter("TIMEPROMPTWAIT", -1, -1, 32768, "uFortnight"),
    Parameter("TTY_DEFCHAR", 402657952, 0, -1, "Bitmask"),
    Parameter("TTY_DEFCHAR2", 135178, 0, -1, "Bitmask"),
    Parameter("TTY_TIMEOUT", 900, 0, -1, "Seconds", True),
    Parameter("TTY_TYPAHDSZ", 78, 0, -1, "Bytes"),
    _switch("UAFALTERNATE", 0),
    Parameter("VAXCLUSTER", 0, 0, 2, "Coded-valu"),
    Parameter("VOTES", 1, 0, 127, "Votes"),
    Parameter("WINDOW_SYSTEM", 0, 0, 2, "Coded-valu", True),
    _switch("WRITABLESYS", 0),
    Parameter("WSMAX", 65536, 1024, -1, "Pagelets"),
    Parameter("XQPCTLD1", 0, 0, -1),
)
_BY_NAME = {p.name: p for p in _PARAMETERS}


class SystemParameters:
    """The parameters of one node: current and active values."""

    def __init__(self, node_name: str) -> None:
        self._active: dict[str, int | str] = {p.name: p.default for p in _PARAMETERS}
        self._active["SCSNODE"] = node_name.ljust(8)

    def __iter__(self) -> Iterator[Parameter]:
        """Every parameter, names ascending."""
        return iter(sorted(_PARAMETERS, key=lambda p: p.name))

    def find(self, name: str) -> Parameter | None:
        return _BY_NAME.get(name.upper())

    def get(self, name: str) -> int | str:
        """The active value. Errors: SS.BADPARAM when there is no such parameter."""
        try:
            return self._active[name.upper()]
        except KeyError:
            raise SS.BADPARAM.error() from None

    def set(self, name: str, value: int | str) -> None:
        """Set the active value. Errors: SS.BADPARAM (unknown, wrong kind, or out of range)."""
        parameter = self.find(name)
        if parameter is None or isinstance(value, str) != parameter.is_text:
            raise SS.BADPARAM.error()
        if isinstance(value, int) and isinstance(parameter.minimum, int) and isinstance(parameter.maximum, int):
            if value < parameter.minimum or (parameter.maximum != -1 and value > parameter.maximum):
                raise SS.BADPARAM.error()
        self._active[parameter.name] = value
