from dataclasses import replace

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.domain.papers import PAPERS
from app.domain.print_layout import SMALL, TILE_LEAST, in_words, lay_out, warning
from app.domain.print_options import FITS, ORIENTATIONS, PrintOptions
from engine.limits import CELL_PX_MIN, TILE_PX

NEAR = 1e-6


@st.composite
def options(draw):
    return PrintOptions(
        paper=draw(st.sampled_from(list(PAPERS))),
        orientation=draw(st.sampled_from(list(ORIENTATIONS))),
        fit=draw(st.sampled_from(list(FITS))),
        border=draw(st.floats(0, 20)),
        bleed=draw(st.floats(0, 25)),
        dpi=draw(st.integers(72, 600)),
        across=draw(st.integers(1, 5)),
        down=draw(st.none() | st.integers(1, 5)),
        overlap=draw(st.floats(0, 40)),
    )


@given(options(), st.integers(4, 300), st.integers(4, 200))
def test_the_picture_lies_where_it_should(chosen, cols, rows):
    try:
        layout = lay_out(chosen, cols, rows)
    except BadInput:  # a hundred sheets, or an overlap of half a sheet
        reject()
    width = layout.across * layout.width - (layout.across - 1) * layout.overlap
    height = layout.down * layout.height - (layout.down - 1) * layout.overlap
    right, bottom = (
        width - layout.left - cols * layout.tile,
        height - layout.top - rows * layout.tile,
    )
    sides = (layout.left, layout.top, right, bottom)
    if chosen.fit == "fill":
        # To the end of the bleed and beyond, and not further than one direction needs.
        assert max(sides) <= -layout.bleed + NEAR
        assert max(sides) == pytest.approx(-layout.bleed, abs=NEAR)
    else:
        assert min(sides) == pytest.approx(chosen.length("border"), abs=NEAR)
        assert layout.cut_off == pytest.approx(0, abs=NEAR)
    assert layout.left == pytest.approx(right, abs=NEAR)
    assert layout.top == pytest.approx(bottom, abs=NEAR)
    assert CELL_PX_MIN <= layout.cell_px <= TILE_PX
    if CELL_PX_MIN < layout.cell_px < TILE_PX:
        assert layout.dpi == pytest.approx(chosen.dpi, rel=0.04)


def test_no_row_of_sheets_is_left_white():
    """With as many below one another as the width asks for, one fewer would make the mosaic smaller."""
    for cols, rows in ((96, 63), (40, 60), (30, 30)):
        layout = lay_out(PrintOptions(across=3), cols, rows)
        fewer = lay_out(PrintOptions(across=3, down=layout.down - 1), cols, rows)
        assert layout.down > 1
        if fewer.width == layout.width:
            assert fewer.tile < layout.tile


def test_paper_lies_as_the_mosaic_does_unless_it_is_told():
    assert lay_out(PrintOptions(), 96, 63).width > lay_out(PrintOptions(), 63, 96).width
    upright = lay_out(PrintOptions(orientation="portrait"), 96, 63)
    assert upright.width < upright.height


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        (PrintOptions(down=2), "as large on 1 sheet"),
        (
            PrintOptions(across=2, down=4, orientation="landscape"),
            "as large on 4 sheets (2 across, 2 down)",
        ),
        (PrintOptions(down=2, orientation="portrait"), "as large on 1 sheet"),
        (PrintOptions(across=3), ""),
        (PrintOptions(across=3, down=2), ""),
        (PrintOptions(down=2, fit="fill"), ""),
        (PrintOptions(), ""),
    ],
)
def test_sheets_that_would_stay_white_are_warned_of(chosen, says):
    said = warning(chosen, lay_out(chosen, 30, 20))
    assert (says in said) if says else said == ""


@given(options(), st.integers(4, 300), st.integers(4, 200))
def test_sheets_that_nobody_asked_for_are_never_too_many(chosen, cols, rows):
    """With as many down as we say it is never told that there are too many, unless fewer across would do."""
    asked = replace(chosen, down=None, across=1)
    try:
        layout = lay_out(asked, cols, rows)
    except BadInput:
        reject()
    assert "stays white" not in warning(asked, layout)


def test_small_tiles_are_warned_of():
    """18 cells of a quarter inch are 4.5 in: on 6.5 in of paper with borders of an inch they fit exactly."""
    paper = PrintOptions(paper="custom", unit="in", width=6.5, height=6.5, border=1)
    exactly = lay_out(paper, 18, 18)
    assert exactly.tile == pytest.approx(TILE_LEAST)
    assert warning(paper, exactly) == ""
    assert warning(paper, lay_out(paper, 19, 19)) == SMALL
    assert "each tile is 0.25 in (6.3 mm) wide" in in_words(paper, exactly)


def test_what_tiles_cannot_give_is_said():
    chosen = PrintOptions(paper="A0", dpi=300)
    assert "at 128 dpi, the most that tiles of 128 px give at this size." in in_words(
        chosen, lay_out(chosen, 46, 30)
    )


def test_what_is_cut_off_is_said():
    chosen = PrintOptions(fit="fill", bleed=3)
    assert " of it cut off at the edges; each tile" in in_words(chosen, lay_out(chosen, 96, 63))


@pytest.mark.parametrize(
    ("texts", "field", "says"),
    [
        ({"paper": "A9"}, "paper", "There is no paper called"),
        ({"paper": "custom"}, "width", "from 40 to 5,000 mm"),
        ({"paper": "custom", "width": "300", "height": "20"}, "height", "from 40 to 5,000 mm"),
        (
            {"paper": "custom", "width": "300", "height": "20", "unit": "in"},
            "width",
            "(1.6 to 197 in)",
        ),
        ({"dpi": "9000"}, "dpi", "from 72 to 600"),
        ({"dpi": "nan"}, "dpi", "from 72 to 600"),
        ({"bleed": "30"}, "bleed", "25 mm at most, which is 1.0 in"),
        ({"bleed": "2", "unit": "in"}, "bleed", "2 in is more"),
        ({"overlap": "x"}, "overlap", "is a number"),
        ({"across": "0"}, "across", "from 1 to 100"),
        ({"across": "11", "down": "10"}, "down", "more than 100 sheets"),
        ({"marks": "perhaps"}, "marks", "neither yes nor no"),
    ],
)
def test_what_cannot_be_printed_is_said_beside_its_field(texts, field, says):
    with pytest.raises(BadInput) as refused:
        PrintOptions.parse(texts)
    assert refused.value.field == field
    assert says in refused.value.sentence


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        (PrintOptions(paper="A5", border=80), "border"),
        (PrintOptions(paper="custom", width=80, height=80, across=2, overlap=45), "overlap"),
        (PrintOptions(across=60), "across"),
    ],
)
def test_what_leaves_nothing_to_see_is_said(chosen, field):
    with pytest.raises(BadInput) as refused:
        lay_out(chosen, 10, 30)
    assert refused.value.field == field


@given(options())
def test_what_is_written_is_read_as_the_same(chosen):
    written = chosen.written()
    again = PrintOptions.parse(written)
    assert again.written() == written
    assert again.fit == chosen.fit
    assert again.down == chosen.down
