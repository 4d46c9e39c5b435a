"""Surveys: sheets are drawn where they are missing, colours counted, removed tiles wiped out."""

import io

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select, update

from app.domain.colors import BOX, LIGHTEST
from app.domain.coverage import sentence
from app.domain.sheets import SHEET_TILE_PX, SHEET_TILES, place_in_sheet, sheet_of
from app.domain.states import JobKind, JobState
from app.models import Job, Pack, Sheet, Tile
from app.services.delete_tile_set import delete_tile_set
from app.services.remove_tiles import remove_source, remove_tiles
from worker.jobs import sheet_objects, survey_set
from worker.jobs.sheets import GROUND


@pytest.fixture
def tile_set(library):
    tile_set = library.empty()
    library.add(tile_set, 300)
    return tile_set


@pytest.fixture
def remove(session, storage, bell, owner, tile_set):
    def run(*numbers):
        remove_tiles(
            session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, numbers=numbers
        )

    return run


def sheets(session):
    return session.scalars(select(Sheet).order_by(Sheet.number)).all()


def middle(storage, sheet, number):
    """The colour in the middle of a tile's place."""
    body = storage.range(sheet.key, sheet.offset, sheet.length)
    column, row = place_in_sheet(number)
    with Image.open(io.BytesIO(body)) as picture:
        assert picture.size == (16 * SHEET_TILE_PX,) * 2
        at = [int((place + 0.5) * SHEET_TILE_PX) for place in (column, row)]
        return np.array(picture.getpixel(tuple(at)))


def keys(storage, ending):
    return [info.key for info in storage.list("o/") if info.key.endswith(ending)]


def test_every_tile_is_drawn_at_the_place_of_its_number(session, storage, tile_set, survey, colour):
    survey()
    assert [(sheet.number, sheet.until) for sheet in sheets(session)] == [(0, 256), (1, 300)]
    for number in (0, 1, 16, 17, 255, 256, 299):
        sheet = sheets(session)[sheet_of(number)]
        assert np.abs(middle(storage, sheet, number) - colour(number)).max() < 6
    assert np.abs(middle(storage, sheets(session)[1], 300) - GROUND).max() < 3
    assert len(keys(storage, ".sheets")) == 1
    assert tile_set.surveyed == tile_set.generation == 1


def test_its_colors_are_counted(session, tile_set, survey):
    survey()
    counts = {tuple(row[:3]): row[3] for row in tile_set.colors}
    assert sum(counts.values()) == 300
    tile = session.scalars(select(Tile).where(Tile.number == 7)).one()
    box = tuple(part // (10 * BOX) for part in (tile.lab_l, tile.lab_a, tile.lab_b))
    assert counts[box] >= 1


def test_white_is_counted_with_what_is_nearly_white(session, tile_set, survey):
    session.execute(update(Tile).values(lab_l=1000, lab_a=0, lab_b=0))
    session.commit()
    survey()
    assert tile_set.colors == [[LIGHTEST, 0, 0, 300]]
    assert sentence({(light, a, b): count for light, a, b, count in tile_set.colors}).startswith(
        "Mostly whites."
    )


def test_the_strip_shows_tiles_from_all_over_the_set(storage, tile_set, survey, colour):
    survey()
    with Image.open(io.BytesIO(storage.get(tile_set.strip_key))) as strip:
        shown = [np.array(strip.getpixel((96 * n + 48, 48))) for n in range(12)]
    for n, seen in enumerate(shown):
        assert np.abs(seen - colour(25 * n)).max() < 6


def test_an_added_source_draws_only_what_is_new(
    session, storage, library, tile_set, survey, monkeypatch
):
    survey()
    library.add(tile_set, 300)
    drawn, draw = [], sheet_objects.draw
    monkeypatch.setattr(sheet_objects, "draw", lambda tiles: drawn.append(1) or draw(tiles))
    survey()
    assert [(s.number, s.until) for s in sheets(session)] == [(0, 256), (1, 512), (2, 600)]
    assert len(drawn) == 2
    assert len(keys(storage, ".sheets")) == 1
    assert len({sheet.key for sheet in sheets(session)}) == 1


def test_a_second_survey_of_the_same_does_nothing(session, storage, tile_set, survey):
    survey()
    before = keys(storage, ".sheets")
    tile_set.generation += 1
    session.commit()
    survey()
    assert keys(storage, ".sheets") == before
    assert tile_set.surveyed == 2


def test_sheets_that_storage_lost_are_drawn_again(session, storage, tile_set, survey, colour):
    survey()
    for key in keys(storage, ".sheets"):
        storage.delete(key)
    tile_set.generation += 1
    session.commit()
    survey()
    assert np.abs(middle(storage, sheets(session)[1], 299) - colour(299)).max() < 6


def test_what_was_removed_is_gone_from_storage(session, storage, tile_set, survey, remove, colour):
    survey()
    pack = session.scalars(select(Pack)).one()
    gone = session.scalars(select(Tile).where(Tile.number == 5)).one()
    kept = session.scalars(select(Tile).where(Tile.number == 6)).one()
    place, picture = (gone.offset, gone.length), storage.range(pack.key, kept.offset, kept.length)
    old = keys(storage, ".sheets")
    remove(5)
    assert [sheet.number for sheet in sheets(session)] == [1]
    survey()
    assert storage.range(pack.key, *place) == bytes(place[1])
    assert storage.range(pack.key, kept.offset, kept.length) == picture
    assert not session.scalars(select(Pack.dirty)).one()
    assert not set(old) & set(keys(storage, ".sheets"))
    first, _ = sheets(session)
    assert np.abs(middle(storage, first, 5) - GROUND).max() < 3
    assert np.abs(middle(storage, first, 6) - colour(6)).max() < 6


def test_a_tile_removed_while_its_sheet_is_drawn_is_not_shown(
    session, tile_set, survey, remove, monkeypatch
):
    wipe = survey_set.wipe_packs

    def remove_meanwhile(*arguments):
        wiped = wipe(*arguments)
        monkeypatch.undo()
        remove(270)
        return wiped

    monkeypatch.setattr(survey_set, "wipe_packs", remove_meanwhile)
    survey()
    # The survey that the removal asked for has run as well by now.
    assert [(sheet.number, sheet.until) for sheet in sheets(session)] == [(0, 256), (1, 300)]
    assert tile_set.surveyed == tile_set.generation == 2
    assert not session.scalars(select(Pack.dirty)).one()


def test_tiles_removed_before_the_first_survey_are_wiped_too(
    session, storage, tile_set, survey, remove
):
    pack = session.scalars(select(Pack)).one()
    whole = len(storage.get(pack.key))
    remove(*range(10, 300))
    survey()
    body = storage.get(pack.key)
    assert len(body) == whole
    assert body.count(0) > 0.9 * whole


def test_a_set_that_was_emptied_has_no_sheets(
    session, storage, bell, owner, tile_set, survey, library
):
    survey()
    source_id = session.scalars(select(Tile.source_id)).first()
    remove_source(
        session, storage, bell, owner_id=owner, tile_set_id=tile_set.id, source_id=source_id
    )
    survey()
    assert (sheets(session), tile_set.colors, tile_set.strip_key) == ([], [], None)
    assert list(storage.list("o/")) == []


def test_deleting_a_set_leaves_nothing(session, storage, owner, tile_set, survey):
    survey()
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)
    assert list(storage.list("o/")) == []
    for table in (Sheet, Job, Tile, Pack):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_large_sets_have_few_objects(session, storage, library, survey, monkeypatch):
    monkeypatch.setattr(sheet_objects, "OBJECT_SHEETS", 2)
    monkeypatch.setattr(sheet_objects, "SMALL", 1)
    tile_set = library.empty()
    library.add(tile_set, 5 * SHEET_TILES)
    survey()
    assert len(sheets(session)) == 5
    assert len(keys(storage, ".sheets")) == 3


def test_a_survey_that_is_cancelled_leaves_nothing_behind(
    workshop, session, storage, tile_set, survey, monkeypatch
):
    before = {info.key for info in storage.list("o/")}

    def cancel_meanwhile(*_):
        workshop.stopping.set()

    monkeypatch.setattr(sheet_objects, "draw", lambda _: cancel_meanwhile() or b"x")
    survey()
    job = session.scalars(select(Job).where(Job.kind == JobKind.SURVEY_SET)).one()
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert {info.key for info in storage.list("o/")} == before
