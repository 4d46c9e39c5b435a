"""What a mosaic is made of: its row read once, and the photo and the tiles that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Mosaic, Pack, TileSet
from app.services.bans import banned_in
from engine import decode
from engine.types import Pixels, Plan
from worker.context import Context
from worker.errors import CannotBeDone, JobLost
from worker.pack_tiles import PackTiles, tiles_listed
from worker.tile_cache import Numbers, PackRef, Stock


@dataclass(frozen=True)
class Supply:
    """A tile set at one of its generations; `banned` are numbers of tiles that nothing shows which is made of it."""

    tile_set_id: UUID
    generation: int
    packs: list[PackRef]
    banned: Sequence[int]

    @classmethod
    def of_set(cls, session: Session, tile_set: TileSet) -> Self:
        """What its rows say now."""
        packs = session.scalars(
            select(Pack).where(Pack.tile_set_id == tile_set.id).order_by(Pack.first_tile)
        )
        return cls(
            tile_set.id,
            tile_set.generation,
            [PackRef.of(pack) for pack in packs],
            banned_in(session, tile_set.id),
        )

    def stock(self, context: Context) -> Stock:
        """Index and numbers of the tiles. Raises MissingObject, StorageDown."""
        return context.cache.stock(
            self.tile_set_id,
            self.generation,
            self.packs,
            lambda: tiles_listed(context.sessions, self.tile_set_id),
        )

    def tiles(self, context: Context, plan: Plan, numbers: Numbers) -> PackTiles:
        """The pictures that a plan uses; numbers : of all tiles in the index."""
        with context.sessions() as session:
            return PackTiles.of_plan(
                session,
                context.cache,
                self.tile_set_id,
                self.packs,
                np.unique(plan.assignment),
                numbers=numbers,
            )


@dataclass(frozen=True)
class Order:
    """What was asked for, and what it is made of."""

    mosaic: Mosaic
    supply: Supply

    @classmethod
    def of(cls, session: Session, mosaic_id: UUID | None) -> Order:
        """Raises JobLost where the mosaic is gone, CannotBeDone where its tile set is."""
        mosaic, tile_set = mosaic_and_set(session, mosaic_id)
        return cls(mosaic, Supply.of_set(session, tile_set))

    def photo(self, context: Context, folder: Path) -> Pixels:
        """Fetched into a folder and decoded. Raises Unreadable, MissingObject, StorageDown."""
        return photo_at(context, self.mosaic.photo.key, folder)


def photo_at(context: Context, key: str, folder: Path) -> Pixels:
    """Fetched into a folder and decoded. Raises Unreadable, MissingObject, StorageDown."""
    place = folder / "photo"
    context.storage.download(key, place)
    return decode.read_photo(place)


def mosaic_and_set(session: Session, mosaic_id: UUID | None) -> tuple[Mosaic, TileSet]:
    """The row, and its tile set. Raises JobLost where it is gone, CannotBeDone where its tile set is."""
    mosaic = session.get(Mosaic, mosaic_id)
    if mosaic is None:
        raise JobLost
    if mosaic.tile_set is None:
        raise CannotBeDone(
            f"The tile set “{mosaic.tile_set_name}” was deleted before this mosaic was made. "
            "Choose another one and run again; your photo is still here."
        )
    return mosaic, mosaic.tile_set
