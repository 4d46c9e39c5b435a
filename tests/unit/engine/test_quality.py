import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.metrics import structural_similarity

from engine.build import make_plan
from engine.far import far_color_error, far_ssim, picture
from engine.quality import effective_tiles, nearest_twin, receipt
from engine.shift import cell_colors, shifted
from engine.types import Settings


@pytest.fixture(scope="module")
def plan(photo, index):
    return make_plan(photo, index, Settings("exhaustive", 0.02))


@pytest.fixture(scope="module")
def cells(plan, photo):
    return plan.grid.thumbs(photo)


def ssims(cells, tiles):
    return [
        structural_similarity(cell, tile, channel_axis=2, data_range=255, win_size=3)
        for cell, tile in zip(cells, tiles, strict=True)
    ]


def test_a_receipt_says_what_the_plan_is(plan, cells, index):
    figures = receipt(plan, cells, index)
    tiles, uses = np.unique(plan.assignment, return_counts=True)
    theirs = ssims(cells, index.thumbs[plan.assignment])
    pictures = [picture(thumbs, 48) for thumbs in (cells, index.thumbs[plan.assignment])]
    assert figures.as_dict() == {
        "cells": 48 * 32,
        "distinct": len(tiles),
        "effective": pytest.approx(np.prod((uses / 1536.0) ** (-uses / 1536.0))),
        "most_used_tile": tiles[uses.argmax()],
        "most_used_times": uses.max(),
        "uses": [
            np.count_nonzero((uses > 2 ** (i - 1)) & (uses <= 2**i))
            for i in range(int(uses.max() - 1).bit_length() + 1)
        ],
        "nearest_twin": 1,
        "mirrored": 0,
        "shift": 0.0,
        "ssim_mean": pytest.approx(np.mean(theirs), abs=1e-6),
        "ssim_median": pytest.approx(np.median(theirs), abs=1e-6),
        "ssim_best": pytest.approx(np.max(theirs), abs=1e-6),
        "ssim_worst": pytest.approx(np.min(theirs), abs=1e-6),
        "far_color_error": far_color_error(*pictures),
        "far_ssim": far_ssim(*pictures),
        "objective": figures.objective,
        "gap": plan.gap,
    }


def test_a_receipt_is_plain_json(plan, cells, index):
    known = replace(plan, objective=np.float64(-12.5), gap=0.01)
    for measured in (plan, known, replace(plan, objective=float("nan"), gap=None)):
        figures = receipt(measured, cells, index).as_dict()
        assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert receipt(known, cells, index).objective == -12.5
    assert receipt(replace(plan, objective=float("nan")), cells, index).objective is None


def test_mirrored_tiles_are_measured_as_they_are_shown(plan, cells, index):
    mirrored = np.arange(plan.grid.cells) % 3 == 0
    figures = receipt(replace(plan, mirrored=mirrored), cells, index)
    shown = index.thumbs[plan.assignment].copy()
    shown[::3] = shown[::3, :, ::-1]
    assert figures.mirrored == 512
    assert figures.ssim_mean == pytest.approx(np.mean(ssims(cells, shown)), abs=1e-6)


def test_shifted_tiles_are_measured_as_they_are_shown(plan, cells, index):
    colors = cell_colors(cells)
    figures = receipt(replace(plan, shift=0.4, colors=colors), cells, index)
    shown = shifted(index.thumbs[plan.assignment], colors, 0.4)
    assert figures.shift == 0.4
    assert figures.ssim_mean == pytest.approx(np.mean(ssims(cells, shown)), abs=1e-6)
    assert figures.far_color_error == far_color_error(picture(cells, 48), picture(shown, 48))


def test_a_perfect_mosaic(plan, cells, index):
    """Tiles that are the photo's own cells."""
    own = replace(index, thumbs=cells, sums=index.sums)
    every = replace(plan, assignment=np.arange(len(cells), dtype=np.int32))
    figures = receipt(every, cells, own)
    assert figures.distinct == figures.cells == pytest.approx(figures.effective)
    assert (figures.ssim_worst, figures.far_ssim) == (pytest.approx(1), pytest.approx(1))
    assert figures.far_color_error == 0
    assert figures.nearest_twin is None


@settings(deadline=None)
@given(arrays(np.int64, st.integers(1, 20), elements=st.integers(0, 9)).filter(np.any))
def test_effective_tiles_are_between_one_and_all(uses):
    effective = effective_tiles(uses)
    assert 1 - 1e-9 <= effective <= np.count_nonzero(uses) + 1e-9


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 40), st.randoms())
def test_nearest_twin_is_the_least_of_all_pairs(cols, rows, tiles, random):
    """The reference looks at every pair."""
    assignment = np.array([random.randint(0, tiles) for _ in range(cols * rows)], np.int32)
    places = [divmod(cell, cols) for cell in range(cols * rows)]
    distances = [
        max(abs(places[i][0] - places[j][0]), abs(places[i][1] - places[j][1]))
        for i in range(len(places))
        for j in range(i)
        if assignment[i] == assignment[j]
    ]
    assert nearest_twin(assignment, cols) == min(distances, default=None)
