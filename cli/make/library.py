"""A folder or zip of pictures as a tile set, read once and kept in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.decode import CHILDREN, Source
from engine.decoder import Decoder
from engine.errors import IndexUnreadable
from engine.index import Index
from engine.limits import FILE_MAX_BYTES, TILE_PX
from engine.read_batches import read_batches
from engine.tile_batch import NO_THUMBS
from engine.types import Refusal
from engine.zipped import read_zip

# Part of every entry's state: a change of what is kept makes tiles be read again.
_FORMAT = 2
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
    files = list(_files(tiles)) if tiles.is_dir() else [_entry(tiles)]
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


class _Entry(NamedTuple):
    """A file: its path, and what changes when it is written to."""

    path: str
    size: int
    changed_ns: int


def _entry(file: Path) -> _Entry:
    stat = file.stat()
    return _Entry(str(file), stat.st_size, stat.st_mtime_ns)


def _files(folder: str | Path) -> Iterator[_Entry]:
    """Every file in a folder and its folders, hidden ones left out, always in the same order; files come first.

    Plain strings and one look at each: 190,000 `Path` objects would take as long as the mosaic.
    """
    folders: list[str] = []
    with os.scandir(folder) as found:
        for entry in sorted(found, key=attrgetter("name")):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                folders += [entry.path] * (not entry.is_symlink())
            else:
                yield _seen(entry)
    for inner in folders:
        with contextlib.suppress(OSError):
            yield from _files(inner)


def _seen(entry: os.DirEntry[str]) -> _Entry:
    try:
        stat = entry.stat()
    except OSError:  # a link to nowhere: reading it says so
        return _Entry(entry.path, 0, 0)
    return _Entry(entry.path, stat.st_size, stat.st_mtime_ns)


def _state(files: Iterable[_Entry]) -> str:
    """Changes when a file comes, goes or is written to, and when we read tiles in another way."""
    lines = [f"{path}\0{size}\0{changed_ns}\n" for path, size, changed_ns in files]
    told = f"{_FORMAT} {TILE_PX}\n" + "".join(lines)
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()


def _pictures(tiles: Path, files: list[_Entry], told: Told) -> Iterator[Source]:
    if tiles.is_dir():
        start = len(os.path.join(tiles, ""))  # noqa: PTH118 - as scandir joins them
        for done, file in enumerate(files):
            told(done, len(files))
            yield _contents(file.path, file.path[start:])
        return
    with read_zip(tiles) as members:
        for done, member in enumerate(members):
            told(done, members.count)
            yield member


def _contents(path: str, name: str) -> Source:
    try:
        # One byte too many is enough to be refused, and a film is not read into memory for it.
        with open(path, "rb", buffering=0) as opened:  # noqa: PTH123 - a Path for each file costs as much again
            return name, opened.read(FILE_MAX_BYTES + 1)
    except OSError as error:
        return Refusal(name, f"This file cannot be opened ({error.strerror}).")


def _read(pictures: Iterator[Source], place: Path, state: str) -> None:
    thumbs, lengths = [NO_THUMBS], [np.zeros(1, np.int64)]
    refusals: list[tuple[str, str]] = []
    with (place / _JPEGS).open("wb") as jpegs, ExitStack() as stack:
        decoders = [stack.enter_context(closing(Decoder())) for _ in range(CHILDREN)]
        for batch in read_batches(pictures, decoders):
            refusals += [(refusal.name, refusal.reason) for refusal in batch.refusals]
            jpegs.write(batch.jpegs)
            lengths.append(batch.lengths)
            thumbs.append(batch.thumbs)
    np.save(place / _OFFSETS, np.concatenate(lengths).cumsum())
    Index.build(np.concatenate(thumbs)).save(place / _INDEX)
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
