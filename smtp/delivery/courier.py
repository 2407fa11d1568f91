"""The way of one control file through the symbiont.

Theory of operation. A job is one attempt. First the local recipients, in one go; what became of them is written, bounced or erased in the
same tick, so a crash neither loses nor doubles a local delivery. Then the remote recipients, domain by domain; the control file is written
whenever a fate is final, so a crash repeats at most what the remote host had not yet confirmed. At the end

    nobody is unsent         the control file is erased, the job is done
    somebody is unsent       the job waits: INITIAL after the first attempt, RETRY after later ones
    the time is over         who is unsent has failed

Failures are bounced at once; the bounce enters the queue in the tick in which the failure is written. A message that has no return path is
itself a bounce: it goes to POSTMASTER, and if that fails too the control file stays without an entry ("lost mail"). A control file that is
corrupt is left alone, and the job ends with the error; so does a job whose file is gone. One that can not be read now, because somebody has it
open or the disk is away, is tried again.

Source: Management 17.2.2, 17.9; Management Command Reference, /INTERVAL and /HOP_COUNT_MAXIMUM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smtp.config.account import account, login_directory
from smtp.config.logicals import NodeIdentity, SmtpLogicals
from smtp.control_file import store
from smtp.control_file.control_file import ControlFile, Recipient, RecipientState
from smtp.control_file.places import Places
from smtp.delivery.bounce import LOST, RETURNED, bounce
from smtp.delivery.inbound import InboundOptions, InternetMessage
from smtp.delivery.lists import expand
from smtp.delivery.local import LocalDelivery
from smtp.delivery.log import LogOptions, SymbiontLog
from smtp.delivery.remote import RemoteDelivery, RemoteOptions, by_domain
from smtp.delivery.schedule import next_attempt
from smtp.facility import TCPIP
from smtp.message.address import Address
from smtp.message.compose import received_lines
from smtp.message.dates import internet_date
from smtp.message.headers import HeaderBlock
from smtp.node import SmtpNode
from smtp.protocol.client import MINUTE, SendTimeouts
from vmsemu.base.condition import ConditionValue, VmsError
from vmsemu.base.time import VmsTime
from vmsemu.net.stack import NetworkStack
from vmsemu.queue.symbiont import TaskStopped
from vmsemu.tables.facilities import RMS, SS

if TYPE_CHECKING:
    from vmsemu.services.file_search import FoundFile
    from vmsemu.services.process import Process

_POSTMASTER = "POSTMASTER"
_DOMAINS = 4096
_FILES = 2  # the log level


class JobResult(NamedTuple):
    """How a job ended: its condition, and when it is to be tried again."""

    condition: ConditionValue
    retry: VmsTime | None = None


_DONE = JobResult(SS.NORMAL.value)


class Courier:
    """Delivers control files for one symbiont process, with the settings of the time it was made (queue start)."""

    def __init__(self, process: Process) -> None:
        system = process.system
        self._process = process
        self._places = Places(process)
        self._found: FoundFile | None = None  # the control file of the job
        self._kernel = system.kernel
        self._node = system.part(SmtpNode)
        logicals = SmtpLogicals(process)
        configuration = self.configuration = self._node.configuration()
        self._identity = NodeIdentity.of(process)
        log = configuration.log_specification(login_directory(account(system)))
        self.log = SymbiontLog(process, log, LogOptions.of(process))
        self._nosey = logicals.switch("NOSEY")
        self._locality = self._node.locality(process, self._identity, logicals)
        self._local_domains: dict[str, bool] = {}
        self._postmaster = self._node.postmaster(process, self._identity)
        inbound = InboundOptions(
            self._postmaster,
            configuration.headers,
            no_xvms=logicals.switch("INBOUND_NOXVMS"),
            jacket_local=logicals.switch("JACKET_LOCAL"),
            vmsdef_to=logicals.switch("VMSDEF_TO"),
        )
        self._local = LocalDelivery(process, inbound, self.log)
        timeouts = SendTimeouts(
            configuration.send_initial * MINUTE,
            configuration.send_mail * MINUTE,
            configuration.send_receipt * MINUTE,
            configuration.send_data * MINUTE,
            configuration.send_termination * MINUTE,
        )
        options = RemoteOptions(self._identity.host, timeouts, configuration.address_retries, logicals.switch("REWRITE_MTS_FROM"))
        router = self._node.router(process, self._locality)
        self._remote = RemoteDelivery(system.kernel, system.part(NetworkStack).network, router, options, self.log)
        self.log.write(f"symbiont started for {self._identity.host}, {self._node.product()}", _FILES)
        intervals = configuration.initial_interval, configuration.retry_interval, configuration.maximum_interval
        self.log.write(
            "intervals: "
            + ", ".join(f"{n} {i.to_text().strip()}" for n, i in zip(("INITIAL", "RETRY", "MAXIMUM"), intervals, strict=True)),
            3,
        )
        for name, why in logicals.without_effect().items():
            self.log.write(f"{name} has no effect: {why}")
        for remark in self._node.aliases(process).remarks:
            self.log.write(remark)
        self.log.flush()

    async def run(self, spec: str) -> JobResult:
        """One attempt at one control file."""
        if self.log.level >= _FILES:
            self.log.write(f"Next Open File: {spec}", _FILES)
        try:
            found = self._found = self._places.find(spec)
            file = store.read(self._process, spec, found)
        except VmsError as error:
            self.log.error(error)
            self.log.flush()
            return JobResult(error.value, None if _is_hopeless(error) else self._later())
        try:
            result = await self._attempt(spec, file)
        except TaskStopped as error:
            self.log.error(error)
            result = JobResult(error.value)
        except VmsError as error:
            self.log.error(error)
            result = JobResult(error.value, self._later())
            self._save(spec, file)
        if result.retry is not None:
            self._places.keep(spec, found)
        if self.log.level >= _FILES:
            self._log_contents(file)
        self.log.flush()
        return result

    def _later(self) -> VmsTime:
        return VmsTime(self._kernel.now + self.configuration.initial_interval)

    def _save(self, spec: str, file: ControlFile) -> None:
        """Note what is known after an error, as far as that is still possible."""
        try:
            store.update(self._process, spec, file, self._found)
        except VmsError as error:
            self.log.error(error)

    async def _attempt(self, spec: str, file: ControlFile) -> JobResult:
        began, waiting = self._kernel.now, file.unsent
        for recipient in file.recipients:
            self.log.parsed(recipient.address)
        if self._hops_exceeded(file):
            _fail(waiting, f"hop count exceeded {self.configuration.hop_count_maximum}")
            waiting = []
        local: list[Recipient] = []
        outside: list[Recipient] = []
        for recipient in waiting:
            (local if self._is_local(recipient.address) and not self._gateway(recipient) else outside).append(recipient)
        crossing: list[Recipient] = []
        if local:
            crossing = [r for r in local if self._local.crosses(r)]
            self._deliver_local(file, [r for r in local if r not in crossing] if crossing else local)
        remote = by_domain(outside)
        if remote or crossing:
            if local and len(file.unsent) < len(waiting):
                await self._bounce_failed(spec, file)
                store.update(self._process, spec, file, self._found)
            if not file.attempts:
                await self._kernel.durable()  # lest a crash makes the sender repeat what is outside already
            for recipient in crossing:
                await self._local.deliver_over_links(recipient, self._local_message(file))
                self._settle(spec, file)
            for domain, recipients in remote.items():
                target = self._gateway(recipients[0]) or domain
                await self._remote.deliver(file, target, recipients, lambda: self._settle(spec, file))
        return await self._finish(spec, file, began)

    def _settle(self, spec: str, file: ControlFile) -> None:
        """Note at once what another host has taken, lest he gets it again after a crash."""
        store.update(self._process, spec, file, self._found)
        self._kernel.commit_soon()

    def _hops_exceeded(self, file: ControlFile) -> bool:
        """Nearly always the lines that look like one are too few, and need no closer look."""
        maximum = self.configuration.hop_count_maximum
        if len(file.headers) <= maximum or len([True for line in file.headers if line[:8].lower() == b"received"]) <= maximum:
            return False
        return HeaderBlock.from_lines(file.headers).count("Received") > maximum

    def _gateway(self, recipient: Recipient) -> str:
        """The general purpose gateway, for an address of a kind that SMTP can not deliver (UUCP)."""
        gateway = self.configuration.general_gateway
        return gateway if gateway and "!" in recipient.address.local and self._is_local(recipient.address) else ""

    def _is_local(self, address: Address) -> bool:
        """As the locality says, which looks at nothing but the domain."""
        known = self._local_domains.get(address.domain)
        if known is None:
            if len(self._local_domains) >= _DOMAINS:
                self._local_domains.clear()
            known = self._local_domains[address.domain] = self._locality.is_local(address)
        return known

    def _local_message(self, file: ControlFile) -> InternetMessage:
        from_local = not file.return_path.is_null and self._is_local(file.return_path)
        return self._local.message(file, from_local=from_local)

    def _deliver_local(self, file: ControlFile, local: list[Recipient]) -> None:
        """Recipients of this node, each user once however he is written. Nothing waits here."""
        if not local:
            return
        message = self._local_message(file)
        users = {recipient.address.local.upper(): recipient for recipient in reversed(local)}
        first = [recipient for recipient in local if users[recipient.address.local.upper()] is recipient]
        found = [(recipient, members) for recipient in first if (members := self._local.deliver(recipient, message)) is not None]
        if copied := expand(file.recipients, found):
            headers = (*received_lines(self._identity.host, self._node.product(), self._date()), *file.headers)
            copy = ControlFile(self._kernel.now, file.user, file.return_path, copied, headers, file.body)
            self._node.enqueue(self._process, copy, self._process.username)
        for recipient in local:
            user = users[recipient.address.local.upper()]
            recipient.state, recipient.reason = user.state, user.reason

    async def _finish(self, spec: str, file: ControlFile, began: VmsTime) -> JobResult:
        """What the attempt comes to; one that was interrupted does not count.

        Nothing waits here, so all of it is one transaction; unless a bounce goes to a postmaster at another node.
        """
        file.attempts += 1
        file.last_attempt = began
        retry = None
        if unsent := file.unsent:
            retry = next_attempt(file.created, file.attempts, self._kernel.now, self.configuration)
            if retry is None:
                for recipient in unsent:
                    recipient.reason = f"not delivered in time; last attempt: {recipient.reason}"
                    recipient.state = RecipientState.FAILED
        if file.failed:
            await self._bounce_failed(spec, file)
        if retry is not None:
            store.update(self._process, spec, file, self._found)
            until = retry.to_text()
            for recipient in unsent:
                self.log.write(f"delivery to {recipient.address.to_path()} deferred until {until}: {recipient.reason}")
            return JobResult(SS.NORMAL.value, retry)
        if any(recipient.reason.startswith(LOST) for recipient in file.failed):
            store.update(self._process, spec, file, self._found)
            return JobResult(TCPIP.LOSTMAIL.value)
        store.erase(self._process, spec, self._found)
        return _DONE

    async def _bounce_failed(self, spec: str, file: ControlFile) -> None:
        """Return the message for every failed recipient not yet told of; when that is impossible note that the control file must stay."""
        failed = [r for r in file.failed if not r.reason.startswith((RETURNED, LOST))]
        if not failed:
            return
        for recipient in failed:
            self.log.write(f"delivery to {recipient.address.to_path()} failed: {recipient.reason}")
        if file.return_path.is_null:
            lost = not await self._to_postmaster(file)
            if lost:
                self.log.write(f"message is neither deliverable nor returnable, kept in {spec}")
        else:
            lost = False
            now = self._kernel.now
            message_id = self._node.message_id(self._identity.host)
            user = self._process.username
            back = bounce(file, failed, postmaster=self._postmaster, date=self._date(), message_id=message_id, user=user, now=now)
            self._node.enqueue(self._process, back, user)
        for recipient in failed:
            recipient.reason = f"{LOST if lost else RETURNED}{recipient.reason}"

    async def _to_postmaster(self, file: ControlFile) -> bool:
        """The last resort for a bounce, unless it has gone round too often: the postmaster's own mail may come back."""
        if self._hops_exceeded(file):
            return False
        recipient = Recipient(Address(_POSTMASTER, self._identity.host))
        message = self._local.message(file, from_local=False)
        if self._local.crosses(recipient):
            await self._local.deliver_over_links(recipient, message)
        else:
            self._local.deliver(recipient, message)
        return recipient.state is RecipientState.SENT

    def _date(self) -> str:
        """The time in the zone of today: summer may have begun since the queue started."""
        return internet_date(self._kernel.now.fields(), NodeIdentity.of(self._process).zone)

    def _log_contents(self, file: ControlFile) -> None:
        """Level 2: all headers and recipients of a control file after it was processed."""
        for field in HeaderBlock.from_lines(file.headers):
            if field.name.lower() == "subject" and not self._nosey:
                self.log.write("SUBJECT:<omitted>", _FILES)
                continue
            for line in field.lines:
                self.log.write(line.decode("latin-1"), _FILES)
        for recipient in file.recipients:
            self.log.write(f"{recipient.state.name.lower()}: {recipient.address.to_path()} {recipient.reason}".rstrip(), _FILES)


def _is_hopeless(error: VmsError) -> bool:
    """Will the control file be as unreadable at any later time?"""
    cause = error.message.cause
    return error.matches(TCPIP.CFCORRUPT) or (cause is not None and VmsError(cause).matches(RMS.FNF))


def _fail(recipients: list[Recipient], reason: str) -> None:
    for recipient in recipients:
        recipient.state = RecipientState.FAILED
        recipient.reason = reason
