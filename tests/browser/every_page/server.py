"""The pages without workers behind them, on a port of their own, with pictures that come late, and anew each time."""

import threading
from contextlib import closing, contextmanager

from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

# A gate that nobody opens would hang a test for good.
PATIENCE = 30


class LatePictures:
    """WSGI in front of the application: pictures wait at a gate, and it can be waited for until nothing is under way.

    A page that forgets to keep a picture's place jumps when the picture comes. On loopback it comes before the first
    paint, and nobody would see the jump.
    """

    def __init__(self, app):
        self.app = app
        self.gate = threading.Event()
        self.gate.set()
        self._changed = threading.Condition()
        self._under_way = self._streams = 0

    def __call__(self, environ, start_response):
        with self._counted():
            answer = []

            def start(status, headers, exc_info=None):
                kind = dict(headers).get("Content-Type", "")
                if kind.startswith("image/") and "/static/" not in environ["PATH_INFO"]:
                    self.gate.wait(PATIENCE)
                    headers = [*filter(_not_kept, headers), ("Cache-Control", "no-store")]
                answer.append(kind)
                return start_response(status, headers, exc_info)

            body = self.app(environ, start)
            if answer[0].startswith("text/event-stream"):
                self._add(streams=1)
                return ClosingIterator(body, lambda: self._add(streams=-1))
            with closing(body) as parts:
                return [b"".join(parts)]

    @contextmanager
    def _counted(self):
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, answers=0, streams=0):
        with self._changed:
            self._under_way += answers
            self._streams += streams
            self._changed.notify_all()

    def wait_until_quiet(self):
        """Return once every question has its answer; streams have no end and do not count."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._under_way, PATIENCE)

    def wait_until_left(self):
        """Return once no stream is open: one learns with its next lines that nobody listens any more."""
        with self._changed:
            assert self._changed.wait_for(lambda: not self._streams, PATIENCE)


def _not_kept(header):
    """What would let a browser show a picture again without asking: it would not come late."""
    return header[0] not in {"Cache-Control", "ETag", "Last-Modified"}


@contextmanager
def served(app):
    """The application with late pictures, and its address. Whoever looked has to be gone at the end."""
    late = LatePictures(app)
    server = make_server("127.0.0.1", 0, late, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield late, f"http://127.0.0.1:{server.port}"
        late.wait_until_left()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
