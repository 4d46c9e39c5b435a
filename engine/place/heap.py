"""A binary heap of families by distance, compiled, in which a distance may fall."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernel import kernel


class Heap(NamedTuple):
    """Families to settle; how many there are is kept by the caller.

    families : (families,) int32, the heap itself: no entry is farther than those at twice its place.
    places : (families,) int32, where each family is in the heap.
    distances : (families,) float64.
    """

    families: NDArray[np.int32]
    places: NDArray[np.int32]
    distances: NDArray[np.float64]

    @classmethod
    def empty(cls, families: int) -> Heap:
        """Every distance infinite."""
        return cls(
            np.empty(families, np.int32),
            np.empty(families, np.int32),
            np.full(families, np.inf),
        )


@kernel
def rise(heap: Heap, place: int, family: int) -> None:
    """Put a family at a place, or nearer to the top where its distance belongs."""
    while place > 0:
        above = (place - 1) >> 1
        if heap.distances[heap.families[above]] <= heap.distances[family]:
            break
        heap.families[place] = heap.families[above]
        heap.places[heap.families[place]] = place
        place = above
    heap.families[place] = family
    heap.places[family] = place


@kernel
def drop_top(heap: Heap, size: int) -> int:
    """Take the top of `size` entries away. Returns how many are left."""
    size -= 1
    family, place = heap.families[size], 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if (
            below + 1 < size
            and heap.distances[heap.families[below + 1]] < heap.distances[heap.families[below]]
        ):
            below += 1
        if heap.distances[heap.families[below]] >= heap.distances[family]:
            break
        heap.families[place] = heap.families[below]
        heap.places[heap.families[place]] = place
        place = below
    heap.families[place] = family
    heap.places[family] = place
    return size
