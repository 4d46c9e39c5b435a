import pytest

from benchmarks import references
from benchmarks.library import cuts, photo
from engine.build import make_plan
from engine.index import Index
from engine.types import Settings


@pytest.fixture(scope="module")
def library():
    return cuts(400)


@pytest.fixture(scope="module")
def picture():
    return photo("chelsea", 80)


def test_the_original_chooses_what_exhaustive_chooses(library, picture):
    plan = make_plan(picture, Index.build(library), Settings("exhaustive", 0.0))
    chosen = references.exhaustive(plan.grid.thumbs(picture), library)
    assert (plan.assignment == chosen).all()


@pytest.mark.parametrize("penalty", [0.0, 0.05, 0.5])
def test_the_tree_version_chooses_what_classic_chooses(library, picture, penalty):
    plan = make_plan(picture, Index.build(library), Settings("classic", penalty))
    chosen = references.classic(plan.grid.thumbs(picture), library, penalty)
    assert (plan.assignment == chosen).all()
