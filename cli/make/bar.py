"""One progress bar after another, on a terminal only."""

from __future__ import annotations

from typing import Any, Self

from tqdm import tqdm


class Bar:
    """An `engine.types.Progress`: a bar for each stage, gone when the next begins."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def __call__(self, stage: str, share: float) -> None:
        """Show a stage's share."""
        self._show(stage, share * 100, 100, "{l_bar}{bar}|")

    def count(self, done: int, total: int) -> None:
        """Show files read."""
        self._show("Reading tiles", done, total, None)

    def _show(self, stage: str, done: float, total: float, shape: str | None) -> None:
        if stage != self._stage or self._bar is None:
            self._close()
            self._stage = stage
            # disable=None: no bar where nobody looks, as in a log file.
            self._bar = tqdm(desc=stage, total=total, bar_format=shape, leave=False, disable=None)
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
