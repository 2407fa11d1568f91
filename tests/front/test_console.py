"""The console session at a real pseudo terminal of the host."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0


class Console:
    """`vmsemu` with a pseudo terminal as its console."""

    def __init__(self, *options: str) -> None:
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execv(sys.executable, [sys.executable, "-m", "vmsemu", *options])
        self._seen = ""

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def until(self, text: str) -> str:
        """Everything shown up to and including `text`."""
        while text not in self._seen:
            ready, _, _ = select.select([self._terminal], [], [], PATIENCE)
            assert ready, f"{text!r} did not come; shown: {self._seen!r}"
            try:
                data = os.read(self._terminal, 65536)
            except OSError:
                data = b""
            assert data, f"{text!r} did not come before the end; shown: {self._seen!r}"
            self._seen += data.decode()
        shown, _, self._seen = self._seen.partition(text)
        return shown + text

    def exit_code(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        os.close(self._terminal)


@pytest.fixture
def console() -> Iterator[Console]:
    session = Console("--ephemeral")
    yield session
    try:
        os.kill(session.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    session.close()


def test_the_console_shows_the_boot_then_a_prompt(console: Console) -> None:
    shown = console.until("$ ")
    assert "%STDRV-I-STARTUP, OpenVMS startup begun at" in shown
    assert "Welcome to OpenVMS (TM) Alpha Operating System, Version V7.3" in shown


def test_lines_are_edited_and_recalled_as_on_vms(console: Console) -> None:
    console.until("$ ")
    console.type('WRITE SYS$OUTPUT "ABX\x7fC"\r')
    console.until("\r\nABC\r\n$ ")
    console.type("\x1b[A\r")
    console.until('WRITE SYS$OUTPUT "ABC"\r\nABC\r\n$ ')
    console.type("GARBAGE\x15\x1a")
    console.until("*EXIT*\r\n$ ")


def test_ctrl_y_interrupts_a_wait_and_gives_the_prompt(console: Console) -> None:
    console.until("$ ")
    console.type("WAIT 00:10\r")
    console.until("WAIT 00:10\r\n")
    console.type("\x19")
    console.until("*INTERRUPT*\r\n\r\n$ ")
    console.type("SHOW DEFAULT\r")
    console.until("  SYS$SYSROOT:[SYSMGR]\r\n")


def test_logout_ends_the_machine(console: Console) -> None:
    console.until("$ ")
    console.type("LOGOUT\r")
    console.until("  SYSTEM       logged out at ")
    assert console.exit_code() == 0


def test_keys_that_come_in_pieces_are_keys(console: Console) -> None:
    console.until("$ ")
    console.type("DEFINE/KEY/NOLOG F17 \"SHOW DEFAULT\"/TERMINATE\r")
    console.until("/TERMINATE\r\n$ ")
    for part in ("\x1b", "[3", "1~"):
        console.type(part)
    console.until("SHOW DEFAULT\r\n  SYS$SYSROOT:[SYSMGR]\r\n")
    console.type("WRITE SYS$OUTPUT \"\u00e4\"\r")
    console.until("\r\n\u00e4\r\n$ ")


def test_a_terminal_of_unknown_type_is_typed_at_without_line_editing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    console = Console("--ephemeral")
    console.until("$ ")
    console.type("SHOX\x7fW DEFAULT\r")
    console.until("SHOX\\X\\W DEFAULT\r\n  SYS$SYSROOT:[SYSMGR]\r\n")
    console.type("LOGOUT\r")
    console.until("logged out at")
    assert console.exit_code() == 0
    console.close()
