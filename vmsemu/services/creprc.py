"""Making and ending processes: $CREPRC, $DELPRC, $FORCEX, $SUSPND, $RESUME, and the rundown of a process.

Theory of operation. A process is a `Process` and a kernel task that runs `main(process)`. Whatever ends `main` (its return, a condition,
ProcessDeleted, or an exception that is our own fault) leads to one rundown: subprocesses are deleted and waited for, rundown actions run
last first, files and streams are closed, the job's table goes, the process leaves the table, and `ended` completes with the final status.

A suspended process is a suspended task: the kernel holds it when something wakes it, and resuming delivers what came.

Source: System Services Reference, $CREPRC, $DELPRC, $FORCEX, $SUSPND, $RESUME; "rundown" in OpenVMS Internals.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import lru_cache, partial
from typing import Any

from vmsemu.base.condition import ConditionValue, MessageDefinition, VmsError
from vmsemu.base.privilege import Privilege
from vmsemu.kernel.task import ProcessState, Task
from vmsemu.lnm.names import AccessMode, LogicalName, NameAttribute, ProcessNames, Translation
from vmsemu.security.sysuaf import UafRecord
from vmsemu.services.process import ControlY, ForcedExit, Process, ProcessDeleted, ProcessMode
from vmsemu.services.putmsg import message_lines
from vmsemu.services.stream import InputStream, NullStream, OutputStream
from vmsemu.services.system import System
from vmsemu.services.trnlnm import may_read
from vmsemu.tables.facilities import SS

Main = Callable[[Process], Coroutine[Any, Any, ConditionValue | MessageDefinition | None]]
DELETED_STATUS = SS.ABORT.value  # fidelity: the final status of a process that was deleted is inferred
_SOURCE_IDENTIFIERS = {ProcessMode.BATCH: ("BATCH",), ProcessMode.NETWORK: ("NETWORK",), ProcessMode.OTHER: ()}


def create_process(
    system: System,
    *,
    main: Main,
    username: str = "",
    record: UafRecord | None = None,
    name: str = "",
    mode: ProcessMode = ProcessMode.OTHER,
    input: InputStream | None = None,
    output: OutputStream | None = None,
    error: OutputStream | None = None,
    command: InputStream | None = None,
    parent: Process | None = None,
    terminal: str = "",
    source: str = "LOCAL",
    priority: int | None = None,
    login: bool = True,
) -> Process:
    """Make a process and start it; it runs at the next tick.

    A subprocess (`parent`) takes everything of its account from its parent and shares its job. Otherwise the account is `record`, or that of
    `username`. `source` says where an interactive login came from (LOCAL, REMOTE, DIALUP). Without `login` the job gets no SYS$LOGIN names.

    Errors: RMS.RNF (no such account), SS.DUPLNAM, SS.IVLOGNAM (bad name), SS.EXPRCLM (a subprocess too many), SS.EXQUOTA (a job too many).
    """
    if parent is not None:
        process = _subprocess(parent, name, priority)
    else:
        if record is None:
            record = system.sysuaf.require(username)
        process = _detached(system, record, name, mode, terminal, source, priority)
    if input is not None:
        process.input = input
    if output is not None:
        process.output = output
    process.error = error if error is not None else process.output
    process.command = command if command is not None else process.input
    if terminal:
        process.terminal = terminal
    system.processes.add(process)
    process.names.may_read = partial(may_read, process)
    if parent is not None:
        parent.children.append(process)
    elif login and record is not None:
        _define_job_names(process, record)
    _define_process_names(process, record.device if record is not None else None)
    process.task = process.accounting.task = system.kernel.start(_run(process, main), process.name, process.base_priority)
    process.task.on_exit.append(partial(_task_ended, process))
    for action in system.process_started:
        action(process)
    return process


def _detached(
    system: System, record: UafRecord, name: str, mode: ProcessMode, terminal: str, source: str, priority: int | None
) -> Process:
    _check_job_limits(system, record, mode)
    pid = system.processes.new_pid()
    name = name or _default_name(system, record, mode, terminal, pid)
    system.processes.check_name(name, record.uic.group)
    names = ProcessNames(system.logical_names, record.uic.group, job_quota=record.quotas.jtquota)
    names.job.owner = record.uic
    kinds = ("INTERACTIVE", source) if mode is ProcessMode.INTERACTIVE else _SOURCE_IDENTIFIERS[mode]
    return Process(
        system=system,
        pid=pid,
        name=name,
        username=record.username,
        uic=record.uic,
        mode=mode,
        authorized=record.authorized,
        privileges=record.default,
        names=names,
        account=record.account,
        rights=system.rights.rights_of(record.uic) + kinds,
        base_priority=record.priority if priority is None else priority,
        login_time=system.kernel.now,
        default_directory=record.directory,
        job_type=source if mode is ProcessMode.INTERACTIVE else mode.value,
        quotas=record.quotas,
        record=record,
        cli=record.cli,
    )


def _default_name(system: System, record: UafRecord, mode: ProcessMode, terminal: str, pid: int) -> str:
    """As LOGINOUT names: the user name, or the terminal when that is taken."""
    if mode is ProcessMode.INTERACTIVE:
        name = record.username[:15]
        if system.processes.by_name(name, record.uic.group) is None:
            return name
        if terminal:
            return f"_{terminal.lstrip('_')}"[:15]
    return f"{pid:08X}"


def _check_job_limits(system: System, record: UafRecord, mode: ProcessMode) -> None:
    """MAXJOBS counts interactive, batch and detached jobs of the user; MAXDETACH detached ones."""
    quotas = record.quotas
    if not quotas.maxjobs and not quotas.maxdetach:
        return
    masters = [p for p in system.processes.of_user(record.username) if p.parent is None and p.mode is not ProcessMode.NETWORK]
    if quotas.maxjobs and mode is not ProcessMode.NETWORK and len(masters) >= quotas.maxjobs:
        raise SS.EXQUOTA.error()
    if quotas.maxdetach and mode is ProcessMode.OTHER and sum(p.mode is ProcessMode.OTHER for p in masters) >= quotas.maxdetach:
        raise SS.EXQUOTA.error()


def _subprocess(parent: Process, name: str, priority: int | None) -> Process:
    system, root = parent.system, parent.root
    if sum(1 for _ in root.tree()) > root.quotas.prclm:
        raise SS.EXPRCLM.error()
    pid = system.processes.new_pid()
    return Process(
        system=system,
        pid=pid,
        name=name or system.processes.unique_name(parent.username, parent.uic.group),
        username=parent.username,
        uic=parent.uic,
        mode=parent.mode,
        authorized=parent.authorized,
        privileges=parent.privileges,
        names=ProcessNames(system.logical_names, parent.uic.group, parent.names.job),
        account=parent.account,
        rights=parent.rights,
        parent=parent,
        base_priority=parent.base_priority if priority is None else priority,
        login_time=system.kernel.now,
        default_directory=parent.default_directory,
        default_protection=parent.default_protection,
        terminal=parent.terminal,
        job_type=parent.job_type,
        input=parent.input,
        output=parent.output,
        quotas=parent.quotas,
        record=parent.record,
        cli=parent.cli,
    )


# -- logical names of a new process ---------------------------------------------------------------------------------------------------


def _device_of(stream: object) -> str:
    """`_OPA0:` or `_DKA0:`, from the name a stream has."""
    name = getattr(stream, "name", "") or "NLA0:"
    return "_" + name.lstrip("_").partition(":")[0] + ":"


# The numbers of process-permanent files: SYS$INPUT and SYS$COMMAND, SYS$OUTPUT and SYS$ERROR. fidelity: that of SYS$ERROR is inferred.
_INPUT_FILE, _OUTPUT_FILE = 0x8101, 0x8103
_EXEC, _SUPER = AccessMode.EXEC, AccessMode.SUPER
_NONE, _CONFINE, _CRELOG = NameAttribute.NONE, NameAttribute.CONFINE, NameAttribute.CRELOG


def _define_process_names(process: Process, disk: str | None) -> None:
    """SYS$INPUT, SYS$OUTPUT, SYS$ERROR, SYS$COMMAND, TT and SYS$DISK."""
    input_, output = _device_of(process.input), _device_of(process.output)
    error = output if process.error is None or process.error is process.output else _device_of(process.error)
    command = input_ if process.command is process.input else _device_of(process.command)
    if disk is None and process.parent is not None:
        found = process.parent.names.translate("SYS$DISK", "LNM$PROCESS")
        disk = found.equivalence if found is not None else None
    entries = _process_entries(input_, output, error, command, process.terminal, disk or "SYS$SYSDEVICE:")
    process.names.process_table._names.update(entries)
    process.names.changes.count += 1


@lru_cache(maxsize=512)
def _process_entries(input_: str, output: str, error: str, command: str, terminal: str, disk: str) -> dict[str, list[LogicalName]]:
    """The entries of a new process table; they are shared and never changed in place.

    Of the process-permanent files SYS$OUTPUT is confined, so that a subprocess keeps its own.
    """

    def entry(name: str, equivalence: str, mode: AccessMode, attributes: NameAttribute = _NONE, internal_file: int = 0) -> LogicalName:
        permanent = internal_file != 0
        translation = Translation(equivalence, permanent, permanent, internal_file)
        return LogicalName(name, mode, attributes, (translation,), "LNM$PROCESS_TABLE")

    entries = {
        "SYS$INPUT": [entry("SYS$INPUT", input_, _EXEC, _NONE, _INPUT_FILE)],
        "SYS$OUTPUT": [entry("SYS$OUTPUT", output, mode, _CONFINE, _OUTPUT_FILE) for mode in (_SUPER, _EXEC)],
        "SYS$ERROR": [entry("SYS$ERROR", error, _EXEC, _NONE, _OUTPUT_FILE)],
        "SYS$COMMAND": [entry("SYS$COMMAND", command, _EXEC, _NONE, _INPUT_FILE)],
        "SYS$DISK": [entry("SYS$DISK", disk, _SUPER, _CRELOG)],
    }
    if terminal:
        entries["TT"] = [entry("TT", terminal.lstrip("_").removesuffix(":") + ":", _EXEC)]
    return entries


def _define_job_names(process: Process, record: UafRecord) -> None:
    """SYS$LOGIN and its companions, in the job table."""
    job = process.names.job
    directory, device = (Translation(record.default_spec),), (Translation(record.device),)
    for name, translations in (("SYS$LOGIN", directory), ("SYS$LOGIN_DEVICE", device), ("SYS$SCRATCH", directory)):
        job.put(LogicalName(name, _EXEC, _NONE, translations, job.name))


# -- running and running down -----------------------------------------------------------------------------------------------------------


async def _run(process: Process, main: Main) -> None:
    """The task of a process."""
    status: ConditionValue
    try:
        result = await main(process)
        status = SS.NORMAL.value if result is None else result.value if isinstance(result, MessageDefinition) else result
    except ProcessDeleted:
        status = DELETED_STATUS
    except ForcedExit:
        status = SS.FORCEDEXIT.value
    except ControlY:
        # Nobody in the process keeps what Ctrl/Y interrupts (a segment of PIPE that read from the terminal).
        status = SS.CONTROLY.value
    except VmsError as error:
        status = error.value
        _show(process, message_lines(error.message))
    except Exception as error:
        status = bugcheck(process, error)
    while process.children:
        try:
            await _end_children(process)
        except (ProcessDeleted, ForcedExit):
            continue
    run_down(process, status)


def _task_ended(process: Process, task: Task) -> None:
    """A process deleted before it ever ran; and the host's own ways out, which are not ours to keep."""
    if not process.ended.done:
        run_down(process, DELETED_STATUS)
    if task.error is not None and not isinstance(task.error, ProcessDeleted):
        raise task.error


async def idle(process: Process) -> ConditionValue:
    """The main line of a process that is there, and has nothing to do that is not done elsewhere."""
    while True:
        await process.hibernate()


async def _end_children(process: Process) -> None:
    for child in reversed(list(process.children)):
        _delete(child)
    for child in list(process.children):
        await child.ended.wait(state=ProcessState.RWAST)


def bugcheck(process: Process, error: BaseException) -> ConditionValue:
    """An exception that is our own fault: tell the process's output and the node's `on_bugcheck`; the rest of the system goes on."""
    _show(process, message_lines(SS.BUGCHECK()))
    if process.system.on_bugcheck is not None:
        process.system.on_bugcheck(process, error)
    return SS.BUGCHECK.value.shown()


def _show(process: Process, lines: list[str]) -> None:
    """On the process's output, as far as that still takes anything."""
    try:
        for line in lines:
            process.output.write(line)
    except VmsError:
        return


def run_down(process: Process, status: ConditionValue) -> None:
    """Everything a process has goes; it leaves the process table. Exceptions of one step do not keep the others from being done."""
    process.final_status = status
    steps: list[Callable[[], object]] = [*reversed(process.rundown), *process.system.process_ended_actions(process)]
    process.rundown = []
    if process.has_files:
        steps.append(process.files.close_all)
    if process.parent is None:
        steps += _streams_to_close(process)
        steps.append(lambda: process.system.logical_names.delete_job_table(process.names.job))
        if process.terminal:
            steps.append(lambda: _release_terminal(process))
    for step in steps:
        try:
            step()
        except VmsError as error:
            if process.final_status:
                process.final_status = error.value
        except Exception as error:
            bugcheck(process, error)
    process.system.processes.remove(process)
    if process.parent is not None and process in process.parent.children:
        process.parent.children.remove(process)
    process.ended.complete(process.final_status)
    process.forget()


def _release_terminal(process: Process) -> None:
    """A terminal of which the process was the owner has none."""
    device = process.system.devices.find_or_none(process.terminal)
    if getattr(device, "owner", None) is process:
        device.owner = None  # type: ignore[union-attr]


def _streams_to_close(process: Process) -> list[Callable[[], object]]:
    """What a job was given to read and write: each once. The null device has nothing to close."""
    found: list[Any] = []
    for stream in (process.input, process.command, process.output, process.error):
        if stream is not None and stream not in found and not isinstance(stream, NullStream):
            found.append(stream)
    return [stream.close for stream in found]


# -- acting on other processes -----------------------------------------------------------------------------------------------------------


def find_process(system: System, requester: Process | None, *, pid: int | None = None, name: str | None = None) -> Process:
    """The process a command names: by PID, by name within the requester's group, or the requester itself; access is checked.

    Errors: SS.NONEXPR, SS.NOPRIV.
    """
    if pid:
        found = system.processes.by_pid(pid)
    elif name is not None:
        group = requester.uic.group if requester is not None else None
        named = system.processes.by_name(name, group)
        if named is None:
            raise SS.NONEXPR.error()
        found = named
    elif requester is not None:
        return requester
    else:
        raise SS.NONEXPR.error()
    check_control(found, requester)
    return found


def check_control(target: Process, requester: Process | None) -> None:
    """May `requester` (None is the system itself) affect `target`? Same UIC or job: yes; same group: GROUP; others: WORLD. Errors: SS.NOPRIV."""
    if requester is None or target.uic == requester.uic or target.root is requester.root:
        return
    if Privilege.WORLD in requester.privileges:
        return
    if target.uic.group == requester.uic.group and Privilege.GROUP in requester.privileges:
        return
    raise SS.NOPRIV.error()


def stop_process(system: System, pid: int, requester: Process | None = None) -> Process:
    """$DELPRC: delete a process and its subprocesses. It is gone when its `ended` is complete. Errors: SS.NONEXPR, SS.NOPRIV."""
    target = find_process(system, requester, pid=pid)
    _delete(target)
    return target


def force_exit(system: System, pid: int, requester: Process | None = None) -> Process:
    """$FORCEX: run down the image of a process. Errors: SS.NONEXPR, SS.NOPRIV."""
    target = find_process(system, requester, pid=pid)
    if target.task is not None:
        target.task.interrupt(ForcedExit())
    return target


def suspend_process(system: System, pid: int, requester: Process | None = None) -> Process:
    """$SUSPND: the process does not run until it is resumed; one that is running stops at its next wait. Errors: SS.NONEXPR, SS.NOPRIV."""
    target = find_process(system, requester, pid=pid)
    if target.task is not None:
        target.task.suspend()
    return target


def resume_process(system: System, pid: int, requester: Process | None = None) -> Process:
    """$RESUME. Errors: SS.NONEXPR, SS.NOPRIV."""
    target = find_process(system, requester, pid=pid)
    _resume(target)
    return target


def set_priority(target: Process, priority: int, requester: Process) -> int:
    """$SETPRI: set the base priority and return the old one. Raising it above the account's needs ALTPRI. Errors: SS.NOPRIV."""
    check_control(target, requester)
    limit = requester.record.priority if requester.record is not None else target.base_priority
    if Privilege.ALTPRI not in requester.privileges:
        priority = min(priority, limit)
    old, target.base_priority = target.base_priority, priority
    if target.task is not None:
        target.task.priority = priority
    return old


def _delete(target: Process) -> None:
    _resume(target)
    if target.task is not None:
        target.task.interrupt(ProcessDeleted())


def _resume(target: Process) -> None:
    if target.task is not None and target.task.suspended:
        target.task.resume()
