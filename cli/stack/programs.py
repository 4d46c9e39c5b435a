"""What the stack runs of Tessera itself: the pages, and the workers behind them."""

from __future__ import annotations

import http.client
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from cli.stack.ports import LOOPBACK
from cli.stack.process import Process

# Each open progress page holds a thread for its event stream.
WEB_THREADS = 32
# Apart, so that a mosaic never waits behind a tile set being read, nor a hand on the slider behind a mosaic: queues, and how
# many jobs at once.
WORKERS = {"tuner": ("live", 3), "maker": ("interactive,mosaics", 2), "reader": ("libraries", 2)}
# Threads share the candidates that are at hand. Jobs get processes.
POOLS = {"tuner": "threads"}


class Web(Process):
    """gunicorn with the pages."""

    def __init__(self, port: int, logs: Path, environ: Mapping[str, str]) -> None:
        self.port = port
        # Whoever watches an event stream is cut off after three seconds, and their page asks again.
        options = f"--worker-class gthread --threads {WEB_THREADS} --graceful-timeout 3 --no-control-socket"
        command = [
            *(sys.executable, "-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}"),
            *options.split(),
            *("--forwarded-allow-ips", ""),  # nobody stands before it
            "app.factory:create_app()",
        ]
        super().__init__("The web server", command, logs / "web.log", environ=environ, grace=8)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def ready(self) -> bool:
        """The first page is there."""
        line = http.client.HTTPConnection(LOOPBACK, self.port, timeout=30)
        try:
            line.request("GET", "/")
            return line.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False
        finally:
            line.close()


class Worker(Process):
    """A Celery worker and its children."""

    def __init__(self, name: str, logs: Path, environ: Mapping[str, str]) -> None:
        queues, jobs = WORKERS[name]
        options = f"--app worker.celery:celery_app worker --queues {queues} --concurrency {jobs}"
        options += f" --pool {POOLS.get(name, 'prefork')}"
        command = [
            *(sys.executable, "-m", "celery", *options.split()),
            *("--hostname", f"{name}@%h", "--loglevel", environ.get("LOG_LEVEL", "INFO")),
        ]
        super().__init__(
            f"The worker ({name})",
            command,
            logs / f"worker-{name}.log",
            environ=environ,
            stops=(
                signal.SIGTERM,
                signal.SIGQUIT,
            ),  # let go; be cut off, and the job is queued again
        )

    def ready(self) -> bool:
        return self.log.exists() and " ready." in self.log.read_text(errors="replace")
