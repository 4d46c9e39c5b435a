"""Placements made up for tests, with the slow definitions of what has to hold."""

from collections import Counter

import numpy as np
from hypothesis import strategies as st

from engine.place import METHODS, place
from engine.types import Candidates, ColorErrors
from engine.wishes import NO_WISHES, Wishes

PENALTIES = [0.0, 0.02, 0.1, 0.5]


class Case:
    """A grid, the score of every tile in every cell, and the candidates that a matcher might have found among them."""

    def __init__(self, seed, cols, rows, tiles, *, k=None, mirrors=False, errors=False, tied=False):
        self.rng = np.random.default_rng(seed)
        self.cols, self.rows, self.cells, self.tiles = cols, rows, cols * rows, tiles
        sides = 2 if mirrors else 1
        values = [0.5, 0.25] if tied else np.linspace(-2, 1, 500)
        # The second half of the columns are the same tiles mirrored.
        self.full = self.rng.choice(values, (self.cells, sides * tiles)).astype(np.float32)
        self.mirrors = mirrors
        self.errors = None
        if errors:
            steps = self.rng.normal(0, 3, (3, *self.full.shape)).astype(np.float32)
            weights = self.rng.uniform(0, 0.02, self.cells).astype(np.float32)
            self.errors = ColorErrors(steps, weights)
        everything = np.ones(tiles, np.bool_)
        self.candidates = self.more(np.arange(self.cells), k or tiles, everything)

    def more(self, cells, k, allowed):
        """The obvious `more`: the best of all allowed columns, k of each side."""
        assert allowed.any()
        assert k >= 1
        assert (np.diff(cells) > 0).all()
        sides = 2 if self.mirrors else 1
        columns = np.flatnonzero(np.tile(allowed, sides))
        scores = self.full[np.ix_(cells, columns)]
        order = np.argsort(-scores, axis=1, kind="stable")[:, : sides * k]
        best = columns[order]
        errors = self.errors and ColorErrors(
            np.take_along_axis(self.errors.steps[:, cells], best[np.newaxis], axis=2),
            self.errors.weights[cells],
        )
        return Candidates(
            (best % self.tiles).astype(np.int32),
            np.take_along_axis(scores, order, axis=1),
            best >= self.tiles if self.mirrors else None,
            errors,
        )

    def place(self, method, wishes=NO_WISHES, *, penalty=0.1, candidates=None, **options):
        return place(
            candidates or self.candidates,
            penalty=penalty,
            tiles=self.tiles,
            cols=self.cols,
            method=method,
            wishes=wishes,
            **{"more": self.more, **options},
        )

    def columns(self, placed):
        """The column of the full table that each cell got."""
        return placed.tiles + (0 if placed.mirrored is None else placed.mirrored * self.tiles)


def families_of(wishes, tiles):
    return np.asarray(tiles if wishes.families is None else wishes.families[tiles])


def penalties(families, penalty):
    return penalty * sum(n * (n - 1) / 2 for n in Counter(families.tolist()).values())


def assert_holds(case, wishes, placed):
    """Every wish, one after the other, by its definition."""
    tiles = placed.tiles
    held = families_of(wishes, tiles)
    uses = Counter(held.tolist())
    assert tiles.shape == (case.cells,)
    assert tiles.dtype == np.int32
    assert max(uses.values()) <= (wishes.max_uses or case.cells)
    assert not wishes.bans & set(tiles.tolist())
    assert {cell: tiles[cell] for cell in wishes.pins} == dict(wishes.pins)
    if wishes.use_all:
        left = np.setdiff1d(np.arange(case.tiles), list(wishes.bans))
        assert set(uses) == set(families_of(wishes, left).tolist())
    reach, grid = wishes.min_distance, held.reshape(case.rows, case.cols)
    for (y, x), family in np.ndenumerate(grid):
        near = grid[max(0, y - reach) : y + reach + 1, max(0, x - reach) : x + reach + 1]
        assert np.count_nonzero(near == family) == 1


@st.composite
def cases(draw, **options):
    cols, rows = draw(st.integers(1, 8)), draw(st.integers(1, 7))
    tiles = draw(st.integers(1, 2 * cols * rows + 2))
    return Case(
        draw(st.integers(0, 2**32 - 1)),
        cols,
        rows,
        tiles,
        k=draw(st.integers(1, 8)),
        **{"mirrors": draw(st.booleans()), "tied": draw(st.booleans()), **options},
    )


@st.composite
def wishes_for(draw, case, only=None):
    """Wishes of all kinds, possible or not; of one kind alone where it is named."""

    def wanted(kind):
        return kind == only or (only is None and draw(st.booleans()))

    tiles, cells = st.integers(0, case.tiles - 1), st.integers(0, case.cells - 1)
    bans = draw(st.frozensets(tiles, max_size=case.tiles // 3)) if wanted("bans") else frozenset()
    pins = draw(st.dictionaries(cells, tiles, max_size=6)) if wanted("pins") else {}
    groups = st.lists(tiles, min_size=case.tiles, max_size=case.tiles)
    return Wishes(
        max_uses=draw(st.integers(1, 4)) if wanted("max_uses") else None,
        min_distance=draw(st.sampled_from([1, 2, 3, 10])) if wanted("min_distance") else 0,
        use_all=wanted("use_all"),
        families=np.array(draw(groups), np.int32) * 7 - 3 if wanted("families") else None,
        bans=bans,
        pins={cell: tile for cell, tile in pins.items() if tile not in bans},
    )


METHOD_NAMES = list(METHODS)
KINDS = ["max_uses", "min_distance", "use_all", "families", "bans", "pins"]
