"""The parameters of the protocols: what SET PROTOCOL sets and SHOW PROTOCOL/PARAMETERS shows.

Probe timers are seconds, quotas bytes. Nothing here sends a segment of its own, so the parameters are kept and shown and decide nothing.
Source: Management 23.5.3 (display of this version, whose values are taken for defaults); Management Command Reference, SET PROTOCOL.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_QUOTA = 61440
UDP_QUOTA = 9216
SEGMENT_SIZE = 512


@dataclass(frozen=True, slots=True)
class TcpParameters:
    delay_ack: bool = True
    window_scale: bool = True
    mtu_segment_size: bool = False
    drop_count: int = 8
    probe_timer: int = 150
    push_receive: bool = False
    push_send: bool = False
    quota_receive: int = DEFAULT_QUOTA
    quota_send: int = DEFAULT_QUOTA


@dataclass(frozen=True, slots=True)
class UdpParameters:
    broadcast: bool = False
    unprivileged_broadcast: bool = False
    quota_receive: int = UDP_QUOTA
    quota_send: int = UDP_QUOTA


@dataclass(frozen=True, slots=True)
class IpParameters:
    forward: bool = False


@dataclass(slots=True)
class ProtocolParameters:
    """Those of the running system."""

    tcp: TcpParameters = field(default_factory=TcpParameters)
    udp: UdpParameters = field(default_factory=UdpParameters)
    ip: IpParameters = field(default_factory=IpParameters)
