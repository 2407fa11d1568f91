"""The TCPIP$SMTP_ logical names: switches, values, and the node's internet identity.

A switch is on when its name is defined, whatever the value. The receiver reads the names for each connection, the symbiont when a queue
starts. Source: Management, 17.5. Names that this version accepts and ignores stand in IGNORED; the symbiont says so in its log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smtp.message.dates import TimeZone

if TYPE_CHECKING:
    from vmsemu.lnm.names import LogicalName
    from vmsemu.services.process import Process

# fidelity: no effect here, with the reason. The second is named by no readable manual of this version.
IGNORED = {
    "MTS_ALLIN1": "there is no way to Message Router from this node",
    "REWRITE_MAIL_FROM": "unknown to this version",
}


_FULL = {
    name: f"TCPIP$SMTP_{name}"
    for name in (
        "8BITMIME_HACK", "ALTGATE_ALWAYS", "FROM", "INBOUND_NOXVMS", "JACKET_LOCAL", "LOCAL_ALIAS_ONLY", "LOG_LEVEL", "LOG_LINE_NUMBERS", "MIME_HACK",
        "MX_IF_NOALTGATE", "NOSEY", "NO_MX", "NO_SUBS_DOMAIN_INBOUND", "POSTMASTER_ALIAS", "PROHIBIT_USER_HEADERS", "RECV_DEBUG",
        "RECV_SNAPSHOT_BLOCKS", "RECV_TRACE", "REWRITE_MTS_FROM", "SFF_REQUIRES_PRIV", "SUPPRESS_VERSION_INFO", "SYMB_SNAPSHOT_BLOCKS",
        "SYMB_TRACE", "VMSDEF_TO", "VMSMAIL_PARSE", "VMSMAIL_SEND", *IGNORED,
    )
}  # fmt: skip
_ALL = set(_FULL.values())


class SmtpLogicals:
    """The names as one process translates them. Which of them are defined is found out at once: few are, and most are asked for."""

    __slots__ = ("_defined", "_names")

    def __init__(self, process: Process) -> None:
        self._names = process.names
        self._defined = self._names.defined(_ALL)

    def text(self, name: str) -> str:
        """The equivalence of TCPIP$SMTP_`name`, empty when it is not defined."""
        return _first(self._names.translate(_FULL[name])) if self.switch(name) else ""

    def switch(self, name: str) -> bool:
        return _FULL[name] in self._defined

    def without_effect(self) -> dict[str, str]:
        """The names that are defined but ignored, in full, and why."""
        return {_FULL[name]: why for name, why in IGNORED.items() if self.switch(name)}

    def number(self, name: str) -> int:
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() else 0

    @property
    def log_level(self) -> int:
        return self.number("LOG_LEVEL")

    @property
    def offer_8bitmime(self) -> bool:
        return self.switch("MIME_HACK") or self.switch("8BITMIME_HACK")


class NodeIdentity(NamedTuple):
    """Who this node is on the internet: its host name, domain and addresses, and its time zone."""

    host: str
    domain: str
    addresses: tuple[str, ...]
    zone: TimeZone

    @classmethod
    def of(cls, process: Process) -> NodeIdentity:
        """From TCPIP$INET_HOST, TCPIP$INET_DOMAIN, TCPIP$INET_HOSTADDR, MAIL$TIMEZONE and the SYS$TIMEZONE names; the node's own values without them.

        The first three count as the system has them, whatever the process defines for itself: nobody gives the node another name.
        """
        system, own = process.system.logical_names.translate_system, process.names.translate
        domain = _first(system("TCPIP$INET_DOMAIN")).lower() or process.system.domain
        host = _first(system("TCPIP$INET_HOST")).lower() or process.system.host_name
        if "." not in host and domain:
            host = f"{host}.{domain}"
        found = system("TCPIP$INET_HOSTADDR")
        addresses = found.equivalences if found is not None else ()
        offset = _first(own("SYS$TIMEZONE_DIFFERENTIAL"))
        seconds = int(offset) if offset.lstrip("+-").isdigit() and offset.isascii() else 0
        return cls(host, domain, addresses, TimeZone(seconds, _first(own("MAIL$TIMEZONE")) or _first(own("SYS$TIMEZONE_NAME"))))


def _first(found: LogicalName | None) -> str:
    if found is None:
        return ""
    translations = found.translations
    return translations[0].equivalence if translations else ""
