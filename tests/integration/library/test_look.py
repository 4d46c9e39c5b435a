"""A worker looks at photos."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.domain.colors import BOX, lab_of
from app.domain.errors import BadInput
from app.domain.options import MosaicOptions
from app.domain.states import JobState, Queue
from app.models import Job
from app.services.ask_to_look import ask_to_look, look_at_photo
from app.services.fit import fit_of, is_being_looked_at
from app.services.upload_photo import upload_photo
from worker.runner import run_next

RED, BLUE = (200, 30, 30), (20, 30, 90)


@pytest.fixture
def photo(session, storage, owner):
    """Three quarters red, one quarter blue."""
    picture = Image.new("RGB", (400, 200), RED)
    picture.paste(BLUE, (300, 0, 400, 200))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return upload_photo(session, storage, owner_id=owner, name="flag.png", stream=out)


def test_its_colors_are_shares_of_its_cells(workshop, session, bell, photo):
    look_at_photo(session, bell, photo)
    assert bell.rings == [Queue.INTERACTIVE]
    assert run_next(workshop, Queue.INTERACTIVE)
    session.refresh(photo)
    shares = {tuple(row[:3]): row[3] for row in photo.colors}
    boxes = [tuple(int(part // BOX) for part in lab_of(one)) for one in (RED, BLUE)]
    assert [shares[box] for box in boxes] == pytest.approx([7500, 2500], abs=150)


def test_what_few_browsers_show_is_shown_as_a_jpeg(workshop, session, storage, bell, owner):
    out = io.BytesIO()
    Image.new("RGB", (400, 200), RED).save(out, "HEIF")
    photo = upload_photo(session, storage, owner_id=owner, name="flag.heic", stream=out)
    assert (photo.content_type, photo.width, photo.view_key) == ("image/heic", 400, None)
    look_at_photo(session, bell, photo)
    assert run_next(workshop, Queue.INTERACTIVE)
    session.refresh(photo)
    with Image.open(io.BytesIO(storage.get(photo.view_key))) as view:
        assert (view.format, view.size) == ("JPEG", (400, 200))


def test_it_is_asked_for_once(session, bell, photo):
    for _ in range(2):
        look_at_photo(session, bell, photo)
        ask_to_look(session)
    assert len(session.scalars(select(Job)).all()) == 1


def test_a_photo_that_cannot_be_read_is_not_asked_for_again(
    workshop, session, storage, bell, photo
):
    storage.put(photo.key, storage.get(photo.key)[:90])
    look_at_photo(session, bell, photo)
    assert run_next(workshop, Queue.INTERACTIVE)
    ask_to_look(session)
    (job,) = session.scalars(select(Job)).all()
    session.refresh(photo)
    assert (job.state, photo.colors) == (JobState.FAILED, None)


def test_photo_and_set_are_compared(workshop, session, bell, owner, photo, library, survey):
    tile_set = library.empty()
    library.add(tile_set, 60)

    def found(**options):
        return fit_of(
            session,
            owner_id=owner,
            photo_id=photo.id,
            tile_set_id=tile_set.id,
            options=MosaicOptions(**options),
        )

    look_at_photo(session, bell, photo)
    assert is_being_looked_at(session, photo.id, tile_set.id)
    before = found()
    assert (before.cells, before.tiles, before.uses) == (64 * 32, 60, None)
    run_next(workshop, Queue.INTERACTIVE)
    survey()
    assert not is_being_looked_at(session, photo.id, tile_set.id)
    after = found()
    assert after.uses.about > found(penalty=0.5).uses.about
    assert found(max_uses=40).uses.most == 40
    assert {gap.name for gap in after.gaps} == {"reds", "dark blues"}
    with pytest.raises(BadInput):
        found(cells_across=500)
