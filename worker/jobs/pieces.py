"""Readers of the pieces that a part consists of, one for each kind; whoever adds a kind of source adds one here."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from app.domain.sources import PartKind
from app.models import SourceFile
from app.storage.base import Storage
from engine.decode import Source, too_many_bytes
from engine.decoder import Decoder
from engine.errors import BadArchive
from engine.limits import FILE_MAX_BYTES
from engine.read_batches import read_batches
from engine.tile_batch import TileBatch
from engine.types import Crop, Refusal
from engine.zip_directory import Slice, find_directory
from engine.zipped import read_slice
from worker.jobs.parts import ZIP_MAGIC, Piece
from worker.jobs.taken_away import table_of, with_lines, without_table

UNNAMED_ZIP = "This is a zip, but its name does not say so. Let it end in .zip and add it again."


@dataclass(frozen=True)
class Reader:
    """What reading needs: the source's files by number, children to decode, and who knows which tiles there are."""

    storage: Storage
    files: Mapping[int, SourceFile]
    decoders: Sequence[Decoder]
    known: Callable[[Sequence[bytes]], Container[bytes]]
    crop: Crop = "centre"

    def read(self, piece: Piece) -> Iterator[TileBatch]:
        """The tiles of a piece, in order. Raises MissingObject, StorageDown."""
        return KINDS[piece.kind](self, piece)

    def pictures(self, pictures: Iterator[Source]) -> Iterator[TileBatch]:
        """The tiles of pictures, given as (name, bytes) or as a Refusal."""
        return read_batches(pictures, self.decoders, known=self.known, crop=self.crop)


def _files(reader: Reader, piece: Piece) -> Iterator[TileBatch]:
    return reader.pictures(_loose(reader, piece))


def _loose(reader: Reader, piece: Piece) -> Iterator[Source]:
    for number in piece.files:
        file = reader.files[number]
        if file.bytes > FILE_MAX_BYTES:
            yield Refusal(file.name, too_many_bytes(file.bytes))
            continue
        data = reader.storage.get(file.key)
        if data.startswith(ZIP_MAGIC):
            yield Refusal(file.name, _zip_reason(data))
        else:
            yield file.name, data


def _zip_reason(data: bytes) -> str:
    try:
        find_directory(lambda start, length: data[start : start + length], len(data))
    except BadArchive as error:
        return str(error)
    return UNNAMED_ZIP


def _members(reader: Reader, piece: Piece) -> Iterator[TileBatch]:
    file = reader.files[piece.files[0]]
    read_at = partial(reader.storage.range, file.key)
    members = read_slice(read_at, Slice(**piece.details))
    if not piece.table:
        return reader.pictures(members)
    return with_lines(reader.pictures(without_table(members)), table_of(read_at, file.bytes))


KINDS: dict[PartKind, Callable[[Reader, Piece], Iterator[TileBatch]]] = {
    PartKind.FILES: _files,
    PartKind.ZIP: _members,
}
