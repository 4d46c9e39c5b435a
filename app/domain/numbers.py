"""Many tile numbers in few words: `0-4,9` are 0, 1, 2, 3, 4 and 9."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.domain.errors import BadInput

Run = tuple[int, int]
"""The first number, and how many follow each other from it on."""

TILE_NUMBER_MAX = 2**31 - 1
_ONE = re.compile(r"([0-9]{1,10})(?:-([0-9]{1,10}))?")


def runs_of(numbers: Iterable[int]) -> list[Run]:
    """Numbers in their order, those that follow each other put together.

    >>> runs_of([0, 1, 2, 9, 4])
    [(0, 3), (9, 1), (4, 1)]
    """
    runs: list[Run] = []
    for number in numbers:
        if runs and number == sum(runs[-1]):
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((number, 1))
    return runs


def words_of(runs: Iterable[Run]) -> str:
    """As an address or a form has them.

    >>> words_of([(0, 3), (9, 1)])
    '0-2,9'
    """
    return ",".join(
        str(first) if count == 1 else f"{first}-{first + count - 1}" for first, count in runs
    )


def numbers_in(words: str, *, most: int) -> list[int]:
    """The numbers that the words name. Raises BadInput where they name none, or more than `most`."""
    runs = runs_in(words)
    if not runs or sum(count for _, count in runs) > most:
        raise BadInput(f"Choose tiles first: at least one, and {most:,} at most at a time.")
    return [number for first, count in runs for number in range(first, first + count)]


def runs_in(words: str) -> list[Run]:
    """The runs that the words name. Raises BadInput where a word names none."""
    return [_run(word) for word in words.split(",") if word.strip()]


def slice_of(runs: Iterable[Run], start: int, stop: int) -> list[int]:
    """The numbers at the positions `start` to `stop`, not including `stop`.

    >>> slice_of([(0, 3), (9, 2)], 2, 4)
    [2, 9]
    """
    found: list[int] = []
    at = 0
    for first, count in runs:
        low, high = max(start, at), min(stop, at + count)
        found += range(first + low - at, first + high - at)
        at += count
    return found


def _run(word: str) -> Run:
    match = _ONE.fullmatch(word.strip())
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
    if not first <= last <= TILE_NUMBER_MAX:
        raise BadInput(f"“{word[:20]}” names no tiles. Go back and choose them on the page.")
    return first, last - first + 1
