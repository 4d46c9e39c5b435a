"""Links by which a browser fetches an object itself: as the type and under the name that were agreed, for five minutes."""

import io
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.storage.checks import BadKey
from app.web.files import attachment
from tests.integration.storage.streams import SIZES, SMALL, body

KEY = "o/1/mosaics/Büro & 2+2=4/whole.jpg"
NAME = "Omas Geburtstag – größer.jpg"
AS = {"content_type": "image/jpeg", "disposition": attachment(NAME)}


@pytest.fixture(scope="module")
def reached(swift_server):
    """A bucket that browsers reach."""
    return swift_server.with_bucket().storage(public_url=swift_server.endpoint_url)


def fetch(url, method="GET", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return urllib.request.urlopen(urllib.request.Request(url, headers=named, method=method))


def refused(url, **asked):
    with pytest.raises(urllib.error.HTTPError) as raised:
        fetch(url, **asked)
    raised.value.close()
    return raised.value.code


def test_where_no_browser_reaches_it_there_is_no_link(store):
    store.put("a", SMALL)
    assert store.get_url("a", **AS) is None


def test_a_bad_key_has_no_link(store, reached):
    for one in (store, reached):
        with pytest.raises(BadKey):
            one.get_url("../up", **AS)


@pytest.mark.parametrize("size", [SIZES[1], SIZES[-1]])
def test_a_link_gives_the_object_its_name_and_its_type(reached, size):
    reached.put(KEY, io.BytesIO(body(size)))
    with fetch(reached.get_url(KEY, **AS)) as answer:
        assert answer.read() == body(size)
        assert answer.headers["Content-Type"].split(";")[0] == "image/jpeg"
        assert answer.headers["Content-Disposition"] == attachment(NAME)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert int(answer.headers["Content-Length"]) == size


def test_a_broken_download_goes_on(reached):
    whole = body(SIZES[-1])
    reached.put(KEY, whole)
    with fetch(reached.get_url(KEY, **AS), Range="bytes=1000-") as answer:
        assert answer.status == 206
        assert answer.read() == whole[1000:]
        assert answer.headers["Content-Range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
        assert answer.headers["Content-Disposition"] == attachment(NAME)


def test_a_link_is_for_one_object_under_one_name_to_read(reached):
    reached.put(KEY, SMALL)
    reached.put("o/2/another", SMALL)
    link = reached.get_url(KEY, **AS)
    path = urlsplit(link).path
    assert refused(link.replace(path, path.rsplit("/o/", 1)[0] + "/o/2/another")) == 403
    assert refused(link.replace("image%2Fjpeg", "text%2Fhtml")) == 403
    assert refused(link.replace("Expires=300", "Expires=900")) == 403
    assert refused(link, method="DELETE") == 403
    assert reached.get(KEY) == SMALL


def test_a_link_is_good_for_five_minutes(reached, monkeypatch):
    """Signed by a clock that is behind: what counts is the server's."""
    reached.put(KEY, SMALL)
    for age, good in ((290, True), (310, False)):
        then = datetime.now(tz=UTC) - timedelta(seconds=age)
        with monkeypatch.context() as patch:
            patch.setattr("botocore.auth.get_current_datetime", lambda then=then: then)
            link = reached.get_url(KEY, **AS)
        assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == ["300"]
        if good:
            with fetch(link) as answer:
                assert answer.read() == SMALL
        else:
            assert refused(link) == 403
