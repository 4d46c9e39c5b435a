"""The curve is what mosaics of those penalties measure."""

import pytest

from engine.build import find, make_plan
from engine.curve import PENALTIES, curve
from engine.quality import receipt
from engine.types import Settings


@pytest.mark.parametrize("placement", ["greedy", "improved"])
def test_each_point_is_a_mosaic_with_that_penalty(photo, index, placement):
    settings = Settings("classic", 0.03, placement=placement)
    points = curve(find(photo, index, settings), settings)
    assert tuple(point.penalty for point in points) == PENALTIES
    for point in (points[0], points[5], points[-1]):
        plan = make_plan(photo, index, Settings("classic", point.penalty, placement=placement))
        figures = receipt(plan, plan.grid.thumbs(photo), index)
        assert (point.likeness, point.variety) == (figures.ssim_mean, figures.distinct)


def test_the_best_possible_is_drawn_as_improved(photo, index):
    best, improved = (Settings("classic", placement=name) for name in ("optimal", "improved"))
    match = find(photo, index, best)
    assert curve(match, best) == curve(match, improved)
