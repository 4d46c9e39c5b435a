"""High dynamic range to sRGB, against the standards' own numbers."""

import numpy as np
import pytest

from engine.hdr import HLG, PQ, _light, to_srgb


def levels(*shares):
    return np.round(np.array(shares)[None, :, None] * 65535 * np.ones(3)).astype(np.uint16)


@pytest.mark.parametrize(
    ("transfer", "level", "candela"),
    # ITU-R BT.2408 table 1: diffuse white; ST 2084: 100 and 1,000 cd/m2; BT.2100: the peak.
    [
        (PQ, 0.5806, 203),
        (PQ, 0.5081, 100),
        (PQ, 0.7518, 1_000),
        (HLG, 0.75, 203),
        (HLG, 1.0, 1_000),
    ],
)
def test_light_is_what_the_standard_says(transfer, level, candela):
    assert _light(transfer)[round(level * 4095)] * 203 == pytest.approx(candela, rel=0.02)


@pytest.mark.parametrize(("transfer", "white"), [(PQ, 0.58), (HLG, 0.75)])
def test_greys_stay_grey_and_white_has_room_above(transfer, white):
    [row] = to_srgb(levels(0, white / 2, white, 1), transfer).astype(int)
    assert np.ptp(row, axis=1).max() <= 1
    assert row[0, 0] == 0
    assert 200 <= row[2, 0] <= 220
    assert row[3, 0] == 255
    assert (np.diff(row[:, 0]) > 0).all()


def test_a_red_of_bt_709_stays_red():
    """(1, 0, 0) of BT.709 in BT.2020 primaries, by BT.2087, at a quarter of diffuse white."""
    light = np.array([0.6274, 0.0691, 0.0164]) * 203 / 4 / 10_000
    power = light ** (1305 / 8192)
    pq = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** (2523 / 32)
    [[[red, green, blue]]] = to_srgb(np.round(pq * 65535).astype(np.uint16)[None, None], PQ)
    assert red > 120
    assert max(green, blue) < 25
