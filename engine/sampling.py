"""When a film is looked at, and which of its frames are taken. Whole thousandths of a second, so that nothing is rounded twice.

The times looked at are 0, 1/rate, 2/rate, ... A frame is shown from its own time until the next one's; of each frame that is
shown at one of these times, the first such time counts. So each frame is taken once at most, however long it is shown, and
whether it is taken depends on it and the one after it, not on where reading began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")

# Whatever a tile depends on lies within so many looks; see `engine.film_tiles`.
BLOCK_LOOKS = 60


@dataclass(frozen=True, slots=True)
class SampleTimes:
    """The times at which a film is looked at, `rate` times a second."""

    rate: Fraction

    def time_ms(self, number: int) -> int:
        """When look `number`, counted from 0, happens: in ms, rounded down."""
        return number * 1000 * self.rate.denominator // self.rate.numerator

    def first_from(self, ms: int) -> int:
        """Number of the first look at `ms` or later."""
        step = 1000 * self.rate.denominator
        number = max(0, ms * self.rate.numerator // step)
        return number if self.time_ms(number) >= ms else number + 1

    def block(self, ms: int) -> int:
        """Number of the block of looks in which a frame is taken that is first shown at `ms`."""
        return self.first_from(ms) // BLOCK_LOOKS

    def taken(
        self, frames: Iterable[tuple[int, T]], *, last_ms: int
    ) -> Iterator[tuple[int, int, T]]:
        """Frames (ms, frame), in ascending order, as (look, ms, frame): those that are shown when they are looked at.

        last_ms : how long the last frame is shown, where no other follows it.
        """
        held: tuple[int, int, T] | None = None
        for ms, frame in frames:
            look = self.first_from(ms)
            if held is not None and look > held[0]:
                yield held
            held = (look, ms, frame)
        if held is not None and self.time_ms(held[0]) < held[1] + max(1, last_ms):
            yield held

    def dense_enough(self, times_ms: list[int], length_ms: int) -> bool:
        """Whether frames at these times alone leave no step of the looks without a frame, from the first to the end."""
        step = 1000 / self.rate
        edges = [0, *times_ms, length_ms]
        return all(later - earlier <= step for earlier, later in pairwise(edges))
