import pytest
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import parse_if_range_header, parse_range_header

from app.web.files import Span, attachment, wanted_span

NO_CONDITION = parse_if_range_header(None)


def span(header, size=1000, if_range=None):
    return wanted_span(
        parse_range_header(header), parse_if_range_header(if_range), etag="abc", size=size
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", Span(0, 1000)),
        ("bytes=0-0", Span(0, 1)),
        ("bytes=200-299", Span(200, 300)),
        ("bytes=900-5000", Span(900, 1000)),
        ("bytes=-100", Span(900, 1000)),
    ],
)
def test_one_part_is_given(header, expected):
    assert span(header) == expected


@pytest.mark.parametrize("header", [None, "", "cells=0-5", "bytes=0-1,5-9", "bytes=oops", "0-5"])
def test_everything_else_gets_the_whole(header):
    assert span(header) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=4000-5000"])
def test_a_part_behind_the_end_is_refused(header):
    with pytest.raises(RequestedRangeNotSatisfiable) as caught:
        span(header)
    assert caught.value.length == 1000


def test_a_resumed_download_of_the_same_version_goes_on():
    assert span("bytes=500-", if_range='"abc"') == Span(500, 1000)


@pytest.mark.parametrize("changed", ['"other"', "Wed, 21 Oct 2015 07:28:00 GMT"])
def test_a_resumed_download_of_another_version_begins_again(changed):
    assert span("bytes=500-", if_range=changed) is None


def test_plain_names_stay_as_they_are():
    assert attachment("Astronaut-mosaic-96x63.jpg") == (
        'attachment; filename="Astronaut-mosaic-96x63.jpg"'
    )


def test_names_with_accents_come_in_both_spellings():
    assert attachment("Großmutter am See.jpg") == (
        "attachment; filename=\"Gromutter-am-See.jpg\"; filename*=UTF-8''Gro%C3%9Fmutter-am-See.jpg"
    )


def test_names_cannot_leave_their_quotes_or_their_folder():
    header = attachment('a"; filename=../../evil\\x:.jpg')
    assert header == 'attachment; filename="a-;-filename=..-..-evil-x-.jpg"'
