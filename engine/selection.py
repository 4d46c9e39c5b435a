"""Selection, compiled: the k smallest of many numbers without sorting them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(nogil=True, cache=True)
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


@njit(nogil=True, cache=True)
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
    for i in range(len(values)):
        scratch[i] = values[i]
    limit = least(scratch, len(values), k - 1)
    equals = k
    for i in range(len(values)):
        if values[i] < limit:
            equals -= 1
    found = 0
    for i in range(len(values)):
        if values[i] < limit or (values[i] == limit and equals > 0):
            equals -= values[i] == limit
            places[found] = i
            found += 1
