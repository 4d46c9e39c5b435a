"""Selection, compiled: the k smallest of many numbers without sorting them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel

# One in so many values is sampled for a guess, which is taken this many places higher than it ought to be.
_SAMPLED, _MARGIN = 8, 12


@kernel
def least(values: NDArray[np.float32], count: int, k: int) -> Any:
    """The number that k of the first `count` are before, 0 <= k < count; reorders them (Hoare's find)."""
    left, right = 0, count - 1
    while left < right:
        pivot = values[(left + right) >> 1]
        i, j = left, right
        while i <= j:
            while values[i] < pivot:
                i += 1
            while pivot < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            right = j
        elif k >= i:
            left = i
        else:
            break
    return values[k]


@kernel
def limit_of(values: NDArray[np.float32], k: int, scratch: NDArray[np.float32]) -> Any:
    """The number that k of the values are before, 0 <= k < len(values), and how many were looked at for it.

    scratch : as long as `values` at least; what was looked at comes to its front, all that are less among them.

    A limit guessed from an eighth of the values leaves most of them out; where it was too low they are all looked at.
    """
    sample = 0
    for i in range(0, len(values), _SAMPLED):
        scratch[sample] = values[i]
        sample += 1
    guess = np.float32(np.inf)
    rank = k // _SAMPLED * 5 // 4 + _MARGIN
    if rank < sample:
        guess = least(scratch, sample, rank)
    kept = 0
    for i in range(len(values)):
        if values[i] <= guess:
            scratch[kept] = values[i]
            kept += 1
    if kept <= k:
        kept = len(values)
        for i in range(kept):
            scratch[i] = values[i]
    return least(scratch, kept, k), kept


@kernel
def smallest(
    values: NDArray[np.float32], scratch: NDArray[np.float32], places: NDArray[np.int32]
) -> None:
    """Fill `places` with where the smallest values are, in the order of places; of equals the first ones.

    scratch : as long as `values` at least.
    """
    k = len(places)
    if k == len(values):
        for i in range(k):
            places[i] = i
        return
    limit, kept = limit_of(values, k - 1, scratch)
    equals = k
    for i in range(kept):
        equals -= scratch[i] < limit
    found = 0
    for i in range(len(values)):
        if values[i] < limit or (values[i] == limit and equals > 0):
            equals -= values[i] == limit
            places[found] = i
            found += 1
