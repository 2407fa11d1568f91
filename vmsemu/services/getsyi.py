"""$GETSYI: facts about the node by item name, as F$GETSYI returns them (text or integer).

A name that is no item may be a system parameter. The hardware is the one the profile names, a machine of one processor that is not partitioned;
memory sizes are in pages of 8192 bytes. A member of a cluster answers for the other members too.

Source: System Services Reference, $GETSYI; values captured on an AlphaServer DS10 (V7.3-2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vmsemu.base.time import VmsTime
from vmsemu.services.cluster import SYSTEM_ID, Cluster, members
from vmsemu.services.getjpi import system_rights
from vmsemu.services.parameters import SystemParameters
from vmsemu.services.system import System
from vmsemu.tables.facilities import SS

SyiValue = int | str
_MEMORY_PAGES = 131072
_SYSTEM_TYPE = 34
_STANDALONE_CSID = "00000000"
_PAGE_FILE_PAGES = 40960
_SWAP_FILE_PAGES = 4096
_YES_NO = ("FALSE", "TRUE")
_FREE_GLOBAL_PAGES = 60000
_FREE_GLOBAL_SECTIONS = 200
_FIRST_SECONDARY_DAY = 5
_PHASE_IV = "00040000"  # fidelity: the phase in the third byte is as remembered; the rest of the version is not known


@dataclass(frozen=True, slots=True)
class SyiItem:
    """One item: `type` is str or int, `get` reads it from a system."""

    type: type
    get: Callable[[System], SyiValue]


def _text(get: Callable[[System], str]) -> SyiItem:
    return SyiItem(str, get)


def _number(value: int) -> SyiItem:
    return SyiItem(int, lambda s: value)


def _flag(value: bool) -> SyiItem:
    return SyiItem(str, lambda s: _YES_NO[value])


def _parameter(name: str) -> SyiItem:
    """An item that is what a system parameter says."""
    return SyiItem(int, lambda s: system_parameters(s).get(name))


def _secondary_day(system: System) -> bool:
    """Today is a secondary day, as far as the days of the week decide: Saturday and Sunday."""
    return system.now.day_of_week() >= _FIRST_SECONDARY_DAY


def _quorum(system: System) -> int:
    """From the expected votes, as the connection manager computes it."""
    return (int(system_parameters(system).get("EXPECTED_VOTES")) + 2) // 2


def _cluster(system: System) -> Cluster | None:
    return system.parts.get(Cluster)


def _csid(system: System) -> str:
    cluster = _cluster(system)
    return cluster.csid(system.node_name) if cluster is not None else _STANDALONE_CSID


def _formed(system: System) -> str:
    cluster = _cluster(system)
    return (cluster.formed if cluster is not None else VmsTime(0)).to_text()


def _system_id(system: System) -> str:
    return f"{int(system_parameters(system).get('SCSSYSTEMID')):012X}"


def _founder(system: System) -> str:
    """The identification of the member that is in the cluster longest."""
    cluster = _cluster(system)
    return _system_id(next(iter(cluster), system)) if cluster is not None else "000000000000"


def _votes(system: System) -> int:
    return sum(int(system_parameters(member).get("VOTES")) for member in members(system))


def _used_global_pages(system: System) -> int:
    return int(system_parameters(system).get("GBLPAGES")) - _FREE_GLOBAL_PAGES


def _is_alpha(system: System) -> bool:
    return system.profile.arch_name == "Alpha"


def _free_pages(system: System) -> int:
    """What is left when every process has its default working set."""
    used = sum(p.quotas.wsdefault // 16 for p in system.processes)
    return max(_MEMORY_PAGES // 8, _MEMORY_PAGES - 28761 - used)


_ITEMS: dict[str, SyiItem] = {
    # processors: one, number 0
    **dict.fromkeys(("ACTIVECPU_CNT", "AVAILCPU_CNT", "MAX_CPUS", "POTENTIALCPU_CNT", "POWEREDCPU_CNT", "PRESENTCPU_CNT"), _number(1)),
    **dict.fromkeys(("ACTIVE_CPU_MASK", "AVAIL_CPU_MASK", "POTENTIAL_CPU_MASK", "POWERED_CPU_MASK", "PRESENT_CPU_MASK"), _number(1)),
    "PRIMARY_CPUID": _number(0),
    "CPU_AUTOSTART": _text(lambda s: "1"),
    "CPU_FAILOVER": _text(lambda s: ""),
    "CPUCAP_MASK": _text(lambda s: "0"),
    "ARCHFLAG": _number(114688),
    "ARCH_NAME": _text(lambda s: s.profile.arch_name),
    "ARCH_TYPE": SyiItem(int, lambda s: 2 if _is_alpha(s) else 1),
    "BOOTTIME": _text(lambda s: s.boot_time.to_text()),
    "CPU": _number(128),
    "CPUTYPE": _number(8),
    "REAL_CPUTYPE": _number(8),
    "SYSTYPE": _number(_SYSTEM_TYPE),
    "XCPU": _number(0),
    "XSID": _number(0),
    "CONSOLE_VERSION": _text(lambda s: "V6.8-9"),
    "PALCODE_VERSION": _text(lambda s: "1.98-83"),
    "HW_MODEL": SyiItem(int, lambda s: s.profile.hw_model),
    "HW_NAME": _text(lambda s: s.profile.hw_name),
    "SERIAL_NUMBER": _text(lambda s: ""),
    "ITB_ENTRIES": _number(15),
    "SID": _number(-2147483648),
    "VERSION": _text(lambda s: s.profile.version.ljust(8)),
    # the node
    "NODENAME": _text(lambda s: s.node_name),
    "NODE_AREA": SyiItem(int, lambda s: s.decnet_address[0] if s.decnet_address is not None else 0),
    "NODE_NUMBER": SyiItem(int, lambda s: s.decnet_address[1] if s.decnet_address is not None else 0),
    "NODE_CSID": _text(_csid),
    "NODE_EVOTES": _parameter("EXPECTED_VOTES"),
    "NODE_HWTYPE": SyiItem(str, lambda s: "ALPH" if _is_alpha(s) else "VAX "),
    "NODE_HWVERS": _text(lambda s: f"{s.profile.hw_model:04X}{_SYSTEM_TYPE:020X}"),
    "NODE_QUORUM": SyiItem(int, _quorum),
    "NODE_SWINCARN": _text(lambda s: f"{int(s.boot_time):016X}"),
    "NODE_SWTYPE": _text(lambda s: "VMS "),
    "NODE_SWVERS": _text(lambda s: s.profile.version.ljust(4)[:4]),
    "NODE_SYSTEMID": _text(_system_id),
    "NODE_VOTES": _parameter("VOTES"),
    "SCS_EXISTS": _flag(True),
    "DECNET_FULLNAME": _text(lambda s: s.node_name if s.decnet_address is not None else ""),
    "DECNET_VERSION": _text(lambda s: _PHASE_IV if s.decnet_address is not None else "00000000"),
    "SYSTEM_RIGHTS": _text(lambda s: ",".join(system_rights(s))),
    "SYSTEM_UUID": _text(lambda s: ""),
    # the cluster
    "CLUSTER_EVOTES": _parameter("EXPECTED_VOTES"),
    "CLUSTER_FSYSID": _text(_founder),
    "CLUSTER_FTIME": _text(_formed),
    "CLUSTER_MEMBER": SyiItem(str, lambda s: _YES_NO[_cluster(s) is not None]),
    "CLUSTER_NODES": SyiItem(int, lambda s: len(members(s))),
    "CLUSTER_QUORUM": SyiItem(int, _quorum),
    "CLUSTER_VOTES": SyiItem(int, _votes),
    # the Galaxy and the partitions it has not
    "COMMUNITY_ID": _number(0),
    "GALAXY_ID": _text(lambda s: ""),
    "GALAXY_MEMBER": _number(0),
    "GALAXY_PLATFORM": _number(0),
    "GALAXY_SHMEMSIZE": _number(0),
    "GLX_FORMATION": _text(lambda s: ""),
    "GLX_MAX_MEMBERS": _number(0),
    "GLX_MBR_MEMBER": _number(0),
    "GLX_MBR_NAME": _text(lambda s: ""),
    "GLX_TERMINATION": _text(lambda s: ""),
    "HP_ACTIVE_CPU_CNT": _number(1),
    "HP_ACTIVE_SP_CNT": _number(1),
    "HP_CONFIG_SBB_CNT": _number(0),
    "HP_CONFIG_SP_CNT": _number(1),
    "PARTITION_ID": _number(0),
    "RAD_CPUS": _text(lambda s: "0,0"),
    "RAD_MAX_RADS": _number(1),
    "RAD_MEMSIZE": _text(lambda s: f"0,{_MEMORY_PAGES}"),
    "RAD_SHMEMSIZE": _text(lambda s: "0,0"),
    # memory
    "PAGE_SIZE": SyiItem(int, lambda s: 8192 if _is_alpha(s) else 512),
    "PTES_PER_PAGE": _number(1024),
    "MEMSIZE": _number(_MEMORY_PAGES),
    "PHYSICALPAGES": _number(_MEMORY_PAGES),
    "PHYSICAL_MEMORY": _number(_MEMORY_PAGES * 8),
    "TOTAL_PAGES": _number(_MEMORY_PAGES),
    "MAX_PFN": _number(_MEMORY_PAGES - 1),
    "FREE_PAGES": SyiItem(int, _free_pages),
    "USED_PAGES": SyiItem(int, lambda s: _MEMORY_PAGES - _free_pages(s)),
    "MODIFIED_PAGES": _number(0),
    "PROCESS_SPACE_LIMIT": _text(lambda s: "000003FE00000000"),
    "PT_BASE": _text(lambda s: "FFFFFEFE00000000"),
    "SHARED_VA_PTES": _text(lambda s: "FFFFFEFE00000000"),
    "PFN_MEMORY_MAP": _number(0),
    "PAGEFILE_PAGE": _number(_PAGE_FILE_PAGES),
    "PAGEFILE_FREE": SyiItem(int, lambda s: max(0, _PAGE_FILE_PAGES - 64 * len(s.processes))),
    "SWAPFILE_PAGE": _number(_SWAP_FILE_PAGES),
    "SWAPFILE_FREE": _number(_SWAP_FILE_PAGES),
    "CONTIG_GBLPAGES": _number(_FREE_GLOBAL_PAGES),
    "FREE_GBLPAGES": _number(_FREE_GLOBAL_PAGES),
    "FREE_GBLSECTS": _number(_FREE_GLOBAL_SECTIONS),
    "USED_GBLPAGCNT": SyiItem(int, _used_global_pages),
    "USED_GBLPAGMAX": SyiItem(int, _used_global_pages),
    "ERLBUFFERPAGES": _parameter("ERLBUFFERPAGES"),
    # other
    "CHARACTER_EMULATED": _flag(False),
    "DECIMAL_EMULATED": _flag(False),
    "D_FLOAT_EMULATED": _flag(False),
    "F_FLOAT_EMULATED": _flag(False),
    "G_FLOAT_EMULATED": _flag(False),
    "H_FLOAT_EMULATED": _flag(True),
    "VECTOR_EMULATOR": _number(0),
    "VP_MASK": _number(0),
    "VP_NUMBER": _number(0),
    "DEF_PRIO_MAX": _number(63),
    "DEF_PRIO_MIN": _number(0),
    "PSXFIFO_PRIO_MAX": _number(63),
    "PSXFIFO_PRIO_MIN": _number(0),
    "DAY_OVERRIDE": _number(0),
    "DAY_SECONDARY": SyiItem(str, lambda s: _YES_NO[_secondary_day(s)]),
}


def syi_items() -> tuple[str, ...]:
    """The names of all items, in alphabetical order; system parameters are not among them."""
    return tuple(sorted(_ITEMS))


def system_parameters(system: System) -> SystemParameters:
    """The node's system parameters, made at first use."""
    if SystemParameters not in system.parts:
        parameters = SystemParameters(system.node_name)
        cluster = _cluster(system)
        if cluster is not None:
            parameters.set("VAXCLUSTER", 2)
            parameters.set("SCSSYSTEMID", SYSTEM_ID + cluster.place(system.node_name))
            parameters.set("EXPECTED_VOTES", cluster.nodes)
        system.add_part(parameters)
    return system.part(SystemParameters)


def is_syi_item(system: System, name: str) -> bool:
    """True for an item or a system parameter."""
    return name.upper() in _ITEMS or system_parameters(system).find(name) is not None


def getsyi(system: System, item: str, node: str = "", csid: str = "") -> SyiValue:
    """A fact about the node or another member of its cluster, or the value of a system parameter.

    Errors: SS.NOSUCHNODE for the name or identification of a node that is no member; SS.BADPARAM for an item that does not exist (F$GETSYI answers CLI IVKEYW).
    """
    wanted = node.upper().removesuffix("::")
    if wanted or csid.strip("0"):
        chosen = (
            m
            for m in members(system)
            if (not wanted or m.node_name == wanted) and (not csid.strip("0") or _csid(m) == csid.upper().zfill(8))
        )
        found_member = next(chosen, None)
        if found_member is None:
            raise SS.NOSUCHNODE.error()
        system = found_member
    found = _ITEMS.get(item.upper())
    if found is not None:
        return found.get(system)
    return system_parameters(system).get(item)
