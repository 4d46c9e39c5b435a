"""Settings by name: whatever is not automatic is in it, and nothing else."""

import pytest

from app.domain.limits import NAME_MAX
from app.domain.options import MosaicOptions
from app.domain.titles import title

EVERYTHING = MosaicOptions(
    penalty=0.5,
    matcher="exhaustive",
    cells_across=300,
    placement="greedy",
    mirrors=False,
    shift=1.0,
    max_uses=60_000,
    min_distance=10,
    use_all=True,
)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (MosaicOptions(), "Penalty 0.05"),
        (MosaicOptions(penalty=0.08, min_distance=3), "Penalty 0.08, distance 3"),
        (MosaicOptions(max_uses=2, mirrors=True), "Penalty 0.05, used 2 times at most, mirrored"),
        (MosaicOptions(placement="optimal", shift=0.4), "Penalty 0.05, best possible, shift 40 %"),
    ],
)
def test_what_is_not_automatic_is_said(options, said):
    assert title(options) == said


def test_the_longest_is_cut():
    assert len(title(EVERYTHING)) == NAME_MAX
