"""Read a film into a tile set, a stretch at a time; whoever takes over from a killed worker goes on where it was."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.films import FilmCut
from app.models import Source, SourceFile, TileSet
from app.services.job_table import Claimed
from app.storage.forget import forget_objects
from engine.film_options import FilmOptions
from engine.sampling import SampleTimes
from engine.splice import splice
from engine.types import Refusal, TileRead
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.found import CROPS, Found, reserved, source_of
from worker.jobs.packing import Packer
from worker.jobs.parts import ReadPart
from worker.jobs.results import results
from worker.jobs.save_tiles import save_tiles
from worker.jobs.stretches import Stretch, stretches
from worker.progress import Progress

READING = "Reading the film"
# Saving is part of it, stretch by stretch.
READ_SHARE = 0.99


def read_film(context: Context, job: Claimed, progress: Progress, part: ReadPart) -> None:
    """Read the film of a part and end the job with it. Raises JobLost, MissingObject, StorageDown."""
    reading = _Reading.begun(context, job, progress, part)
    folder = Path(tempfile.gettempdir())
    with (
        context.storage.local(reading.file.key, folder) as path,
        closing(reading.tiles(path)) as reads,
    ):
        for stretch in stretches(reads, SampleTimes(reading.options.rate)):
            if not reading.save(stretch):
                break


@dataclass
class _Reading:
    """A film, how it is cut, and how far it is: `before` is what was saved, `seen` what was cut since."""

    context: Context
    job: Claimed
    progress: Progress
    part: ReadPart
    source: Source
    file: SourceFile
    options: FilmOptions
    start_ms: int
    before: dict[str, int]
    seen: int = 0

    @classmethod
    def begun(cls, context: Context, job: Claimed, progress: Progress, part: ReadPart) -> _Reading:
        """Raises JobLost where the source or its set is gone."""
        [piece] = part.pieces
        with context.sessions() as session:
            source = source_of(session, job)
            file = session.get(SourceFile, (source.id, piece.files[0]))
            tile_set = session.get(TileSet, source.tile_set_id)
        if file is None or tile_set is None:
            raise JobLost
        options = FilmOptions(**FilmCut.of(source.films).as_json(), crop=CROPS[tile_set.crop])
        before = dict(piece.details)
        start_ms = before.pop("start_ms", 0)
        return cls(context, job, progress, part, source, file, options, start_ms, before)

    def tiles(self, path: Path) -> Generator[TileRead | Refusal]:
        """From where reading goes on."""
        for read in splice(
            path,
            self.options,
            start_ms=self.start_ms,
            name=self.file.name,
            progress=self._told,
        ):
            self.seen += isinstance(read, TileRead)
            yield read

    def save(self, stretch: Stretch) -> bool:
        """Packs, then one transaction with the tiles' rows and with how far we are. False: there is no room for more.

        Raises JobLost.
        """
        context, job, source = self.context, self.job, self.source
        alone = stretch.without_twins()
        found = Found(self.part.position, 1, before=self.before)
        with context.sessions.begin() as session:
            first = reserved(session, source.tile_set_id, len(alone.tiles))
        batch = alone.batch(len(stretch.tiles) - len(alone.tiles))
        found.add(batch)
        with results(context.storage) as written:
            ids = (job.owner_id, source.tile_set_id, job.token)
            packer = Packer(written, *ids, first, film=self.file.number)
            packer.add(batch)
            packer.flush()
            rest = None if stretch.go_on_ms is None else partial(self._rest, stretch.go_on_ms)
            with context.sessions.begin() as session:
                forgotten = save_tiles(
                    session, job, source, packer, found, written=written, rest=rest
                )
                _keep(session, self.file, found)
        forget_objects(context.storage, forgotten)
        self.before, self.seen = found.total, 0
        return not found.full

    def _rest(self, go_on_ms: int, total: dict[str, int]) -> dict[str, Any]:
        """What the part consists of from now on."""
        [piece] = self.part.pieces
        details = {"start_ms": go_on_ms, **total}
        return ReadPart(self.part.position, [replace(piece, details=details)]).as_json()

    def _told(self, _: str, share: float) -> None:
        taken = self.before.get("taken", 0) + self.seen
        self.progress(READING, READ_SHARE * share, taken=taken)


def _keep(session: Session, file: SourceFile, found: Found) -> None:
    """A film that gave tiles stays, for the frames behind them."""
    if found.taken:
        mine = (SourceFile.source_id == file.source_id, SourceFile.number == file.number)
        session.execute(update(SourceFile).where(*mine).values(kept=True))
