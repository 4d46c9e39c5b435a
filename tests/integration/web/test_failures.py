"""What a page says when a part of Tessera is away or breaks."""

import errno
import io
import logging
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from app.factory import create_app
from app.models import Mosaic, Photo, SourceFile
from app.storage.base import StorageDown
from tests.integration.small_disk import small_disk
from tests.integration.web.conftest import Person


def test_without_a_database_the_process_lives_and_pages_say_so(settings, bell, caplog):
    away = settings.database_url.rsplit(":", 1)[0] + ":1/tessera"
    app = create_app(replace(settings, database_url=away), doorbell=bell)
    client = app.test_client()
    with caplog.at_level(logging.CRITICAL):
        assert client.get("/livez").text == "alive\n"
        for address in ("/readyz", "/", "/mosaics"):
            answer = client.get(address)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "30"
            assert "What you had made and uploaded is safe" in answer.text
    app.extensions["tessera"].sessions.kw["bind"].dispose()


def test_with_a_database_it_is_ready(person):
    assert person.get("/readyz").text == "ready\n"


def test_storage_that_does_not_answer_is_said_plainly(person, mine, app, monkeypatch):
    def down(*_):
        raise StorageDown("no answer")

    monkeypatch.setattr(app.extensions["tessera"].storage, "head", down)
    answer = person.get(f"/mosaics/{mine.finished.id}/picture.jpg")
    assert answer.status_code == 503
    assert "no answer" not in answer.text


def test_a_yes_that_got_lost_is_said_when_the_form_is_sent_again(person, mine, sessions, app):
    """Postgres commits the mosaic, and goes away before it says so."""
    form = {
        "form_key": "once",
        "photo_id": str(mine.photo.id),
        "tile_set": str(mine.tile_set.id),
        "cells_across": "4",
    }
    lost = []

    def after_commit(_):
        with sessions() as other:
            mosaics = other.scalar(select(func.count()).select_from(Mosaic))
        if mosaics > before and not lost:
            lost.append(True)
            raise OperationalError("COMMIT", {}, Exception("server closed the connection"))

    with sessions() as session:
        before = session.scalar(select(func.count()).select_from(Mosaic))
    event.listen(app.extensions["tessera"].sessions, "after_commit", after_commit)
    assert person.post("/mosaics", form).status_code == 503
    assert lost
    answers = [person.post("/mosaics", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Mosaic)) == before + 1


def test_a_photo_that_finds_no_room_is_not_taken(
    person, mine, picture, sessions, storage, monkeypatch
):
    def flush(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.storage.partial.flush", flush)
    there = {info.key for info in storage.list("o/")}
    with sessions() as session:
        photos = session.scalar(select(func.count()).select_from(Photo))
    form = {"tile_set": str(mine.tile_set.id), "photo": (io.BytesIO(picture()), "a.jpg")}
    answer = person.post("/mosaics", form)
    assert answer.status_code == 503
    assert "Our storage is full" in answer.text
    assert {info.key for info in storage.list("o/")} == there
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Photo)) == photos


def test_what_is_uploaded_to_a_full_disk_is_not_taken(
    tmp_path, settings, sessions, bell, picture, caplog
):
    """A real one. What there was stays, and the same form is taken once there is room."""
    with small_disk(tmp_path, "2m") as disk:
        full = replace(settings, storage_url=disk.folder.as_uri())
        app = create_app(full, doorbell=bell)
        person = Person(app)
        address = person.post("/tiles", {"name": "Lake house"}).location
        disk.fill()
        form = {"form_key": "once", "files": (io.BytesIO(picture()), "a.jpg")}
        with caplog.at_level(logging.CRITICAL):
            answer = person.post(address, form)
        assert (answer.status_code, "Our storage is full" in answer.text) == (503, True)
        with sessions() as session:
            assert session.scalar(select(func.count()).select_from(SourceFile)) == 0
        assert [path for path in disk.folder.rglob("*") if path.is_file()] == [disk.filler]
        disk.free()
        form = {"form_key": "once", "files": (io.BytesIO(picture()), "a.jpg")}
        assert person.post(address, form).status_code == 303
        app.extensions["tessera"].sessions.kw["bind"].dispose()


def test_a_form_that_finds_no_room_on_its_way_says_so(person, picture, mine, monkeypatch):
    def spool(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.web.uploads.tempfile.SpooledTemporaryFile", spool)
    form = {"tile_set": str(mine.tile_set.id), "photo": (io.BytesIO(picture()), "a.jpg")}
    answer = person.post("/mosaics", form)
    assert answer.status_code == 503
    assert "Our storage is full" in answer.text


def test_a_connection_that_breaks_after_the_answer_is_no_error(person, mine, monkeypatch):
    def close(_):
        raise OperationalError("ROLLBACK", {}, Exception("server closed the connection"))

    monkeypatch.setattr("sqlalchemy.orm.Session.close", close)
    assert person.get(f"/mosaics/{mine.finished.id}").status_code == 200


def test_what_was_deleted_is_deleted_though_storage_is_away(person, mine, app, monkeypatch):
    def down(*_):
        raise StorageDown("no answer")

    monkeypatch.setattr(app.extensions["tessera"].storage, "delete", down)
    assert person.post(f"/mosaics/{mine.finished.id}/delete").status_code == 303
    assert person.get(f"/mosaics/{mine.finished.id}").status_code == 404


def test_what_nobody_foresaw_is_written_down_and_not_shown(person, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("app.web.mosaics.browse.count_mosaics_of", broken)
    answer = person.get("/mosaics")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret detail" not in answer.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("method", "address", "status", "words"),
    [
        ("get", "/nothing/here", 404, "There is nothing at this address"),
        ("get", "/mosaics/not-an-id", 404, "There is nothing at this address"),
        ("get", "/theme", 405, "takes a form from one of our pages"),
    ],
)
def test_wrong_addresses_get_a_page(person, method, address, status, words):
    answer = getattr(person, method)(address)
    assert answer.status_code == status
    assert words in answer.text
    assert ("Allow" in answer.headers) == (status == 405)


def test_an_error_page_leads_back_to_the_page_the_person_came_from(person):
    def back_from(referer):
        return person.get("/nothing", headers={"Referer": referer}).text

    assert 'href="/tiles?page=2"' in back_from("http://localhost/tiles?page=2")
    assert "example.org" not in back_from("https://example.org/tiles")
    assert "To the first page" in back_from("http://localhost/nothing")
