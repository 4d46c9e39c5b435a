"""Some hundred tiles that were read together, and the bytes in which the decoding child hands them over."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import Unreadable
from engine.limits import THUMB_PX
from engine.types import Refusal, Thumbs, TileRead

_COUNTS = struct.Struct("!II")
# Hashes lie here as signed numbers, as the database has them.
_ALL_BITS = 2**64 - 1
_THUMB_BYTES = THUMB_PX * THUMB_PX * 3
NO_THUMBS: Thumbs = np.empty((0, THUMB_PX, THUMB_PX, 3), np.uint8)


@dataclass(frozen=True)
class TileBatch:
    """Tiles in the order of their files, and the files that did not become one.

    names, digests : of each tile's file.
    jpegs : our own JPEGs, end to end; lengths : (n,) int64 of each.
    thumbs : (n, 5, 5, 3) uint8.
    phashes : (n,) int64, 64 bits each; see `engine.cut_tiles`.
    refusals : in the order of the files.
    duplicates : how many files were left out because they are known.
    times_ms, families : of tiles of a film, where it is one; families are told apart within what is read at once.
    sources : names of the uploads that tiles first came with, where they were taken away from a set.
    """

    names: list[str]
    digests: list[bytes]
    jpegs: bytes | bytearray | memoryview
    lengths: NDArray[np.int64]
    thumbs: Thumbs
    phashes: NDArray[np.int64]
    refusals: list[Refusal]
    duplicates: int = 0
    times_ms: list[int | None] | None = None
    families: list[int | None] | None = None
    sources: list[str | None] | None = None

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[TileRead]:
        """Its tiles, one by one."""
        ends = self.lengths.cumsum().tolist()
        nothing: list[int | None] = [None] * len(self)
        for i, (name, end) in enumerate(zip(self.names, ends, strict=True)):
            yield TileRead(
                name,
                bytes(self.jpegs[end - int(self.lengths[i]) : end]),
                self.thumbs[i],
                self.digests[i],
                int(self.phashes[i]) & _ALL_BITS,
                (self.times_ms or nothing)[i],
                (self.families or nothing)[i],
            )


@dataclass(frozen=True)
class Answer:
    """What the child says to a number of files; `taken` says for each whether its body is a JPEG or a sentence."""

    taken: NDArray[np.bool_]
    lengths: NDArray[np.int64]
    thumbs: Thumbs
    phashes: NDArray[np.int64]
    bodies: bytes | bytearray | memoryview

    @classmethod
    def refusal(cls, error: Unreadable) -> Answer:
        """The answer to a single file that could not be read at all."""
        sentence = str(error).encode()
        lengths = np.array([len(sentence)], np.int64)
        return cls(np.zeros(1, bool), lengths, NO_THUMBS, np.empty(0, np.int64), sentence)

    def pack(self) -> bytes:
        """As one string of bytes."""
        return b"".join(
            (
                _COUNTS.pack(len(self.taken), len(self.thumbs)),
                self.taken.tobytes(),
                self.lengths.tobytes(),
                self.phashes.tobytes(),
                self.thumbs.tobytes(),
                self.bodies,
            )
        )

    @classmethod
    def unpack(cls, payload: bytes | bytearray) -> Answer:
        """What was packed. Raises ValueError where it does not fit together."""
        files, tiles = _COUNTS.unpack_from(payload)
        at = _COUNTS.size
        taken = np.frombuffer(payload, np.bool_, files, at)
        lengths = np.frombuffer(payload, np.int64, files, at := at + files)
        phashes = np.frombuffer(payload, np.int64, tiles, at := at + 8 * files)
        thumbs = np.frombuffer(payload, np.uint8, tiles * _THUMB_BYTES, at := at + 8 * tiles)
        bodies = memoryview(payload)[at + tiles * _THUMB_BYTES :]
        if taken.sum() != tiles or lengths.sum() != len(bodies) or (lengths < 0).any():
            raise ValueError("the decoding child's answer does not fit together")
        return cls(taken, lengths, thumbs.reshape(tiles, THUMB_PX, THUMB_PX, 3), phashes, bodies)


def batch_of(
    files: Sequence[tuple[str, bytes] | Refusal], answers: Sequence[Answer], duplicates: int
) -> TileBatch:
    """Put together what files, as (name, digest), or refusals in their place, and the child's answers to them are."""
    whole = [answer.bodies for answer in answers]
    bodies = whole[0] if len(whole) == 1 else b"".join(whole)
    taken = _joined([answer.taken for answer in answers], np.bool_)
    lengths = _joined([answer.lengths for answer in answers], np.int64)
    ends = iter(
        zip(taken.tolist(), (lengths.cumsum() - lengths).tolist(), lengths.tolist(), strict=True)
    )
    kept: list[tuple[str, bytes]] = []
    refusals: list[Refusal] = []
    for file in files:
        if isinstance(file, Refusal):
            refusals.append(file)
            continue
        is_tile, start, length = next(ends)
        if is_tile:
            kept.append(file)
        else:
            refusals.append(Refusal(file[0], bytes(bodies[start : start + length]).decode()))
    return TileBatch(
        [name for name, _ in kept],
        [digest for _, digest in kept],
        bodies if taken.all() else _jpegs(bodies, taken, lengths),
        lengths[taken],
        np.concatenate([NO_THUMBS, *(answer.thumbs for answer in answers)]),
        _joined([answer.phashes for answer in answers], np.int64),
        refusals,
        duplicates,
    )


def _joined(arrays: list[NDArray[Any]], kind: type[Any]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, kind), *arrays])


def _jpegs(
    bodies: bytes | bytearray | memoryview, taken: NDArray[np.bool_], lengths: NDArray[np.int64]
) -> bytes:
    """The JPEGs alone, without the sentences among them."""
    ends = lengths.cumsum()
    return b"".join(bodies[ends[i] - lengths[i] : ends[i]] for i in np.flatnonzero(taken))
