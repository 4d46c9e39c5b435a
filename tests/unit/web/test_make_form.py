from uuid import uuid4

from app.domain.options import MosaicOptions
from app.web.make_form import MakeForm


def test_what_was_sent_is_read():
    photo, tiles = uuid4(), uuid4()
    form, options, mistakes = MakeForm.sent(
        {
            "photo_id": str(photo),
            "tile_set": str(tiles),
            "penalty": "0.2",
            "matcher": "exhaustive",
            "cells_across": "40",
        }
    )
    assert (form.photo_id, form.tile_set, form.look["cells_across"]) == (photo, tiles, "40")
    assert options == MosaicOptions(penalty=0.2, matcher="exhaustive", cells_across=40)
    assert mistakes == {}


def test_an_empty_form_means_the_defaults():
    form, options, mistakes = MakeForm.sent({})
    assert options == MosaicOptions()
    assert (form.photo_id, form.tile_set) == (None, None)
    assert mistakes == {}


def test_each_mistake_is_told_and_the_rest_is_kept():
    wrong = {
        "penalty": "much",
        "matcher": "magic",
        "cells_across": "2",
        "placement": "by hand",
        "mirrors": "maybe",
        "shift": "120",
        "max_uses": "none",
        "min_distance": "50",
        "use_all": "perhaps",
    }
    form, options, mistakes = MakeForm.sent(wrong | {"tile_set": "no id"})
    assert set(mistakes) == set(wrong)
    assert "from 0 to 0.5" in mistakes["penalty"]
    assert options == MosaicOptions()
    assert form.tile_set is None
    typed = {"cells_across", "shift", "max_uses", "min_distance"}
    assert {name: form.look[name] for name in typed} == {name: wrong[name] for name in typed}
    # What only offers a choice shows the default again.
    assert form.look["matcher"] == "perceptual"
    assert form.look["mirrors"] == ""


def test_more_is_open_only_where_something_in_it_was_chosen():
    assert not MakeForm().beyond_the_slider
    assert not MakeForm.sent({"penalty": "0.3", "matcher": "perceptual"})[0].beyond_the_slider
    assert MakeForm.sent({"max_uses": "3"})[0].beyond_the_slider
    assert MakeForm.sent({"shift": "120"})[0].beyond_the_slider


def test_each_form_shown_has_a_key_of_its_own():
    assert MakeForm().key != MakeForm().key
