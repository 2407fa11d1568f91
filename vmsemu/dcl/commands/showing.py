"""SHOW commands that DCL executes itself: DEFAULT, PROTECTION, QUOTA, STATUS, TIME, TRANSLATION.

Source: DCL Dictionary, SHOW; DCL reference 7.6; files.md 2.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmsemu.base.protection import letters
from vmsemu.base.time import DeltaTime
from vmsemu.dcl.command import routine
from vmsemu.files.mount import DiskDevice
from vmsemu.security.access import READ
from vmsemu.tables.command import ParsedCommand
from vmsemu.tables.facilities import CLI, SS
from vmsemu.tables.message import Facility

if TYPE_CHECKING:
    from vmsemu.dcl.interpreter import Interpreter

SHOW = Facility("vmsemu.dcl", "show.msg")


@routine("SHOW_DEFAULT")
def show_default(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW DEFAULT: with a line for each element when the device is a search list."""
    files = dcl.process.files
    dcl.output.write("  " + files.default)
    elements = files.parse_all("")
    if len(elements) > 1:
        for element in elements:
            dcl.output.write(f"  =   {element.device}{element.directory}")
    if not files.directory_exists(""):
        dcl.put_message(CLI.INVDEF(files.default))


@routine("SHOW_TIME")
def show_time(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW TIME."""
    dcl.output.write("  " + dcl.system.now.to_text()[:-3])


@routine("SHOW_PROTECTION")
def show_protection(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW PROTECTION: the default protection of new files."""
    protection = dcl.process.default_protection
    classes = (("SYSTEM", protection.system), ("OWNER", protection.owner), ("GROUP", protection.group), ("WORLD", protection.world))
    dcl.output.write("  " + ", ".join(f"{name}={letters(mask) or 'NO ACCESS'}" for name, mask in classes))


@routine("SHOW_QUOTA")
def show_quota(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW QUOTA [/DISK=device] [/USER=uic]. fidelity: the words for a quota that is exceeded are recalled.

    Errors: SS.QFNOTACT without quotas, SS.NODISKQUOTA without an entry; SS.NOPRIV for somebody else's without access to QUOTA.SYS.
    """
    process = dcl.process
    name = command.value("DISK") or process.files.default_device
    device = process.files.device_of(name if name.endswith(":") else name + ":")
    quotas = device.volume.quotas if isinstance(device, DiskDevice) and device.volume is not None else None
    if quotas is None:
        raise SS.QFNOTACT.error()
    text = command.value("USER")
    owner = dcl.system.rights.parse_owner(text) if text else process.uic
    if owner != process.uic and not process.files.security.allowed(quotas.header, READ):
        raise SS.NOPRIV.error()
    entry = quotas.require(owner)
    left = entry.permanent - entry.usage
    rest = f"{left} available" if left >= 0 else f"{-left} OVERDRAWN"
    dcl.output.write(f"  User {dcl.system.rights.uic_text(owner)} has {entry.usage} blocks used, {rest},")
    dcl.output.write(f"  of {entry.permanent} authorized and permitted overdraft of {entry.overdraft} blocks on {name.upper().removesuffix(':')}")


@routine("SHOW_STATUS", keeps_status=True)
def show_status(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW STATUS, as captured on VAX V7.3."""
    process = dcl.process
    counts = process.accounting
    cpu = DeltaTime(counts.cpu * 100_000).to_text()
    opened = len(process.files.opened()) if process.has_files else 0
    pages = process.quotas.wsdefault
    io, direct, faults = counts.buffered_io, counts.direct_io, counts.page_faults
    dcl.output.write(f"  Status on  {dcl.system.now.to_text()}     Elapsed CPU :{cpu:>16}")
    dcl.output.write(f"  Buff. I/O :{io:>9}    Cur. ws. :{pages:>8}    Open files :{opened:>10}")
    dcl.output.write(f"  Dir. I/O :{direct:>10}    Phys. Mem. :{pages:>6}    Page Faults :{faults:>10}")


@routine("SHOW_TRANSLATION")
def show_translation(dcl: Interpreter, command: ParsedCommand) -> None:
    """SHOW TRANSLATION name: one level. fidelity: the layout is that of SHOW LOGICAL, inferred."""
    name = command.value("P2") or ""
    table = (command.value("TABLE") or "LNM$DCL_LOGICAL").upper()
    names = dcl.process.names
    found = names.translate(name, table, case_blind=True) or names.translate(name.removesuffix(":"), table, case_blind=True)
    if found is None:
        dcl.put_message(SHOW.NOTRAN(name))
        return
    first, *more = found.equivalences or ("",)
    word = " [table]" if found.is_table else ""
    dcl.output.write(f'  "{found.name}"{word} = "{first}" ({found.table})')
    for equivalence in more:
        dcl.output.write(f'\t= "{equivalence}"')
