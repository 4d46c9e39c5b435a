"""What a set's colours mean in words."""

from app.domain.colors import chroma, gamut, middle_of, name_of
from app.domain.coverage import VIVID, by_name, counts_in, lacking, sentence

EVEN = dict.fromkeys(gamut(), 50)


def named(name):
    return [box for box in gamut() if name_of(middle_of(box)) == name]


def test_counts_come_out_of_a_row_as_they_went_in():
    assert counts_in([[5, -1, 2, 30]]) == {(5, -1, 2): 30}


def test_a_set_with_everything_lacks_nothing():
    assert lacking(EVEN) == []
    assert "every usual colour is there" in sentence(EVEN).lower()


def test_what_is_rare_is_named_with_its_number():
    few = EVEN | dict.fromkeys(named("dark blues"), 0) | {named("dark blues")[0]: 41}
    assert lacking(few) == [("dark blues", 41)]
    assert "Few dark blues: 41 tiles." in sentence(few)


def test_what_is_not_there_is_named_too():
    none = {box: count for box, count in EVEN.items() if box not in named("yellows")}
    assert lacking(none) == [("yellows", 0)]
    assert "No yellows." in sentence(none)


def test_neon_is_not_missed():
    calm = {box: 50 for box in gamut() if chroma(middle_of(box)) <= VIVID}
    assert lacking(calm) == []


def test_a_set_of_one_color_says_what_it_is_and_does_not_list_everything():
    says = sentence({(5, 0, 0): 900})
    assert says.startswith("Mostly greys.")
    assert says.count(",") < 5
    assert by_name({(5, 0, 0): 900}) == {"greys": 900}


def test_an_empty_set_has_no_colors():
    assert sentence({}) == "It has no colours yet."
