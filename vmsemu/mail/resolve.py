"""From the text of a To: line to addresses: logical names, distribution lists, this node's own name.

Each word is translated as a logical name (tables LNM$FILE_DEV, any case, up to ten times); the result may be a list of addresses or `@file`. A
leading underscore prevents that. A list file (default type .DIS) has one or more addresses a line; an exclamation point begins a comment.
Mail to the same address is sent once, wherever it is named.

Source: MAIL help; System Manager's Manual, "Customizing Mail". What other mailers do to behave as MAIL does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vmsemu.base.condition import VmsError
from vmsemu.mail.address import Address, AddressKind, InternetMode, displayed_line, parse_address, split_addresses
from vmsemu.mail.facility import MAIL
from vmsemu.services.cluster import members
from vmsemu.tables.facilities import RMS

if TYPE_CHECKING:
    from vmsemu.services.process import Process
    from vmsemu.services.system import System

MAXIMUM_DEPTH = 10
_FLAG_HOMOGENEOUS = 1
_NAME = re.compile(r"[A-Za-z0-9$][A-Za-z0-9_$\-]*\Z")


def internet_mode(process: Process) -> InternetMode:
    """MAIL$INTERNET_MODE; HYBRID when it is not defined or says something else."""
    word = _translation(process, "MAIL$INTERNET_MODE").upper()
    return InternetMode(word) if word in InternetMode.__members__ else InternetMode.HYBRID


def internet_transport(process: Process) -> str:
    """MAIL$INTERNET_TRANSPORT: the protocol of internet addresses."""
    return _translation(process, "MAIL$INTERNET_TRANSPORT").upper().rstrip("%") or "SMTP"


def system_flags(system: System) -> int:
    """MAIL$SYSTEM_FLAGS: 1 nodes of the cluster are this node, 2 notices go to all of them, 4 notices have the time."""
    found = system.logical_names.translate_system("MAIL$SYSTEM_FLAGS")
    return int(found.equivalence) if found is not None and found.translations and found.equivalence.isdecimal() else 0


def own_nodes(system: System) -> list[str]:
    """The node names whose users are users here: its own; with MAIL$SYSTEM_FLAGS bit 0 those of the whole cluster."""
    nodes = members(system) if system_flags(system) & _FLAG_HOMOGENEOUS else [system]
    return [node.node_name for node in nodes]


def shown_line(process: Process, text: str) -> str:
    """A To: or CC: line as its recipients see it."""
    return displayed_line(text, internet_mode(process), internet_transport(process))


def _translation(process: Process, name: str) -> str:
    found = process.names.translate(name)
    return found.equivalence if found is not None and found.translations else ""


def node_address(text: str) -> Address | None:
    """The address of somebody at another node, `node::name`; None for everything else."""
    try:
        found = parse_address(text)
    except VmsError:
        return None
    return found if found.kind is AddressKind.NODE else None


def sent_by_node(process: Process, text: str) -> Address:
    """An addressee as another node names it: nothing is translated, and a name is one of this node. Errors: MAIL.USERSPEC."""
    own = process.system.node_name
    address = parse_address(text, internet_mode(process), internet_transport(process))
    while address.kind is AddressKind.NODE and address.where in own_nodes(process.system):
        address = parse_address(address.rest, internet_mode(process), internet_transport(process))
    if address.kind is AddressKind.LIST:
        raise MAIL.USERSPEC.error(address.to_text())
    return Address(AddressKind.LOCAL, address.rest, own) if address.kind is AddressKind.LOCAL else address


def expand(process: Process, text: str, default_transport: str = "") -> list[Address]:
    """The addresses a text stands for, in order, each once; none of them is a list, and own-node prefixes are gone.

    `default_transport` (`MX%`) applies to names without any prefix. Errors: MAIL.USERSPEC; MAIL.OPENIN and MAIL.READERR for a list file.
    """
    reader = _Reader(process, default_transport.upper().rstrip("%"))
    reader.read(text, 0)
    return list(reader.found.values())


class _Reader:
    def __init__(self, process: Process, default_transport: str) -> None:
        self.process = process
        self.default_transport = default_transport
        self.mode = internet_mode(process)
        self.transport = internet_transport(process)
        self.found: dict[tuple[AddressKind, str, str], Address] = {}

    def read(self, text: str, depth: int) -> None:
        if depth > MAXIMUM_DEPTH:
            raise MAIL.USERSPEC.error(text.strip())
        for token in split_addresses(text):
            translated = self._translate(token)
            if translated is not None:
                self.read(translated, depth + 1)
                continue
            address = parse_address(token.removeprefix("_") or token, self.mode, self.transport)
            if address.kind is AddressKind.LIST:
                self._read_list(address.rest, depth + 1)
            else:
                self._add(address)

    def _translate(self, token: str) -> str | None:
        if _NAME.match(token) is None:
            return None
        found = self.process.names.translate(token, case_blind=True)
        if found is None or not found.translations:
            return None
        text = ",".join(t.equivalence for t in found.translations)
        return None if text.upper() == token.upper() else text

    def _add(self, address: Address) -> None:
        own = own_nodes(self.process.system)
        while address.kind is AddressKind.NODE and address.where in own:
            inner = parse_address(address.rest, self.mode, self.transport)
            address = Address(AddressKind.LOCAL, inner.rest, address.where) if inner.kind is AddressKind.LOCAL else inner
        if address.kind is AddressKind.LIST:
            raise MAIL.USERSPEC.error(address.to_text())
        if address.kind is AddressKind.LOCAL and not address.where and self.default_transport:
            address = Address(AddressKind.FOREIGN, address.rest, self.default_transport)
        where = "" if address.kind is AddressKind.LOCAL else address.where
        self.found.setdefault((address.kind, where, address.rest), address)

    def _read_list(self, spec: str, depth: int) -> None:
        try:
            file = self.process.files.open(spec, default=".DIS", shared=True)
        except VmsError as error:
            raise MAIL.OPENIN.error(_shown(error, spec), cause=error) from None
        lines = []
        try:
            while True:
                lines.append(file.get_text())
        except VmsError as error:
            if not error.matches(RMS.EOF):
                raise MAIL.READERR.error(_shown(error, spec), cause=error) from None
        finally:
            file.close()
        for line in lines:
            self.read(line.partition("!")[0], depth)


def _shown(error: VmsError, spec: str) -> str:
    """The file as messages show it."""
    full = getattr(error, "spec", None)
    return str(full) if full is not None else spec
