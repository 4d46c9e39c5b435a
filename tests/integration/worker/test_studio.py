"""What the slider shows is what a new mosaic with the same settings is."""

import io
import json
import socket
from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select, update

from app.domain.edits import Cell, Pin
from app.domain.errors import ServiceDown
from app.domain.options import MosaicOptions
from app.domain.states import Queue
from app.domain.tuned import Tuned
from app.models import Tile
from app.queue import CeleryTuner
from app.services.ban_tiles import allow_tiles, ban_tiles
from app.services.delete_tile_set import delete_tile_set
from app.services.remove_tiles import remove_tiles
from cli.stack.programs import Worker
from worker.errors import CannotBeDone
from worker.jobs.asked import settings_of
from worker.runner import run_next
from worker.studio import FAILED, GONE, Studio

LOOKS = [
    MosaicOptions(penalty=0.0),
    MosaicOptions(penalty=0.2, min_distance=3, max_uses=40),
    MosaicOptions(penalty=0.02, shift=0.6, placement="optimal"),
    MosaicOptions(penalty=0.0, matcher="exhaustive"),
    MosaicOptions(penalty=0.15, matcher="classic", placement="greedy", mirrors=True),
]


class Letterbox(dict):
    """Answers by where they were sent."""

    def put(self, reply_to, answer):
        self[reply_to] = Tuned.unpacked(answer)


@pytest.fixture
def letters():
    return Letterbox()


@pytest.fixture
def studio(workshop, letters):
    return Studio(workshop, letters)


@pytest.fixture
def first(tile_set, order, workshop, session):
    """A mosaic that was made."""
    return made(order(tile_set), workshop, session)


def made(mosaic, workshop, session):
    assert run_next(workshop, Queue.MOSAICS)
    session.refresh(mosaic)
    return mosaic


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.matcher} {look.penalty}")
def test_it_is_the_mosaic_that_would_be_made(
    first, studio, tile_set, order, workshop, session, storage, look
):
    tuned = studio.tuned(first.id, look, sharp=True)
    fresh = made(order(tile_set, **vars(look)), workshop, session)
    assert dict(tuned.figures) == {k: v for k, v in fresh.receipt.items() if k != "tiles"}
    with storage.open(fresh.preview_key) as preview:
        assert tuned.picture == preview.read()


@pytest.mark.parametrize("look", LOOKS[:3], ids=lambda look: f"{look.penalty}")
def test_how_photo_and_set_fit_is_what_the_mosaic_will_be(
    studio, tile_set, order, workshop, session, look
):
    mosaic = order(tile_set, **vars(look))
    told = studio.fit(mosaic.photo_id, tile_set.id, look).figures
    receipt = made(mosaic, workshop, session).receipt
    assert told == {"most_used": receipt["most_used_times"], "distinct": receipt["distinct"]}


def test_what_is_found_to_count_is_there_for_the_slider(first, studio, storage):
    told = studio.fit(first.photo_id, first.tile_set_id, MosaicOptions()).figures
    storage.delete(first.photo.key)
    assert studio.tuned(first.id, MosaicOptions()).figures["distinct"] == told["distinct"]


def test_while_the_hand_moves_thumbs_stand_for_the_tiles(first, studio):
    quick, sharp = (studio.tuned(first.id, LOOKS[1], sharp=sharp) for sharp in (False, True))
    assert quick.figures == sharp.figures
    assert studio.tuned(first.id, LOOKS[1], bare=True) == Tuned(picture=quick.picture)
    pictures = [Image.open(io.BytesIO(tuned.picture)) for tuned in (quick, sharp)]
    assert pictures[0].size == (5 * first.cols, 5 * first.rows)
    grid = (first.cols, first.rows)
    seen = [np.asarray(p.resize(grid, Image.Resampling.BOX), float) for p in pictures]
    assert np.abs(seen[0] - seen[1]).mean() < 6


def test_the_photo_is_read_and_searched_for_once(first, studio, storage):
    before = studio.tuned(first.id, MosaicOptions())
    storage.delete(first.photo.key)
    assert studio.tuned(first.id, MosaicOptions()) == before
    assert studio.tuned(first.id, MosaicOptions(penalty=0.3)) != before


def test_the_curve_is_what_the_slider_would_show(first, studio):
    look = MosaicOptions(penalty=0.3, max_uses=40)
    points = studio.curve(first.id, look).figures["curve"]
    for point in (points[0], points[7]):
        there = studio.tuned(first.id, MosaicOptions(penalty=point["penalty"])).figures
        assert (point["likeness"], point["variety"]) == (there["ssim_mean"], there["distinct"])


def test_whoever_waits_is_told_in_any_case(first, studio, letters, session, storage, owner):
    look = MosaicOptions().written()
    studio.answer(str(uuid4()), look, "nothing there")
    studio.answer_fit(str(uuid4()), str(first.tile_set_id), look, "no such photo")
    storage.delete(first.photo.key)
    studio.answer(str(first.id), look, "no photo")
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=first.tile_set_id)
    studio.answer(str(first.id), look, "no tiles")
    assert letters["nothing there"].sentence == GONE
    assert letters["no such photo"].sentence == GONE
    assert letters["no photo"].sentence == FAILED
    assert "was deleted" in letters["no tiles"].sentence


def test_a_worker_answers_through_redis(first, studio, environ, tmp_path, redis_url):
    look = MosaicOptions(penalty=0.11)
    with Worker("tuner", tmp_path / "log", environ) as worker:
        worker.wait_until_ready()
        tuner = CeleryTuner(redis_url)
        answer = tuner.ask(str(first.id), look.written(), sharp=False, bare=False)
        curve = tuner.ask_curve(str(first.id), look.written())
        fit = tuner.ask_fit(str(first.photo_id), str(first.tile_set_id), look.written())
        cell = tuner.ask_cell(str(first.id), look.written(), col=4, row=2)
    assert Tuned.unpacked(fit) == studio.fit(first.photo_id, first.tile_set_id, look)
    assert Tuned.unpacked(cell) == studio.cell(first.id, look, Cell(4, 2))
    assert Tuned.unpacked(curve) == studio.curve(first.id, look)
    tuned = Tuned.unpacked(answer)
    assert json.dumps(dict(tuned.figures)) == json.dumps(dict(studio.tuned(first.id, look).figures))
    assert tuned.picture == studio.tuned(first.id, look).picture


def test_without_redis_there_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ServiceDown):
        CeleryTuner(f"redis://127.0.0.1:{port}/0").ask(str(uuid4()), {}, sharp=False, bare=False)


def test_what_was_decided_about_single_tiles_holds_and_can_be_taken_back(
    first, studio, tile_set, order, workshop, session, owner
):
    plain = MosaicOptions(families=False)
    before = studio.tuned(first.id, plain)
    cell = Cell(3, 5)
    there = studio.cell(first.id, plain, cell).figures["cell"]
    shown, other = there["choices"][there["shown"]], there["choices"][there["shown"] - 1]
    scores = [choice["score"] for choice in there["choices"]]
    assert scores == sorted(scores, reverse=True)

    look = replace(plain, bans=(shown["tile"],), pins=(Pin(cell, other["tile"]),))
    tuned = studio.tuned(first.id, look, sharp=True)
    assert tuned.picture != before.picture
    after = studio.cell(first.id, look, cell).figures["cell"]
    assert after["choices"][after["shown"]]["tile"] == other["tile"]
    assert shown["tile"] not in [choice["tile"] for choice in after["choices"]]
    assert studio.tuned(first.id, plain) == before

    ban_tiles(session, owner_id=owner, tile_set_id=tile_set.id, numbers=[shown["tile"]])
    set_wide = studio.tuned(first.id, replace(look, bans=()), sharp=True)
    assert set_wide == tuned
    fresh = made(order(tile_set, **vars(look)), workshop, session)
    assert dict(tuned.figures) == {k: v for k, v in fresh.receipt.items() if k != "tiles"}
    allow_tiles(session, owner_id=owner, tile_set_id=tile_set.id, numbers=[shown["tile"]])
    assert studio.tuned(first.id, plain) == before


def test_frames_of_one_shot_count_as_one(first, studio, tile_set, session):
    """Where all tiles are of five shots, the penalty sees five tiles."""
    apart = studio.tuned(first.id, MosaicOptions(penalty=0.5, families=False))
    assert studio.tuned(first.id, MosaicOptions(penalty=0.5)) == apart, "no film, no families"
    session.execute(update(Tile).values(family=Tile.number % 5))
    tile_set.generation += 1
    session.commit()
    options = MosaicOptions(penalty=0.5, max_uses=first.cols * first.rows // 5 + 1)
    found, wishes = studio._found(first.id, options)
    plan = found.match.plan(settings_of(options), wishes=wishes)
    uses = np.bincount(found.stock.numbers[plan.assignment] % 5, minlength=5)
    assert uses.max() <= options.max_uses
    assert studio.tuned(first.id, MosaicOptions(penalty=0.5, families=False)) == apart
    assert studio.curve(first.id, options) != studio.curve(
        first.id, replace(options, families=False)
    )


def test_a_pinned_tile_that_was_removed_is_named(first, studio, session, owner, storage, bell):
    tile = session.scalar(select(Tile.number).order_by(Tile.number.desc()))
    look = MosaicOptions(pins=(Pin(Cell(1, 2), tile),), bans=(0, 2_000_000))
    assert studio.tuned(first.id, look).picture
    remove_tiles(
        session, storage, bell, owner_id=owner, tile_set_id=first.tile_set_id, numbers=[0, tile]
    )
    with pytest.raises(CannotBeDone, match=f"Tile {tile + 1}, pinned at 2 across, 3 down, was rem"):
        studio.tuned(first.id, look)
    assert studio.tuned(first.id, replace(look, pins=())).picture
