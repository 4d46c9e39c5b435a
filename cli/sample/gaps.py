"""Fill gaps in colour: choose cuts to be graded (exposure, hue) into boxes that have too few tiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cli.sample.colors import Floats, lab_of
from cli.sample.need import BOX, count, gamut, middle_of, wanted
from cli.sample.spread import spread
from engine.types import Thumbs

SEED = 1
# How far a cut's mean may be moved before it no longer looks like a photograph, in CIELAB units.
REACH = np.array([30, 24, 24], np.float32)
# Cells of photos are mostly quiet: a cut with strong contrast or mixed colours is the second choice.
MIXED, CONTRAST, TIRED = 11.0, 11.0, 3.0
# So many times more than needed are looked at, and those that differ most are taken.
POOL = 6
# Contrast above this counts less and less when structures are compared, so that not all choices are extreme.
ENOUGH_CONTRAST = 8.0


@dataclass(frozen=True)
class Variant:
    """Cut number `cut` graded to the mean colour `lab`, perhaps mirrored."""

    cut: int
    lab: tuple[float, float, float]
    mirrored: bool


@dataclass
class _Cuts:
    """What choosing looks at: (n, 3) mean colours, (n, 25) structures, (n,) distaste, (n,) uses so far."""

    means: Floats
    structures: Floats
    distaste: Floats
    uses: NDArray[np.int64]

    @classmethod
    def describe(cls, thumbs: Thumbs) -> _Cuts:
        labs = lab_of(thumbs).reshape(len(thumbs), -1, 3)
        means = labs.mean(axis=1)
        off = labs - means[:, None]
        contrast = np.sqrt((off[..., 0] ** 2).mean(axis=1))
        mixed = np.sqrt((off[..., 1:] ** 2).sum(axis=2).mean(axis=1))
        return cls(
            means=means,
            structures=off[..., 0] / (1 + contrast[:, None] / ENOUGH_CONTRAST),
            distaste=(mixed / MIXED) ** 2 + (contrast / CONTRAST) ** 2,
            uses=np.zeros(len(thumbs), np.int64),
        )

    def take(self, lab: Floats, number: int) -> list[int]:
        """Up to `number` cuts that can be graded to `lab` and differ in structure, the quietest first."""
        off = (self.means - lab) / REACH
        distance = np.einsum("ij,ij->i", off, off)
        near = np.flatnonzero(distance < 1)
        if not near.size:
            return []
        cost = distance[near] + self.distaste[near] + (self.uses[near] / TIRED) ** 2
        best = near[np.argsort(cost, kind="stable")[: number * POOL]]
        chosen = best[spread(self.structures[best], number)]
        self.uses[chosen] += 1
        return [int(cut) for cut in chosen]


def fill_gaps(thumbs: Thumbs, plain: int) -> list[Variant]:
    """Variants for every box that has fewer tiles than photographs need.

    thumbs : of all cuts that may be graded; the first `plain` of them are tiles already.
    Every second variant is mirrored: another structure for the same colour. The same thumbs give the same variants.
    """
    cuts = _Cuts.describe(thumbs)
    short = wanted() - count(cuts.means[:plain])
    middles = middle_of(gamut())
    chance = np.random.default_rng(SEED)
    variants: list[Variant] = []
    for box in np.argsort(-short, kind="stable")[: int((short > 0).sum())]:
        for cut in cuts.take(middles[box], int(short[box])):
            lab = middles[box] + chance.uniform(-BOX / 2, BOX / 2, 3)
            variants.append(Variant(cut, (lab[0], lab[1], lab[2]), len(variants) % 2 == 1))
    return variants
