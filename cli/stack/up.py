"""`tessera up`: everything that Tessera needs, on this machine, under one Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.domain.errors import BadSetting
from app.settings import Settings
from cli.running import ENVIRONMENT
from cli.stack.environment import environment
from cli.stack.lock import Lock, hold
from cli.stack.ports import free_port, is_free
from cli.stack.postgres import Postgres
from cli.stack.process import ROOT, NotStarted, Process
from cli.stack.programs import WORKERS, Web, Worker
from cli.stack.secret_files import write_private
from cli.stack.signals import Stop, heard_when_asked, pause
from cli.stack.supervisor import Supervisor
from cli.stack.valkey import Valkey

USUAL_PORT = 8000
# Who waited this long for the sample would have to look for the address again.
SCROLLED_SECONDS = 15


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "up", help="start Tessera on this machine: pages, workers, database and all"
    )
    add = parser.add_argument
    add("--port", type=int, help=f"where the pages are (default: {USUAL_PORT}, or a free one)")
    add("--var", type=Path, default=ROOT / "var", help="data and logs (default: %(default)s)")
    add("--no-sample", action="store_true", help="leave out the sample tile set and its mosaic")


def run(arguments: argparse.Namespace) -> int:
    """Start, look after it, stop. The exit status."""
    var = arguments.var.absolute()
    with heard_when_asked():
        try:
            var.mkdir(parents=True, exist_ok=True, mode=0o700)
            with hold(var, pause) as lock:
                _run(lock, var, arguments)
        except Stop:
            say(f"Stopped. Your data stays in {var}")
        except (NotStarted, OSError) as error:
            print(error, file=sys.stderr, flush=True)
            return 1
    return 0


def _run(lock: Lock, var: Path, arguments: argparse.Namespace) -> None:
    supervisor = Supervisor(say, holding=[lock.shared])
    try:
        port = choose_port(arguments.port)
        own, environ = own_services(var)
        leave_word(var, environ)
        web = start(supervisor, own, Web(port, logs(var), environ))
        supervisor.keep(*[Worker(name, logs(var), environ) for name in WORKERS])
        lock.say(web.address)
        say(f"\nTessera is ready: {web.address}\n")
        say(f"Data is in {var}, logs in {logs(var)}. Ctrl-C stops everything.")
        if not arguments.no_sample:
            prepare_sample(supervisor, web, var, environ)
        supervisor.run()
    finally:
        supervisor.stop()


def own_services(var: Path) -> tuple[list[Process], dict[str, str]]:
    """PostgreSQL and Valkey, unless the environment names others; and the environment that leads to them."""
    outside = os.environ
    postgres = None if outside.get("DATABASE_URL") else Postgres(var)
    valkey = None if outside.get("REDIS_URL") else Valkey(var)
    environ = environment(
        var,
        outside,
        database_url=postgres.url if postgres else outside["DATABASE_URL"],
        redis_url=valkey.url if valkey else outside["REDIS_URL"],
    )
    try:
        Settings.from_environ(environ)
    except BadSetting as error:
        raise NotStarted(f"{error}. The environment of this command says otherwise.") from error
    return [server for server in (postgres, valkey) if server], environ


def leave_word(var: Path, environ: Mapping[str, str]) -> None:
    """For commands that join a running stack, such as `tessera tiles`: where its services are."""
    told = {name.upper(): environ.get(name.upper(), "") for name in Settings.__annotations__}
    write_private(var / ENVIRONMENT, json.dumps(told))


def start(supervisor: Supervisor, own: Sequence[Process], web: Web) -> Web:
    """Services, tables, pages. The pages' code is read while the services start: they need them only to answer."""
    supervisor.keep(*own)
    supervisor.keep(web)
    from cli.stack import tables  # noqa: PLC0415 - imported while they start, too

    for server in own:
        server.wait_until_ready(pause)
    tables.prepare(web.environ["DATABASE_URL"])
    web.wait_until_ready(pause)
    return web


def prepare_sample(supervisor: Supervisor, web: Web, var: Path, environ: dict[str, str]) -> None:
    """The tile set and the mosaic that greet a newcomer, made by the workers like anyone's."""
    command = [sys.executable, "-m", "cli", "sample"]
    sample = Process("The sample", command, logs(var) / "sample.log", environ=environ, output=1)
    started = time.monotonic()

    def ended() -> None:
        if sample.status:
            say(f"The sample could not be prepared; everything else works. {sample.tail()}")
        elif time.monotonic() - started > SCROLLED_SECONDS:
            say(f"\nTessera is ready, sample included: {web.address}\n")

    supervisor.once(sample, ended)


def choose_port(wanted: int | None) -> int:
    """The port asked for, else the usual one, else any."""
    if is_free(wanted or USUAL_PORT):
        return wanted or USUAL_PORT
    if wanted:
        raise NotStarted(
            f"Port {wanted} is taken by another program. Choose another: tessera up --port {wanted + 1}"
        )
    say(f"Port {USUAL_PORT} is taken by another program, so the pages get another one.")
    return free_port()


def logs(var: Path) -> Path:
    return var / "log"


def say(text: str) -> None:
    print(text, flush=True)
