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
    assert (form.photo_id, form.tile_set, form.cells_across) == (photo, tiles, "40")
    assert options == MosaicOptions(penalty=0.2, matcher="exhaustive", cells_across=40)
    assert mistakes == {}


def test_an_empty_form_means_the_defaults():
    form, options, mistakes = MakeForm.sent({})
    assert options == MosaicOptions()
    assert (form.photo_id, form.tile_set) == (None, None)
    assert mistakes == {}


def test_each_mistake_is_told_and_the_rest_is_kept():
    form, _, mistakes = MakeForm.sent(
        {"penalty": "much", "matcher": "magic", "cells_across": "2", "tile_set": "no id"}
    )
    assert set(mistakes) == {"penalty", "matcher", "cells_across"}
    assert "from 0 to 0.5" in mistakes["penalty"]
    assert form.cells_across == "2"
    assert form.tile_set is None


def test_each_form_shown_has_a_key_of_its_own():
    assert MakeForm().key != MakeForm().key
