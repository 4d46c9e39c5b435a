"""Downloads out of a bucket that browsers reach: the page sends them there, and no byte passes through the web process."""

from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest

from app.storage.base import StorageDown
from tests.swift_server.fixture import swift_server

__all__ = ["swift_server"]

BODY = bytes(range(256)) * 16


@pytest.fixture(scope="module")
def bucket(swift_server):
    return swift_server.with_bucket()


@pytest.fixture
def storage(bucket):
    return bucket.storage(public_url=bucket.endpoint_url)


@pytest.fixture
def settings(settings, bucket):
    return bucket.open_to_browsers(settings)


@pytest.fixture
def mosaic(maker, person):
    return maker.mosaic(maker.photo(person.id), maker.tile_set(person.id), body=BODY)


def test_a_download_leads_into_the_bucket_under_its_name(person, mosaic, bucket):
    answer = person.get(f"/mosaics/{mosaic.id}/download.jpg")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "private, no-store")
    link = urlsplit(answer.location)
    assert f"{link.scheme}://{link.netloc}" == bucket.endpoint_url
    assert parse_qs(link.query)["X-Amz-Expires"] == ["300"]
    with urlopen(answer.location) as got:
        assert got.read() == BODY
        assert got.headers["Content-Type"] == "image/jpeg"
        assert got.headers["Content-Disposition"] == (
            'attachment; filename="Grandma-1984-mosaic-Lake-house-penalty-0.12-96x64.jpg"'
        )
    with urlopen(Request(answer.location, headers={"Range": "bytes=1000-"})) as rest:
        assert (rest.status, rest.read()) == (206, BODY[1000:])


def test_a_file_that_was_made_of_a_mosaic_leads_there_too(person, maker, mosaic):
    taken = maker.takeaway(mosaic)
    with urlopen(person.get(f"/takeaways/{taken.id}/file").location) as got:
        assert got.read() == b"0123456789"


def test_pictures_on_pages_come_from_us(person, mosaic):
    """The policy of our pages names no other place for pictures."""
    answer = person.get(f"/mosaics/{mosaic.id}/picture.jpg")
    assert (answer.status_code, answer.data) == (200, BODY)


def test_nobody_else_is_given_a_link(stranger, mosaic):
    answer = stranger.get(f"/mosaics/{mosaic.id}/download.jpg")
    assert (answer.status_code, "Location" in answer.headers) == (404, False)


def test_whoever_asks_for_the_headers_gets_them(person, mosaic):
    """A link is signed for GET alone."""
    address = f"/mosaics/{mosaic.id}/download.jpg"
    answer = person.client.head(address, follow_redirects=True)
    assert (answer.status_code, answer.content_length) == (200, len(BODY))


def test_what_is_gone_is_told_by_us(person, mosaic, storage):
    storage.delete(mosaic.jpeg_key)
    answer = person.get(f"/mosaics/{mosaic.id}/download.jpg")
    assert answer.status_code == 404
    assert "no longer in our storage" in answer.text


def test_a_bucket_that_is_away_is_told_by_us(app, person, mosaic, monkeypatch):
    def away(key):
        raise StorageDown(key)

    monkeypatch.setattr(app.extensions["tessera"].storage, "head", away)
    assert person.get(f"/mosaics/{mosaic.id}/download.jpg").status_code == 503


def test_the_link_is_in_no_log(person, mosaic, caplog):
    link = person.get(f"/mosaics/{mosaic.id}/download.jpg").location
    [signature] = parse_qs(urlsplit(link).query)["X-Amz-Signature"]
    assert signature not in caplog.text
    with pytest.raises(HTTPError) as raised:
        urlopen(link.replace(signature, "0" * len(signature)))
    raised.value.close()
    assert raised.value.code == 403
