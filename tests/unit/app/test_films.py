"""How films are cut: what a form says, what a row keeps, what the engine takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine.limits
from app.domain import limits
from app.domain.errors import BadInput
from app.domain.films import FilmCut
from engine.film_options import FilmOptions

CUTS = st.builds(
    FilmCut,
    frames_per_second=st.integers(1, 50).map(lambda tenths: tenths / 10),
    squares=st.integers(1, limits.SQUARES_MAX),
    skip_dull=st.booleans(),
)


@given(CUTS)
def test_what_is_written_or_kept_is_read_as_the_same(cut):
    assert FilmCut.parse(cut.written()) == FilmCut.of(cut.as_json()) == cut


@given(CUTS)
def test_the_engine_takes_whatever_the_form_takes(cut):
    FilmOptions(**cut.as_json())


def test_form_and_engine_have_the_same_limits_and_defaults():
    names = ("FRAMES_PER_SECOND_MIN", "FRAMES_PER_SECOND_MAX", "SQUARES_MAX")
    for name in names:
        assert getattr(limits, name) == getattr(engine.limits, name)
    ours, theirs = FilmCut().as_json(), FilmOptions()
    assert ours == {name: getattr(theirs, name) for name in ours}


def test_nothing_said_is_the_default():
    assert FilmCut.parse({}) == FilmCut.parse({"squares": " "}) == FilmCut.of(None) == FilmCut()
    assert FilmCut.of({"squares": 1, "of_a_later_version": 3}) == FilmCut(squares=1)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("frames_per_second", "0"),
        ("frames_per_second", "nan"),
        ("squares", "8"),
        ("skip_dull", "?"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(field, text):
    with pytest.raises(BadInput) as raised:
        FilmCut.parse({field: text})
    assert raised.value.field == field
    assert text in raised.value.sentence
