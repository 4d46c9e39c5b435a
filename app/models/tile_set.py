"""Tile sets, what was put into them, and where each tile's bytes lie."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Bytes, CreatedAt, Id, OwnerId


class TileSet(Base):
    """A library of tiles. Its tiles are numbered 0 .. tile_count - 1; `generation` counts the changes."""

    __tablename__ = "tile_sets"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    name: Mapped[str]
    tile_count: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int] = mapped_column(default=0)
    # A JPEG of some of its tiles side by side, STRIP_TILES x 1 of STRIP_PX px, once it has any.
    strip_key: Mapped[str | None]
    sample: Mapped[bool] = mapped_column(default=False)
    credit: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class Source(Base):
    """One upload: a zip, or many pictures chosen at once."""

    __tablename__ = "sources"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    tile_set_id: Mapped[UUID] = mapped_column(
        ForeignKey("tile_sets.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    bytes: Mapped[Bytes]
    taken: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[CreatedAt]


class SourceFile(Base):
    """One uploaded file of a source, as it waits to be read; gone once its tiles are in packs."""

    __tablename__ = "source_files"

    source_id: Mapped[UUID] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    key: Mapped[str]
    bytes: Mapped[Bytes]


class Refusal(Base):
    """A file that could not be taken, and the sentence that says why."""

    __tablename__ = "refusals"

    source_id: Mapped[UUID] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    reason: Mapped[str]


class Pack(Base):
    """Thousands of tiles in one object: JPEG bytes end to end at `key`, their thumbs as .npy at `thumbs_key`."""

    __tablename__ = "packs"
    __table_args__ = (UniqueConstraint("tile_set_id", "first_tile"),)

    id: Mapped[Id]
    tile_set_id: Mapped[UUID] = mapped_column(ForeignKey("tile_sets.id", ondelete="CASCADE"))
    key: Mapped[str]
    thumbs_key: Mapped[str]
    first_tile: Mapped[int]
    tiles: Mapped[int]
    bytes: Mapped[Bytes]


class Tile(Base):
    """Where one tile's JPEG lies, and which file it was cut from."""

    __tablename__ = "tiles"

    tile_set_id: Mapped[UUID] = mapped_column(
        ForeignKey("tile_sets.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    offset: Mapped[Bytes]
    length: Mapped[int]
    source_id: Mapped[UUID] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
