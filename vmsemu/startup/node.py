"""A node: one booted machine. Builds the system from a store, runs STARTUP.COM, logs people in, shuts down in order.

The caller drives the kernel (virtual time in replays, the host driver otherwise); nothing here waits.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from vmsemu.base.condition import ConditionValue
from vmsemu.dcl import session
from vmsemu.files.host_folder import FolderMount, HostFolders, OpenFolder
from vmsemu.files.mount import DeviceTable, DiskDevice
from vmsemu.files.volume import Volume
from vmsemu.images.activate import image_activator
from vmsemu.images.commands import load_command_tables
from vmsemu.images.registry import add_image_package
from vmsemu.kernel.kernel import Kernel
from vmsemu.lnm.names import LogicalNames
from vmsemu.mail.callable import Mail
from vmsemu.net.decnet import DecnetNode
from vmsemu.net.netserver import DecnetServers, NetworkObject
from vmsemu.net.stack import NetworkStack
from vmsemu.opcom.accounting import AccountingManager
from vmsemu.opcom.mount_verification import MountVerification
from vmsemu.opcom.opcom import OperatorCommunication
from vmsemu.queue.cluster import join_queue_manager, leave_queue_manager
from vmsemu.queue.manager import QueueManager
from vmsemu.security.fresh import write_fresh_databases
from vmsemu.security.rights import RightsDatabase
from vmsemu.security.sysuaf import Sysuaf
from vmsemu.services.cluster import Cluster
from vmsemu.services.creprc import create_process
from vmsemu.services.process import Process, ProcessDeleted, ProcessMode, ProcessTable
from vmsemu.services.quota import enforce_quotas
from vmsemu.services.stream import InputStream, NullStream, OutputStream
from vmsemu.services.system import Entropy, Profile, System
from vmsemu.startup.boot import SYSTEM_DISK, create_executive_processes, define_bootstrap_names
from vmsemu.startup.kit import ROOT, add_root, build_system_disk
from vmsemu.startup.product import Product
from vmsemu.store.port import Store

DATA_DRIVES = ("DKA100:", "DKA200:", "DKA300:")
Main = Callable[[Process], Coroutine[Any, Any, ConditionValue]]
STARTUP_PROCEDURE = "SYS$SYSTEM:STARTUP.COM"
SHUTDOWN_PROCEDURE = "SYS$SYSTEM:SHUTDOWN.COM"


@dataclass
class NodeSettings:
    """What makes this node this node. `utc_offset` is in seconds, east positive. `packs` opens the medium in a data drive, by its name.

    `configured`: on a fresh disk the layered products have been configured. `folders` opens a folder of the host for the operator; `mounts` are
    those that are mounted for everybody at boot.
    """

    name: str = "ALPHA1"
    domain: str = "example.com"
    utc_offset: int = 0
    seed: int = 0
    entropy: Entropy | None = None
    products: Sequence[Product] = field(default_factory=tuple)
    configured: bool = True
    profile: Profile = field(default_factory=Profile)
    packs: Callable[[str], Store] | None = None
    folders: OpenFolder | None = None
    mounts: Sequence[FolderMount] = field(default_factory=tuple)
    decnet: DecnetNode | None = None
    cluster: Cluster | None = None
    root: str = ROOT


class Node:
    """One machine. `system` is what its processes see."""

    def __init__(self, kernel: Kernel, store: Store, settings: NodeSettings, stack: NetworkStack, *, fresh: bool) -> None:
        self.kernel = kernel
        self.store = store
        self.settings = settings
        cluster = settings.cluster
        configured = [product.configured() for product in settings.products] if fresh and settings.configured else []
        joins = cluster is not None and cluster.disk is not None
        if cluster is not None and cluster.disk is not None:
            volume = cluster.disk
            if fresh:
                add_root(volume, settings.root, configured)
        else:
            kernel.committers.append(store)
            volume = build_system_disk(store, kernel.now, settings.products, configured) if fresh else Volume(store, lambda: kernel.now)
            volume.clock = lambda: kernel.now
        devices = DeviceTable()
        devices.add(DiskDevice(SYSTEM_DISK, volume))
        for name in DATA_DRIVES:
            devices.add(DiskDevice(name, medium=partial(settings.packs, name) if settings.packs is not None else None))
        if fresh and not joins:
            accounts = [account for result in configured for account in result.accounts]
            groups = [group for result in configured for group in result.groups]
            write_fresh_databases(volume, kernel.now, accounts, groups, node=settings.name)
        self.system = System(
            kernel=kernel,
            node_name=settings.name,
            domain=settings.domain,
            profile=settings.profile,
            boot_time=kernel.now,
            devices=devices,
            logical_names=LogicalNames(next((member.logical_names for member in cluster), None) if cluster is not None else None),
            processes=ProcessTable(cluster.first_pid(settings.name)) if cluster is not None else ProcessTable(),
            sysuaf=Sysuaf(volume),
            rights=RightsDatabase(volume),
            entropy=settings.entropy or Entropy(settings.seed),
        )
        if cluster is not None:
            cluster.disk = volume
            cluster.join(self.system)
            if self.system.rights.get(f"SYS$NODE_{settings.name}") is None:
                self.system.rights.add(f"SYS$NODE_{settings.name}")
        enforce_quotas(self.system, volume)
        self.system.add_part(stack)
        self.system.add_part(HostFolders(settings.folders))
        packages = [package for product in settings.products for package in product.image_packages]
        for package in packages:
            add_image_package(package)
        self.system.add_part(load_command_tables(packages))
        self.system.add_part(image_activator())
        self.system.add_part(OperatorCommunication(self.system))
        self.system.add_part(AccountingManager(self.system))
        self._verification = MountVerification(self.system)
        kernel.watchers.append(self._verification)
        queues = join_queue_manager(self.system)
        queues.batch.session = session.batch_job
        self.system.add_part(queues, QueueManager)
        self.system.add_part(Mail(self.system))

    def boot(self, console: OutputStream) -> Process:
        """Create the executive's processes and STARTUP, whose `ended` tells that the boot is finished."""
        define_bootstrap_names(self.system, self.settings.utc_offset, self.settings.root)
        create_executive_processes(self.system)
        self.system.part(AccountingManager).begin()
        if self.settings.decnet is not None:
            self._start_decnet(self.settings.decnet)
        for product in self.settings.products:
            product.attach(self.system)
        return self._procedure("STARTUP", STARTUP_PROCEDURE, console, self.settings.mounts)

    def _start_decnet(self, node: DecnetNode) -> None:
        from vmsemu.mail.mail11 import OBJECT_NUMBER

        servers = DecnetServers(self.system, node, lambda process, image: session.detached(process, f"SYS$SYSTEM:{image}"))
        servers.define_object(NetworkObject("MAIL", OBJECT_NUMBER, "MAIL$SERVER", "MAIL"))
        self.system.add_part(servers)
        servers.start()

    def _procedure(self, name: str, spec: str, console: OutputStream, mounts: Sequence[FolderMount] = ()) -> Process:
        async def main(process: Process) -> ConditionValue:
            if mounts:
                from vmsemu.services.mount_host import mount_at_boot

                mount_at_boot(process, mounts)
            return await session.procedure(process, spec, ())

        return create_process(
            self.system,
            username="SYSTEM",
            name=name,
            mode=ProcessMode.OTHER,
            input=NullStream(),
            output=console,
            error=None,
            main=main,
            login=False,
        )

    def login(
        self, username: str, input: InputStream, output: OutputStream, main: Main, *, name: str | None = None, terminal: str = "",
        operator: bool = False,
    ) -> Process:  # fmt: skip
        """An interactive process for `username`; `main` is its main line. `operator`: it is the host's operator who sits there.

        Errors: RMS.RNF when there is no such account.
        """
        process = create_process(
            self.system, username=username, name=name or self._free_name(username), mode=ProcessMode.INTERACTIVE, input=input, output=output,
            error=output, command=input, main=main, terminal=terminal, login=True,
        )  # fmt: skip
        if operator:
            self.system.part(HostFolders).operators.add(process.pid)
        return process

    def _free_name(self, username: str) -> str:
        taken = {process.name for process in self.system.processes}
        if username not in taken:
            return username
        return next(name for n in range(1, 10000) if (name := f"_FTA{n}:") not in taken)

    def shutdown(self, console: OutputStream) -> Process:
        """Create the process that runs SHUTDOWN.COM; call `halt` when it has ended."""
        return self._procedure("SHUTDOWN", SHUTDOWN_PROCEDURE, console)

    def halt(self) -> None:
        """Delete every process, newest first. The caller runs the kernel once more, then closes the store."""
        if self.settings.decnet is not None:
            self.settings.decnet.close()
        leave_queue_manager(self.system)
        for process in reversed(list(self.system.processes)):
            if process.task is not None:
                process.task.interrupt(ProcessDeleted())

    def power_off(self) -> None:
        """Leave the cluster, and let go of the packs in the data drives. What the last commit did not hold is lost, as when the power fails."""
        if self.settings.cluster is not None:
            self.settings.cluster.leave(self.settings.name)
        self.kernel.watchers.remove(self._verification)
        for device in self.system.devices:
            if isinstance(device, DiskDevice) and device.mounting is not None and device.volume is not None:
                self.kernel.committers.remove(device.volume.store)
                device.volume.store.close()
