"""What the stack runs of Tessera itself: the pages, and the workers behind them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.stack.ports import LOOPBACK
from cli.stack.process import Process

# Each open progress page holds a thread for its event stream.
WEB_THREADS = 32
# Two workers, so that a mosaic never waits behind a tile set being read: queues, and how many jobs at once.
WORKERS = {"maker": ("interactive,mosaics", 2), "reader": ("libraries", 1)}


def web(port: int, logs: Path, environ: Mapping[str, str]) -> Process:
    # Whoever watches an event stream is cut off after three seconds, and their page asks again.
    options = (
        f"--worker-class gthread --threads {WEB_THREADS} --graceful-timeout 3 --no-control-socket"
    )
    command = [
        *(sys.executable, "-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}"),
        *options.split(),
        "app.factory:create_app()",
    ]
    return Process("The web server", command, logs / "web.log", environ=environ, grace=8)


def worker(name: str, logs: Path, environ: Mapping[str, str]) -> Process:
    queues, jobs = WORKERS[name]
    options = f"--app worker.celery:celery_app worker --queues {queues} --concurrency {jobs}"
    command = [
        *(sys.executable, "-m", "celery", *options.split()),
        *("--hostname", f"{name}@%h", "--loglevel", environ.get("LOG_LEVEL", "INFO")),
    ]
    return Process(
        f"The worker ({name})",
        command,
        logs / f"worker-{name}.log",
        environ=environ,
        stops=(
            signal.SIGTERM,
            signal.SIGQUIT,
        ),  # finish or let go; then cut off, and the job is queued again
        grace=10,
    )
