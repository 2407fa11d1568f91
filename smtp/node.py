"""SMTP on one node: what its processes share, and how a message enters the queue.

The configuration record is read when SMTP starts and kept; SET CONFIGURATION SMTP makes it be read again. The local aliases are those of the file
as it is now: a receiver asks at each connection, the symbiont when a queue starts.

The queues are the generic queue TCPIP$SMTP_<node>_00 and the execution queues _01 to _nn behind it.

Source: Management 17.1.2, 17.3, 17.4.2. fidelity: the product's job name and the commands that make its queues are not known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smtp.config.account import ACCOUNT
from smtp.config.aliases import LocalAliases
from smtp.config.antispam import SPEC as SMTP_CONFIG
from smtp.config.antispam import AntiSpam
from smtp.config.configuration import SUBJECT, SmtpConfiguration
from smtp.config.database import ConfigurationDatabase
from smtp.config.logicals import NodeIdentity, SmtpLogicals
from smtp.config.resolver import process_resolver
from smtp.control_file import store
from smtp.control_file.control_file import ControlFile
from smtp.control_file.name import ControlFileName
from smtp.facility import TCPIP
from smtp.message.address import Address
from smtp.message.dates import time_stamp
from smtp.routing.databases import HostDatabase, LocalMx, MxDatabase
from smtp.routing.locality import Locality
from smtp.routing.router import Router, RoutingOptions
from vmsemu.base.condition import VmsError
from vmsemu.base.privilege import Privilege, PrivilegeSet
from vmsemu.base.time import VmsTime
from vmsemu.files.header import FileId
from vmsemu.mail.place import privileged_process
from vmsemu.opcom.opcom import operator_message
from vmsemu.queue.entry import JobFile
from vmsemu.queue.manager import QueueManager
from vmsemu.queue.symbiont import find_symbiont
from vmsemu.services.putmsg import message_lines

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.system import System

SYMBIONT = "TCPIP$SMTP_SYMBIONT"
_NO_RULES = AntiSpam()
_HUNDREDTH = 100_000


class SmtpNode:
    """A part of the system."""

    def __init__(self, system: System) -> None:
        self.system = system
        self._agent: Process | None = None
        self._configuration: SmtpConfiguration | None = None
        self._aliases: tuple[object, LocalAliases] = (None, LocalAliases())
        self._anti_spam: tuple[tuple[FileId, int], AntiSpam] | None = None
        self._told: list[str] = []
        self._aliases_told: list[str] = []
        self._substitute: dict[str, Any] = {}
        self._last_stamp = 0

    # -- what is configured ------------------------------------------------------------------------------------------------------------

    @property
    def agent(self) -> Process:
        """The process as which SMTP works for users: their own logical names lead it to no other files."""
        if self._agent is None:
            self._agent = privileged_process(self.system)
            self._agent.privileges = PrivilegeSet.of(Privilege.SYSPRV)
        return self._agent

    def configuration(self) -> SmtpConfiguration:
        """The SMTP record. Errors: TCPIP.CONFIGERROR."""
        if self._configuration is None:
            items = ConfigurationDatabase(self.agent.files).get(self.system.node_name, SUBJECT)
            self._configuration = replace(SmtpConfiguration.from_items(items or {}), **self._substitute)
        return self._configuration

    def is_configured(self) -> bool:
        return ConfigurationDatabase(self.agent.files).get(self.system.node_name, SUBJECT) is not None

    def aliases(self, process: Process) -> LocalAliases:
        """The local aliases now; a file that has not changed is not read again.

        Errors: TCPIP.CONFIGREAD when the file is there and can not be read; the operators are told once.
        """
        version = LocalAliases.version(process.files)
        if self._aliases[0] != version:
            try:
                self._aliases = version, LocalAliases.read(process.files)
            except VmsError as error:
                self._aliases_told = self._tell(process, message_lines(error.message), self._aliases_told)
                raise
            self._aliases_told = []
        return self._aliases[1]

    def anti_spam(self, process: Process) -> AntiSpam:
        """The rules of SMTP.CONFIG as they are now; a file that has not changed is not read again.

        What is not understood in it, or that it cannot be read, is told to the operators once. Errors: TCPIP.CONFIGREAD when the file is there and
        cannot be read; without its rules nobody is served.
        """
        try:
            found = process.files.existing(SMTP_CONFIG)
            if found is None:
                self._told = []
                return _NO_RULES
            key = found.header.fid, found.header.revision
            if self._anti_spam is not None and self._anti_spam[0] == key and process.files.read_before(found):
                return self._anti_spam[1]
            with process.files.open(found) as file:
                self._anti_spam = key, AntiSpam.from_lines(file.lines())
                self._tell_operators(process, self._anti_spam[1].remarks)
        except VmsError as error:
            trouble = TCPIP.CONFIGREAD.error(SMTP_CONFIG, cause=error)
            self._anti_spam = None
            self._tell_operators(process, message_lines(trouble.message))
            raise trouble from error
        return self._anti_spam[1]

    def _tell_operators(self, process: Process, lines: list[str]) -> None:
        """What is wrong with SMTP.CONFIG, unless it is the same as last time."""
        self._told = self._tell(process, lines, self._told)

    def _tell(self, process: Process, lines: list[str], told: list[str]) -> list[str]:
        """Tell the operators what is wrong with a file, unless it is what they were told last; returns what they know now."""
        if lines and lines != told:
            operator_message(self.system, process.username, lines)
        return lines

    def forget(self) -> None:
        """Read everything again at its next use (SMTP starts)."""
        self._anti_spam = None
        self._configuration = None
        self._aliases = None, LocalAliases()
        self._substitute = {}

    def configuration_changed(self) -> None:
        """Read the record again at its next use; the substitute domain stays as it is until SMTP is stopped and started."""
        known = self._configuration
        if known is not None:
            self._substitute = {"substitute_domain": known.substitute_domain, "substitute_none": known.substitute_none}
        self._configuration = None

    # -- identity, locality, routes ----------------------------------------------------------------------------------------------------

    def locality(self, process: Process, identity: NodeIdentity, logicals: SmtpLogicals) -> Locality:
        # fidelity: what TCPIP$SMTP_NO_SUBS_DOMAIN_INBOUND does is taken from its name.
        inbound = "" if logicals.switch("NO_SUBS_DOMAIN_INBOUND") else self.configuration().substitute_domain
        return Locality(identity.host, identity.addresses, inbound, self.aliases(process).domains, logicals.switch("LOCAL_ALIAS_ONLY"))

    def router(self, process: Process, locality: Locality) -> Router:
        """Its routes fail with TCPIP.MXERROR and TCPIP.HOSTERROR when a database can not be read."""
        configuration, logicals = self.configuration(), SmtpLogicals(process)
        options = RoutingOptions(
            configuration.alternate_gateway,
            # fidelity: the manual can also be read so that everything is outside as long as no zone is set.
            configuration.zone or locality.host.partition(".")[2],
            altgate_always=logicals.switch("ALTGATE_ALWAYS"),
            mx_if_no_altgate=logicals.switch("MX_IF_NOALTGATE"),
            no_mx=logicals.switch("NO_MX"),
        )
        local_mx, hosts = MxDatabase(process.files), HostDatabase(process.files)

        def exchangers(domain: str) -> list[LocalMx]:
            try:
                return local_mx.find(domain)
            except VmsError as error:
                raise TCPIP.MXERROR.error(cause=error) from None

        def addresses(name: str) -> list[str]:
            try:
                return hosts.addresses(name)
            except VmsError as error:
                raise TCPIP.HOSTERROR.error(cause=error) from None

        return Router(locality, options, process_resolver(process), exchangers, addresses)

    def postmaster(self, process: Process, identity: NodeIdentity) -> Address:
        """Who bounces come from: TCPIP$SMTP, or the user TCPIP$SMTP_POSTMASTER_ALIAS names."""
        return Address(SmtpLogicals(process).text("POSTMASTER_ALIAS") or ACCOUNT, identity.host)

    def message_id(self, host: str) -> str:
        """`yymmddhhmmsscc@host`. A hundredth that is taken gives way to the next one, so no two messages of this node are named alike."""
        now = max(self.system.now // _HUNDREDTH, self._last_stamp + 1)
        self._last_stamp = now
        return f"{time_stamp(VmsTime(now * _HUNDREDTH).fields())}@{host}"

    def product(self) -> str:
        """What banner and trace lines say: `V5.1-15, OpenVMS V7.3 Alpha`."""
        profile = self.system.profile
        return f"{profile.tcpip_version}, OpenVMS {profile.version} {profile.arch_name}"

    # -- the queue -----------------------------------------------------------------------------------------------------------------------

    @property
    def generic_queue(self) -> str:
        return f"TCPIP$SMTP_{self.system.node_name}_00"

    def execution_queue(self, number: int) -> str:
        return f"TCPIP$SMTP_{self.system.node_name}_{number:02d}"

    def begin(self, process: Process, user: str) -> store.Unfinished:
        """Create the control file of a message that is still coming. Errors: TCPIP.CFWRITE."""
        return store.begin(process, self._name(user))

    def _name(self, user: str) -> ControlFileName:
        return ControlFileName.make(self.system.now, user, self.system.node_name)

    def enqueue(self, process: Process, file: ControlFile, user: str, begun: store.Unfinished | None = None) -> str:
        """Write a control file (the one that was begun) under a user's name and submit it; returns its specification.

        Durable after the tick: await `kernel.durable()` before anything is promised. Errors: TCPIP.CFWRITE; those of the queue manager. Nothing
        is left behind then.
        """
        name = begun.name if begun is not None else self._name(user)
        written = store.finish(process, begun, file) if begun is not None else store.write(process, file, name)
        try:
            self.submit(process, written, name, user)
        except VmsError:
            store.discard(process, written.spec)
            raise
        return written.spec

    def submit(self, process: Process, file: JobFile, name: ControlFileName, user: str, after: VmsTime | None = None) -> int:
        """Make the queue entry of a control file that is there, held until `after`; returns its number. Errors: those of the queue manager."""
        record = self.system.sysuaf.get(user)
        uic = record.uic if record is not None else process.uic
        manager = self.system.part(QueueManager)
        return manager.submit(self.generic_queue, [file], username=user, uic=uic, name=name.job_name, after=after).number


def attach(system: System) -> None:
    """Add the parts of the product to a node that is about to boot."""
    from smtp.images.mail_transport import IMAGE, SmtpTransport
    from vmsemu.dcl import session
    from vmsemu.mail.callable import Mail
    from vmsemu.net.auxiliary import AuxiliaryServer

    system.add_part(SmtpNode(system))
    system.add_part(AuxiliaryServer(system, session.network))
    system.part(Mail).register_transport("SMTP", SmtpTransport(system), IMAGE)
    load_symbionts(system.part(QueueManager))


def load_symbionts(manager: QueueManager) -> None:
    """Let the queue manager find the symbiont of this product by its image name."""
    known = manager.symbionts.loader
    manager.symbionts.loader = lambda name: known(name) or find_symbiont(name, ("smtp.images",))
