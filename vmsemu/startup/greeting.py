"""What LOGINOUT says to a person at a terminal: welcome, earlier logins, new mail; and what it writes down."""

from __future__ import annotations

from vmsemu.mail.announce import login_announcement
from vmsemu.services.getjpi import LOGIN_FLAGS, NEW_MAIL_AT_LOGIN
from vmsemu.services.loginout import login_report, note_login, welcome
from vmsemu.services.process import Process


def greet(process: Process) -> None:
    """Write the lines to the process's output and note the login in the account."""
    system = process.system
    record = system.sysuaf.get(process.username)
    if record is None:
        return
    new_mail = login_announcement(system, record)
    process.attributes[LOGIN_FLAGS] = NEW_MAIL_AT_LOGIN if new_mail else 0
    for line in (*welcome(system, record), *login_report(record), *new_mail):
        process.output.write(line)
    note_login(system, record, interactive=True)
