"""Make one mosaic: photo and tiles from storage, plan and picture by the engine, result into storage and row."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import update

from app.models import Mosaic
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import result_key
from engine import build, decode, quality, render
from engine.save import Format
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.asked import settings_of, wishes_of
from worker.jobs.order import Order
from worker.jobs.results import Results, results
from worker.jobs.stages import OPENING_TILES, READING_PHOTO, SAVING, SHOWING, MosaicProgress
from worker.progress import Progress

VIEW_LONG_SIDE = 1600
PREVIEW_LONG_SIDE = 1200


def make_mosaic(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a MAKE_MOSAIC job. Raises JobLost, CannotBeDone, EngineError, MissingObject, StorageDown."""
    with context.sessions() as session:
        order = Order.of(session, job.mosaic_id)
    with results(context.storage) as written, tempfile.TemporaryDirectory() as folder:
        shown = MosaicProgress(progress, placement=order.mosaic.placement)
        run = _Run(context, job, shown, order, written, Path(folder))
        try:
            run.make()
        except BaseException:
            run.show_nothing()
            raise


@dataclass(frozen=True)
class _Run:
    context: Context
    job: Claimed
    progress: MosaicProgress
    order: Order
    written: Results
    folder: Path

    def make(self) -> None:
        """From photo to finished row."""
        mosaic = self.order.mosaic
        self.progress(READING_PHOTO)
        photo = self.order.photo(self.context, self.folder)
        self._show(photo_view_key=("photo.jpg", decode.jpeg_bytes(photo, long_side=VIEW_LONG_SIDE)))
        self.progress(OPENING_TILES)
        stock = self.order.stock(self.context)
        index = stock.index
        plan = build.make_plan(
            photo,
            index,
            settings_of(mosaic.options),
            wishes=wishes_of(mosaic.options),
            cells_across=mosaic.cells_across,
            progress=self.progress,
        )
        receipt = quality.receipt(plan, plan.grid.thumbs(photo), index)
        del photo  # up to 450 MB that rendering does not need
        with self.order.tiles(self.context, plan, stock.numbers) as tiles:
            self.progress(SHOWING)
            self._show(
                preview_key=(
                    "preview.jpg",
                    render.preview(plan, tiles, long_side=PREVIEW_LONG_SIDE),
                )
            )
            jpeg, png = self.folder / "mosaic.jpg", self.folder / "mosaic.png"
            outputs = {Format.JPEG: jpeg, Format.PNG: png}
            render.write_mosaic(plan, tiles, outputs, progress=self.progress)
        self.progress(SAVING)
        self._finish(
            cols=plan.grid.cols,
            rows=plan.grid.rows,
            jpeg_key=self._put_file(jpeg, "image/jpeg"),
            jpeg_bytes=jpeg.stat().st_size,
            png_key=self._put_file(png, "image/png"),
            png_bytes=png.stat().st_size,
            receipt=receipt.as_dict()
            | {
                "tiles": len(index),
                # Where tiles were removed a row of the index is not the number of its tile.
                "most_used_tile": int(stock.numbers[receipt.most_used_tile]),
            },
        )

    def show_nothing(self) -> None:
        """The run ended early and its objects go: the row must not name them."""
        ours = f"%/{self.job.token}/%"
        with self.context.sessions.begin() as session:
            for column in (Mosaic.photo_view_key, Mosaic.preview_key):
                session.execute(update(Mosaic).where(column.like(ours)).values({column: None}))

    def _key(self, name: str) -> str:
        return result_key(self.job.owner_id, self.order.mosaic.id, self.job.token, name)

    def _put_file(self, place: Path, content_type: str) -> str:
        with place.open("rb") as body:
            return self.written.put(self._key(place.name), body, content_type)

    def _show(self, **pictures: tuple[str, bytes]) -> None:
        """Store pictures and name them in the row while the job still runs."""
        values = {
            column: self.written.put(self._key(name), body, "image/jpeg")
            for column, (name, body) in pictures.items()
        }
        with self.context.sessions.begin() as session:
            if not job_table.renew(session, self.job):
                raise JobLost
            session.execute(update(Mosaic).where(Mosaic.id == self.order.mosaic.id).values(values))

    def _finish(self, **values: Any) -> None:
        with self.context.sessions.begin() as session:
            if not job_table.finish(session, self.job):
                raise JobLost
            session.execute(update(Mosaic).where(Mosaic.id == self.order.mosaic.id).values(values))
