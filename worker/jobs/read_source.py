"""Read one upload into a tile set: decode, pack, and one transaction that makes it all visible at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.domain.limits import REFUSALS_LISTED
from app.domain.names import shown_name
from app.models import Pack, Refusal, Source, SourceFile, TileSet
from app.services import job_table
from app.services.job_table import Claimed
from app.services.keys import strip_key
from engine import decode, zipped
from engine.errors import BadArchive
from engine.types import Refusal as Refused
from engine.types import TileRead
from worker.context import Context
from worker.errors import JobLost
from worker.jobs.packing import Packed, Packer
from worker.jobs.results import Results, results
from worker.jobs.strip import Strip
from worker.progress import Progress

READING = "Reading pictures"
SAVING = "Saving the tiles"
# Reading is nearly all of the time; the rest is rows.
READ_SHARE = 0.95
COPY_TILES = (
    'COPY tiles (tile_set_id, number, pack_id, "offset", length, source_id, name) FROM STDIN'
)
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass
class Reading:
    """What has been read so far."""

    bytes_total: int
    bytes_done: int = 0
    refused: int = 0
    refusals: list[Refused] = field(default_factory=list)
    strip: Strip = field(default_factory=Strip)

    @property
    def share(self) -> float:
        """Share of the upload's bytes."""
        return READ_SHARE * min(1.0, self.bytes_done / max(1, self.bytes_total))

    def refuse(self, refusal: Refused) -> None:
        """Count a file that could not be taken, and list it while the list is of a length to be read."""
        self.refused += 1
        if len(self.refusals) < REFUSALS_LISTED:
            self.refusals.append(refusal)


def read_source(context: Context, job: Claimed, progress: Progress) -> None:
    """Run a READ_SOURCE job. Raises JobLost where the source is gone or the job no longer ours."""
    with context.sessions() as session:
        source = session.get(Source, job.source_id)
        if source is None:
            raise JobLost
        files = session.scalars(
            select(SourceFile).where(SourceFile.source_id == source.id).order_by(SourceFile.number)
        ).all()
    progress(READING, 0.0)
    with results(context.storage) as written, tempfile.TemporaryDirectory() as folder:
        packer = Packer(written, job.owner_id, source.tile_set_id, job.token)
        reading = Reading(bytes_total=source.bytes)
        for tile in decode.read_tiles(_pictures(context, files, Path(folder), reading)):
            if isinstance(tile, TileRead):
                packer.add(tile)
                reading.strip.offer(tile.jpeg)
            else:
                reading.refuse(tile)
            progress(READING, reading.share, taken=packer.taken, refused=reading.refused)
        packer.flush()
        progress(SAVING, READ_SHARE, taken=packer.taken, refused=reading.refused)
        with context.sessions.begin() as session:
            forgotten = _save(session, job, source, packer.packs, reading=reading, written=written)
    for key in [*(file.key for file in files), *forgotten]:
        context.storage.delete(key)


def _pictures(
    context: Context, files: Sequence[SourceFile], folder: Path, reading: Reading
) -> Iterator[tuple[str, bytes] | Refused]:
    """All pictures of the upload, zips opened; what a zip refuses stands in its place."""
    for file in files:
        place = folder / str(file.number)
        context.storage.download(file.key, place)
        with place.open("rb") as opened:
            is_zip = opened.read(4) in ZIP_MAGIC
        if is_zip:
            yield from _members(file, place, reading)
        else:
            yield file.name, place.read_bytes()
            reading.bytes_done += file.bytes
        place.unlink()


def _members(
    file: SourceFile, place: Path, reading: Reading
) -> Iterator[tuple[str, bytes] | Refused]:
    before = reading.bytes_done
    try:
        with zipped.read_zip(place) as archive:
            for number, member in enumerate(archive):
                yield member
                reading.bytes_done = before + file.bytes * number // max(1, archive.count)
    except BadArchive as error:
        yield Refused(file.name, str(error))
    reading.bytes_done = before + file.bytes


def _save(
    session: Session,
    job: Claimed,
    source: Source,
    packs: list[Packed],
    *,
    reading: Reading,
    written: Results,
) -> list[str]:
    """Write all rows and finish the job. Returns keys of objects that nothing refers to any more."""
    # Locked, so that two sources read at once number their tiles one after the other.
    tile_set = session.get(TileSet, source.tile_set_id, with_for_update=True)
    taken = sum(len(pack.places) for pack in packs)
    if tile_set is None or not job_table.finish(session, job, taken=taken, refused=reading.refused):
        raise JobLost
    forgotten: list[str] = []
    if taken > tile_set.tile_count:  # the strip shows what most of the set is like
        forgotten = [tile_set.strip_key] if tile_set.strip_key else []
        key = strip_key(job.owner_id, tile_set.id, job.token)
        tile_set.strip_key = written.put(key, reading.strip.jpeg(), "image/jpeg")
    _save_tiles(session, source, packs, tile_set.tile_count)
    tile_set.tile_count += taken
    tile_set.generation += 1
    session.execute(
        update(Source).where(Source.id == source.id).values(taken=taken, refused=reading.refused)
    )
    session.add_all(
        Refusal(
            source_id=source.id,
            number=number,
            name=shown_name(refusal.name, otherwise="file"),
            reason=refusal.reason,
        )
        for number, refusal in enumerate(reading.refusals)
    )
    session.execute(delete(SourceFile).where(SourceFile.source_id == source.id))
    return forgotten


def _save_tiles(session: Session, source: Source, packs: list[Packed], first: int) -> None:
    """Pack rows, and the tile rows by COPY: 190,000 of them in a second or two."""
    cursor = session.connection().connection.cursor()
    for pack in packs:
        session.add(
            Pack(
                id=pack.id,
                tile_set_id=source.tile_set_id,
                key=pack.key,
                thumbs_key=pack.thumbs_key,
                first_tile=first,
                tiles=len(pack.places),
                bytes=pack.bytes,
            )
        )
        session.flush()
        with cursor.copy(COPY_TILES) as copy:
            for number, (offset, length, name) in enumerate(pack.places, start=first):
                shown = shown_name(name, otherwise="picture")
                copy.write_row(
                    (source.tile_set_id, number, pack.id, offset, length, source.id, shown)
                )
        first += len(pack.places)
