"""Headers, cookies, tokens and the sizes of bodies."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.factory import create_app
from app.web import security


def test_every_answer_carries_the_headers(person, mine):
    for address in ("/", "/mosaics", f"/mosaics/{mine.finished.id}", "/nothing", "/livez"):
        headers = person.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert re.search(r"script-src 'nonce-[\w-]{22}' 'strict-dynamic';", policy)
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Cache-Control"].startswith(("private", "no-store"))


def test_an_uploaded_photo_is_never_a_document_of_ours(person, mine):
    headers = person.get(f"/photos/{mine.photo.id}").headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Content-Type"] == "image/jpeg"


def test_templates_hold_nothing_that_the_policy_forbids():
    root = Path(create_app.__globals__["ROOT"])
    for template in (root / "templates").rglob("*.html"):
        text = template.read_text()
        assert "style=" not in text, template
        assert "<style" not in text, template
        assert " on" + "click" not in text, template


def test_each_script_of_a_page_carries_its_nonce_and_no_page_has_that_of_another(person, mine):
    seen = set()
    for address in ("/", "/tiles", f"/tiles/{mine.tile_set.id}", f"/mosaics/{mine.finished.id}"):
        answer = person.get(address)
        [nonce] = re.findall("'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
        scripts = re.findall(r"<script[^>]*>", answer.text)
        assert scripts
        assert [script for script in scripts if f'nonce="{nonce}"' not in script] == []
        assert [script for script in scripts if " src=" not in script] == []
        seen.add(nonce)
    assert len(seen) == 4


def test_each_change_needs_a_token(app, person, mine):
    adapter = app.url_map.bind("localhost")
    changes = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.methods - {"GET", "HEAD", "OPTIONS"} and not rule.endpoint.startswith("api.")
    ]
    assert len(changes) >= 16
    for rule in changes:
        values = {name: mine.addresses[name] for name in rule.arguments}
        [method] = rule.methods - {"OPTIONS"}
        answer = person.client.open(adapter.build(rule.endpoint, values, method), method=method)
        assert answer.status_code == 403, rule
        assert b"reload the page and send it again" in answer.data


def test_the_token_of_another_session_does_not_count(person, stranger):
    answer = person.client.post("/tiles", data={"csrf_token": stranger.token, "name": "x"})
    assert answer.status_code == 403


def test_the_cookie_is_hidden_from_scripts_and_lasts(app):
    cookie = app.test_client().get("/").headers["Set-Cookie"]
    assert cookie.startswith("tessera=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires=" in cookie
    assert "Secure" not in cookie


def test_pages_renew_the_cookie_and_pictures_do_not(person, mine):
    assert "Set-Cookie" in person.get("/mosaics").headers
    assert "Set-Cookie" not in person.get(f"/tiles/{mine.tile_set.id}/t/1.jpg").headers
    assert "Set-Cookie" not in person.client.get("/livez").headers


def test_over_https_the_cookie_is_secure_and_of_this_host_alone(settings, sessions, bell):
    app = create_app(replace(settings, cookie_secure=True, trusted_proxies=1), doorbell=bell)
    answer = app.test_client().get("/", headers={"X-Forwarded-Proto": "https"})
    cookie = answer.headers["Set-Cookie"]
    app.extensions["tessera"].sessions.kw["bind"].dispose()
    assert cookie.startswith("__Host-tessera=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_a_forged_cookie_is_a_new_session(app, person, mine):
    forger = app.test_client()
    forger.set_cookie("tessera", "eyJvd25lciI6ICJ4In0.forged.forged")
    assert forger.get(f"/mosaics/{mine.finished.id}").status_code == 404


class Counted(io.BytesIO):
    """A body that remembers how much of it was taken."""


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/mosaics", b"larger than 100 MB, the largest we take"),
        ("/tiles/{set}", b"takes up to 2 GB and 5,000 files"),
        ("/tiles", b"larger than any of ours can be"),
    ],
)
def test_too_large_a_body_gets_a_page_for_its_kind_once_it_has_been_taken_in(
    person, mine, monkeypatch, address, says
):
    monkeypatch.setattr(security, "BODY_MAX", {"create.mosaic": 20_000, "tiles.add": 20_000})
    monkeypatch.setattr(security, "FORM_BYTES", 20_000)
    body = Counted(b"x" * 50_000)
    answer = person.client.post(
        address.format(set=mine.tile_set.id),
        input_stream=body,
        content_length=50_000,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert says in answer.data
    assert body.tell() == 50_000


def test_more_files_than_one_upload_takes_get_the_same_page(person, mine):
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n\r\n'
        for _ in range(5_030)
    )
    answer = person.client.post(
        f"/tiles/{mine.tile_set.id}",
        data=parts + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert b"takes up to 2 GB and 5,000 files" in answer.data


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)"]
)
def test_the_theme_form_leads_nowhere_else(person, elsewhere):
    answer = person.post("/theme", {"theme": "dark", "back": elsewhere})
    assert answer.location == "/"


def test_the_theme_is_kept_and_given_back(person):
    answer = person.post("/theme", {"theme": "dark", "back": "/tiles?page=1"})
    assert (answer.status_code, answer.location) == (303, "/tiles?page=1")
    assert b'data-theme="dark"' in person.get("/").data
    person.post("/theme", {"theme": ""})
    assert b"data-theme=" not in person.get("/").data.split(b"<body>")[0]
