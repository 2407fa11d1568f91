"""An `smtp`, `pop` or `client` block: an outside client that types the `C:` lines and shows the server's answers as `S:` lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vmsemu.base.condition import VmsError
from vmsemu.kernel.kernel import Kernel
from vmsemu.net.port import Connection, Network

CLIENT, SERVER = "C: ", "S: "


class ClientDialogue:
    """One connection to a node, played line by line."""

    def __init__(self, kernel: Kernel, network: Network, address: str, port: int) -> None:
        self._kernel = kernel
        self._network = network
        self._address = address
        self._port = port
        self._connection: Connection | None = None
        self._arrived = b""
        self._closed = False

    async def _connect(self) -> None:
        try:
            self._connection = await self._network.connect(self._address, self._port)
            while data := await self._connection.read():
                self._arrived += data
        except VmsError:
            pass
        self._closed = True

    def play(self, lines: Sequence[str], run: Callable[[], object]) -> list[str]:
        """Type the C: lines one at a time; returns the whole dialogue."""
        self._kernel.start(self._connect(), "client")
        run()
        out = self._answers()
        for line in lines:
            if not line.startswith(CLIENT.rstrip()):
                continue
            typed = line[len(CLIENT) :]
            out.append((CLIENT + typed).rstrip())
            if self._connection is not None and not self._closed:
                try:
                    self._connection.write(typed.encode("latin-1") + b"\r\n")
                except VmsError:
                    self._closed = True
            run()
            out += self._answers()
        if self._connection is not None:
            self._connection.close()
            run()
        return out

    def _answers(self) -> list[str]:
        *lines, self._arrived = self._arrived.split(b"\r\n")
        return [(SERVER + line.decode("latin-1")).rstrip() for line in lines]
