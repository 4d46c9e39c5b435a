"""What a page says when a part of Tessera is away or breaks."""

import logging
from dataclasses import replace

import pytest

from app.factory import create_app
from app.storage.base import StorageDown


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
