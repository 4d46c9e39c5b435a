"""Fields of a form, read one by one. What does not fit raises BadInput with the sentence given."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from app.domain.errors import BadInput

T = TypeVar("T")
Reader = Callable[[str], T | None]
"""From the text of a field to its value; None for an empty one."""

# More of what was written than this would hide the rest of the sentence.
QUOTED = 20


def number(
    field: str, sentence: str, least: float, most: float, read: Callable[[str], float] = float
) -> Reader[float]:
    """A number between two others. The sentence has a {text}: what was written instead."""

    def reader(text: str) -> float | None:
        if not text:
            return None
        try:
            value = read(text.replace(",", "."))
        except ValueError:
            value = math.nan
        if not least <= value <= most:  # false for NaN as well
            raise BadInput(sentence.format(text=text[:QUOTED]), field=field)
        return value

    return reader


def percent(text: str) -> float:
    """A whole number of hundredths as a share."""
    return int(text) / 100


def meaning(field: str, sentence: str, meanings: Mapping[str, T]) -> Reader[T]:
    """One of some words, for what it stands for."""

    def reader(text: str) -> T | None:
        if text and text not in meanings:
            raise BadInput(sentence.format(text=text[:QUOTED]), field=field)
        return meanings[text] if text else None

    return reader


def one_of(field: str, what: str, names: Iterable[str]) -> Reader[str]:
    """One of some names, as it is."""
    listed = list(names)
    return meaning(
        field,
        f"There is no {what} called “{{text}}”. Choose one of: {', '.join(listed)}.",
        {name: name for name in listed},
    )
