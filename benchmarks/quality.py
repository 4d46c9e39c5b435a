"""What mosaics of all matchers look like in figures."""

from __future__ import annotations

from engine.build import find
from engine.index import Index
from engine.quality import receipt
from engine.types import Pixels, Settings

MOSAICS = {
    "exhaustive": Settings("exhaustive", 0.0),
    "classic": Settings("classic", 0.05),
    "classic, p = 0.15": Settings("classic", 0.15),
    "perceptual": Settings("perceptual", 0.05, mirrors=True, shift=0.0),
    "perceptual, p = 0.15": Settings("perceptual", 0.15, mirrors=True, shift=0.0),
}


def quality(photos: dict[str, Pixels], index: Index) -> dict[str, object]:
    """For each photo and matcher the penalty, likeness of cells, and colour error and likeness from afar."""
    return {"quality": {name: _of(picture, index) for name, picture in photos.items()}}


def _of(picture: Pixels, index: Index) -> dict[str, dict[str, float]]:
    found = {}
    for name, settings in MOSAICS.items():
        match = find(picture, index, settings)
        made = receipt(match.plan(settings), match.cells, index)
        found[name] = {
            "p": settings.penalty,
            "cell_ssim": round(made.ssim_mean, 4),
            "far_de": round(made.far_color_error, 3),
            "far_ssim": round(made.far_ssim, 4),
            "distinct": made.distinct,
        }
    return found
