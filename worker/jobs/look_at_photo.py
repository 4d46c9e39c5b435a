"""Look at a photo: which colours it has, so that its page can say whether a tile set has them too; and how to show it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cv2
import numpy as np
from sqlalchemy.orm import Session

from app.domain.colors import BOX, LIGHTEST
from app.domain.heif import HEIC
from app.models import Job, Photo
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import photo_view_key
from engine import color, decode
from engine.types import Pixels
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.results import results
from worker.progress import Progress

LOOKING = "Looking at the photo"
# A mosaic of this photo has about as many cells on its long side.
LONG_SIDE = 96
SHARES = 10_000
# Safari alone shows HEIC; the others get a JPEG as wide as a page.
FEW_SHOW = {HEIC}
VIEW_PX = 1600


def look_at_photo(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a LOOK_AT_PHOTO job. Raises JobLost, EngineError, MissingObject."""
    with context.sessions() as session:
        photo = _photo(session, job)
    progress(LOOKING, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "photo"
        context.storage.download(photo.key, place)
        pixels = decode.read_photo(place)
    colors = colors_of(pixels)
    with results(context.storage) as written:
        view_key = None
        if photo.content_type in FEW_SHOW:
            view_key = photo_view_key(job.owner_id, photo.id, job.token)
            written.put(view_key, decode.jpeg_bytes(pixels, long_side=VIEW_PX), "image/jpeg")
        with context.sessions.begin() as session:
            photo = _photo(session, job)
            photo.colors, photo.view_key = colors, view_key
            if not job_table.finish(session, job):
                raise JobLost


def colors_of(photo: Pixels) -> list[list[int]]:
    """Box (lightness, a, b of `app.domain.colors`) and share in 10,000 of each colour that is there, seen at the size of cells.

    photo : (height, width, 3) RGB.
    """
    height, width = photo.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    cells = cv2.resize(photo, size, interpolation=cv2.INTER_AREA)
    boxes = np.floor(color.lab(np.asarray(cells, np.uint8)) / BOX).astype(int).reshape(-1, 3)
    boxes[:, 0] = np.minimum(boxes[:, 0], LIGHTEST)
    found, counts = np.unique(boxes, axis=0, return_counts=True)
    shares = np.rint(counts * SHARES / counts.sum()).astype(int)
    there = shares > 0
    kept: list[list[int]] = np.column_stack([found, shares])[there].tolist()
    return kept


def _photo(session: Session, job: Claimed) -> Photo:
    row = session.get(Job, job.id)
    photo = session.get(Photo, row.photo_id) if row else None
    if photo is None:
        raise JobLost
    return photo
