"""nginx in front of the pages: sizes, time-outs and headers that fit the code behind it."""

import re

import pytest

from app.domain.limits import MB, UPLOAD_MAX_BYTES
from app.web.events import KEEP_ALIVE_AFTER, STREAM_SECONDS
from app.web.security import BODY_MAX
from tests.unit.deploy.files import ROOT, SERVICES, final
from tests.unit.deploy.nginx_conf import parse

NGINX = ROOT / "deploy/nginx"
NGINX_CONF = parse((NGINX / "nginx.conf").read_text())
HTTP = NGINX_CONF.one("http")
SERVER = HTTP.one("server")
LOCATIONS = {found.words[-1]: found for found in SERVER.all("location")}
EVENTS = next(found for path, found in LOCATIONS.items() if "events" in path)


NOTHING_SECRET = {
    "remote_addr", "time_local", "request_method", "asked_for", "server_protocol", "status", "body_bytes_sent", "request_time",
}  # fmt: skip
# What stands behind the question mark of these opens something: `app.web.links`, `app.web.part_links`.
SIGNED = ("/download", "/uploads/0b5e/files/3/parts/7")


def seconds(directive):
    return int(re.fullmatch(r"(\d+)s", directive.words[0])[1])


@pytest.mark.parametrize("text", ["a {", "a }", "a b", "a { b }", ";", "}"])
def test_a_broken_file_would_be_noticed(text):
    with pytest.raises(SyntaxError):
        parse(text)


def test_the_largest_body_is_the_largest_that_a_page_takes():
    assert HTTP.one("client_max_body_size").words == [str(max(BODY_MAX.values()))]


def test_it_listens_where_compose_publishes_and_asks_where_the_pages_are():
    port = SERVER.one("listen").words[0]
    assert SERVICES["nginx"]["ports"][0].endswith(f":{port}")
    upstream = HTTP.one("upstream")
    host, _, behind = upstream.one("server").words[0].partition(":")
    assert host in SERVICES
    assert final("EXPOSE") == [behind]
    for path in ["/", "/static/", EVENTS.words[-1]]:
        assert LOCATIONS[path].one("proxy_pass").words == [f"http://{upstream.words[0]}"]


def test_a_name_resolved_again_needs_a_zone_and_a_resolver():
    upstream = HTTP.one("upstream")
    assert "resolve" in upstream.one("server").words
    assert upstream.one("zone")
    assert HTTP.one("resolver").words[0] == "127.0.0.11"


def test_the_pages_learn_who_asks_from_one_proxy():
    headers = {found.words[0]: found.words[1] for found in SERVER.all("proxy_set_header")}
    assert headers == {
        "Connection": "",
        "Host": "$http_host",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$asked_by",
        "X-Forwarded-Host": "$http_host",
    }
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == "1"
    # A location that set one header would lose all of these.
    assert [path for path, found in LOCATIONS.items() if found.all("proxy_set_header")] == []


def test_events_are_passed_on_at_once_and_their_stream_is_not_cut():
    assert re.search(EVENTS.words[-1], "/jobs/0b5e/events")
    assert '"/jobs/<uuid:job_id>/events"' in (ROOT / "app/web/jobs.py").read_text()
    assert EVENTS.one("proxy_buffering").words == ["off"]
    assert KEEP_ALIVE_AFTER < seconds(EVENTS.one("proxy_read_timeout")) < STREAM_SECONDS


def test_a_connection_to_the_pages_is_given_up_by_nginx_first():
    patience = re.search(r'"--keep-alive", "(\d+)"', final("CMD")[0])[1]
    assert seconds(HTTP.one("upstream").one("keepalive_timeout")) < int(patience)


def test_its_own_pages_are_there_and_say_what_is_true():
    pages = {found.words[-1] for found in SERVER.all("error_page")}
    root = LOCATIONS["/pages/"].one("root").words[0]
    assert f"./deploy/nginx/pages:{root}/pages:ro" in SERVICES["nginx"]["volumes"]
    assert {f"/pages/{path.name}" for path in (NGINX / "pages").iterdir()} == pages
    assert f"{UPLOAD_MAX_BYTES // MB:,} MB" in (NGINX / "pages/too-large.html").read_text()


def test_figures_are_not_for_the_outside():
    """An exact location goes before all others, and nginx compares addresses once they are decoded and normalised."""
    figures = LOCATIONS["/metrics"]
    assert figures.words == ["=", "/metrics"]
    assert [found.name for found in figures.inner] == ["return"]
    assert figures.one("return").words == ["404"]


def test_what_is_logged_of_a_request_has_no_link_in_it():
    assert HTTP.one("access_log").words[1] == "quiet"
    assert [path for path, found in LOCATIONS.items() if found.all("access_log")] == []
    name, *pieces = HTTP.one("log_format").words
    assert name == "quiet"
    said = set(re.findall(r"\$(\w+)", " ".join(pieces)))
    assert said <= NOTHING_SECRET
    asked = next(
        found for found in HTTP.all("map") if found.words == ["$request_uri", "$asked_for"]
    )
    [rule] = asked.inner
    address = f"/download?link={'x' * 40}"
    found = re.match(rule.name.removeprefix("~").replace("(?<", "(?P<"), address)
    assert rule.words == ["$path"]
    assert found["path"] == "/download"


def test_errors_tell_no_signed_link():
    """Each line of an error log has the whole address of its request; those of "warn" come with every large body."""
    assert NGINX_CONF.one("error_log").words == ["stderr", "error"]
    signed = [found for path, found in LOCATIONS.items() if found.all("error_log")]
    assert all(found.one("error_log").words == ["stderr", "crit"] for found in signed)
    assert all(found.one("proxy_pass").words == ["http://web"] for found in signed)
    for address in SIGNED:
        assert len([found for found in signed if answers(found, address)]) == 1, address


def answers(location, address):
    """Whether it is the one for an address: an exact one, or by a regular expression."""
    how, said = location.words
    return address == said if how == "=" else re.match(said, address)


def test_every_page_of_ours_reaches_the_web_server_as_it_is():
    """A plain prefix and no path behind the upstream's name: nothing is cut off or added."""
    assert LOCATIONS["/"].words == ["/"]
    assert SERVER.one("proxy_intercept_errors").words == ["off"]
