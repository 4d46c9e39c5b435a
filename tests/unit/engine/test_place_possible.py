"""Impossible wishes are named, possible ones are not, and the way out that is offered leads out."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadSetting
from engine.grid import Grid
from engine.place.possible import check
from engine.wishes import Wishes
from tests.unit.engine.place_cases import (
    METHOD_NAMES,
    Case,
    assert_holds,
    families_of,
    wishes_for,
)

UNSURE = "No way was found"


def can_be_held(case, wishes):
    """By trying everything, cell after cell."""
    left = np.setdiff1d(np.arange(case.tiles), list(wishes.bans))
    names = set(families_of(wishes, left).tolist())
    pinned = {cell: {int(families_of(wishes, tile))} for cell, tile in wishes.pins.items()}
    cap, reach = wishes.max_uses or case.cells, wishes.min_distance

    def far(cell, other):
        (y, x), (v, u) = divmod(cell, case.cols), divmod(other, case.cols)
        return max(abs(y - v), abs(x - u)) > reach

    def search(held):
        cell = len(held)
        if cell == case.cells:
            return not wishes.use_all or names <= set(held)
        return any(
            search([*held, name])
            for name in pinned.get(cell, names)
            if held.count(name) < cap
            and all(far(cell, other) for other, its in enumerate(held) if its == name)
        )

    return search([])


@given(data=st.data(), method=st.sampled_from(METHOD_NAMES))
@settings(deadline=None, max_examples=400)
def test_what_is_called_impossible_is_so_and_the_rest_is_held(data, method):
    cols = data.draw(st.integers(1, 3))
    rows, tiles = data.draw(st.integers(1, 6 // cols)), data.draw(st.integers(1, 5))
    case = Case(data.draw(st.integers(0, 99)), cols, rows, tiles, k=data.draw(st.integers(1, 3)))
    wishes = data.draw(wishes_for(case))
    try:
        placed = case.place(method, wishes)
    except BadSetting as error:
        if not str(error).startswith(UNSURE):
            assert not can_be_held(case, wishes), error  # noqa: PT017  # only sometimes raised
    else:
        assert_holds(case, wishes, placed)


def follow(advice, case, wishes, photo):
    """The wishes and the case after a sentence was taken at its word."""
    number = int(re.search(r"\d+", advice.replace(",", "") + " 1")[0])
    names = families_of(wishes, np.arange(case.tiles))
    if advice.startswith("allow at least one"):
        return case, replace(wishes, bans=frozenset(sorted(wishes.bans)[1:]))
    if advice.startswith("allow"):
        return case, replace(wishes, max_uses=number)
    if advice.startswith("choose a distance"):
        return case, replace(wishes, min_distance=number)
    if advice.startswith("add"):
        new = np.arange(number, dtype=np.int32) + 10_000
        families = None if wishes.families is None else np.append(wishes.families, new)
        larger = Case(0, case.cols, case.rows, case.tiles + number, k=1)
        return larger, replace(wishes, families=families)
    if advice.startswith("take"):
        pinned = names[list(wishes.pins.values())]
        left = np.setdiff1d(np.delete(names, list(wishes.bans)), pinned)
        out = np.flatnonzero(np.isin(names, left[:number]))
        return case, replace(wishes, bans=wishes.bans | frozenset(out.tolist()))
    if advice.startswith("use"):
        grid = Grid.fit(*photo, number)
        return Case(0, grid.cols, grid.rows, case.tiles, k=1), wishes
    raise AssertionError(advice)


def without_pins(sentence, wishes):
    """What is left after the pins were removed that a sentence names."""
    two = re.search(r"cells (\S+) and (\S+), ", sentence)
    if two:
        gone = [int(two[1].replace(",", ""))]
    else:
        tile, count = re.search(r"Tile (\S+) or .* remove (\S+) of these", sentence).groups()
        name = families_of(wishes, np.array(int(tile)))
        same = [c for c, t in wishes.pins.items() if families_of(wishes, np.array(t)) == name]
        gone = same[: int(count)]
    return replace(wishes, pins={c: t for c, t in wishes.pins.items() if c not in gone})


@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_who_follows_the_advice_gets_a_placement(data):
    """Whichever way out is taken. Another complaint may follow, but never the same one again."""
    photo = data.draw(st.integers(100, 300)), data.draw(st.integers(100, 300))
    grid = Grid.fit(*photo, data.draw(st.integers(4, 9)))
    case = Case(
        data.draw(st.integers(0, 99)), grid.cols, grid.rows, data.draw(st.integers(1, 60)), k=1
    )
    wishes = data.draw(wishes_for(case))
    heard = []
    while True:
        try:
            assert_holds(case, wishes, case.place("greedy", wishes))
            break
        except BadSetting as error:
            sentence = str(error)
        ways = re.split(r" or (?=use|add|remove)", sentence.rsplit(": ", 1)[1].rstrip("."))
        way = data.draw(st.sampled_from(ways))
        if way.startswith("remove"):
            before = len(wishes.pins)
            wishes = without_pins(sentence, wishes)
            assert len(wishes.pins) < before
        else:
            complaint = re.sub(r"[\d,]+", "", sentence)[:60]
            assert complaint not in heard, (heard, sentence)
            heard.append(complaint)
            case, wishes = follow(way, case, wishes, photo)


def refused(tiles, cols, rows, **wishes):
    wishes = Wishes(**wishes)
    families = None
    if wishes.families is not None and len(wishes.families) == tiles:
        families = np.unique(wishes.families, return_inverse=True)[1].astype(np.int32)
    with pytest.raises(BadSetting) as caught:
        check(wishes, tiles, families, cols, rows)
    return str(caught.value)


def test_too_few_uses():
    assert refused(3000, 96, 63, max_uses=1) == (
        "3,000 tiles at 1 use cannot cover 6,048 cells: allow 3 uses or use 67 cells across."
    )
    check(Wishes(max_uses=3), 3000, None, 96, 63)
    check(Wishes(max_uses=1), 3000, None, 67, Grid.fit(600, 399, 67).rows)


def test_a_smaller_grid_is_no_way_out_for_pins_and_for_tiles_that_all_have_to_show():
    assert refused(20, 5, 5, max_uses=1, pins={0: 0}).endswith("allow 2 uses.")
    assert refused(20, 5, 5, max_uses=1, use_all=True).endswith("allow 2 uses.")
    assert refused(6, 2, 5, max_uses=1).endswith("allow 2 uses.")


def test_uses_that_a_distance_takes_are_counted():
    """Four tiles twice would cover 8 cells, but the pattern takes a tile thrice."""
    assert "allow 4 uses" in refused(4, 3, 3, max_uses=2, min_distance=1)


def test_too_great_a_distance():
    assert refused(12, 10, 10, min_distance=3) == (
        "To show no tile twice within 3 cells takes 16 tiles, not 12: choose a distance of 2 or add 4 tiles."
    )
    assert refused(3, 10, 10, min_distance=1).endswith("choose a distance of 0 or add 1 tile.")


def test_families_are_called_so():
    pairs = np.arange(10) // 2
    assert refused(10, 6, 2, max_uses=2, families=pairs, bans={0}) == (
        "5 families of tiles at 2 uses cannot cover 12 cells: allow 3 uses or use 5 cells across."
    )
    assert "1 family of tiles at" in refused(2, 3, 1, max_uses=1, families=np.zeros(2, int))
    assert "takes 9 families of tiles, not 5" in refused(10, 9, 9, min_distance=2, families=pairs)


def test_every_tile_banned():
    assert refused(2, 3, 1, bans={0, 1}) == "All 2 tiles are banned: allow at least one of them."


def test_tiles_that_cannot_all_show():
    assert refused(30, 5, 5, use_all=True) == (
        "30 tiles cannot all show in 25 cells: take 5 tiles out of the set or use 6 cells across."
    )
    assert refused(25, 5, 5, use_all=True, pins={0: 3, 1: 3}) == (
        "25 tiles cannot all show in 25 cells beside 2 pins: take 1 tile out of the set."
    )
    assert "beside 1 pin:" in refused(30, 5, 5, use_all=True, pins={0: 3})
    assert refused(100_000, 200, 200, use_all=True).endswith("take 60,000 tiles out of the set.")


def test_pins_that_are_too_many():
    assert refused(9, 3, 3, max_uses=2, pins={0: 4, 4: 4, 8: 4}) == (
        "Tile 4 or its family is pinned to 3 cells, and the most uses of a tile are 2: "
        "allow 3 uses or remove 1 of these pins."
    )


def test_pins_that_are_too_near():
    """The nearest two are named, so that one change of the distance is enough."""
    assert refused(50, 9, 9, min_distance=6, pins={0: 4, 5: 4, 40: 7, 42: 7}) == (
        "Tile 7 or its family is pinned to cells 40 and 42, 2 apart, and no tile shall show twice within 6 cells: "
        "choose a distance of 1 or remove one of the two pins."
    )


def test_what_no_form_sends():
    assert "ban or to pin: this set has tiles 0 to 8" in refused(9, 3, 3, bans={9})
    assert "ban or to pin: this set has tiles 0 to 8" in refused(9, 3, 3, pins={0: -1})
    assert "no cell 9 to pin a tile to" in refused(9, 3, 3, pins={9: 0})
    assert "lift the ban or remove the pin" in refused(9, 3, 3, bans={2}, pins={1: 2})
    assert "give each tile one family" in refused(9, 3, 3, families=np.zeros(8, int))


@pytest.mark.parametrize("method", METHOD_NAMES)
def test_no_way_that_is_found(method):
    """All cells around a free one are pinned: the pattern's tiles are used up beside it."""
    pins = {0: 0, 1: 1, 2: 2, 3: 3, 5: 4, 6: 5, 7: 6, 8: 7}
    case = Case(1, 3, 3, 8)
    with pytest.raises(BadSetting) as caught:
        case.place(method, Wishes(min_distance=1, pins=pins))
    assert str(caught.value) == (
        "No way was found to hold all of these wishes together: choose a distance of 0 or add 1 tile."
    )
    assert_holds(case, Wishes(pins=pins), case.place(method, Wishes(pins=pins)))
    more = Case(1, 3, 3, 9)
    held = Wishes(min_distance=1, pins=pins)
    assert_holds(more, held, more.place(method, held))
