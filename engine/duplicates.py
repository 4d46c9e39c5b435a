"""Which tiles of a set show the same: exactly, by their digests, or nearly, by their perceptual hashes.

>>> same(np.array([b"a", b"b", b"a"], "S16")).tolist()
[0, 1, 0]
>>> alike(np.array([0b0000, 0b1111, 0b0001], np.uint64), bits=2).tolist()
[0, 1, 0]
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadSetting
from engine.features import flat
from engine.kernel import kernel
from engine.types import Thumbs

Hashes = NDArray[np.uint64]
"""(n,) perceptual hashes: `TileRead.phash`."""

# A picture saved twice differs by up to 4 bits, seldom by 6; from 12 on strangers meet.
BITS, BITS_MAX = 5, 12
# Mean difference of thumbs, in steps of 0 to 255 a channel, up to which colours count as the same.
COLOR_STEPS = 10.0
_PIECE_BITS = 14


def same(digests: NDArray[np.bytes_] | NDArray[np.void]) -> NDArray[np.int32]:
    """For each tile the first one with the same digest; its own number where it is the first.

    digests : (n,) of any dtype that sorts, such as "V16". Returns (n,) int32.
    """
    _, first, group = np.unique(digests, return_index=True, return_inverse=True)
    return first[group.reshape(-1)].astype(np.int32)


def alike(
    hashes: Hashes,
    thumbs: Thumbs | None = None,
    *,
    bits: int = BITS,
    color_steps: float = COLOR_STEPS,
) -> NDArray[np.int32]:
    """For each tile the first *kept* one that it is nearly the same as; its own number where there is none: it is kept.

    hashes : (n,) uint64, `TileRead.phash` of each tile, those that come first being preferred: the old tiles before new
        ones. So a tile is never left out for the sake of one that is left out itself, and likeness does not creep.
    thumbs : (n, 5, 5, 3) uint8; None: only hashes are compared. Hashes know no colour: a blue sky and a red one have the
        same, so without thumbs one of them would be lost.
    bits : how many bits of 64 may differ, 0 to 12.
    color_steps : how far thumbs may differ on average, in steps of 0 to 255.

    Returns (n,) int32. Raises BadSetting. Near tiles are found by buckets: of `bits + 1` pieces of two hashes that differ in
    at most `bits` bits one is the same [1]_. 190,000 hashes take about half a second on one core.

    .. [1] Norouzi, Punjani, Fleet (2012): Fast Search in Hamming Space with Multi-Index Hashing. :DOI:`10.1109/CVPR.2012.6248043`
    """
    if not 0 <= bits <= BITS_MAX:
        raise BadSetting(
            f"The number of bits that may differ is 0 to {BITS_MAX}: {bits} is not. {BITS} is a good start."
        )
    first = np.empty(len(hashes), np.int32)
    colors = np.zeros((len(hashes), 0), np.uint8) if thumbs is None else flat(thumbs)
    most = int(color_steps * colors.shape[1])
    # The sum over a thumb differs by no more than all its values together: only a bin and its two neighbours matter.
    sums = colors.sum(axis=1, dtype=np.int32)
    bins = sums // (most + 1)
    codes = _scattered(np.ascontiguousarray(hashes, np.uint64))
    places = _places(codes, bins, bits + 1)
    _alike(codes, colors, sums, (bits, most), *places, first)
    return first


def _scattered(codes: Hashes) -> Hashes:
    """The bits in another order: neighbours in a picture are alike, and would fill few buckets with many tiles."""
    out = np.zeros_like(codes)
    for bit in range(64):
        out |= ((codes >> np.uint64(bit)) & np.uint64(1)) << np.uint64(bit * 29 % 64)
    return out


def _places(
    codes: Hashes, bins: NDArray[np.int32], pieces: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The bucket of each tile for each piece of its hash, (pieces, n), and where each bucket's room starts.

    Buckets that differ in nothing but the bin are numbered one after another, with an empty one at either end.
    """
    edges = np.linspace(0, 64, pieces + 1).round().astype(np.uint64)
    width = int(bins.max(initial=0)) + 3
    buckets = np.empty((pieces, len(codes)), np.int64)
    total = 0
    for piece in range(pieces):
        # Longer pieces are cut off: that only makes buckets fuller, and keeps their table small.
        length = min(edges[piece + 1] - edges[piece], np.uint64(_PIECE_BITS))
        values = (codes >> edges[piece]) & ((np.uint64(1) << length) - np.uint64(1))
        buckets[piece] = total + values.astype(np.int64) * width + bins + 1
        total += width << int(length)
    starts = np.zeros(total + 1, np.int64)
    np.cumsum(np.bincount(buckets.reshape(-1), minlength=total), out=starts[1:])
    return buckets, starts


@kernel
def _alike(  # noqa: PLR0917 - kernels take no keywords
    codes: Hashes,
    colors: NDArray[np.uint8],
    sums: NDArray[np.int32],
    limits: tuple[int, int],
    buckets: NDArray[np.int64],
    starts: NDArray[np.int64],
    first: NDArray[np.int32],
) -> None:
    """Each bucket has room for all its tiles; the kept ones stand in it in their order, hash beside hash."""
    ends = starts[:-1].copy()
    kept = np.empty(starts[-1], np.int32)
    kept_codes = np.empty(starts[-1], np.uint64)
    for i in range(len(codes)):
        best = np.int32(i)
        for piece in range(len(buckets)):
            for bucket in range(buckets[piece, i] - 1, buckets[piece, i] + 2):
                span = (starts[bucket], ends[bucket])
                best = _first_in(span, kept, kept_codes, i, best, codes, colors, sums, limits)
        first[i] = best
        if best == i:
            for bucket in buckets[:, i]:
                kept[ends[bucket]], kept_codes[ends[bucket]] = i, codes[i]
                ends[bucket] += 1


@kernel(inline="always")
def _first_in(  # noqa: PLR0917 - kernels take no keywords
    span: tuple[int, int],
    kept: NDArray[np.int32],
    kept_codes: Hashes,
    i: int,
    best: Any,
    codes: Hashes,
    colors: NDArray[np.uint8],
    sums: NDArray[np.int32],
    limits: tuple[int, int],
) -> Any:
    """The first tile of a bucket that is near to tile i, if it comes before `best`."""
    bits, most = limits
    for at in range(span[0], span[1]):
        other = kept[at]
        if other >= best:
            return best
        if (
            _bits(codes[i] ^ kept_codes[at]) <= bits
            and abs(sums[i] - sums[other]) <= most
            and _steps(colors[i], colors[other]) <= most
        ):
            return other
    return best


@kernel(inline="always")
def _bits(value: Any) -> Any:
    """How many bits are set: in pairs, in fours, in eights, and all eights added by one product."""
    value -= (value >> np.uint64(1)) & np.uint64(0x5555555555555555)
    pairs = np.uint64(0x3333333333333333)
    value = (value & pairs) + ((value >> np.uint64(2)) & pairs)
    value = (value + (value >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((value * np.uint64(0x0101010101010101)) >> np.uint64(56))


@kernel
def _steps(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> Any:
    steps = np.int64(0)
    for k in range(len(one)):
        steps += abs(np.int32(one[k]) - np.int32(other[k]))
    return steps
