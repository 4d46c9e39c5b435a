"""What a part's files turned out to be."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.limits import REFUSALS_LISTED
from app.domain.sources import Crop as CropName
from app.models import Source, TileSet
from app.services.job_table import Claimed
from app.services.tile_digests import known_digests
from engine.tile_batch import TileBatch
from engine.types import Crop, Refusal
from worker.context import Context
from worker.errors import JobLost

CROPS: dict[str, Crop] = {CropName.CENTRE: "centre", CropName.SALIENT: "salient"}


@dataclass
class Found:
    """Counts so far, of at most `of` files; `first` is how many may come before them.

    before : what the same job found earlier and has in rows already, by the names of the counts.
    full : there was no room for all of it.
    """

    first: int
    of: int
    taken: int = 0
    refused: int = 0
    duplicates: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    before: Mapping[str, int] = field(default_factory=dict)
    full: bool = False

    def add(self, batch: TileBatch) -> None:
        """Count a batch, and list its refusals while the list is of a length to be read."""
        self.taken += len(batch)
        self.refused += len(batch.refusals)
        self.duplicates += batch.duplicates
        self.refusals += batch.refusals[: REFUSALS_LISTED - len(self.refusals)]

    def leave_out(self, tiles: int) -> None:
        """Tiles that turned out to be there already."""
        self.taken -= tiles
        self.duplicates += tiles

    def turn_away(self, tiles: int, name: str, reason: str) -> None:
        """For so many tiles there is no room. It is said before anything else."""
        self.full = True
        self.refused += tiles
        self.refusals.insert(0, Refusal(name, reason))

    @property
    def total(self) -> dict[str, int]:
        """By the names of the columns in the job's row: together with what was found before."""
        return {name: count + self.before.get(name, 0) for name, count in self.counts.items()}

    @property
    def counts(self) -> dict[str, int]:
        """By the names of the columns in rows of sources."""
        return {"taken": self.taken, "refused": self.refused, "duplicates": self.duplicates}

    @property
    def share(self) -> float:
        """Of the files."""
        return min(1.0, sum(self.counts.values()) / max(1, self.of))


def source_of(session: Session, job: Claimed) -> Source:
    """What a job reads. Raises JobLost where it is gone."""
    source = session.get(Source, job.source_id)
    if source is None:
        raise JobLost
    return source


def reserved(session: Session, tile_set_id: UUID, count: int) -> int:
    """The first of so many numbers that no tile of the set has, nor will anybody else give to one."""
    return session.scalars(
        update(TileSet)
        .where(TileSet.id == tile_set_id)
        .values(next_number=TileSet.next_number + count)
        .returning(TileSet.next_number - count)
    ).one()


class Known:
    """Asked before files are decoded: which of them are in the set, or in this part, already?

    The set is asked only for later uploads. Within the first one twins are few, and found when rows are written.
    """

    def __init__(self, context: Context, source: Source, *, ask: bool) -> None:
        self._context = context
        self._source = source
        self._ask = ask
        self._seen: set[bytes] = set()

    def __call__(self, digests: Sequence[bytes]) -> Container[bytes]:
        """Those digests that are known; all of them are from now on."""
        known = self._seen.intersection(digests)
        if self._ask:
            with self._context.sessions() as session:
                known |= known_digests(session, self._source.tile_set_id, digests)
        self._seen.update(digests)
        return known
