"""Tile sets on this worker's disk: packs, thumbs and films as they are in storage, and the index of each generation.

Objects never change, so what is here is right.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from app.models import Pack, SourceFile
from app.services.counters import Counters
from app.storage.base import Storage
from engine.errors import IndexUnreadable
from engine.index import Index
from engine.limits import THUMB_PX
from engine.types import Thumbs
from worker.shelf import Shelf

log = logging.getLogger(__name__)

Numbers = NDArray[np.int64]
"""Tile numbers, in order."""

Families = NDArray[np.int32]
"""A number for each tile, the same for frames of one shot."""

_NUMBERS, _FAMILIES = "numbers.npy", "families.npy"
# Of the room that there is, one film may take this much, lest it drive out everything else.
_FILM_SHARE = 4


@dataclass(frozen=True)
class PackRef:
    """What the cache has to know of a pack."""

    id: UUID
    key: str
    thumbs_key: str
    first_tile: int
    tiles: int

    @classmethod
    def of(cls, pack: Pack) -> PackRef:
        """Of a row."""
        return cls(pack.id, pack.key, pack.thumbs_key, pack.first_tile, pack.tiles)


@dataclass(frozen=True)
class Listed:
    """The numbers of all tiles of a set, in order, and the family of each; None where each is its own."""

    numbers: Numbers
    families: Families | None = None


@dataclass(frozen=True)
class Stock:
    """A tile set at one of its generations: row i of the index is the tile with the i-th number.

    families : (tiles,) int32, below the number of tiles; None where each tile is its own.
    """

    index: Index
    numbers: Numbers
    families: Families | None = None


class TileCache:
    """Reads through to storage."""

    def __init__(
        self, root: Path, storage: Storage, max_bytes: int, counters: Counters | None = None
    ) -> None:
        self._storage = storage
        self.shelf = Shelf(root, max_bytes, counters)

    def stock(
        self,
        tile_set_id: UUID,
        generation: int,
        packs: Sequence[PackRef],
        listed: Callable[[], Listed],
    ) -> Stock:
        """Index, numbers and families of the tiles that are there, memory-mapped. Raises MissingObject, StorageDown.

        listed : asked for where this generation is not at hand. Its index is made from thumbs: of the new tiles alone where
        an older generation is at hand and has only grown.
        """
        prefix = f"index-{tile_set_id}-"
        name = f"{prefix}{generation}"

        def build(place: Path) -> None:
            wanted = _in_packs(listed(), packs)
            self._indexed(prefix, packs, wanted.numbers).save(place)
            np.save(place / _NUMBERS, wanted.numbers)
            families = np.empty(0, np.int32) if wanted.families is None else wanted.families
            np.save(place / _FAMILIES, families)

        try:
            return _load(self.shelf.made(name, build))
        except (
            IndexUnreadable,
            OSError,
            ValueError,
        ) as error:  # an older version, or cut short by a power failure
            log.info("building index %s again: %s", name, error)
            self.shelf.remove(name)
            return _load(self.shelf.made(name, build))

    def _indexed(self, prefix: str, packs: Sequence[PackRef], wanted: Numbers) -> Index:
        for folder in self.shelf.last_used(prefix):
            with suppress(IndexUnreadable, OSError, ValueError):
                stock = _load(folder)
                known = len(stock.numbers)
                if known and np.array_equal(stock.numbers, wanted[:known]):
                    return stock.index.extended(self.thumbs(packs, wanted[known:]))
        return Index.build(self.thumbs(packs, wanted))

    def pack(self, pack: PackRef) -> Path:
        """The file with the pack's JPEG bytes. Raises MissingObject, StorageDown."""
        return self.shelf.made(f"pack-{pack.id}.jpegs", self._fetch(pack.key))

    def thumbs(self, packs: Sequence[PackRef], wanted: Numbers) -> Thumbs:
        """Of these tiles, in order; packs that have none of them are not fetched. Raises MissingObject, StorageDown."""
        out, filled = np.empty((len(wanted), THUMB_PX, THUMB_PX, 3), np.uint8), 0
        for pack in sorted(packs, key=lambda pack: pack.first_tile):
            first, end = np.searchsorted(wanted, [pack.first_tile, pack.first_tile + pack.tiles])
            if first < end:
                place = self.shelf.made(f"thumbs-{pack.id}.npy", self._fetch(pack.thumbs_key))
                some = out[filled : filled + end - first]
                some[:] = np.load(place, mmap_mode="r")[wanted[first:end] - pack.first_tile]
                filled += len(some)
        return out[:filled]

    @contextmanager
    def film(self, film: SourceFile) -> Iterator[Path]:
        """A film to cut frames out of. One that has to be fetched stays for the next frame, where there is room for it.

        Raises MissingObject, StorageDown.
        """
        fits = film.bytes * _FILM_SHARE <= self.shelf.max_bytes
        if fits and self._storage.path(film.key) is None:
            yield self.shelf.made(f"film-{film.source_id}-{film.number}", self._fetch(film.key))
            return
        with self._storage.local(film.key, Path(tempfile.gettempdir())) as path:
            yield path

    def _fetch(self, key: str) -> Callable[[Path], None]:
        return lambda place: self._storage.download(key, place)


def _in_packs(listed: Listed, packs: Sequence[PackRef]) -> Listed:
    """Without those that came after these packs were looked up; families are numbered anew, from 0 on."""
    numbers, families = listed.numbers, listed.families
    known = np.zeros(len(numbers), bool)
    for pack in packs:
        first, end = np.searchsorted(numbers, [pack.first_tile, pack.first_tile + pack.tiles])
        known[first:end] = True
    if families is not None:
        families = np.unique(families[known], return_inverse=True)[1].astype(np.int32)
    return Listed(numbers[known], families)


def _load(folder: Path) -> Stock:
    """Raises IndexUnreadable, OSError, ValueError."""
    index, numbers = Index.load(folder), np.load(folder / _NUMBERS, mmap_mode="r")
    families = np.load(folder / _FAMILIES)  # an empty file cannot be mapped
    if len(families):
        families = np.load(folder / _FAMILIES, mmap_mode="r")
    if len(index) != len(numbers) or len(families) not in {0, len(numbers)}:
        raise ValueError("the index and its numbers do not fit together")
    return Stock(index, numbers, families if len(families) else None)
