"""The baseline of the mail benchmark: aiosmtpd that writes each message into a Maildir and syncs it before it answers 250."""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class DurableMaildir:
    """Writes new/N, fsyncs file and directory."""

    def __init__(self, folder: Path) -> None:
        self.new = folder / "new"
        self.new.mkdir(parents=True)
        self.serial = count()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        descriptor = os.open(self.new / f"{next(self.serial)}", os.O_WRONLY | os.O_CREAT)
        os.write(descriptor, envelope.content)
        os.fsync(descriptor)
        os.close(descriptor)
        directory = os.open(self.new, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)
        return "250 OK"


async def main() -> None:
    handler = DurableMaildir(Path(sys.argv[1]))
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", int(sys.argv[2]))
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
