"""What one worker reads of a source at a time: planned once, kept in the part's row as plain JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any, Self

import numpy as np

from app.domain.films import SUFFIXES
from app.domain.manifest import MANIFEST
from app.domain.sources import SMALL_FILES, PartKind
from app.models import SourceFile
from app.storage.base import Storage
from engine.errors import BadArchive
from engine.kinds import HEAD_BYTES, is_film, is_picture
from engine.limits import FILE_MAX_BYTES
from engine.zip_directory import Slice, find_directory
from worker.jobs.shares import parts_of

# A part is what a killed worker costs, and what others wait for at the end: a second or two, of small pictures (they fill a
# pack) as of a phone's.
PART_TILES = 8192
PART_BYTES = 1 << 28
# The last ones of a source are smaller: but half a pack, for that is two objects; of a phone's photos, some twenty.
LEAST_OF_TILES, LEAST_OF_BYTES = 0.5, 0.125
# Of so many pieces of a zip a part is made at most.
PIECES = 20
# Others are not looked into beforehand: a request for each of 5,000 pictures in a bucket takes minutes.
LOOKED_INTO = (".zip", *SUFFIXES)
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass
class Piece:
    """Files of a source that follow each other, or some members of one that is a zip, or a film.

    kind : who reads it; see `worker.jobs.pieces`.
    files : their numbers among the source's files; names : of the first and the last.
    tiles, bytes : how many tiles may come of it, at most, and how many bytes are read for them.
    details : what its reader needs to know besides. table : whether its zip is that of a set, with a table of its tiles.
    """

    kind: PartKind
    files: list[int]
    names: tuple[str, str]
    tiles: int
    bytes: int
    details: dict[str, int] = field(default_factory=dict)
    table: bool = False

    @property
    def says(self) -> str:
        """What a person would call it."""
        first, last = self.names
        return first if first == last else f"{first} to {last}"


@dataclass
class ReadPart:
    """What one worker reads: `position` is how many tiles may come of everything before it."""

    position: int
    pieces: list[Piece]

    @property
    def film(self) -> Piece | None:
        """The film that it is, if it is one."""
        return next((piece for piece in self.pieces if piece.kind == PartKind.FILM), None)

    @property
    def tiles(self) -> int:
        """How many may come of it. Of a film nobody knows; its own numbers are reserved as its tiles come."""
        return sum(piece.tiles for piece in self.pieces)

    @property
    def says(self) -> str:
        """What a person would call it."""
        return ", ".join(piece.says for piece in self.pieces[:3])

    def as_json(self) -> dict[str, Any]:
        """For the row, with what a person is told should it fail."""
        return asdict(self) | {"says": self.says, "count": self.tiles}

    @classmethod
    def from_json(cls, details: dict[str, Any]) -> Self:
        """From the row."""
        pieces = [Piece(**piece | {"kind": PartKind(piece["kind"])}) for piece in details["pieces"]]
        return cls(details["position"], pieces)


def plan_parts(storage: Storage, files: Sequence[SourceFile]) -> list[ReadPart]:
    """Cut a source into parts, the last ones smaller, and one for each film. Only directories of zips are read.

    Raises MissingObject, StorageDown.
    """
    pieces = [p for file in files for p in _pieces(storage, file, alone=len(files) == 1)]
    films = [piece for piece in pieces if piece.kind == PartKind.FILM]
    parts = _shared([piece for piece in pieces if piece.kind != PartKind.FILM])
    position = sum(part.tiles for part in parts)
    return parts + [ReadPart(position + number, [film]) for number, film in enumerate(films)]


def _shared(pieces: list[Piece]) -> list[ReadPart]:
    tiles = np.cumsum([piece.tiles for piece in pieces]) / PART_TILES
    size = np.cumsum([piece.bytes for piece in pieces]) / PART_BYTES
    # By whichever of the two limits asks for more parts.
    by_tiles = not len(pieces) or tiles[-1] >= size[-1]
    numbers = parts_of(tiles, LEAST_OF_TILES) if by_tiles else parts_of(size, LEAST_OF_BYTES)
    parts: list[ReadPart] = []
    position, last = 0, -1
    for piece, number in zip(pieces, numbers.tolist(), strict=True):
        if number != last:
            parts.append(ReadPart(position, []))
        _append(parts[-1], piece)
        position, last = position + piece.tiles, number
    return parts


def _append(part: ReadPart, piece: Piece) -> None:
    last = part.pieces[-1] if part.pieces else None
    if last and last.kind == piece.kind == PartKind.FILES:
        last.files += piece.files
    elif last and last.kind == piece.kind == PartKind.ZIP and last.files == piece.files:
        members, more = (Slice(**each.details) for each in (last, piece))
        last.details = asdict(members.and_next(more))
    else:
        part.pieces.append(piece)
        return
    last.names = (last.names[0], piece.names[1])
    last.tiles += piece.tiles
    last.bytes += piece.bytes


def _pieces(storage: Storage, file: SourceFile, *, alone: bool) -> Iterator[Piece]:
    """A film; a zip in pieces of much the same size; whatever cannot be opened as one is a file, and reading it says why."""
    loose = Piece(PartKind.FILES, [file.number], (file.name, file.name), 1, file.bytes)
    large = file.bytes > FILE_MAX_BYTES
    worth_a_look = alone or large or file.name.lower().endswith(LOOKED_INTO)
    head = storage.range(file.key, 0, HEAD_BYTES) if worth_a_look else b""
    if head.startswith(ZIP_MAGIC):
        yield from _of_zip(storage, file, loose)
    elif is_film(head) or (file.name.lower().endswith(SUFFIXES) and not is_picture(head)):
        # What is called a film and is none: reading it says so.
        yield replace(loose, kind=PartKind.FILM)
    else:
        yield loose


def _of_zip(storage: Storage, file: SourceFile, loose: Piece) -> Iterator[Piece]:
    try:
        directory = find_directory(partial(storage.range, file.key), file.bytes)
    except BadArchive:
        yield loose
        return
    table = directory.last_name == MANIFEST
    inside = 0
    name = file.name.removesuffix(".zip") if file.name.endswith(f"{SMALL_FILES}.zip") else file.name
    for members in directory.slices(max(1, PART_TILES // PIECES), PART_BYTES // PIECES):
        first, inside = inside + 1, inside + members.count
        names = (f"{name}, files {first:,}", f"{inside:,}")
        yield Piece(
            PartKind.ZIP,
            [file.number],
            names,
            members.count,
            members.unpacked,
            asdict(members),
            table=table,
        )
