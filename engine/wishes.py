"""What a person may ask of a placement beside the penalty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadSetting
from engine.limits import DISTANCE_MAX


@dataclass(frozen=True, slots=True, eq=False)
class Wishes:
    """Repeat controls. They hold whatever the penalty is. A wrong value raises `BadSetting`.

    max_uses : the most uses of one tile; None: any number.
    min_distance : no tile shows again within so many cells across, down or slantwise; 0 to 10.
    use_all : every tile shows at least once.
    families : (tiles,) int32, a number for each tile, the same for tiles that count as one: for the penalty, and for the
        three wishes above. None: every tile is a family of its own.
    bans : tiles that never show.
    pins : cell to the tile that shows there.
    calm : bans and pins are changes to the placement that would be without them: what they do not touch stays.
    """

    max_uses: int | None = None
    min_distance: int = 0
    use_all: bool = False
    families: NDArray[np.int32] | None = None
    bans: frozenset[int] = frozenset()
    pins: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    calm: bool = False

    def __post_init__(self) -> None:
        """Refuse what no form can send."""
        if self.max_uses is not None and self.max_uses < 1:
            raise BadSetting(
                f"The most uses of a tile is a whole number from 1: {self.max_uses} is not. Leave it out for no limit."
            )
        if not 0 <= self.min_distance <= DISTANCE_MAX:
            raise BadSetting(
                f"The distance between two uses of a tile is 0 to {DISTANCE_MAX} cells: {self.min_distance} is not. "
                "0 is no wish at all; 3 keeps twins out of sight of one another."
            )

    @property
    def edited(self) -> bool:
        """Whether there are bans or pins that are to be changes alone. With every tile at least once they are not."""
        return self.calm and not self.use_all and bool(self.bans or self.pins)

    @property
    def unedited(self) -> Wishes:
        """The same without bans and pins."""
        return replace(self, bans=frozenset(), pins=MappingProxyType({}))

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        repeats = self.max_uses is not None or self.min_distance > 0 or self.use_all
        return repeats or self.families is not None or bool(self.bans) or bool(self.pins)


NO_WISHES = Wishes()
