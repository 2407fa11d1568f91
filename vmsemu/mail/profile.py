"""A user's MAIL profile: one record of SYS$SYSTEM:VMSMAIL_PROFILE.DATA.

Layout: 31 bytes username, blank padded (the key); then items {word code, word length, data}. The new-mail count is always the first item,
so its value is the word at offset 35. A missing item means the default. Bit 2 of the flags item is inverted: set means no automatic purge.

fidelity: the code of the signature file (14) is ours. Source: record descriptions of VMSMAIL_PROFILE.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from struct import Struct

USERNAME_SIZE = 31
_ITEM = Struct("<HH")
_COUNT_ITEM = Struct("<HHH")
_COUNT, _FLAGS = 1, 2
_COPY_SEND, _COPY_REPLY, _NO_AUTO_PURGE, _COPY_FORWARD, _CC_PROMPT = 1, 2, 4, 8, 16
_TEXTS = {
    3: "directory",
    4: "forwarding",
    5: "personal_name",
    6: "mailplus",
    7: "transport",
    8: "editor",
    9: "queue",
    10: "user1",
    11: "user2",
    12: "user3",
    13: "form",
    14: "signature_file",
}
MAXIMUM_COUNT = 0xFFFF


@dataclass(frozen=True, slots=True)
class MailProfile:
    """What MAIL remembers about a user. Empty texts mean that nothing is set."""

    username: str
    new_messages: int = 0
    copy_send: bool = False
    copy_reply: bool = False
    copy_forward: bool = False
    cc_prompt: bool = False
    auto_purge: bool = True
    directory: str = ""
    forwarding: str = ""
    personal_name: str = ""
    mailplus: str = ""
    transport: str = ""
    editor: str = ""
    queue: str = ""
    user1: str = ""
    user2: str = ""
    user3: str = ""
    form: str = ""
    signature_file: str = ""
    others: bytes = b""

    def with_(self, **changes: object) -> MailProfile:
        """A copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def to_bytes(self) -> bytes:
        flags = (
            self.copy_send * _COPY_SEND
            | self.copy_reply * _COPY_REPLY
            | (not self.auto_purge) * _NO_AUTO_PURGE
            | self.copy_forward * _COPY_FORWARD
            | self.cc_prompt * _CC_PROMPT
        )
        count = min(self.new_messages, MAXIMUM_COUNT)
        parts = [username_key(self.username), _COUNT_ITEM.pack(_COUNT, 2, count), _COUNT_ITEM.pack(_FLAGS, 2, flags)]
        for code, name in _TEXTS.items():
            text = getattr(self, name).encode("latin-1", "replace")
            if text:
                parts.append(_ITEM.pack(code, len(text)) + text)
        parts.append(self.others)
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> MailProfile:
        fields: dict[str, object] = {"username": data[:USERNAME_SIZE].decode("latin-1").rstrip(" ")}
        others, at = b"", USERNAME_SIZE
        while at + _ITEM.size <= len(data):
            code, length = _ITEM.unpack_from(data, at)
            at += _ITEM.size
            value = data[at : at + length]
            at += length
            if code == _COUNT:
                fields["new_messages"] = int.from_bytes(value, "little")
            elif code == _FLAGS:
                _unpack_flags(int.from_bytes(value, "little"), fields)
            elif code in _TEXTS:
                fields[_TEXTS[code]] = value.decode("latin-1")
            else:
                others += _ITEM.pack(code, length) + value
        return cls(**fields, others=others)  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def _settings(data: bytes) -> MailProfile:
    return MailProfile.from_bytes(data)


def settings_of(data: bytes) -> MailProfile:
    """What a packed record says but for the new-mail count, which is 0: the rest of a record seldom changes."""
    return _settings(with_count(data, 0))


def _unpack_flags(flags: int, fields: dict[str, object]) -> None:
    fields["copy_send"] = bool(flags & _COPY_SEND)
    fields["copy_reply"] = bool(flags & _COPY_REPLY)
    fields["auto_purge"] = not flags & _NO_AUTO_PURGE
    fields["copy_forward"] = bool(flags & _COPY_FORWARD)
    fields["cc_prompt"] = bool(flags & _CC_PROMPT)


def username_key(username: str) -> bytes:
    """The key of a user's record."""
    return username.encode("latin-1", "replace")[:USERNAME_SIZE].ljust(USERNAME_SIZE)


def count_of(data: bytes) -> int:
    """The new-mail count of a packed record (its place is fixed)."""
    return int.from_bytes(data[35:37], "little")


def with_count(data: bytes, count: int) -> bytes:
    """The packed record with another new-mail count."""
    return data[:35] + min(max(count, 0), MAXIMUM_COUNT).to_bytes(2, "little") + data[37:]
