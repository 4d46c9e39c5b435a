"""Which tiles a set has, and which belong together: as its rows say, whatever is counted instead of sent."""

import itertools

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from app.models import Tile
from worker.pack_tiles import tiles_listed

PACK = 3
# What may have become of a pack of tiles 0, 1, 2: those removed, and those of one family.
WHOLE, HOLED, EMPTY = ([], []), ([1], []), ([0, 1, 2], [])
GROUPED, BOTH = ([], [0, 2]), ([0], [1, 2])


def rows_of(session, tile_set):
    """One after the other: numbers, and for each tile the first one of its family."""
    of_set = select(Tile.number, Tile.family).where(Tile.tile_set_id == tile_set.id)
    rows = session.execute(of_set.order_by(Tile.number)).all()
    firsts = {}
    for number, family in rows:
        if family is not None:
            firsts.setdefault(family, number)
    return [number for number, _ in rows], [firsts.get(family, number) for number, family in rows]


def told(listed):
    numbers = listed.numbers
    if listed.families is None:
        return numbers.tolist(), numbers.tolist()
    _, first, group = np.unique(listed.families, return_index=True, return_inverse=True)
    return numbers.tolist(), numbers[first][group].tolist()


@pytest.fixture
def in_state(session, library):
    """A set of packs in these states."""

    def make(*states):
        tile_set = library.empty()
        for gone, grouped in states:
            first = tile_set.next_number
            library.add(tile_set, PACK)
            of_set = Tile.tile_set_id == tile_set.id
            family = update(Tile).where(of_set, Tile.number.in_([first + at for at in grouped]))
            session.execute(family.values(family=first))
            session.execute(delete(Tile).where(of_set, Tile.number.in_([first + a for a in gone])))
            session.commit()
        return tile_set

    return make


def test_numbers_and_families_are_those_of_the_rows(session, sessions, in_state):
    in_state(WHOLE, GROUPED)  # somebody else's
    for states in itertools.product((WHOLE, HOLED, EMPTY, GROUPED, BOTH), repeat=2):
        tile_set = in_state(*states)
        assert told(tiles_listed(sessions, tile_set.id)) == rows_of(session, tile_set), states


def test_numbers_between_packs_are_left_out(session, sessions, library, in_state):
    tile_set = in_state(WHOLE)
    tile_set.next_number += 1_000
    library.add(tile_set, PACK)
    assert tiles_listed(sessions, tile_set.id).numbers.tolist() == [0, 1, 2, 1003, 1004, 1005]


def test_a_set_of_whole_packs_has_no_families_and_numbers_of_64_bits(sessions, in_state):
    listed = tiles_listed(sessions, in_state(WHOLE, WHOLE).id)
    assert listed.families is None
    assert listed.numbers.dtype == np.int64


def test_an_empty_set_has_none(sessions, in_state):
    assert len(tiles_listed(sessions, in_state().id).numbers) == 0
