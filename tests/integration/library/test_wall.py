"""Which tiles a wall shows."""

import pytest

from app.domain.colors import lab_of
from app.domain.numbers import slice_of
from app.services.remove_tiles import remove_tiles
from app.services.wall import NEAREST, Wanted, has_times, runs_on


@pytest.fixture
def tile_set(library):
    tile_set = library.empty()
    library.add(tile_set, 10)
    return tile_set


def shown(session, tile_set, **wanted):
    runs = runs_on(session, tile_set, Wanted(**wanted))
    return slice_of(runs, 0, 10**6)


def test_all_tiles_are_one_run(session, tile_set):
    assert runs_on(session, tile_set, Wanted()) == [(0, 10)]


def test_an_empty_set_has_no_runs(session, library):
    assert runs_on(session, library.empty(), Wanted()) == []


def test_removed_tiles_leave_gaps(session, storage, bell, owner, tile_set):
    remove_tiles(session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, numbers=[0, 4, 5])
    assert runs_on(session, tile_set, Wanted()) == [(1, 3), (6, 4)]


def test_one_source_alone(session, library, tile_set):
    second = library.add(tile_set, 5)
    assert shown(session, tile_set, source_id=second.id) == [10, 11, 12, 13, 14]


def test_a_part_of_a_film(session, library, tile_set):
    assert not has_times(session, tile_set)
    film = library.add(tile_set, 5, film_ms=1000)
    assert has_times(session, tile_set)
    assert shown(session, tile_set, from_ms=11_000, to_ms=13_000) == [11, 12, 13]
    assert shown(session, tile_set, source_id=film.id, to_ms=10_500) == [10]


def test_the_nearest_in_color_come_first(session, tile_set, colour):
    found = shown(session, tile_set, color=lab_of(colour(7)))
    assert found[0] == 7
    labs = {number: lab_of(colour(number)) for number in range(10)}
    far = {n: sum((a - b) ** 2 for a, b in zip(labs[n], labs[7], strict=True)) for n in labs}
    assert found == sorted(found, key=far.__getitem__)
    assert all(far[number] <= 905 for number in found)


def test_filters_compose(session, library, tile_set, colour):
    second = library.add(tile_set, 5)
    assert shown(session, tile_set, source_id=second.id, color=lab_of(colour(12)))[0] == 12
    assert 12 not in shown(session, tile_set, color=lab_of(colour(12)), to_ms=5)


def test_of_the_nearest_there_are_only_so_many(session, library, colour):
    tile_set = library.empty()
    library.add(tile_set, NEAREST + 20)
    grey = runs_on(session, tile_set, Wanted(color=(50.0, 0.0, 0.0)))
    assert sum(count for _, count in grey) <= NEAREST
