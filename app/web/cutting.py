"""How pictures and films are cut, as the page of a set asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from app.domain.films import FilmCut
from app.models import TileSet

FIELDS = ("crop", *FilmCut().written())


@dataclass(frozen=True)
class Cutting:
    """The fields as they stand in the form: as the set has them, or as they were sent and not taken."""

    crop: str
    frames_per_second: str
    squares: str
    skip_dull: str


def cutting_shown(tile_set: TileSet) -> Cutting:
    """Of a set that the caller has already looked up."""
    kept = {"crop": tile_set.crop} | FilmCut.of(tile_set.films).written()
    return Cutting(**{name: request.form.get(name, kept[name]) for name in FIELDS})
