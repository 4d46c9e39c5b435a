"""`tessera remote` before a server that breaks lines, says no, or is none. The whole way is in tests/browser/test_sharing.py."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat

import pytest

from cli.__main__ import main
from cli.remote.client import TRIES, Client
from cli.remote.download import download
from cli.remote.errors import NotReached, Refused, RemoteError
from cli.remote.make import cancel

PICTURE = bytes(range(256)) * 4000
TOKEN = "tessera_x"


class Answers(BaseHTTPRequestHandler):
    """Gives what the test has laid out, one after the other; a number of bytes is where the line breaks."""

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append(
            (self.command, self.path, dict(self.headers), self.rfile.read(length))
        )
        self.close_connection = True
        what = next(self.server.answers)
        if isinstance(what, int):
            self.send_picture(what)
        elif what is not None:
            status, body = what
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - as http.server calls them

    def send_picture(self, breaks_after):
        wanted = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-")
        start = int(wanted)
        self.send_response(206 if start else 200)
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", str(len(PICTURE) - start))
        self.end_headers()
        self.wfile.write(PICTURE[start : start + breaks_after])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    """`server.answers` is what it gives; None closes the line without a word."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.asked = []
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(server):
    return Client(server.url, TOKEN, sleep=lambda _: None)


def test_a_download_that_broke_goes_on_where_it_broke(server, client, tmp_path):
    server.answers = iter([300_000, 200_000, len(PICTURE)])
    shares = []
    output = tmp_path / "mosaic.jpg"
    size = download(client, "/x", output, lambda _stage, share: shares.append(share))
    assert (size, output.read_bytes()) == (len(PICTURE), PICTURE)
    ranges = [headers.get("Range") for _, _, headers, _ in server.asked]
    assert ranges == [None, "bytes=300000-", "bytes=500000-"]
    assert [headers.get("If-Range") for _, _, headers, _ in server.asked][1:] == ['"v1"'] * 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert list(tmp_path.iterdir()) == [output]


def test_a_download_that_breaks_again_and_again_says_where_it_is(server, client, tmp_path):
    server.answers = repeat(10)
    with pytest.raises(NotReached, match=r"broke 5 times. What came is in .*mosaic\.jpg\.part"):
        download(client, "/x", tmp_path / "mosaic.jpg", lambda *_: None)
    assert (tmp_path / "mosaic.jpg.part").read_bytes() == PICTURE[: 10 * TRIES]


def test_what_passes_by_itself_is_tried_again(server, client):
    server.answers = iter([None, (503, {"detail": "Later."}), (200, {"ok": 1})])
    assert client.get("/me") == {"ok": 1}
    assert len(server.asked) == 3


def test_what_would_be_done_twice_is_sent_once_and_with_a_key_again(server, client):
    server.answers = iter([None])
    with pytest.raises(NotReached, match="does not answer"):
        client.post("/mosaics/x/cancel")
    server.answers = iter([None, (202, {"id": "m"})])
    assert client.post("/mosaics", {"a": 1}, key="once") == {"id": "m"}
    assert [headers.get("Idempotency-Key") for _, _, headers, _ in server.asked[1:]] == ["once"] * 2


def test_the_token_goes_along_and_the_servers_sentence_comes_back(server, client):
    server.answers = iter([(403, {"detail": "This token may not do that."})])
    with pytest.raises(Refused, match="This token may not do that"):
        client.get("/me")
    [(method, path, headers, _)] = server.asked
    assert (method, path) == ("GET", "/api/v1/me")
    assert headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("body", [b"<html>", b'"x"', b"[]"])
def test_what_is_no_tessera_is_told_so(server, client, body):
    server.answers = iter([(404, body)])
    with pytest.raises(RemoteError, match="answered 404 Not Found. Is it a Tessera?"):
        client.get("/me")


@pytest.fixture
def photo(tmp_path):
    place = tmp_path / "photo.jpg"
    place.write_bytes(b"jpeg")
    return place


def run(*words):
    return main(["remote", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--server", "ftp://x"], "is no address of a server"),
        (["--server", "http://127.0.0.1:9"], "does not answer"),
        (["--server", "http://x", "-o", "mosaic.gif"], "no .jpg or .png"),
        (["--server", "http://x", "-o", "/nowhere/at/all.jpg"], "Make it first"),
        ([], "Which server?"),
    ],
)
def test_each_mistake_has_a_sentence(photo, capsys, monkeypatch, words, says):
    monkeypatch.setenv("TESSERA_TOKEN", TOKEN)
    monkeypatch.delenv("TESSERA_SERVER", raising=False)
    monkeypatch.setattr("cli.remote.client.WAIT_SECONDS", 0)
    assert run("make", photo, "--set", "Lake house", *words) == 1
    assert says in capsys.readouterr().err


def test_a_token_is_needed(photo, capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("TESSERA_TOKEN", raising=False)
    assert run("make", photo, "--set", "x", "--server", "http://x") == 1
    assert "A token is missing" in capsys.readouterr().err
    (tmp_path / "token").write_text("schön\n")
    assert (
        run("make", photo, "--set", "x", "--token-file", tmp_path / "token", "--server", "http://x")
        == 1
    )
    assert "That is no token" in capsys.readouterr().err


def sets(*names):
    return 200, {"items": [{"name": name, "id": f"id of {name}"} for name in names], "next": None}


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (
            ["Lake", "Wedding"],
            "no tile set called “Lake house” there. There are: “Lake”, “Wedding”.",
        ),
        ([], "There are: none."),
        (["Lake house", "Lake house"], "2 tile sets are called “Lake house”. Name one by its id"),
    ],
)
def test_a_set_has_to_be_there_once(server, photo, capsys, monkeypatch, tmp_path, names, says):
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    server.answers = iter([sets(*names)])
    words = ["--set", "Lake house", "--server", server.url, "--token-file", token]
    assert run("make", photo, *words) == 1
    assert says in capsys.readouterr().err


def test_a_job_that_failed_says_why(server, photo, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("TESSERA_TOKEN", TOKEN)
    job = {"stage": "Reading", "share": 0.1, "seconds_left": None, "state": "failed"}
    server.answers = iter(
        [
            sets("Lake house"),
            (201, {"id": "p"}),
            (202, {"id": "m", "job": {"id": "j"}}),
            (200, {**job, "error": "The photo is cut off in the middle."}),
        ]
    )
    output = tmp_path / "out.jpg"
    words = ["--set", "lake HOUSE", "--server", server.url, "-o", output, "--penalty", "0.1"]
    assert run("make", photo, *words, "--no-mirrors") == 1
    assert "The photo is cut off in the middle." in capsys.readouterr().err
    assert not output.exists()
    assert json.loads(server.asked[2][3])["options"] == {"penalty": 0.1, "mirrors": False}


def test_a_png_is_made_there_first(server, photo, monkeypatch, tmp_path):
    monkeypatch.setenv("TESSERA_TOKEN", TOKEN)
    done = {"stage": "Done", "share": 1, "seconds_left": None, "state": "succeeded"}
    server.answers = iter(
        [
            sets("Lake house"),
            (201, {"id": "p"}),
            (202, {"id": "m", "job": {"id": "j"}}),
            (200, done),
            (202, {"id": "t", "job": {"id": "k"}}),
            (200, done),
            len(PICTURE),
            (200, {"receipt": None, "cols": 24, "rows": 18}),
        ]
    )
    output = tmp_path / "out.png"
    assert run("make", photo, "--set", "Lake house", "--server", server.url, "-o", output) == 0
    assert output.read_bytes() == PICTURE
    assert [(how, path.removeprefix("/api/v1")) for how, path, _, _ in server.asked[4:7]] == [
        ("POST", "/mosaics/m/takeaways"),
        ("GET", "/jobs/k"),
        ("GET", "/takeaways/t/file"),
    ]


BUSY = (409, {"detail": "The request with this Idempotency-Key is still being answered."})


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("cancelled", "is cancelled."),
        ("succeeded", "was finished there already"),
        ("failed", "had failed there already"),
    ],
)
def test_interrupted_before_the_answer_came_it_is_cancelled_all_the_same(
    server, client, monkeypatch, state, says
):
    """The same key again brings what was begun, once it is there."""
    monkeypatch.setattr("cli.remote.make.ASK_EVERY_SECONDS", 0)
    ended = {"id": "m", "job": {"state": state}}
    server.answers = iter([BUSY, (202, {"id": "m"}), (200, ended)])
    assert says in cancel(client, {"photo_id": "p"}, "once")
    assert [(path, headers.get("Idempotency-Key")) for _, path, headers, _ in server.asked] == [
        ("/api/v1/mosaics", "once"),
        ("/api/v1/mosaics", "once"),
        ("/api/v1/mosaics/m/cancel", None),
    ]


def test_what_cannot_be_cancelled_in_time_is_said(server, client, monkeypatch):
    monkeypatch.setattr("cli.remote.make.ASK_EVERY_SECONDS", 0)
    server.answers = iter([BUSY] * 20)
    assert "look there whether" in cancel(client, {"photo_id": "p"}, "once")


def test_interrupted_while_the_photo_is_sent_nothing_is_said_to_be_cancelled(
    capsys, monkeypatch, tmp_path
):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setenv("TESSERA_TOKEN", TOKEN)
    monkeypatch.setattr("cli.remote.make.make", pressed)
    assert run("make", tmp_path / "x.jpg", "--set", "Lake", "--server", "http://x") == 130
    assert "Stopped; what arrived there stays as it is." in capsys.readouterr().err


def test_nothing_to_add_is_told_before_anything_is_sent(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("TESSERA_TOKEN", TOKEN)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden/a.jpg").write_bytes(b"x")
    assert run("tiles", "add", "Lake", tmp_path, "--server", "http://x") == 1
    assert "There is no file at these paths" in capsys.readouterr().err
    assert run("tiles", "add", "Lake", tmp_path / "no", "--server", "http://x") == 1
    assert "There is no file or folder" in capsys.readouterr().err
