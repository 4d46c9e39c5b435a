"""Addresses of our own files that change with their content, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

FOR_GOOD = "public, max-age=31536000, immutable"


def add_assets(app: Flask) -> None:
    """Give the templates `asset(name)`."""
    folder = Path(app.static_folder or "")
    known: dict[str, str] = {}

    def asset(name: str) -> str:
        if name not in known:
            known[name] = hashlib.blake2b((folder / name).read_bytes(), digest_size=5).hexdigest()
        return url_for("static", filename=name, v=known[name])

    app.add_template_global(asset, "asset")
    app.after_request(_keep)


def _keep(response: Response) -> Response:
    # A module that a script imports has no version in its address: the browser asks whether it changed.
    if request.endpoint == "static" and request.args.get("v") and response.status_code == 200:
        response.headers["Cache-Control"] = FOR_GOOD
    return response
