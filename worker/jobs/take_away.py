"""Make a file of a finished mosaic: its plan from storage, drawn anew by the engine, result into storage and row."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from sqlalchemy import update

from app.domain.print_layout import lay_out
from app.domain.print_options import PrintOptions
from app.domain.takeaways import TakeawayKind
from app.models import Job, Takeaway
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import takeaway_key
from engine import animation, plan_file, plan_to_take, print_pdf, render
from engine.film_writer import best_kind
from engine.print_pages import Poster
from engine.save import Format
from engine.types import Plan
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.order import Order
from worker.jobs.results import results
from worker.jobs.stages import OPENING_TILES, SAVING, StageProgress, taking
from worker.pack_tiles import PackTiles, tiles_listed
from worker.progress import Progress
from worker.tile_cache import Numbers

LISTING = "Writing the plan"
DRAWING = {
    TakeawayKind.PNG: render.DRAWING,
    TakeawayKind.TIFF: render.DRAWING,
    TakeawayKind.PDF: print_pdf.DRAWING,
    TakeawayKind.FILM: animation.FILMING,
    TakeawayKind.PLAN: LISTING,
}
# What a mosaic's own JPEG is drawn with.
DPI = 300
TITLE = "Photo mosaic"


def take_away(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a TAKE_AWAY job. Raises JobLost, CannotBeDone, EngineError, MissingObject, StorageDown."""
    with context.sessions() as session:
        row = session.get(Job, job.id)
        takeaway = session.get(Takeaway, row.takeaway_id) if row else None
        if takeaway is None:
            raise JobLost
        order = Order.of(session, takeaway.mosaic_id)
    with results(context.storage) as written, tempfile.TemporaryDirectory() as folder:
        file = _Drawing(
            context,
            takeaway,
            order,
            StageProgress(progress, taking(DRAWING[TakeawayKind(takeaway.kind)])),
            Path(folder),
        ).file()
        progress(SAVING, 0.99)
        key = takeaway_key(job.owner_id, order.mosaic.id, job.token, file.path.name)
        with file.path.open("rb") as body:
            written.put(key, body, file.media)
        values = {
            "key": key,
            "bytes": file.path.stat().st_size,
            "media": file.media,
            "suffix": file.path.suffix[1:],
        }
        with context.sessions.begin() as session:
            if not job_table.finish(session, job):
                raise JobLost
            session.execute(update(Takeaway).where(Takeaway.id == takeaway.id).values(values))


@dataclass(frozen=True)
class _File:
    path: Path
    media: str


@dataclass(frozen=True)
class _Drawing:
    context: Context
    takeaway: Takeaway
    order: Order
    progress: StageProgress
    folder: Path

    def file(self) -> _File:
        """What was asked for, in the folder."""
        self.progress(OPENING_TILES)
        stored = self.context.storage.get(self.order.mosaic.plan_key or "")
        numbers = tiles_listed(self.context.sessions, self.order.supply.tile_set_id).numbers
        plan = plan_file.read(stored).in_index(numbers)
        with self.order.supply.tiles(self.context, plan, numbers) as tiles:
            if self.takeaway.kind == TakeawayKind.PLAN:
                return self._plan(stored, plan, tiles, numbers)
            return MAKERS[TakeawayKind(self.takeaway.kind)](self, plan, tiles)

    def png(self, plan: Plan, tiles: PackTiles) -> _File:
        """Exact."""
        return self._picture(Format.PNG, plan, tiles)

    def tiff(self, plan: Plan, tiles: PackTiles) -> _File:
        """Exact, with smaller views."""
        return self._picture(Format.TIFF, plan, tiles)

    def pdf(self, plan: Plan, tiles: PackTiles) -> _File:
        """On paper."""
        options = PrintOptions.parse(self.takeaway.options)
        layout = lay_out(options, plan.grid.cols, plan.grid.rows)
        poster = Poster(**{field.name: getattr(layout, field.name) for field in fields(Poster)})
        path = self.folder / "print.pdf"
        print_pdf.write_pdf(plan, tiles, path, poster, title=TITLE, progress=self.progress)
        return _File(path, "application/pdf")

    def film(self, plan: Plan, tiles: PackTiles) -> _File:
        """From one tile to all."""
        form = best_kind()
        path = self.folder / f"film.{form}"
        animation.write_film(plan, tiles, path, progress=self.progress)
        return _File(path, "video/mp4" if form == "mp4" else "image/webp")

    def _picture(self, form: Format, plan: Plan, tiles: PackTiles) -> _File:
        path = self.folder / f"mosaic.{form}"
        cell_px = int(self.takeaway.options["cell_px"])
        render.write_mosaic(
            plan, tiles, {form: path}, cell_px=cell_px, dpi=DPI, progress=self.progress
        )
        return _File(path, f"image/{form}")

    def _plan(self, stored: bytes, plan: Plan, tiles: PackTiles, numbers: Numbers) -> _File:
        used = np.unique(plan.assignment).astype(np.int64)
        jpegs = zip(numbers[used].tolist(), tiles.jpegs(used), strict=True)
        pictures = {number: plan_to_take.known_by(jpeg) for number, jpeg in jpegs}
        path = self.folder / "plan.json"
        name = self.order.mosaic.tile_set_name
        body = plan_to_take.written(
            stored, pictures, cell_px=render.CELL_PX, dpi=DPI, tile_set=name
        )
        path.write_bytes(body)
        return _File(path, "application/json")


MAKERS: dict[TakeawayKind, Callable[[_Drawing, Plan, PackTiles], _File]] = {
    TakeawayKind.PNG: _Drawing.png,
    TakeawayKind.TIFF: _Drawing.tiff,
    TakeawayKind.PDF: _Drawing.pdf,
    TakeawayKind.FILM: _Drawing.film,
}
