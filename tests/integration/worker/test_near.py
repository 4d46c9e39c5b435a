"""Tiles that look much like others are counted for each source, after the set has changed."""

import io

import pytest
import skimage.data
from PIL import Image
from sqlalchemy import select, update

from app.domain.states import Queue
from app.models import Source, Tile
from app.services.ask_to_look import ask_to_look
from worker.runner import run_next


def saved(pixels, form="JPEG", **options):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def cuts():
    coffee = skimage.data.coffee()
    return [
        coffee[y : y + 100, x : x + 100] for y in range(0, 300, 100) for x in range(0, 500, 100)
    ]


@pytest.fixture
def settle(workshop, session, sessions):
    """Everything that is waiting: uploads, then the survey of what they changed."""

    def run():
        while run_next(workshop, Queue.LIBRARIES):
            pass
        with sessions.begin() as other:
            ask_to_look(other)
        while run_next(workshop, Queue.LIBRARIES):
            pass
        session.expire_all()

    return run


def near(session):
    return {row.name: row.near for row in session.execute(select(Source.name, Source.near))}


def test_what_was_saved_again_is_near_and_what_is_another_colour_is_not(
    upload, settle, session, cuts
):
    files = [(f"{number}.jpg", saved(cut)) for number, cut in enumerate(cuts)]
    tile_set = upload(*files)
    settle()
    [name] = near(session)
    assert near(session) == {name: 0}
    again = [(f"again{number}.jpg", saved(cut, quality=60)) for number, cut in enumerate(cuts[:6])]
    blue = [("blue.png", saved(cuts[0][:, :, ::-1].copy(), "PNG"))]
    upload(*again, *blue, tile_set=tile_set)
    settle()
    assert near(session) == {name: 0, "7 files": 6}


def test_they_are_counted_anew_when_the_first_ones_are_gone(
    upload, settle, session, sessions, cuts
):
    tile_set = upload(("a.jpg", saved(cuts[0])), ("b.jpg", saved(cuts[0], quality=50)))
    settle()
    assert near(session) == {"2 files": 1}
    first = session.scalars(select(Tile).order_by(Tile.number)).first()
    with sessions.begin() as other:
        other.delete(other.merge(first))
        other.execute(
            update(type(tile_set)).values(generation=type(tile_set).generation + 1, tile_count=1)
        )
    settle()
    assert near(session) == {"2 files": 0}
