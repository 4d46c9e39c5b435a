"""Uploads in parts over HTTP: as the script asks, and what it is told."""

import io
import urllib.request

import pytest
from sqlalchemy import select

from app.domain.limits import BATCH_MAX_BYTES, FILES_MAX, PART_BYTES
from app.domain.states import Queue
from app.factory import create_app
from app.models import Source, SourceFile, UploadFile
from app.web import part_links
from tests.integration.web.conftest import Bell, Person
from tests.swift_server.fixture import swift, swift_server

__all__ = ["swift", "swift_server"]

BODY = bytes(range(25))


@pytest.fixture
def tiles(maker, person):
    return maker.tile_set(person.id)


@pytest.fixture
def upload(maker, tiles):
    """The address of an upload with one file, number 1, of three parts."""
    return f"/uploads/{maker.upload(tiles).id}"


def links(person, upload, number=1):
    return person.ask(f"{upload}/files/{number}").json["parts"]


def send(person, link):
    start, length = link["start"], link["length"]
    return person.put(link["url"], BODY[start : start + length])


def test_from_files_to_a_source(person, tiles, bell, maker, storage):
    url = person.ask(f"/tiles/{tiles.id}/upload").json["url"]
    assert person.ask(f"/tiles/{tiles.id}/upload").json["url"] == url
    files = [["a/1.jpg", 2, 5], ["a/2.jpg", 1, 5], ["lake.zip", 25, 5]]
    named = person.ask(f"{url}/files", files).json["files"]
    assert named == [[0, False], [1, False], [2, False]]
    assert person.put(f"{url}/files/0-1", b"123").status_code == 204
    missing = person.ask(f"{url}/files/2").json
    assert missing["bytes"] == 25
    assert send(person, missing["parts"][0]).status_code == 204
    assert person.ask(f"{url}/files/2/complete").status_code == 204
    assert person.ask(f"{url}/files", files).json["files"] == [[0, True], [1, True], [2, True]]
    done = person.ask(f"{url}/done")
    assert (done.status_code, done.location) == (303, f"/tiles/{tiles.id}")
    source = maker.session.scalars(select(Source).where(Source.name == "3 files")).one()
    stored = maker.session.scalars(select(SourceFile.key).where(SourceFile.source_id == source.id))
    assert BODY in [storage.get(key) for key in stored]
    assert bell.rings == [Queue.LIBRARIES]


def test_parts_are_missing_until_they_are_there(person, upload):
    first, second, third = links(person, upload)
    assert [(link["start"], link["length"]) for link in (first, second, third)] == [
        (0, 10),
        (10, 10),
        (20, 5),
    ]
    assert send(person, third).status_code == 204
    assert send(person, first).status_code == 204
    assert person.ask(f"{upload}/files/1").json["bytes"] == 10
    assert [link["start"] for link in links(person, upload)] == [10]


def test_a_link_is_for_one_part_of_one_length_and_an_hour(person, upload, monkeypatch):
    first, second, _ = links(person, upload)
    assert person.put(first["url"], BODY[:9]).status_code == 422
    signature = second["url"].partition("?")[2]
    wrong = person.put(first["url"].partition("?")[0] + "?" + signature, BODY[:10])
    assert wrong.status_code == 403
    assert "has expired, or was made for another" in wrong.json["sentence"]
    assert person.put(first["url"] + "x", BODY[:10]).status_code == 403
    monkeypatch.setattr(part_links, "LINK_SECONDS", -1)
    assert person.put(first["url"], BODY[:10]).status_code == 403
    assert len(links(person, upload)) == 3


def test_a_link_is_for_its_owner_alone(person, stranger, upload):
    link = links(person, upload)[0]
    assert send(stranger, link).status_code == 404
    assert send(person, link).status_code == 204


def test_a_part_that_was_never_asked_for_is_not_found(person, upload):
    url = links(person, upload)[0]["url"].replace("/parts/1?", "/parts/4?")
    assert person.put(url, BODY[:10]).status_code == 404


def test_a_part_of_a_file_taken_off_the_list_is_not_found(person, upload):
    link = links(person, upload)[0]
    assert person.ask(f"{upload}/files/1/remove").status_code == 204
    answer = send(person, link)
    assert (answer.status_code, answer.json["sentence"][:23]) == (404, "This file was taken off")


def test_a_part_whose_parts_storage_forgot_is_not_found(person, upload, storage):
    link = links(person, upload)[0]
    for begun in list(storage.begun()):
        (storage._coming / begun.token / "body").unlink()
    assert send(person, link).status_code == 404


@pytest.mark.parametrize("address", ["/files/1/parts/1", "/files/1-2"])
def test_a_body_larger_than_a_part_is_refused(person, upload, address):
    assert PART_BYTES == BATCH_MAX_BYTES
    answer = person.put(upload + address, io.BytesIO(bytes(PART_BYTES + 1)))
    assert answer.status_code == 413
    assert "sentence" in answer.json


@pytest.mark.parametrize("told", [{}, [1], [["a", -1, 0]], [["a", "1", 0]], [["a", 1]]])
def test_a_list_that_is_none_gets_a_sentence(person, upload, told):
    answer = person.client.post(f"{upload}/files", json=told, headers=person.as_script)
    assert answer.status_code == 422
    assert "could not be read" in answer.json["sentence"]


def test_mistakes_come_as_sentences(person, upload):
    assert "100 GB" in person.ask(f"{upload}/files", [["film.mp4", 10**12, 1]]).json["sentence"]
    assert "Nothing of this upload is here" in person.ask(f"{upload}/done").json["sentence"]
    assert "not as they were listed" in person.put(f"{upload}/files/1-2", b"x").json["sentence"]
    assert (
        "reload the page"
        in person.client.post(f"{upload}/done", headers={"Accept": "application/json"}).json[
            "sentence"
        ]
    )


def test_an_interrupted_upload_is_told_on_its_page(person, tiles, upload):
    page = person.get(f"/tiles/{tiles.id}").text
    assert "1 upload was interrupted: choose the same files again to go on." in page
    assert "Not all here yet: Lake house.zip." in page
    assert "as_it_is" not in page
    answer = person.post(f"{upload}/discard")
    assert (answer.status_code, answer.location) == (303, f"/tiles/{tiles.id}")
    assert "interrupted" not in person.get(f"/tiles/{tiles.id}").text


def test_what_is_here_of_it_can_be_added_without_a_script(person, tiles, upload, maker):
    person.ask(f"{upload}/files", [["a.jpg", 1, 5]])
    person.put(f"{upload}/files/2-2", b"a")
    assert "Add the 1 that is here" in person.get(f"/tiles/{tiles.id}").text
    assert person.post(f"{upload}/done").status_code == 422
    assert person.post(f"{upload}/done", {"as_it_is": "1"}).location == f"/tiles/{tiles.id}"
    assert maker.session.scalars(select(UploadFile)).all() == []
    assert "Reading a.jpg" in person.get(f"/tiles/{tiles.id}").text


def test_the_page_says_how_much_it_takes(person, tiles):
    page = person.get(f"/tiles/{tiles.id}").text
    assert f"up to {FILES_MAX:,} files of up to 100 GB each" in page
    assert "Up to 5,000 files and 2 GB at once." in page


@pytest.fixture
def on_s3(swift, settings, sessions):
    """A person before a Tessera whose bucket takes parts from browsers."""
    app = create_app(swift.open_to_browsers(settings), doorbell=Bell())
    yield Person(app)
    app.extensions["tessera"].sessions.kw["bind"].dispose()


def test_with_a_public_bucket_parts_go_straight_there(on_s3, swift, maker):
    policy = on_s3.get("/").headers["Content-Security-Policy"]
    assert f"connect-src 'self' {swift.endpoint_url}; " in policy
    url = on_s3.ask(f"/tiles/{maker.tile_set(on_s3.id, tiles=0).id}/upload").json["url"]
    on_s3.ask(f"{url}/files", [["lake.zip", 25, 5]])
    [link] = links(on_s3, url, 0)
    assert link["url"].startswith(swift.endpoint_url)
    request = urllib.request.Request(link["url"], data=BODY, method="PUT")
    urllib.request.urlopen(request).close()
    assert links(on_s3, url, 0) == []
    assert on_s3.ask(f"{url}/files/0/complete").status_code == 204
    assert on_s3.ask(f"{url}/done").status_code == 303
    key = maker.session.scalars(select(SourceFile.key)).one()
    assert swift.storage().get(key) == BODY


def test_a_browser_that_cannot_reach_the_bucket_sends_to_us(on_s3, maker):
    url = on_s3.ask(f"/tiles/{maker.tile_set(on_s3.id, tiles=0).id}/upload").json["url"]
    on_s3.ask(f"{url}/files", [["lake.zip", 25, 5]])
    [link] = on_s3.ask(f"{url}/files/0?by=us").json["parts"]
    assert link["url"].startswith("/uploads/")
    assert send(on_s3, link).status_code == 204
    assert on_s3.ask(f"{url}/files/0").json == {"parts": [], "bytes": 0}
