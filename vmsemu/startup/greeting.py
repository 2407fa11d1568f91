"""What LOGINOUT says to a person at a terminal: welcome, earlier logins, new mail; and what it writes down."""

from __future__ import annotations

from vmsemu.mail.announce import login_announcement
from vmsemu.services.loginout import login_report, note_login, welcome
from vmsemu.services.process import Process


def greet(process: Process) -> None:
    """Write the lines to the process's output and note the login in the account."""
    system = process.system
    record = system.sysuaf.get(process.username)
    if record is None:
        return
    for line in (*welcome(system, record), *login_report(record), *login_announcement(system, record)):
        process.output.write(line)
    note_login(system, record, interactive=True)
