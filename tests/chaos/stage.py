"""All of Tessera as `tessera up` starts it, with its objects in a real S3 server behind a proxy that makes trouble."""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app import db
from cli.stack import programs
from cli.stack.environment import environment
from cli.stack.ports import free_port
from cli.stack.postgres import Postgres
from cli.stack.process import ROOT, Process
from cli.stack.programs import Web, Worker
from cli.stack.valkey import Valkey
from tests.chaos.proxy import Proxy, Trouble
from tests.swift_server.fixture import Swift, serving

# Two of each, as on two machines: while one is frozen, the other takes over. The tuner answers hands on a slider; no job runs in
# it, but its sweeper sweeps like the others'.
WORKERS = ("maker", "maker-2", "reader", "reader-2", "tuner")


START_SECONDS = 300


@dataclass
class Stage:
    """What can be disturbed, and how it is reached from outside."""

    folder: Path
    postgres: Postgres
    valkey: Valkey
    web: Web
    workers: dict[str, Worker]
    swift: Swift
    trouble: Trouble
    environ: dict[str, str]

    @property
    def processes(self) -> list[Process]:
        """All of them, services first."""
        return [self.postgres, self.valkey, self.web, *self.workers.values()]


@contextlib.contextmanager
def stage(folder: Path, rng: random.Random, workers: tuple[str, ...] = WORKERS) -> Iterator[Stage]:
    """Start everything, with the settings that everybody gets; stop it at the end, whatever happened."""
    trouble = Trouble(rng)
    # A machine that is busy with other things starts them all the same.
    Process.patience = START_SECONDS
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(serving(folder / "swift-server")).with_bucket()
        proxy = stack.enter_context(Proxy(server.endpoint_url, trouble))
        # Durable: what is lost with `fsync=off` would be the test's own doing.
        postgres = stack.enter_context(Postgres(folder))
        db.migrate(postgres.url)
        valkey = stack.enter_context(Valkey(folder))
        # Compiled kernels are kept from run to run, as for all tests.
        outside = {"NUMBA_CACHE_DIR": str(ROOT / ".venv" / "numba")} | dict(os.environ)
        environ = environment(
            folder,
            outside | server.environ | {"S3_ENDPOINT_URL": proxy.address},
            database_url=postgres.url,
            redis_url=valkey.url,
        )
        logs = folder / "log"
        web = Web(free_port(), logs, environ)
        kept = {name: worker(name, logs, environ) for name in workers}
        for process in (web, *kept.values()):
            stack.callback(process.stop)
            process.start()
        for process in (web, *kept.values()):
            process.wait_until_ready()
        yield Stage(folder, postgres, valkey, web, kept, server, trouble, environ)


def worker(name: str, logs: Path, environ: Mapping[str, str]) -> Worker:
    """`maker-2` does what `maker` does."""
    programs.WORKERS.setdefault(name, programs.WORKERS[name.partition("-")[0]])
    return Worker(name, logs, environ)
