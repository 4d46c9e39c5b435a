"""Links: they open one mosaic to whoever has them, say nothing else of its owner, and end."""

import hashlib
import html
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, update

from app.domain.limits import SHARES_MAX
from app.domain.random_texts import text_of
from app.models import Share

# Other ones each time: what scripts carry, and the number of the request.
RANDOM = re.compile(r"nonce-[\w-]+|Tessera-Request: \w+")
LINK = re.compile(r"http://localhost/s/([\w-]{43})")


@pytest.fixture
def mosaic(maker, person):
    return maker.mosaic(maker.photo(person.id), maker.tile_set(person.id))


@pytest.fixture
def visitor(app):
    """Somebody without a cookie."""
    return app.test_client()


@pytest.fixture
def make(person, mosaic):
    """`make(title="...")` by the form, and then the link as the page shows it."""

    def make(**fields):
        answer = person.post(f"/mosaics/{mosaic.id}/shares", fields)
        assert answer.location == f"/mosaics/{mosaic.id}#share"
        return LINK.search(person.get(f"/mosaics/{mosaic.id}").text)[1]

    return make


def row(maker):
    maker.session.rollback()
    return maker.session.scalars(select(Share)).one()


def meta(page):
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page.text))


def test_whoever_has_the_link_sees_the_mosaic(visitor, make):
    link = make()
    page = visitor.get(f"/s/{link}")
    assert page.status_code == 200
    assert "6,144 small pictures, laid as one." in page.text
    for name in ("preview.jpg", "picture.jpg"):
        assert f"/s/{link}/{name}" in page.text
        answer = visitor.get(f"/s/{link}/{name}")
        assert Image.open(BytesIO(answer.data)).size == (96, 64)
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_whoever_has_the_link_walks_in(visitor, make):
    link = make()
    page = visitor.get(f"/s/{link}").text
    template = re.search(r'data-squares="([^"]+)"', page)[1]
    assert template == f"/s/{link}/zoom/{{level}}/{{x}}_{{y}}.jpg"
    address = template.format(level=0, x=0, y=0)
    answer = visitor.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert Image.open(BytesIO(answer.data)).size == (96, 64)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = visitor.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_square_kept_by_a_browser_is_not_confirmed_after_the_end(visitor, person, make, maker):
    address = f"/s/{make()}/zoom/0/0_0.jpg"
    tag = {"If-None-Match": visitor.get(address).headers["ETag"]}
    person.post(f"/shares/{row(maker).id}/revoke")
    assert visitor.get(address, headers=tag).status_code == 404


@pytest.mark.parametrize("place", ["1/0_0", "0/1_0", "0/0_1", "0/99999999999_0"])
def test_beside_the_picture_there_is_nothing(visitor, make, place):
    answer = visitor.get(f"/s/{make()}/zoom/{place}.jpg")
    assert answer.status_code == 404
    assert answer.data == visitor.get("/s/no").data


def test_a_mosaic_of_before_zoom_files_is_shown_as_a_picture(visitor, make, mosaic, maker):
    link = make()
    mosaic.zoom_key = mosaic.zoom = None
    maker.session.commit()
    page = visitor.get(f"/s/{link}").text
    assert "data-walk" not in page
    assert "<script" not in page
    assert f'href="/s/{link}/picture.jpg"' in page
    assert visitor.get(f"/s/{link}/zoom/0/0_0.jpg").status_code == 404


def test_only_a_hash_of_the_link_is_kept(make, maker, settings):
    link, share = make(), row(maker)
    assert share.hash == hashlib.sha256(link.encode()).digest()
    assert link == text_of("share", share.id, secret=settings.secret_key)
    kept = " ".join(str(getattr(share, column.name)) for column in Share.__table__.columns)
    assert link not in kept


def test_nothing_else_of_the_owner_shows(visitor, make, mosaic, maker):
    link, share = make(), row(maker)
    page, square = visitor.get(f"/s/{link}"), visitor.get(f"/s/{link}/zoom/0/0_0.jpg")
    shown = f"{page.text} {page.headers} {square.headers}"
    secrets = (mosaic.id, mosaic.owner_id, mosaic.photo_id, mosaic.tile_set_id, mosaic.job.id)
    for secret in (*secrets, share.id, "Lake house", "Grandma", "grandma_1984", "penalty"):
        assert str(secret) not in shown
    assert not re.search(r"/(mosaics|tiles|photos|jobs)", shown)


def test_the_set_is_named_where_the_owner_says_so(visitor, make):
    page = visitor.get(f"/s/{make(names_set='yes', title='Mother, 1984')}")
    assert "6,144 small pictures of “Lake house”, laid as one." in html.unescape(page.text)
    assert "<h1>Mother, 1984</h1>" in page.text


def test_visitors_get_no_cookie_and_are_not_listed_or_followed(visitor, make):
    link = make()
    for name in ("", "/preview.jpg", "/picture.jpg", "/zoom/0/0_0.jpg", "-no"):
        address = f"/s/{link}{name}"
        headers = visitor.get(address).headers
        assert "Set-Cookie" not in headers
        assert headers["X-Robots-Tag"].startswith("noindex")
        assert headers["Referrer-Policy"] == "no-referrer"


def test_messengers_find_title_sentence_and_picture(visitor, make):
    link = make(title="Mother & the lake")
    told = meta(visitor.get(f"/s/{link}"))
    assert html.unescape(told["og:title"]) == "Mother & the lake"
    assert told["og:description"] == "6,144 small pictures, laid as one."
    assert told["og:url"] == f"http://localhost/s/{link}"
    assert told["og:image"] == f"http://localhost/s/{link}/preview.jpg"
    assert (told["og:image:width"], told["og:image:height"]) == ("1152", "768")
    assert told["og:image:type"] == "image/jpeg"
    assert told["twitter:card"] == "summary_large_image"
    picture = visitor.get(f"/s/{link}/preview.jpg")
    assert picture.mimetype == "image/jpeg"
    assert picture.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_ended_revoked_and_unknown_links_look_the_same(visitor, person, make, maker, mosaic):
    revoked = make()
    person.post(f"/shares/{row(maker).id}/revoke")
    expired = make(days="1")
    maker.session.execute(update(Share).values(expires_at=datetime(2020, 1, 1, tzinfo=UTC)))
    maker.session.commit()
    assert "ended 1 January 2020" in person.get(f"/mosaics/{mosaic.id}").text
    for path in ("", "/preview.jpg", "/picture.jpg", "/zoom/0/0_0.jpg"):
        answers = [visitor.get(f"/s/{link}{path}") for link in (revoked, expired, "x" * 43, "é")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.data for answer in answers}) == 1
        assert len({RANDOM.sub("", str(answer.headers)) for answer in answers}) == 1


def test_a_link_lasts_as_long_as_was_said(make, maker):
    make(days="7")
    share = row(maker)
    assert share.expires_at - share.created_at == timedelta(days=7)


def test_a_revoked_link_is_not_listed(person, make, maker, mosaic):
    link = make()
    assert person.post(f"/shares/{row(maker).id}/revoke").status_code == 303
    assert link not in person.get(f"/mosaics/{mosaic.id}").text


def test_only_the_owner_makes_and_sees_links(stranger, person, make, mosaic, shared, maker):
    link = make()
    assert stranger.post(f"/mosaics/{mosaic.id}/shares").status_code == 404
    assert stranger.post(f"/shares/{row_of(maker, mosaic).id}/revoke").status_code == 404
    assert link in person.get(f"/mosaics/{mosaic.id}").text
    assert "Share it" not in person.get(f"/mosaics/{shared.finished.id}").text


def row_of(maker, mosaic):
    maker.session.rollback()
    return maker.session.scalars(select(Share).where(Share.mosaic_id == mosaic.id)).one()


def test_what_is_not_made_yet_is_not_shared(person, mine):
    answer = person.post(f"/mosaics/{mine.running.id}/shares")
    assert answer.status_code == 422
    assert "not finished" in answer.text


def test_there_is_an_end_to_how_many(person, make, maker, mosaic):
    make()
    share = row(maker)
    told = {name: getattr(share, name) for name in ("owner_id", "mosaic_id", "title", "names_set")}
    maker.session.add_all(Share(**told, hash=bytes([number])) for number in range(SHARES_MAX - 1))
    maker.session.commit()
    assert f"{SHARES_MAX} links" in person.post(f"/mosaics/{mosaic.id}/shares").text


def test_after_a_change_of_the_secret_links_work_and_are_not_shown(person, make, visitor, maker):
    link = make()
    other = hashlib.sha256(b"made under an older key").digest()
    maker.session.execute(update(Share).values(hash=other))
    maker.session.commit()
    page = person.get(f"/mosaics/{row(maker).mosaic_id}").text
    assert link not in page
    assert "cannot be shown again" in page
    assert visitor.get("/s/made under an older key").status_code == 200


def test_a_link_goes_with_its_mosaic(person, visitor, make, mosaic):
    link = make()
    person.post(f"/mosaics/{mosaic.id}/delete")
    assert visitor.get(f"/s/{link}").status_code == 404
