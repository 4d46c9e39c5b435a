"""Tile sets on this worker's disk: packs and thumbs as they are in storage, and the index of each generation.

Packs never change, so what is here is right. Several processes share the folder: everything is made beside its
place and moved in at once. When it grows past its limit, what was used longest ago goes first.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np

from app.storage.base import Storage
from engine.errors import IndexUnreadable
from engine.index import Index
from engine.types import Thumbs

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PackRef:
    """What the cache has to know of a pack."""

    id: UUID
    key: str
    thumbs_key: str
    tiles: int


class TileCache:
    """Reads through to storage."""

    def __init__(self, root: Path, storage: Storage, max_bytes: int) -> None:
        self._root = root
        self._storage = storage
        self._max_bytes = max_bytes
        root.mkdir(parents=True, exist_ok=True)

    def index(self, tile_set_id: UUID, generation: int, packs: Sequence[PackRef]) -> Index:
        """The index over the thumbs of all packs in order, memory-mapped. Raises MissingObject, StorageDown."""

        def build(place: Path) -> None:
            Index.build(self._thumbs(packs)).save(place)

        name = f"index-{tile_set_id}-{generation}"
        try:
            return Index.load(self._made(name, build))
        except IndexUnreadable as error:  # of an older version, or cut short by a power failure
            log.info("building index %s again: %s", name, error)
            _remove(self._root / name)
            return Index.load(self._made(name, build))

    def pack(self, pack: PackRef) -> Path:
        """The file with the pack's JPEG bytes. Raises MissingObject, StorageDown."""
        return self._made(
            f"pack-{pack.id}.jpegs", lambda place: self._storage.download(pack.key, place)
        )

    def _thumbs(self, packs: Sequence[PackRef]) -> Thumbs:
        parts = [
            np.load(
                self._made(
                    f"thumbs-{pack.id}.npy",
                    lambda place, key=pack.thumbs_key: self._storage.download(key, place),  # type: ignore[misc]
                )
            )
            for pack in packs
        ]
        return np.concatenate(parts) if parts else np.empty((0, 5, 5, 3), np.uint8)

    def _made(self, name: str, make: Callable[[Path], None]) -> Path:
        place = self._root / name
        if place.exists():
            os.utime(place)
            return place
        with tempfile.TemporaryDirectory(prefix="making-", dir=self._root) as folder:
            fresh = Path(folder) / name
            make(fresh)
            try:
                fresh.rename(place)
            except OSError:  # another process was first; a folder that holds files is not replaced
                if not place.exists():
                    raise
        self._forget_old(keep=place)
        return place

    def _forget_old(self, keep: Path) -> None:
        entries = [(_used_at(e), _size(e), e) for e in self._root.iterdir() if e != keep]
        total = sum(size for _, size, _ in entries) + _size(keep)
        for _, size, entry in sorted(entries, key=lambda e: e[0]):
            if total <= self._max_bytes:
                return
            log.info("tile cache is full: forgetting %s", entry.name)
            _remove(entry)
            total -= size


def _used_at(entry: Path) -> float:
    try:
        return entry.stat().st_mtime
    except FileNotFoundError:  # another process forgot it meanwhile
        return 0.0


def _size(entry: Path) -> int:
    try:
        if entry.is_dir():
            return sum(file.stat().st_size for file in entry.rglob("*") if file.is_file())
        return entry.stat().st_size
    except FileNotFoundError:
        return 0


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink(missing_ok=True)
