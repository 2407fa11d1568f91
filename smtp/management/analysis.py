"""What ANALYZE MAIL does: compare the entries of the SMTP queues with the control files of the SMTP directory, report, repair.

Theory of operation. Entries and files are listed in one go. Then the entries are looked at one by one, and after them the files that no entry of
any queue names. What is found is either reported (informational) or, when /REPAIR or /DELETE covers its time, shown as a problem with its
solution, asked about, and solved. A solution is a plain call: it looks again whether the problem is still there and whether nobody took the file up
meanwhile, then changes file and entry together, so that it is one transaction and a crash leaves each message as it was before or after.

    found                                        /REPAIR                                  /DELETE
    entry without file                           the entry is deleted                     -
    entry on hold, or retained with its file     requeued                                 -
    entry that waits, file corrupt               both are deleted                         -
    file without entry ("lost mail")             submitted; lost bounces are tried anew   the file is deleted
    file without entry, corrupt or empty         the file is deleted                      the file is deleted
    file without entry of a release before V5    stays when it can not be read            the file is deleted

The file of an entry that is held, waits for its time or is processed stays in any case; so does a file that can not be opened, because somebody
has it open (the receiver writes to it) or because it is protected: that is an access error.

Source: Management 17.9.1; Management Command Reference, ANALYZE MAIL. fidelity: which of the counters counts what is taken from their words; the
manual has retried messages ("on hold") requeued or deleted, here those that wait for a time keep their time.
"""

from __future__ import annotations

from collections.abc import Callable

from smtp.config.account import account, login_directory
from smtp.control_file import store
from smtp.control_file.control_file import ControlFile, RecipientState
from smtp.control_file.name import ControlFileName
from smtp.delivery.bounce import LOST
from smtp.facility import TCPIP
from smtp.management.analysis_plan import Counters, Plan
from smtp.management.mail_entries import Confirmation, control_file_name, node_entries, specification, still_there
from smtp.node import SmtpNode
from vmsemu.base.condition import ConditionValue, Message, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.base.wildcard import match
from vmsemu.files.header import FileId
from vmsemu.images.context import ImageContext
from vmsemu.kernel.kernel import give_way
from vmsemu.queue.entry import Entry, JobFile
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.status import JobStatus
from vmsemu.services.rms import FoundFile
from vmsemu.tables.facilities import RMS, SS

_OWN_FILES = ("LOGIN.COM", "SMTP.CONFIG", "SMTP_CONFIG.TEMPLATE", "TCPIP$SMTP*.*", "UCX$SMTP*.*", "*.DIS", "*.MAI")
"""Files of the SMTP directory that the product, its manager or MAIL put there."""
_ON_HOLD = JobStatus.HOLDING | JobStatus.RETAINED
_KEEPS = _ON_HOLD | JobStatus.TIMED_RELEASE


class Analysis:
    """One run. `put` displays a message; all calls of the file system are made with the rights of the installed image."""

    def __init__(self, ctx: ImageContext, plan: Plan, confirmation: Confirmation, put: Callable[[Message], None]) -> None:
        self._ctx = ctx
        self._process = ctx.process
        self._node = ctx.system.part(SmtpNode)
        self._manager = ctx.system.part(QueueManager)
        self._plan = plan
        self._confirmation = confirmation
        self._put = put
        self._by_file: dict[tuple[str, FileId], Entry] = {}
        self._last_serial = -1
        self.counters = Counters()
        self.status = SS.NORMAL.value

    async def run(self) -> ConditionValue:
        """Analyze; the summary is displayed too. Errors: TCPIP.MAILERROR with what keeps queues or directory from being read; nothing is changed."""
        try:
            entries = [e for e in node_entries(self._ctx) if match(self._plan.user, e.username)]
            if self._plan.repair is not None:
                self._manager.find_queue(self._node.generic_queue)
            files = self._directory()
            self._note_entries()
        except VmsError as error:
            raise TCPIP.MAILERROR.error(cause=error) from None
        self._put(TCPIP.ANA_RUNING(self._node.system.node_name))
        for entry in entries:
            await give_way()
            if still_there(self._ctx, entry):
                await self._entry(entry)
        for found in files:
            await give_way()
            await self._file(found)
        await self._ctx.kernel.durable()
        for message in (TCPIP.ANA_COMPLE(self._node.system.node_name), *self.counters.messages()):
            self._put(message)
        return self.status

    # -- what is there --------------------------------------------------------------------------------------------------------------------

    def _directory(self) -> list[FoundFile]:
        """All files. Errors: those of the search, but for an empty directory."""
        place = login_directory(account(self._ctx.system))
        with store.as_installed(self._process):
            try:
                return list(self._process.files.search(f"{place}*.*;*"))
            except VmsError as error:
                if error.matches(RMS.FNF):
                    return []
                raise

    def _find(self, spec: str) -> FoundFile:
        with store.as_installed(self._process):
            return self._process.files.find(spec)

    def _note_entries(self) -> None:
        """Learn the files of the entries that came since the last time. A job that is done and only retained elsewhere does not count."""
        queues = {e.number for e in node_entries(self._ctx)} if self._last_serial < 0 else set()
        for entry in reversed(self._manager.entries.values()):
            if entry.serial <= self._last_serial:
                break
            if entry.retained and entry.number not in queues:
                continue
            for file in entry.files:
                try:
                    self._by_file[_key(self._find(file.spec))] = entry
                except VmsError:
                    continue
        self._last_serial = self._manager.last_serial

    def _entry_of(self, found: FoundFile) -> Entry | None:
        """The entry that names a file now."""
        self._note_entries()
        entry = self._by_file.get(_key(found))
        return entry if entry is not None and still_there(self._ctx, entry) else None

    def _read(self, found: FoundFile) -> ControlFile:
        """Errors: TCPIP.CFREAD, TCPIP.CFCORRUPT."""
        with store.as_installed(self._process):
            return store.read(self._process, found.spec.to_text())

    # -- entries ----------------------------------------------------------------------------------------------------------------------------

    async def _entry(self, entry: Entry) -> None:
        """Look at one entry and its file."""
        spec = specification(entry)
        try:
            found = self._find(spec)
        except VmsError as error:
            if not _is_gone(error):
                self._access_error(TCPIP.CFREAD.error(spec, cause=error))
            elif not entry.executing:
                await self._entry_without_file(entry)
            return
        self.counters.pairs += 1
        if entry.executing:
            return
        name = control_file_name(self._process, found)
        if name is None:
            await self._foreign_entry(entry, found)
            return
        if not match(self._plan.user, name.user):  # somebody queued the file of another user
            return
        try:
            self._read(found)
        except VmsError as error:
            if not error.matches(TCPIP.CFCORRUPT):
                self._access_error(error)
            else:
                await self._corrupt_pair(entry, found)
            return
        if entry.state & _ON_HOLD:
            await self._held_entry(entry, spec)

    async def _entry_without_file(self, entry: Entry) -> None:
        problem = TCPIP.ANA_LOSTQE(entry.number, specification(entry))
        if await self._solve(entry.submitted, problem, TCPIP.ANA_NOFILE(entry.number, specification(entry))):
            self._try(lambda: self._delete_lone_entry(entry))

    async def _foreign_entry(self, entry: Entry, found: FoundFile) -> None:
        """Somebody queued a file that is not ours; it stays where it is."""
        if await self._solve(entry.submitted, TCPIP.ANA_NOTCFF(entry.number, found.spec), TCPIP.ANA_UNKNWN(found.spec)):
            self._try(lambda: self._delete_lone_entry(entry))

    async def _corrupt_pair(self, entry: Entry, found: FoundFile) -> None:
        self.counters.corrupted += 1
        if entry.state & _KEEPS:
            self._put(TCPIP.ANA_CORRUP(found.spec))
        elif await self._solve(found.header.created, TCPIP.ANA_BADCFF(found.spec), TCPIP.ANA_CORRUP(found.spec)):
            self._try(lambda: self._delete_pair(entry, found))

    def _delete_lone_entry(self, entry: Entry) -> None:
        """Delete an entry that has no control file, if that is still so."""
        try:
            ours = control_file_name(self._process, self._find(specification(entry))) is not None
        except VmsError as error:
            if not _is_gone(error):
                raise
            ours = False
        if not ours and still_there(self._ctx, entry) and not entry.executing:
            self._manager.delete_entry(entry.number)
            self.counters.entries_deleted += 1

    def _delete_pair(self, entry: Entry, found: FoundFile) -> None:
        if still_there(self._ctx, entry) and not entry.executing and not entry.state & _KEEPS:
            self._erase(found)
            self._manager.delete_entry(entry.number)
            self.counters.entries_deleted += 1

    async def _held_entry(self, entry: Entry, spec: str) -> None:
        if await self._solve(entry.submitted, TCPIP.ANA_HELDQE(entry.number, spec), TCPIP.ANA_ONHOLD(entry.number, spec)):
            self._try(lambda: self._release(entry))

    def _release(self, entry: Entry) -> None:
        if still_there(self._ctx, entry) and entry.state & _ON_HOLD:
            self._manager.set_entry(entry.number, release=True)
            self.counters.submitted += 1

    # -- files --------------------------------------------------------------------------------------------------------------------------------

    async def _file(self, found: FoundFile) -> None:
        """Look at one file of the directory."""
        name = ControlFileName.from_text(found.name_type + found.spec.version)
        if name is None:
            if self._plan.user == "*" and not any(match(pattern, found.name_type) for pattern in _OWN_FILES):
                self.counters.unknown += 1
                self._put(TCPIP.ANA_UNKNWN(found.spec))
            return
        if not match(self._plan.user, name.user) or self._entry_of(found) is not None:
            return
        try:
            self._read(found)
            problem = ""
        except VmsError as error:
            if error.matches(TCPIP.CFCORRUPT):
                problem = "old" if name.is_old else "corrupt"
            elif _is_gone(error):
                return
            else:
                self._access_error(error)
                return
        self.counters.without_entry += 1
        self.counters.corrupted += problem == "corrupt"
        await self._lost_file(found, name, problem)

    async def _lost_file(self, found: FoundFile, name: ControlFileName, problem: str) -> None:
        """A file without entry: delete it, submit it, or say so."""
        created = found.header.created
        if problem == "corrupt":
            if await self._solve(created, TCPIP.ANA_BADCFF(found.spec), TCPIP.ANA_CORRUP(found.spec), deletes=True):
                self._try(lambda: self._erase_lost(found))
        elif self._plan.deletes(created):
            if await self._ask(TCPIP.ANA_LOSTCF(found.spec, "Will be deleted")):
                self._try(lambda: self._erase_lost(found))
        elif problem == "old":
            self._put(TCPIP.ANA_OLDCFF(found.spec) if self._plan.repairs(created) else TCPIP.ANA_NOENTR(found.spec))
        else:
            hold = self._plan.hold
            solution = "Will be submitted" if hold is None else f"Will be submitted, held until {hold.to_text().strip()}"
            if await self._solve(created, TCPIP.ANA_LOSTCF(found.spec, solution), TCPIP.ANA_NOENTR(found.spec)):
                self._try(lambda: self._submit(found, name))

    def _erase_lost(self, found: FoundFile) -> None:
        if self._entry_of(found) is None:
            self._erase(found)

    def _erase(self, found: FoundFile) -> None:
        with store.as_installed(self._process):
            self._process.files.erase(found)
        self.counters.deleted += 1

    def _submit(self, found: FoundFile, name: ControlFileName) -> None:
        """Queue a lost file again. Errors: those of control file and queue manager; the file is as it was then.

        Recipients who could neither be reached nor be told of are tried anew, or the symbiont would find that there is nothing left to do.
        """
        if self._entry_of(found) is not None:
            return
        file = self._read(found)
        spec = found.spec.to_text()
        failed = [recipient for recipient in file.failed if recipient.reason.startswith(LOST)]
        before = [(recipient, recipient.reason) for recipient in failed]
        for recipient in failed:
            recipient.state, recipient.reason = RecipientState.UNSENT, ""
        with store.as_installed(self._process):
            if failed:
                store.update(self._process, spec, file)
            try:
                self._node.submit(self._process, JobFile(spec, found.header.used_blocks), name, name.user, after=self._plan.hold)
            except VmsError:
                for recipient, reason in before:
                    recipient.state, recipient.reason = RecipientState.FAILED, reason
                if failed:
                    store.update(self._process, spec, file)
                raise
        self.counters.submitted += 1
        self.counters.held += self._plan.hold is not None

    # -- the dialogue -------------------------------------------------------------------------------------------------------------------------

    async def _solve(self, when: VmsTime, problem: Message, report: Message, *, deletes: bool = False) -> bool:
        """Report what is found; or, when it is to be solved, show and ask about it. True when it is to be solved now."""
        if self._plan.repairs(when) or (deletes and self._plan.deletes(when)):
            return await self._ask(problem)
        self._put(report)
        return False

    async def _ask(self, problem: Message) -> bool:
        self._put(problem)
        return await self._confirmation.allows()

    def _try(self, solution: Callable[[], None]) -> None:
        """Solve; what can not be solved stays as it was and is reported."""
        try:
            solution()
        except VmsError as error:
            if not _is_gone(error):
                self._access_error(error)

    def _access_error(self, error: VmsError) -> None:
        self.counters.access_errors += 1
        self._put(error.message)
        self.status = error.value.shown()


def _key(found: FoundFile) -> tuple[str, FileId]:
    return found.device.name, found.header.fid


def _is_gone(error: VmsError) -> bool:
    """There is no such file; one that was there was deleted meanwhile, because the symbiont is done with it."""
    cause = error.message.cause
    return error.matches(RMS.FNF, RMS.DNF) or (cause is not None and VmsError(cause).matches(RMS.FNF, RMS.DNF))
