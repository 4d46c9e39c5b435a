"""Candidates at hand: found once, whoever asks; up to a limit."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from worker.matches import Matches


@dataclass
class Found:
    nbytes: int


def test_many_who_ask_for_the_same_wait_for_one_search():
    matches, searches, asked = Matches(100), [], threading.Barrier(4)

    def find():
        searches.append(1)
        return Found(10)

    def ask(_):
        asked.wait()
        return matches.get("a", find)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(ask, range(4)))
    assert searches == [1]
    assert all(each is found[0] for each in found)


def test_what_was_asked_for_longest_ago_goes_first():
    matches, searches = Matches(30), []

    def ask(key, size=10):
        matches.get(key, lambda: searches.append(key) or Found(size))

    for key in "abcad":
        ask(key)
    ask("a")
    ask("c")
    assert searches == list("abcd")
    ask("b")
    assert searches == list("abcdb")


def test_the_newest_stays_however_large_it_is():
    matches, searches = Matches(30), []
    for _ in range(2):
        matches.get("large", lambda: searches.append(1) or Found(1000))
    assert searches == [1]


def test_a_search_that_failed_is_done_again():
    matches = Matches(30)
    with pytest.raises(OSError, match="no disk"):
        matches.get("a", lambda: (_ for _ in ()).throw(OSError("no disk")))
    assert matches.get("a", lambda: Found(1)).nbytes == 1
