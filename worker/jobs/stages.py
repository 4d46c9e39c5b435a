"""Which part of making a mosaic each stage is, so that the share done grows evenly and never falls back.

Measured on 6,048 cells from 190,000 tiles, roughly; a stage that is not listed keeps the share where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from worker.progress import Progress

READING_PHOTO = "Reading the photo"
OPENING_TILES = "Opening the tile set"
PLACING = "Placing tiles"
SHOWING = "Showing a preview"
SAVING = "Saving the mosaic"

# In order, with how long each takes beside the others.
LENGTHS = {
    READING_PHOTO: 8,
    OPENING_TILES: 8,
    "Looking at the photo": 2,
    "Finding candidates": 14,
    "Comparing tiles": 7,
    "Looking further where tiles run out": 1,
    PLACING: 2,
    SHOWING: 8,
    "Drawing the mosaic": 42,
    "Finishing the files": 2,
    SAVING: 6,
}
# The best possible placement takes a tenth of the time for 6,000 cells, and most of it for 40,000.
PLACING_OPTIMAL = 80


# Of a file to take away; `drawing` is what its kind calls that.
def taking(drawing: str) -> dict[str, int]:
    """Lengths of its stages."""
    return {OPENING_TILES: 4, drawing: 88, "Finishing the files": 6, SAVING: 2}


class StageProgress:
    """The engine's progress (stage, share of that stage) as progress of the whole job."""

    def __init__(self, progress: Progress, lengths: Mapping[str, int]) -> None:
        ends = [0, *accumulate(lengths.values())]
        self._spans = {
            stage: (start / ends[-1], end / ends[-1])
            for stage, start, end in zip(lengths, ends, ends[1:], strict=False)
        }
        self._progress = progress
        self._share = 0.0

    def __call__(self, stage: str, share: float = 0.0) -> None:
        """Raises JobLost or LetGo where the run has to end."""
        if stage in self._spans:
            start, end = self._spans[stage]
            # Placing begins anew where tiles ran out, with more candidates: what was shown stays.
            self._share = max(self._share, start + (end - start) * share)
        self._progress(stage, self._share)


class MosaicProgress(StageProgress):
    """Of making a mosaic."""

    def __init__(self, progress: Progress, *, placement: str | None = None) -> None:
        lengths = {PLACING: PLACING_OPTIMAL} if placement == "optimal" else {}
        super().__init__(progress, LENGTHS | lengths)
