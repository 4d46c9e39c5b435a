"""Buttons about single tiles: what follows from each, and what none of them may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.acts import after, banned_everywhere
from app.domain.edits import Cell, Pin
from app.domain.errors import BadInput
from app.domain.limits import BANS_MAX
from app.domain.options import MosaicOptions

TILES = st.integers(0, 5)
CELLS = st.builds(Cell, st.integers(0, 2), st.integers(0, 2)).map(lambda cell: cell.written)
ACTS = st.one_of(
    st.builds("{}.{}".format, st.sampled_from(["ban", "allow", "everywhere"]), TILES),
    st.builds("pin.{}.{}".format, CELLS, TILES),
    st.builds("unpin.{}".format, CELLS),
    st.just("clear"),
)


@given(st.lists(ACTS))
def test_no_tile_is_banned_and_pinned_and_no_cell_has_two(acts):
    options = MosaicOptions(penalty=0.2)
    for act in acts:
        options = after(options, act)
        assert not set(options.bans) & {pin.tile for pin in options.pins}
        assert len({pin.cell for pin in options.pins}) == len(options.pins)
        assert MosaicOptions.parse(**options.written()) == options
        if act.startswith("pin."):
            assert act in [f"pin.{pin.cell.written}.{pin.tile}" for pin in options.pins]
        if act.startswith("ban."):
            assert act in [f"ban.{tile}" for tile in options.bans]
    assert options.penalty == 0.2


@pytest.mark.parametrize(
    "act", ["", "ban", "ban.x", "pin.1.2", "pin.1.2.3.4", "unpin.1", "pin....", "ban.7 ", "free.1"]
)
def test_a_button_of_no_page_is_refused(act):
    with pytest.raises(BadInput, match="Nothing was changed"):
        after(MosaicOptions(), act)
    assert banned_everywhere(act) is None


def test_there_is_an_end_to_bans_and_to_pins():
    full = MosaicOptions(bans=tuple(range(BANS_MAX)))
    with pytest.raises(BadInput, match="2,000 tiles at most"):
        after(full, "ban.5000")
    pins = tuple(Pin(Cell(col, row), 1) for col in range(50) for row in range(40))
    with pytest.raises(BadInput, match="2,000 pinned cells"):
        after(MosaicOptions(pins=pins), "pin.60.60.1")
