"""A folder or zip of pictures as a tile set, read once and kept in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.decode import Source, read_tiles
from engine.errors import IndexUnreadable
from engine.index import Index
from engine.limits import FILE_MAX_BYTES, TILE_PX
from engine.types import Refusal, Thumb
from engine.zipped import read_zip

# Part of every entry's state: a change of what is kept makes tiles be read again.
_FORMAT = 1
_HEAD, _JPEGS, _OFFSETS, _INDEX = "library.json", "tiles.jpegs", "offsets.npy", "index"

Told = Callable[[int, int], None]
"""Called with the files read so far and the number of files."""


@dataclass(frozen=True)
class Library:
    """A tile set on disk, an `engine.types.TileSource`.

    data : the JPEGs of all tiles end to end; tile i is data[offsets[i]:offsets[i + 1]].
    refusals : the files that did not become a tile.
    reused : nothing was read anew.
    """

    index: Index
    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    refusals: list[Refusal]
    reused: bool

    def jpegs(self, numbers: NDArray[np.int64]) -> Iterator[bytes]:
        """The JPEG of each tile, in order."""
        for number in numbers:
            yield self.data[self.offsets[number] : self.offsets[number + 1]].tobytes()


def open_library(tiles: Path, cache: Path, told: Told) -> Library:
    """The tile set of a folder or zip: from the cache where no file has changed, else read anew.

    A folder or zip has one entry in the cache; a new one takes the place of the old. Raises EngineError.
    """
    files = _files(tiles) if tiles.is_dir() else [tiles]
    state = _state(files)
    place = cache / hashlib.sha256(str(tiles.resolve()).encode()).hexdigest()[:24]
    # Whatever is wrong with an entry, reading the pictures again mends it.
    with contextlib.suppress(IndexUnreadable, OSError, ValueError, KeyError):
        return _load(place, state, reused=True)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reading-", dir=cache) as folder:
        fresh = Path(folder) / "library"
        fresh.mkdir()
        _read(_pictures(tiles, files, told), fresh, state)
        shutil.rmtree(place, ignore_errors=True)
        fresh.rename(place)
    return _load(place, state, reused=False)


def _files(folder: Path) -> list[Path]:
    """Every file in a folder and its folders, hidden ones left out, always in the same order."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(place, name) for name in sorted(names) if not name.startswith(".")]
    return found


def _state(files: Iterable[Path]) -> str:
    """Changes when a file comes, goes or is written to, and when we read tiles in another way."""
    digest = hashlib.sha256(f"{_FORMAT} {TILE_PX}\n".encode())
    for file in files:
        with contextlib.suppress(OSError):
            stat = file.stat()
            digest.update(f"{file}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode(errors="replace"))
    return digest.hexdigest()


def _pictures(tiles: Path, files: list[Path], told: Told) -> Iterator[Source]:
    if tiles.is_dir():
        for done, file in enumerate(files):
            told(done, len(files))
            yield _contents(file, str(file.relative_to(tiles)))
        return
    with read_zip(tiles) as members:
        for done, member in enumerate(members):
            told(done, members.count)
            yield member


def _contents(file: Path, name: str) -> Source:
    try:
        # One byte too many is enough to be refused, and a film is not read into memory for it.
        with file.open("rb") as opened:
            return name, opened.read(FILE_MAX_BYTES + 1)
    except OSError as error:
        return Refusal(name, f"This file cannot be opened ({error.strerror}).")


def _read(pictures: Iterator[Source], place: Path, state: str) -> None:
    thumbs: list[Thumb] = []
    offsets, refusals = [0], []
    with (place / _JPEGS).open("wb") as jpegs:
        for item in read_tiles(pictures):
            if isinstance(item, Refusal):
                refusals.append([item.name, item.reason])
                continue
            jpegs.write(item.jpeg)
            offsets.append(jpegs.tell())
            thumbs.append(item.thumb)
    np.save(place / _OFFSETS, np.array(offsets, np.int64))
    Index.build(np.array(thumbs, np.uint8).reshape(-1, 5, 5, 3)).save(place / _INDEX)
    (place / _HEAD).write_text(json.dumps({"state": state, "refusals": refusals}))


def _load(place: Path, state: str, *, reused: bool) -> Library:
    head = json.loads((place / _HEAD).read_text())
    if head["state"] != state:
        raise KeyError(state)
    return Library(
        Index.load(place / _INDEX),
        np.memmap(place / _JPEGS, np.uint8, "r"),
        np.load(place / _OFFSETS),
        [Refusal(name, reason) for name, reason in head["refusals"]],
        reused,
    )
