"""Our own scripts and sheets travel packed, and nothing else does."""

import gzip
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "static"
SHEET = "/static/css/base.css"


@pytest.fixture
def fetch(person):
    def fetch(address=SHEET, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with person.get(address, headers=named) as answer:
            answer.get_data()  # read while the file is open
        return answer

    return fetch


@pytest.mark.parametrize("name", ["css/base.css", "js/tune.js", "vendor/htmx.min.js"])
def test_a_sheet_and_a_script_are_packed(fetch, name):
    answer = fetch(f"/static/{name}", Accept_Encoding="gzip, br")
    plain = (STATIC / name).read_bytes()
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(answer.data) == plain
    assert answer.content_length == len(answer.data) < len(plain) / 2


@pytest.mark.parametrize("wish", [{}, {"Accept_Encoding": "gzip;q=0"}, {"Accept_Encoding": "br"}])
def test_who_cannot_unpack_gets_it_plain(fetch, wish):
    answer = fetch(**wish)
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.data == (STATIC / "css/base.css").read_bytes()


def test_what_a_browser_has_is_not_sent_again(fetch):
    tag = fetch(Accept_Encoding="gzip").headers["ETag"]
    assert tag != fetch().headers["ETag"]
    again = fetch(Accept_Encoding="gzip", If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_is_of_the_plain_file(fetch):
    answer = fetch(Accept_Encoding="gzip", Range="bytes=0-9")
    assert (answer.status_code, answer.data) == (206, (STATIC / "css/base.css").read_bytes()[:10])


def test_a_changed_file_is_packed_anew(fetch, app, tmp_path):
    app.static_folder = tmp_path
    sheet = tmp_path / "a.css"
    for text in ("a {}" * 500, "b {}" * 500):
        sheet.write_text(text)
        answer = fetch("/static/a.css", Accept_Encoding="gzip")
        assert gzip.decompress(answer.data).decode() == text


@pytest.mark.parametrize("address", ["/", "/static/img/favicon.svg?small", "/livez"])
def test_pages_with_their_secrets_are_not(fetch, address):
    assert "Content-Encoding" not in fetch(address, Accept_Encoding="gzip").headers
