"""A node that lives on the host: site, clock, driver and network put together from the operator's options.

The order at the end is the order of a VMS shutdown: SHUTDOWN.COM runs, processes are deleted, what they wrote is committed, the disk is closed.
Whatever happens before that, the last commit stands.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vmsemu import __version__
from vmsemu.base.condition import VmsError
from vmsemu.base.time import DeltaTime, VmsTime
from vmsemu.files.host_folder import FolderMount, HostFolder
from vmsemu.host.clock import HostClock, host_time, utc_offset_seconds
from vmsemu.host.descriptors import raise_limit
from vmsemu.host.driver import HostDriver
from vmsemu.host.name_server import host_name_server
from vmsemu.host.network import HostNetwork
from vmsemu.host.options import NodeOptions, OptionError
from vmsemu.host.site import Site, SiteError
from vmsemu.kernel.kernel import CommitError, Committer, Kernel
from vmsemu.net.resolver import ResolverOptions
from vmsemu.net.simulated import SimulatedInternet
from vmsemu.net.stack import NetworkStack
from vmsemu.services.process import Process
from vmsemu.services.stream import OutputStream
from vmsemu.services.system import Entropy
from vmsemu.startup.node import Node, NodeSettings
from vmsemu.startup.product import installed_products
from vmsemu.store.port import StoreError

NODE_ADDRESS = "192.0.2.1"
NAME_SERVER = "192.0.2.53"
COMMIT_DEFERRAL = DeltaTime(100_000)  # ten milliseconds: a message that comes quickly needs one sync, not three
_ZONE = """\
example.com.        MX 10 {node}.example.com.
{node}.{domain}.    A  192.0.2.1
mx1.example.org.    A  192.0.2.11
dest.example.org.   MX 10 mx1.example.org.
"""


class HostEntropy(Entropy):
    """Chance from the host."""

    def next64(self) -> int:
        return int.from_bytes(os.urandom(8), "little")


@dataclass
class LiveNode:
    """A node with its driver and its site."""

    site: Site
    driver: HostDriver
    kernel: Kernel
    network: HostNetwork
    node: Node
    options: NodeOptions

    def run_until_ended(self, process: Process) -> None:
        """Drive the node until the process has ended."""
        self.driver.run(lambda: process.ended.done)

    def serve(self, done: Callable[[], bool]) -> None:
        """Drive a node that has no terminal of the host, until `done()` holds."""
        self.kernel.deferral = COMMIT_DEFERRAL
        self.driver.run(done)
        self.kernel.deferral = DeltaTime(0)

    def boot(self, console: OutputStream) -> None:
        """Run STARTUP.COM to its end. What exists then is left out of garbage collection, which costs a loaded node a third.

        Errors: SiteError when a port of the operator's could not be opened."""
        gc.disable()
        self.run_until_ended(self.node.boot(console))
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        gc.enable()
        if self.network.refused:
            raise SiteError(f"cannot listen on {self.network.refused[0]}. The node was shut down; choose another port with --port.")

    def shut_down(self, console: OutputStream) -> None:
        """Shut the node down in order and close the site."""
        self.run_until_ended(self.node.shutdown(console))
        self.close()

    def close(self) -> None:
        """Delete the processes, commit, close the disk."""
        self.node.halt()
        for _ in range(100):
            self.kernel.tick()
            if not len(self.node.system.processes):
                break
        self.kernel.commit()
        self.node.power_off()
        self.site.close()
        self.driver.close()


def merge_options(options: NodeOptions, manifest: dict[str, object]) -> NodeOptions:
    """The command line over the manifest; lists are added to each other. Errors: OptionError."""
    merged = NodeOptions()
    for name in NodeOptions.__dataclass_fields__:
        given, kept = getattr(options, name), manifest.get(name)
        if isinstance(given, (list, tuple)):
            setattr(merged, name, (*(str(v) for v in kept or ()), *given) if isinstance(kept, (list, tuple)) else tuple(given))
        else:
            setattr(merged, name, given or str(kept or ""))
    merged.check()
    return merged


def open_node(site: Site, options: NodeOptions) -> LiveNode:
    """Build the node of an open site. Errors: OptionError, SiteError."""
    options = merge_options(options, site.manifest)
    try:
        start = VmsTime.from_text(options.clock, host_time()) if options.clock else None
    except VmsError:
        raise OptionError(f'clock={options.clock}: write a VMS time, for example "14-MAY-2001 10:00"') from None
    raise_limit()
    kernel = Kernel(HostClock(start))
    driver = HostDriver(kernel)
    name, domain = (options.node or "ALPHA1").upper(), (options.domain or "example.com").lower()
    internet = SimulatedInternet()
    outward = options.net == "host"
    network = HostNetwork(driver, kernel, internet.attach(kernel, NODE_ADDRESS), outward=outward)
    network.shortage.tell = host_error
    network.ports, network.out = options.port_map(), options.out_map()
    network.dns = options.dns_server() or (host_name_server() if outward else None)
    stack = NetworkStack(network, ResolverOptions((network.dns[0] if network.dns else NAME_SERVER,)))
    if not outward:
        _serve_names(internet, kernel, name.lower(), domain)
    settings = NodeSettings(
        name=name, domain=domain, utc_offset=utc_offset_seconds(), entropy=HostEntropy(), products=installed_products(),
        configured=options.tcpip != "unconfigured", packs=site.pack, folders=_open_folder, mounts=_open_mounts(options),
    )  # fmt: skip
    try:
        node = Node(kernel, site.store, settings, stack, fresh=site.fresh)
    except StoreError as error:
        raise SiteError(str(error)) from None
    kernel.commit()
    kernel.watchers.append(HostOperator())
    kernel.on_bugcheck = lambda task, error: write_dump(site.folder, task.name, error)
    node.system.on_bugcheck = lambda process, error: write_dump(site.folder, process.name, error)
    return LiveNode(site, driver, kernel, network, node, options)


def _open_folder(path: str) -> HostFolder:
    from vmsemu.host.folder import Folder

    return Folder(path)


def _open_mounts(options: NodeOptions) -> list[FolderMount]:
    """Open the folders of --mount. Errors: SiteError."""
    out = []
    for device, folder, writable in options.folders():
        try:
            out.append(FolderMount(device, _open_folder(folder), writable))
        except VmsError:
            raise SiteError(f"--mount {device}={folder}: this is no folder that can be opened. No node was started.") from None
    return out


def write_dump(folder: Path | None, name: str, error: BaseException) -> None:
    """A fault of this program: keep what is known of it on the host. The node goes on."""
    import traceback

    text = f"vmsemu {__version__}, process {name}\n" + "".join(traceback.format_exception(error))
    if folder is None:
        host_error(f"a fault of the emulator in process {name}; the node goes on.\n{text}")
        return
    serial = sum(1 for _ in folder.glob("bugcheck-*.txt")) + 1
    path = folder / f"bugcheck-{serial:04d}.txt"
    path.write_text(text, encoding="utf-8")
    host_error(f"a fault of the emulator in process {name}; the node goes on. The dump is {path}: please report it.")


def _serve_names(internet: SimulatedInternet, kernel: Kernel, node: str, domain: str) -> None:
    """The isolated network's name server, made when the first question arrives."""
    server: list[Callable[[bytes, str], bytes | None]] = []

    def serve(datagram: bytes, source: str) -> bytes | None:
        if not server:
            from vmsemu.net.dns_server import ZoneServer

            server.append(ZoneServer(_ZONE.format(node=node, domain=domain)).serve)
        return server[0](datagram, source)

    internet.attach(kernel, NAME_SERVER).serve_datagrams(53, serve)


class HostOperator:
    """Tells the host's operator what the node's operators cannot know: which file of the host it is, and why."""

    def offline(self, committer: Committer, error: CommitError) -> None:
        host_error(f"{error} The node waits, and tries again every few seconds.")

    def online(self, committer: Committer) -> None:
        host_error("the disk file can be written again; the node goes on.")

    def given_up(self, committer: Committer) -> None:
        """The error that ends the node says it."""


def host_error(text: str) -> None:
    """A line for the host's operator."""
    sys.stderr.write(f"vmsemu: {text}\n")


def site_folder(chosen: str | None) -> Path:
    """--site, VMSEMU_SITE, or the default folder."""
    return Path(chosen or os.environ.get("VMSEMU_SITE") or "site")
