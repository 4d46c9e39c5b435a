"""A progress bar with the stage that the server is in, and its guess of the time left."""

from __future__ import annotations

from typing import Any, Self

from tqdm import tqdm


class Bar:
    """One bar that changes its name; none where nobody looks, as in a log file."""

    def __init__(self) -> None:
        # disable=None: tqdm looks whether a terminal is there.
        shape = "{desc}: {percentage:3.0f}%|{bar}|{postfix}"
        self._bar: tqdm[Any] = tqdm(total=100, bar_format=shape, leave=False, disable=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, stage: str, share: float, seconds_left: float | None = None) -> None:
        """Show a stage, the share done from 0 to 1, and how long it takes."""
        self._bar.set_description_str(stage, refresh=False)
        left = "" if seconds_left is None else time_left(seconds_left)
        self._bar.set_postfix_str(left, refresh=False)
        self._bar.n = round(100 * min(1.0, max(0.0, share)))
        self._bar.refresh()


def time_left(seconds: float) -> str:
    """A guess that does not pretend to be more.

    >>> time_left(3), time_left(43), time_left(200)
    ('a few seconds left', 'about 45 s left', 'about 3 min left')
    """
    if seconds < 8:
        return "a few seconds left"
    if seconds < 58:
        return f"about {5 * round(seconds / 5)} s left"
    return f"about {round(seconds / 60):,} min left"
