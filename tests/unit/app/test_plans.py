import gzip
import json

import pytest

from app.domain.plans import KeptPlan


@pytest.fixture
def plan():
    said = {
        "grid": {"cols": 3, "rows": 2},
        "tiles": [7, 9, 7, 200_000, 7, 9],
        "scores": [0.5, 0.25, None, 1, 0.75, 0.5],
        "mirrored": [1, 4],
    }
    return KeptPlan.of_file(gzip.compress(json.dumps(said).encode()))


def test_cells_are_counted_row_by_row(plan):
    assert [plan.place(cell) for cell in range(plan.cells)] == [
        *((0, 0), (1, 0), (2, 0)),
        *((0, 1), (1, 1), (2, 1)),
    ]


@pytest.mark.parametrize(("tile", "places"), [(7, [0, 2, 4]), (200_000, [3]), (8, [])])
def test_all_places_of_a_tile(plan, tile, places):
    assert plan.places_of(tile) == places


def test_how_many_match_worse(plan):
    assert [plan.better_than(cell) for cell in range(6)] == [2 / 6, 1 / 6, 0, 5 / 6, 4 / 6, 2 / 6]


def test_mirrored_cells_are_known(plan):
    assert [cell for cell in range(6) if cell in plan.mirrored] == [1, 4]
