"""The JSON API: everything that pages do, for scripts that hold a token."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect

from app.web.api import (
    door,
    edits,
    jobs,
    laid,
    me,
    mosaics,
    photos,
    reading,
    shares,
    sources,
    takeaways,
    tile_sets,
    tiles,
    tuning,
    uploads,
)
from app.web.api.operations import blueprint

# Imported for what they declare; `door` with them, or nobody would be asked for a token.
PARTS = (
    door,
    edits,
    jobs,
    laid,
    me,
    mosaics,
    photos,
    shares,
    sources,
    takeaways,
    tile_sets,
    tiles,
    tuning,
    uploads,
)


def add_api(app: Flask) -> None:
    """Register the routes. Without cookies there is nothing that another site could make use of: no CSRF tokens."""
    csrf: CSRFProtect = app.extensions["csrf"]
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
    app.register_blueprint(reading.blueprint)
