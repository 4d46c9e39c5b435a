"""Versions of a tuning: kept, shown, gone back to, renamed, deleted, with plain forms and by our script."""

import re

import pytest
from sqlalchemy import select

from app.domain.limits import VERSIONS_MAX
from app.domain.tuned import Tuned
from app.models import Version


@pytest.fixture(autouse=True)
def measured(tuner, mine):
    """The worker's receipt is whole."""
    tuner.answer = Tuned(mine.finished.receipt, tuner.answer.picture)


def kept(maker, owner_id):
    maker.session.rollback()
    return maker.session.scalars(
        select(Version).where(Version.owner_id == owner_id).order_by(Version.created_at)
    ).all()


def keep(who, mosaic, **fields):
    look = mosaic.options.written() | {"matcher": "perceptual", **fields}
    return who.post(f"/mosaics/{mosaic.id}/versions", look)


def test_a_version_is_settings_figures_and_picture(person, mine, maker, tuner, storage):
    answer = keep(person, mine.finished, penalty="0.21", max_uses="7000")
    version = kept(maker, person.id)[-1]
    assert version.name == "Penalty 0.21, used 7,000 times at most"
    assert version.look["max_uses"] == "7000"
    assert version.figures == mine.finished.receipt
    assert storage.get(version.picture_key) == tuner.answer.picture
    assert version.picture_key.startswith(f"o/{person.id}/")
    assert tuner.asked == [(str(mine.finished.id), version.look, True, False)]
    page = person.get(answer.location).text
    assert 'step="0.01" value="0.21"' in page
    assert f'data-now src="/versions/{version.id}/picture.jpg"' in page
    assert person.get(f"/versions/{version.id}/picture.jpg").data == tuner.answer.picture


def test_a_box_that_is_not_ticked_is_no_wish(person, mine, maker):
    mine.finished.use_all = True
    maker.session.commit()
    look = {k: v for k, v in mine.finished.options.written().items() if k != "use_all"}
    person.post(f"/mosaics/{mine.finished.id}/versions", look)
    assert not kept(maker, person.id)[-1].options.use_all


def test_the_same_is_kept_once(person, mine, maker, tuner):
    for _ in range(2):
        keep(person, mine.finished, penalty="0.21")
    assert len(kept(maker, person.id)) == 2
    assert len(tuner.asked) == 1


def test_there_is_an_end_and_a_sentence(person, mine, maker):
    for number in range(VERSIONS_MAX - 1):
        maker.version(mine.finished, shift=str(number))
    answer = keep(person, mine.finished, penalty="0.21")
    assert answer.status_code == 422
    assert f"we keep {VERSIONS_MAX} versions" in answer.text
    assert len(kept(maker, person.id)) == VERSIONS_MAX
    page = person.get(f"/mosaics/{mine.finished.id}/tune").text
    assert f"These are {VERSIONS_MAX}" in page


def test_each_can_be_gone_back_to_rendered_and_laid_beside_another(person, mine):
    page = person.get(f"/mosaics/{mine.finished.id}/tune").text
    assert "Grandma, calm" in page
    back = re.search(rf'href="(/mosaics/{mine.finished.id}/tune\?[^"]*)"', page)[1]
    assert 'step="0.01" value="0.08"' in person.get(back.replace("&amp;", "&")).text
    assert '<input type="hidden" name="penalty" value="0.08">' in page
    assert page.count(f'<option value="/versions/{mine.version.id}/picture.jpg"') == 2


def test_it_is_renamed_and_deleted(person, mine, maker, storage):
    address = f"/versions/{mine.version.id}"
    answer = person.post(f"{address}/name", {"name": "  Her <b>laugh</b> "})
    assert "Her &lt;b&gt;laugh&lt;/b&gt;" in person.get(answer.location).text
    assert person.post(f"{address}/name", {"name": " "}).status_code == 422
    key = mine.version.picture_key
    assert person.post(f"{address}/delete").location == f"/mosaics/{mine.finished.id}/tune"
    assert kept(maker, person.id) == []
    assert key not in {info.key for info in storage.list("o/")}


def test_a_script_gets_the_list_anew(person, mine):
    send = {"data": mine.finished.options.written(), "headers": person.as_script}
    answer = person.client.post(f"/mosaics/{mine.finished.id}/versions", **send)
    assert "Penalty 0.12, classic" in answer.json["list"]
    assert "Grandma, calm" in answer.json["list"]
    assert "<html" not in answer.json["list"]


def test_of_the_example_everybody_keeps_their_own(person, stranger, shared, maker):
    assert keep(person, shared.finished, penalty="0.3").status_code == 303
    [version] = [one for one in kept(maker, person.id) if one.mosaic_id == shared.finished.id]
    address = f"/mosaics/{shared.finished.id}/tune"
    assert str(version.id) in person.get(address).text
    assert str(shared.version.id) not in person.get(address).text
    assert str(version.id) not in stranger.get(address).text
    assert stranger.get(f"/versions/{version.id}/picture.jpg").status_code == 404
