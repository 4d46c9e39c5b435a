"""Candidates as they are and mirrored, made one list."""

from __future__ import annotations

import numpy as np

from engine.types import Candidates, ColorErrors


def best_of_both(plain: Candidates, turned: Candidates, k: int) -> Candidates:
    """At most k of two lists of candidates for each cell, best first; of equals the one that is not mirrored.

    turned : candidates of the mirrored cells; k may be less than both lists have together. A tile can be in both:
        it and its mirror image share one count of uses, as they have one number.
    """
    scores = np.concatenate([plain.scores, turned.scores], axis=1)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    tiles = np.concatenate([plain.tiles, turned.tiles], axis=1)

    errors = None
    if plain.errors is not None and turned.errors is not None:
        steps = np.concatenate([plain.errors.steps, turned.errors.steps], axis=2)
        errors = ColorErrors(
            np.take_along_axis(steps, order[np.newaxis], axis=2), plain.errors.weights
        )
    return Candidates(
        np.take_along_axis(tiles, order, axis=1),
        np.take_along_axis(scores, order, axis=1),
        order >= plain.tiles.shape[1],
        errors,
    )
