"""Tile sets, what was put into them, and where each tile's bytes lie."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.sources import Crop, SourceKind
from app.models.base import Base, Bytes, CreatedAt, Id, OwnerId

# A tenth of a unit of CIELAB: finer than the eye, and small enough for 16 bits.
TenthOfLab = Annotated[int | None, mapped_column(SmallInteger)]


class TileSet(Base):
    """A library of tiles. `generation` counts the changes; `next_number` is the first that no tile ever had.

    Numbers stay with their tiles for good and have gaps: where a file was refused, a duplicate left out, a tile removed.
    Row i of an index is the i-th of the numbers that are there, in order.
    """

    __tablename__ = "tile_sets"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    name: Mapped[str]
    tile_count: Mapped[int] = mapped_column(default=0)
    next_number: Mapped[int] = mapped_column(default=0)
    generation: Mapped[int] = mapped_column(default=0)
    crop: Mapped[str] = mapped_column(default=Crop.CENTRE)
    # How films are cut that are added from now on; None: as `app.domain.films` does without being told.
    films: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    # A JPEG of some of its tiles side by side, STRIP_TILES x 1 of STRIP_PX px, once it has any.
    strip_key: Mapped[str | None]
    sample: Mapped[bool] = mapped_column(default=False)
    # Everybody may look at it and make mosaics with it; nobody changes it.
    shared: Mapped[bool] = mapped_column(default=False)
    credit: Mapped[str | None]
    # The generation whose sheets are drawn and whose colours are counted.
    surveyed: Mapped[int] = mapped_column(default=0)
    # Lists of lightness, a, b (boxes of app.domain.colors) and how many tiles; some 20 kB, and few pages want it.
    colors: Mapped[list[list[int]] | None] = mapped_column(JSONB, deferred=True)
    created_at: Mapped[CreatedAt]


class Source(Base):
    """One upload: a zip, a film, many pictures chosen at once, or a folder that the operator named.

    Of its files some were `taken`, some `refused`; `duplicates` were in the set already, and of those taken `near` look
    much like another tile.
    """

    __tablename__ = "sources"

    id: Mapped[Id]
    owner_id: Mapped[OwnerId]
    tile_set_id: Mapped[UUID] = mapped_column(
        ForeignKey("tile_sets.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(default=SourceKind.PICTURES)
    name: Mapped[str]
    bytes: Mapped[Bytes]
    taken: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    near: Mapped[int] = mapped_column(default=0)
    # How films among its files are cut, once that is settled: as the set says when they are first looked into.
    films: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]


class SourceFile(Base):
    """One uploaded file of a source, as it waits to be read; gone once its tiles are in packs.

    A film that gave tiles is `kept` as long as its source: the frames behind its tiles are looked up in it.
    """

    __tablename__ = "source_files"

    source_id: Mapped[UUID] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    key: Mapped[str]
    bytes: Mapped[Bytes]
    kept: Mapped[bool] = mapped_column(default=False)


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
    """Thousands of tiles in one object: JPEG bytes end to end at `key`, their thumbs as .npy at `thumbs_key`.

    Its tiles are numbered `first_tile` onwards, in the order of the thumbs; those removed since keep their places in it.
    """

    __tablename__ = "packs"
    __table_args__ = (UniqueConstraint("tile_set_id", "first_tile"),)

    id: Mapped[Id]
    tile_set_id: Mapped[UUID] = mapped_column(ForeignKey("tile_sets.id", ondelete="CASCADE"))
    # None: packs from before this was written down.
    source_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("sources.id", ondelete="CASCADE"), index=True
    )
    key: Mapped[str]
    thumbs_key: Mapped[str]
    first_tile: Mapped[int]
    tiles: Mapped[int]
    bytes: Mapped[Bytes]
    # The film, by its number among the source's files, that all its tiles were cut from; None: pictures.
    film: Mapped[int | None]
    # Tiles of it were removed, and their bytes are still to be wiped out of the object.
    dirty: Mapped[bool] = mapped_column(default=False)


class Tile(Base):
    """Where one tile's JPEG lies, which file it was cut from, and what it looks like.

    Its pack holds it to its set and its source: with 190,000 rows at once, each further foreign key takes a second.

    time_ms : where in the film it was, for tiles of a film.
    family : the same for frames that hardly differ, unique in the set.
    digest : of its file, 16 bytes; no two tiles of a set have the same.
    phash : a perceptual hash, the 64 bits as a signed number.
    lab_l, lab_a, lab_b : its mean colour in CIELAB, times 10.
    """

    __tablename__ = "tiles"
    # By hash: digests come in no order, and a sorted index costs twice as much for each.
    __table_args__ = (Index(None, "digest", postgresql_using="hash"),)

    tile_set_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    offset: Mapped[Bytes]
    length: Mapped[int]
    source_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str]
    time_ms: Mapped[int | None]
    family: Mapped[int | None]
    digest: Mapped[bytes | None]
    phash: Mapped[int | None] = mapped_column(BigInteger)
    lab_l: Mapped[TenthOfLab]
    lab_a: Mapped[TenthOfLab]
    lab_b: Mapped[TenthOfLab]


class BannedTile(Base):
    """A tile that nothing shows which is made of its set, until it is allowed again.

    Its set alone holds it: a foreign key to tiles would be looked at once for each of 190,000 that are deleted.
    """

    __tablename__ = "banned_tiles"

    tile_set_id: Mapped[UUID] = mapped_column(
        ForeignKey("tile_sets.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[CreatedAt]


class Sheet(Base):
    """SHEET_TILES tiles drawn small side by side, as a JPEG in an object that holds many of them.

    Sheet n has the tiles n * SHEET_TILES and on, each at the place of its number. When it was drawn there were `tiles` of
    them, all below number `until`. A sheet of which a tile was removed has no row until it is drawn again.
    """

    __tablename__ = "sheets"

    tile_set_id: Mapped[UUID] = mapped_column(
        ForeignKey("tile_sets.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    offset: Mapped[Bytes]
    length: Mapped[int]
    until: Mapped[int]
    tiles: Mapped[int]
