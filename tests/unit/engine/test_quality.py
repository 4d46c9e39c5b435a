import numpy as np
import pytest
from skimage.metrics import structural_similarity

from engine.build import make_plan
from engine.quality import receipt
from engine.types import Settings


def test_a_receipt_says_what_the_plan_is(photo, index):
    plan = make_plan(photo, index, Settings("exhaustive", 0.02))
    cells = plan.grid.thumbs(photo)
    figures = receipt(plan, cells, index)
    tiles, uses = np.unique(plan.assignment, return_counts=True)
    theirs = [
        structural_similarity(cell, index.thumbs[tile], channel_axis=2, data_range=255, win_size=3)
        for cell, tile in zip(cells, plan.assignment, strict=True)
    ]
    assert figures.as_dict() == {
        "cells": 48 * 32,
        "distinct": len(tiles),
        "most_used_tile": tiles[uses.argmax()],
        "most_used_times": uses.max(),
        "ssim_mean": pytest.approx(np.mean(theirs), abs=1e-6),
        "ssim_median": pytest.approx(np.median(theirs), abs=1e-6),
        "ssim_best": pytest.approx(np.max(theirs), abs=1e-6),
        "ssim_worst": pytest.approx(np.min(theirs), abs=1e-6),
    }
    assert {type(value) for value in figures.as_dict().values()} == {int, float}
