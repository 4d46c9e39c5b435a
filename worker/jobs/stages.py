"""Which part of making a mosaic each stage is, so that the share done grows evenly and never falls back.

Measured on 6,048 cells from 190,000 tiles, roughly; a stage that is not listed keeps the share where it is.
"""

from __future__ import annotations

from worker.progress import Progress

READING_PHOTO = "Reading the photo"
OPENING_TILES = "Opening the tile set"
SHOWING = "Showing a preview"
SAVING = "Saving the mosaic"

# In order, with the share of the whole job at which each ends.
ENDS = {
    READING_PHOTO: 0.08,
    OPENING_TILES: 0.16,
    "Looking at the photo": 0.18,
    "Finding candidates": 0.32,
    "Comparing tiles": 0.40,
    "Looking further where tiles run out": 0.41,
    "Placing tiles": 0.42,
    SHOWING: 0.50,
    "Drawing the mosaic": 0.92,
    "Finishing the files": 0.94,
    SAVING: 1.0,
}
STARTS = dict(zip(ENDS, [0.0, *ENDS.values()], strict=False))


class MosaicProgress:
    """The engine's progress (stage, share of that stage) as progress of the whole job."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._share = 0.0

    def __call__(self, stage: str, share: float = 0.0) -> None:
        """Raises JobLost or LetGo where the run has to end."""
        if stage in ENDS:
            self._share = STARTS[stage] + (ENDS[stage] - STARTS[stage]) * share
        self._progress(stage, self._share)
