"""The JSON API: everything that pages do, for scripts that hold a token."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from app.web.api import (
    door,
    edits,
    jobs,
    me,
    mosaics,
    photos,
    reading,
    sources,
    tile_sets,
    tiles,
    tuning,
    uploads,
)
from app.web.api.operations import blueprint

# In this order they stand in the document; `door` comes with them, or nobody would be asked for a token.
PARTS = (door, me, photos, tile_sets, sources, uploads, tiles, mosaics, tuning, edits, jobs)


def add_api(app: Flask) -> None:
    """Register the routes. Without cookies there is nothing that another site could make use of: no CSRF tokens."""
    csrf: CSRFProtect = app.extensions["csrf"]
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(reading.blueprint)
