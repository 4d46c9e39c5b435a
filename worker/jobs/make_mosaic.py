"""Make one mosaic: photo and tiles from storage, plan and picture by the engine, result into storage and row."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, true, update

from app.models import Mosaic
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import result_key
from engine import build, decode, plan_file, quality, render
from engine.save import Format
from engine.types import Plan
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.asked import settings_of, wishes_of
from worker.jobs.order import Order
from worker.jobs.results import Results, results
from worker.jobs.squares import squares_of
from worker.jobs.stages import OPENING_TILES, READING_PHOTO, SAVING, SHOWING, MosaicProgress
from worker.progress import Progress
from worker.tile_cache import Numbers

# What is kept under which name, and of which type.
FILES = {
    Format.JPEG: ("mosaic.jpg", "image/jpeg"),
    Format.ZOOM: ("mosaic.tiff", "image/tiff"),
}
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
        stock = self.order.supply.stock(self.context)
        index = stock.index
        plan = build.make_plan(
            photo,
            index,
            settings_of(mosaic.options),
            wishes=wishes_of(mosaic.options, stock, self.order.supply.banned, mosaic.cols),
            cells_across=mosaic.cells_across,
            progress=self.progress,
        )
        receipt = quality.receipt(plan, plan.grid.thumbs(photo), index)
        height, width = photo.shape[:2]
        del photo  # up to 450 MB that rendering does not need
        with self.order.supply.tiles(self.context, plan, stock.numbers) as tiles:
            self.progress(SHOWING)
            self._show(
                preview_key=(
                    "preview.jpg",
                    render.preview(plan, tiles, long_side=PREVIEW_LONG_SIDE),
                )
            )
            files = {form: self.folder / name for form, (name, _) in FILES.items()}
            render.write_mosaic(plan, tiles, files, progress=self.progress)
        self.progress(SAVING)
        self._finish(
            cols=plan.grid.cols,
            rows=plan.grid.rows,
            plan_key=self._put_plan(plan, stock.numbers, (width, height)),
            **self._put_files(files, plan),
            receipt=receipt.as_dict()
            | {
                "tiles": len(index),
                # Where tiles were removed a row of the index is not the number of its tile.
                "most_used_tile": int(stock.numbers[receipt.most_used_tile]),
            },
        )

    def show_nothing(self) -> None:
        """The run ended early and its objects go: the row must not name them.

        Not where it is finished by us after all: Postgres may have gone away between the commit and its answer.
        """
        ours = f"%/{self.job.token}/%"
        unfinished = func.coalesce(Mosaic.jpeg_key.not_like(ours), true())
        with self.context.sessions.begin() as session:
            for column in (Mosaic.photo_view_key, Mosaic.preview_key):
                shown = update(Mosaic).where(Mosaic.id == self.order.mosaic.id, column.like(ours))
                session.execute(shown.where(unfinished).values({column: None}))

    def _key(self, name: str) -> str:
        return result_key(self.job.owner_id, self.order.mosaic.id, self.job.token, name)

    def _put_plan(self, plan: Plan, numbers: Numbers, photo: tuple[int, int]) -> str:
        asked = asdict(self.order.mosaic.options)
        body = plan_file.written(plan, numbers, photo=photo, settings=asked)
        return self.written.put(self._key("plan.json.gz"), body, "application/gzip")

    def _put_files(self, files: Mapping[Format, Path], plan: Plan) -> dict[str, Any]:
        """The columns that say where they are."""
        values: dict[str, Any] = {"zoom": squares_of(files[Format.ZOOM], plan.grid)}
        for form, place in files.items():
            with place.open("rb") as body:
                key = self.written.put(self._key(place.name), body, FILES[form][1])
            values |= {f"{form}_key": key, f"{form}_bytes": place.stat().st_size}
        return values

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
