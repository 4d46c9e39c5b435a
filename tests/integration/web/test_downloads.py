"""Pictures and downloads: whole, in part, or not again."""

import json
import sys
import threading
import time
from urllib.request import urlopen

import pytest

from app.web.words import short_hash
from cli.stack.ports import free_port
from cli.stack.process import Process
from tests.unit.deploy.files import final

BODY = bytes(range(256)) * 16


@pytest.fixture
def mosaic(maker, person):
    return maker.mosaic(maker.photo(person.id), maker.tile_set(person.id), body=BODY)


@pytest.fixture
def fetch(person, mosaic):
    def fetch(name="download.jpg", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return person.get(f"/mosaics/{mosaic.id}/{name}", headers=named, follow_redirects=True)

    return fetch


@pytest.mark.parametrize(("kind", "mimetype"), [("jpg", "image/jpeg"), ("png", "image/png")])
def test_a_download_has_its_name_type_and_length(fetch, kind, mimetype):
    answer = fetch(f"download.{kind}")
    assert answer.data == BODY
    assert answer.mimetype == mimetype
    assert answer.content_length == len(BODY)
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="Grandma-1984-mosaic-Lake-house-penalty-0.12-96x64.{kind}"'
    )
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_other_kinds_are_not_found(fetch):
    assert fetch("download.tiff").status_code == 404


def test_a_broken_download_goes_on_where_it_stopped(fetch):
    etag = fetch().headers["ETag"]
    answer = fetch(Range="bytes=1000-", If_Range=etag)
    assert answer.status_code == 206
    assert answer.data == BODY[1000:]
    assert answer.content_length == len(BODY) - 1000
    assert answer.headers["Content-Range"] == f"bytes 1000-{len(BODY) - 1}/{len(BODY)}"


def test_a_part_in_the_middle(fetch):
    assert fetch(Range="bytes=10-19").data == BODY[10:20]


def test_a_part_of_another_version_is_the_whole(fetch):
    answer = fetch(Range="bytes=1000-", If_Range='"another"')
    assert (answer.status_code, answer.data) == (200, BODY)


def test_a_part_behind_the_end_is_refused_with_a_sentence(fetch):
    answer = fetch(Range="bytes=99999-")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(BODY)}"
    assert "Start the download again" in answer.text


@pytest.mark.parametrize("name", ["picture.jpg", "preview.jpg", "photo.jpg"])
def test_pictures_are_shown_and_not_sent_twice(fetch, name):
    answer = fetch(name)
    assert answer.data == BODY
    assert "Content-Disposition" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = fetch(name, If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_a_preview_under_its_version_is_fetched_once(fetch, mosaic):
    version = short_hash(mosaic.preview_key)
    assert "immutable" in fetch(f"preview.jpg?v={version}").headers["Cache-Control"]
    assert "immutable" not in fetch("preview.jpg?v=old").headers["Cache-Control"]


def test_asking_for_the_headers_alone_sends_no_body(person, mosaic):
    answer = person.client.head(f"/mosaics/{mosaic.id}/download.jpg", follow_redirects=True)
    assert answer.content_length == len(BODY)
    assert answer.data == b""


def test_a_vanished_object_gets_a_sentence(fetch, storage, mosaic, caplog):
    storage.delete(mosaic.jpeg_key)
    answer = fetch()
    assert answer.status_code == 404
    assert "no longer in our storage" in answer.text
    assert mosaic.jpeg_key in caplog.text


def test_a_tile_is_cut_out_of_its_pack(person, mosaic, picture):
    answer = person.get(f"/tiles/{mosaic.tile_set_id}/t/2.jpg")
    assert answer.data == picture((8, 8), (2, 0, 0))
    assert answer.mimetype == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    assert person.get(f"/tiles/{mosaic.tile_set_id}/t/3.jpg").status_code == 404


def test_a_set_without_tiles_has_no_strip(person, maker):
    empty = maker.tile_set(person.id, tiles=0)
    assert person.get(f"/tiles/{empty.id}/strip.jpg").status_code == 404


def test_our_own_files_are_kept_for_good_under_an_address_with_their_version(person):
    page = person.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    with person.get(address) as versioned, person.get(address.split("?")[0]) as plain:
        assert "immutable" in versioned.headers["Cache-Control"]
        assert "immutable" not in plain.headers["Cache-Control"]


@pytest.fixture
def link(person, mosaic):
    """Where a download leads."""
    answer = person.get(f"/mosaics/{mosaic.id}/download.jpg")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, no-store")
    return answer.location


def later(monkeypatch, seconds):
    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + seconds)


def test_a_link_is_good_for_five_minutes_without_a_cookie(app, link, monkeypatch):
    later(monkeypatch, 299)
    assert app.test_client().get(link).data == BODY


def test_afterwards_it_asks_again_whose_it_is(app, person, mosaic, link, monkeypatch):
    """So that a broken download goes on in the browser whose it is, and in no other."""
    later(monkeypatch, 302)
    late = person.get(link)
    assert (late.status_code, late.location) == (302, f"/mosaics/{mosaic.id}/download.jpg")
    assert late.data.find(BODY) < 0
    again = person.get(link, headers={"Range": "bytes=1000-"}, follow_redirects=True)
    assert (again.status_code, again.data) == (206, BODY[1000:])
    assert app.test_client().get(link, follow_redirects=True).status_code == 404


@pytest.mark.parametrize("spoiled", ["", "x", "WyJvLzEiXQ.aGk.x"])
def test_a_link_that_we_did_not_make_leads_nowhere(app, link, spoiled):
    assert app.test_client().get(f"/download?link={spoiled}").status_code == 404
    assert app.test_client().get(spoil(link)).status_code == 404
    assert app.test_client().get("/download").status_code == 404


def test_the_web_server_of_the_image_logs_no_link(tmp_path, environ, link, mosaic):
    """With the very options that the image has: the path is logged, and what opens it is not."""
    words = json.loads(final("CMD")[0])
    words[words.index("--bind") + 1] = f"127.0.0.1:{(port := free_port())}"
    log = tmp_path / "web.log"
    program = [sys.executable, "-m", *words]
    with Process("web", program, log, environ=environ, output=None) as server:
        server.wait_until_ready()
        poll(port)
        with urlopen(f"http://127.0.0.1:{port}{link}") as answer:
            assert answer.read() == BODY
    text = log.read_text()
    assert "GET /download 200 4096" in text
    assert link.split("=")[1] not in text
    assert "link" not in text


def spoil(link):
    """One letter in the middle is another one."""
    at = link.index("=") + 20
    return link[:at] + ("A" if link[at] != "A" else "B") + link[at + 1 :]


def poll(port):
    for _ in range(300):
        try:
            with urlopen(f"http://127.0.0.1:{port}/livez"):
                return
        except OSError:
            threading.Event().wait(0.1)
    raise AssertionError("the web server did not start")
