"""A storm of mail that ends with kill -9, and the audit that looks for every recipient afterwards."""

from __future__ import annotations

import random
import re
import smtplib
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from smtp.control_file.control_file import ControlFile, RecipientState
from smtp.message.address import NULL
from tests.real.conftest import CONTROL_FILES, PATIENCE, RecordingServer, run_dcl, waiting

SENDERS = 4
STREAMS = 1
SENDER = "smith@dest.example.org"
# One that MAIL knows, one of another host, one that nobody knows, and one whose host is away.
LOCAL, REMOTE, UNKNOWN, AWAY = "system@alpha1.example.com", "jones@dest.example.org", "nobody@alpha1.example.com", "jones@plain.example.org"
RECIPIENTS = (LOCAL, REMOTE, UNKNOWN, AWAY)
_NAME = re.compile(r"storm-\d+-\d+")
_COUNTS = " + ".join(
    f'F$INTEGER(F$GETQUI("DISPLAY_QUEUE","{count}_JOB_COUNT","TCPIP$SMTP_ALPHA1_{queue}"))'
    for queue in ("00", "01")
    for count in ("PENDING", "EXECUTING")
)

# A folder of the host has no versions, so the copies are numbered.
_TAKE_OUT = (
    "CREATE SYS$LOGIN:TAKE_OUT.COM",
    "$ NUMBER = 0",
    "$ NEXT:",
    f'$ FILE = F$SEARCH("{CONTROL_FILES};*", 1)',
    '$ IF FILE .EQS. "" THEN EXIT',
    "$ NUMBER = NUMBER + 1",
    "$ COPY 'FILE' DNFS1:[000000]'NUMBER'.CONTROL_FILE",
    "$ GOTO NEXT",
    "\x1a",
    "@SYS$LOGIN:TAKE_OUT",
)


class Storm:
    """Clients that send messages with all four recipients until the server is gone; each opens a new connection for every message."""

    def __init__(self, port: int) -> None:
        self.acknowledged: list[str] = []
        self._changed = threading.Condition()
        self._port = port
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def _send(self, number: int) -> None:
        serial = 0
        try:
            while True:
                serial += 1
                name = f"storm-{number}-{serial}"
                with smtplib.SMTP("127.0.0.1", self._port, timeout=PATIENCE) as client:
                    refused = client.sendmail(SENDER, RECIPIENTS, f"Subject: {name}\r\n\r\nBody of {name}.\r\n")
                    assert not refused, refused
                    with self._changed:
                        self.acknowledged.append(name)
                        self._changed.notify_all()
        except (OSError, smtplib.SMTPException):
            return

    def await_moment(self, chance: random.Random) -> None:
        """Until a random number of messages is acknowledged, and a random time of at most 30 ms longer."""
        enough = chance.randrange(40)
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.acknowledged) >= enough, PATIENCE)
        threading.Event().wait(chance.uniform(0, 0.03))

    def join(self) -> None:
        for thread in self._threads:
            thread.join(PATIENCE)


@dataclass
class Audit:
    """Where the recipients of the acknowledged messages are. A key is (name of the message, recipient)."""

    acknowledged: list[str]
    delivered: Counter[tuple[str, str]] = field(default_factory=Counter)
    queued: Counter[tuple[str, str]] = field(default_factory=Counter)
    bounced: Counter[tuple[str, str]] = field(default_factory=Counter)
    unscheduled: int = 0

    def accepted(self) -> list[tuple[str, str]]:
        return [(name, recipient) for name in self.acknowledged for recipient in RECIPIENTS]

    def places(self) -> Counter[tuple[str, str]]:
        """How often each recipient was found, wherever it was."""
        return self.delivered + self.queued + self.bounced

    def lost(self) -> list[tuple[str, str]]:
        found = self.places()
        return [key for key in self.accepted() if not found[key]]

    def duplicates(self) -> list[tuple[str, str]]:
        return [key for key, count in self.places().items() for _ in range(count - 1)]

    def figures(self) -> str:
        """One line. Messages that were taken but whose 250 was not read any more are found too, so the parts may exceed the whole."""
        counts = {"delivered": self.delivered, "queued": self.queued, "bounced": self.bounced}
        parts = ", ".join(f"{sum(counter.values())} {word}" for word, counter in counts.items())
        return f"{len(self.accepted())} recipients accepted: {parts}; {len(self.duplicates())} twice, {len(self.lost())} lost"


def audit(site: Path, acknowledged: list[str], outside: RecordingServer, folder: Path, *network: str) -> Audit:
    """Boot the node, let it work until every job is done or waits for its time, and look into MAIL, the outside, and the control files."""
    folder.mkdir()
    look = [
        *waiting(f"{_COUNTS} .EQ. 0"),
        *_TAKE_OUT,
        "PIPE SHOW QUEUE/ALL TCPIP$SMTP* | SEARCH SYS$PIPE HOLDING",
        "MAIL",
        "DIRECTORY NEWMAIL",
        "EXIT",
    ]
    shown = run_dcl(site, look, *network, "--mount", f"DNFS1={folder}:write").stdout
    result = Audit(acknowledged)
    result.delivered.update((name, LOCAL) for name in _NAME.findall(shown))
    _look_outside(outside, result)
    files = list(folder.iterdir())
    for file in files:
        _look_into(ControlFile.from_bytes(file.read_bytes(), file.name.upper()), result)
    result.unscheduled = len(files) - shown.lower().count("holding")
    return result


def _look_outside(outside: RecordingServer, result: Audit) -> None:
    while not outside.messages.empty():
        envelope = outside.messages.get_nowait()
        found = _NAME.search(envelope.content.decode())
        assert found is not None, envelope.content
        if envelope.rcpt_tos != [SENDER]:
            result.delivered.update((found[0], recipient) for recipient in envelope.rcpt_tos)
        else:
            result.bounced[found[0], UNKNOWN] += 1


def _look_into(file: ControlFile, result: Audit) -> None:
    """Who is still unsent; a file without a return path is a bounce on its way."""
    found = _NAME.search(b"\n".join((*file.headers, *file.body)).decode())
    assert found is not None, file.headers
    for recipient in file.recipients:
        if recipient.state is not RecipientState.UNSENT:
            continue
        if file.return_path == NULL:
            result.bounced[found[0], UNKNOWN] += 1
        else:
            result.queued[found[0], recipient.address.to_text()] += 1
