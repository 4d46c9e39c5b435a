"""An S3 server that is gone, frozen, strict or wrong: StorageDown, with the cause, and never a wrong body."""

import contextlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.storage.base import MissingObject, StorageDown
from app.storage.s3 import S3Storage
from tests.integration.storage.streams import PART, SMALL, body


def every_verb(store, path):
    """Calls that reach the server, by name."""
    return {
        "put": lambda: store.put("a", SMALL),
        "get": lambda: store.get("a"),
        "open": lambda: store.open("a").__enter__(),
        "range": lambda: store.range("a", 0, 1),
        "head": lambda: store.head("a"),
        "list": lambda: list(store.list("")),
        "delete": lambda: store.delete("a"),
        "download": lambda: store.download("a", path),
        "ping": store.ping,
    }


def assert_down(store, path, *, but=()):
    for name, call in every_verb(store, path).items():
        if name not in but:
            with pytest.raises(StorageDown) as raised:
                call()
            assert raised.value.__cause__ is not None, name
    assert not path.exists()


def test_wrong_keys(swift, tmp_path):
    swift.storage().put("a", SMALL)
    assert_down(swift.storage(secret_access_key="wrong"), tmp_path / "file")
    assert_down(swift.storage(access_key_id="test:nobody"), tmp_path / "file")
    assert swift.storage().get("a") == SMALL


def test_no_such_bucket(swift, tmp_path):
    store = swift.storage(bucket="no-such-bucket")
    assert_down(store, tmp_path / "file", but={"head"})
    with pytest.raises(MissingObject):  # all that an answer without a body can say
        store.head("a")


def test_nobody_listens(swift, tmp_path):
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    assert_down(swift.storage(endpoint_url=f"http://127.0.0.1:{port}"), tmp_path / "file")


@pytest.mark.parametrize("verb", ["put", "get", "list", "ping"])
def test_a_server_that_does_not_answer(swift, tmp_path, verb):
    store = swift.storage(read_seconds=0.2)
    call = every_verb(store, tmp_path / "file")[verb]
    with swift.frozen(), pytest.raises(StorageDown, match="ReadTimeout"):
        call()


def test_a_server_that_stops_in_the_middle_of_a_body(swift, tmp_path):
    store = swift.storage(read_seconds=2)
    swift.storage().put("big", body(4 * PART))
    with pytest.raises(StorageDown), store.open("big") as stream:  # noqa: PT012 - it has to freeze in between
        assert stream.read(10) == body(4 * PART)[:10]
        with swift.frozen():
            stream.read()


def test_parts_cannot_be_given_up_on_a_dead_server(swift):
    """The first failure is told, not that of clearing up."""
    store = swift.storage(read_seconds=0.5, part_bytes=PART)

    class FreezesAfterOnePart:
        def __init__(self):
            self.pieces = [body(PART), b"more", b""]

        def read(self, _):
            if self.pieces[0] == b"more":
                frozen.enter_context(swift.frozen())
            return self.pieces.pop(0)

    with contextlib.ExitStack() as frozen, pytest.raises(StorageDown, match="ReadTimeout"):
        store.put("big", FreezesAfterOnePart())
    with pytest.raises(MissingObject):
        store.get("big")


@pytest.fixture
def odd_server():
    """A server whose every GET answers `status`, promises 1,000 bytes, and sends `sends`."""

    class Handler(BaseHTTPRequestHandler):
        status, sends = 200, 1000

        def do_GET(self):
            self.send_response(self.status)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"x" * self.sends)
            self.close_connection = True

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    store = S3Storage(
        "bucket",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        access_key_id="any",
        secret_access_key="any",
    )
    yield Handler, store
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_whole_body_in_answer_to_a_range(odd_server):
    _, store = odd_server
    with pytest.raises(StorageDown, match="range"):
        store.range("a", 10, 10)


@pytest.mark.parametrize("verb", ["get", "range", "download"])
def test_a_body_that_ends_too_soon(odd_server, tmp_path, verb):
    handler, store = odd_server
    handler.sends, handler.status = 400, 206 if verb == "range" else 200
    with pytest.raises(StorageDown):
        every_verb(store, tmp_path / "file")[verb]()
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_fails(odd_server, tmp_path):
    handler, store = odd_server
    handler.status = 500
    with pytest.raises(StorageDown) as raised:
        store.get("a")
    assert raised.value.__cause__ is not None
