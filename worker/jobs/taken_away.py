"""Zips of sets that were taken away: their tiles get back what their table says of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.domain.manifest import MANIFEST, Line, lines_in
from engine.decode import Source
from engine.tile_batch import TileBatch
from engine.types import Refusal
from engine.zip_directory import find_directory
from engine.zip_end import ReadAt
from engine.zip_names import shown_name
from engine.zipped import read_slice


def table_of(read: ReadAt, size: int) -> dict[str, Line]:
    """The table at the end of a zip, by the names that its members are shown with. Raises StorageDown, MissingObject."""
    for member in read_slice(read, find_directory(read, size).last()):
        if not isinstance(member, Refusal):
            return {shown_name(file): line for file, line in lines_in(bytes(member[1])).items()}
    return {}


def without_table(members: Iterable[Source]) -> Iterator[Source]:
    """The pictures alone."""
    return (
        member
        for member in members
        if (member.name if isinstance(member, Refusal) else member[0]) != MANIFEST
    )


def with_lines(batches: Iterable[TileBatch], table: dict[str, Line]) -> Iterator[TileBatch]:
    """The batches with name, source, time, family and hash as the table has them. No hash comes twice in a part."""
    seen: set[bytes] = set()
    nothing = Line(None, None, None, None, None)
    for batch in batches:
        lines = [table.get(name, nothing) for name in batch.names]
        digests = []
        for line, digest in zip(lines, batch.digests, strict=True):
            told = digest if line.digest is None or line.digest in seen else line.digest
            seen.add(told)
            digests.append(told)
        yield replace(
            batch,
            names=[line.name or name for line, name in zip(lines, batch.names, strict=True)],
            digests=digests,
            times_ms=[line.time_ms for line in lines],
            families=[line.family for line in lines],
            sources=[line.source for line in lines],
        )
