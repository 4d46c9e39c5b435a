"""OpenStack Swift with its S3 API in one process: `python server.py FOLDER ACCESS_KEY SECRET_KEY`.

The proxy and the account, container and object servers listen on free ports of loopback. The proxy's address is
printed once all of them answer. The process ends when its standard input does: with whoever started it.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import socket  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import config  # noqa: E402
from eventlet import hubs, wsgi  # noqa: E402
from swift.common import utils  # noqa: E402
from swift.common.wsgi import loadapp  # noqa: E402


def main(folder: Path, keys: config.Keys) -> None:
    # Taken before the rings are written, so that no other program can take a port in between.
    sockets = {name: listen() for name in (*config.BACKENDS, "proxy")}
    ports = {name: each.getsockname()[1] for name, each in sockets.items()}
    etc = config.write(folder, ports, keys)
    utils.logs.get_swift_logger.console_handler4logger = {}  # log to stderr too
    utils.set_swift_dir(str(etc))
    for name, each in sockets.items():
        app = loadapp(str(etc / f"{name}.conf"), global_conf={"log_name": name})
        eventlet.spawn(wsgi.server, each, app, log_output=False)
    print(f"http://127.0.0.1:{ports['proxy']}", flush=True)  # noqa: T201 - read by the fixture
    hubs.trampoline(sys.stdin.fileno(), read=True)


def listen() -> socket.socket:
    """A listening socket whose connections send at once: waiting to fill packets costs 40 ms an answer."""
    listener = eventlet.listen(("127.0.0.1", 0), backlog=256)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


if __name__ == "__main__":
    main(Path(sys.argv[1]), config.Keys(sys.argv[2], sys.argv[3]))
