import doctest
from datetime import UTC, datetime

import pytest

import app.domain.words
from app.web import events, words


@pytest.mark.parametrize("module", [words, events, app.domain.words])
def test_examples_in_docstrings(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    ("seconds", "words_for_it"),
    [
        (0, "a few seconds left"),
        (12, "about 10 s left"),
        (57, "about 55 s left"),
        (59, "about 1 min left"),
        (3540, "about 59 min left"),
        (3599, "about 1 h 0 min left"),
    ],
)
def test_time_left_is_rounded_to_what_a_guess_is_worth(seconds, words_for_it):
    assert words.time_left(seconds) == words_for_it


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("IMG_2214.jpg", "IMG 2214"),
        ("grandma 1984.webp", "Grandma 1984"),
        ("photo", "Photo"),
        ("version 2.0 final", "Version 2.0 final"),
        ("_", "Photo"),
    ],
)
def test_titles_come_from_file_names(name, title):
    assert words.title_of(name) == title


def test_a_day_is_written_out():
    assert words.when(datetime(2026, 11, 3, tzinfo=UTC)) == "3 November 2026"


def test_a_short_hash_changes_with_its_text():
    assert words.short_hash("a") != words.short_hash("b")
    assert len(words.short_hash("a")) == 10
