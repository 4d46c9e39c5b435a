"""Making mosaics, from rows and objects to rows and objects."""

import io
import json
from dataclasses import asdict
from functools import partial

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import delete, select

from app.domain.squares import Squares
from app.domain.states import JobState, Queue
from app.models import Job, Mosaic, Pack, Tile
from app.services.cancel_job import cancel_job
from app.services.delete_mosaic import delete_mosaic
from app.services.delete_tile_set import delete_tile_set
from app.services.progress import job_progress
from engine import plan_file, render
from engine.place import solve
from worker import progress
from worker.jobs.order import Order
from worker.runner import run_next


def opened(storage, key):
    return Image.open(io.BytesIO(storage.get(key)))


def run(workshop, session):
    assert run_next(workshop, Queue.MOSAICS)
    session.expire_all()
    return session.scalars(select(Mosaic)).one()


@pytest.mark.parametrize("matcher", ["perceptual", "classic", "exhaustive"])
def test_the_mosaic_looks_like_its_photo(workshop, session, storage, tile_set, order, matcher):
    order(tile_set, matcher=matcher, penalty=0.0)
    mosaic = run(workshop, session)
    assert (mosaic.job.state, mosaic.job.share) == (JobState.SUCCEEDED, 1.0)
    assert (mosaic.cols, mosaic.rows) == (40, 40)
    with opened(storage, mosaic.jpeg_key) as jpeg:
        assert (jpeg.format, jpeg.size) == ("JPEG", (2000, 2000))
        assert jpeg.info["icc_profile"]
        far = np.asarray(jpeg.convert("L").resize((40, 40), Image.Resampling.BOX))
    with opened(storage, mosaic.photo_view_key) as photo:
        wanted = np.asarray(photo.convert("L").resize((40, 40), Image.Resampling.BOX))
    assert np.corrcoef(far.ravel(), wanted.ravel())[0, 1] > 0.85
    with opened(storage, mosaic.preview_key) as preview:
        assert max(preview.size) <= 1200
    assert mosaic.jpeg_bytes == storage.head(mosaic.jpeg_key).size
    assert storage.head(mosaic.jpeg_key).content_type == "image/jpeg"
    assert mosaic.png_key is None


def test_its_plan_is_kept_and_draws_it_again(workshop, session, storage, tile_set, order):
    # Rows of the index are not the numbers of their tiles then.
    session.execute(delete(Tile).where(Tile.tile_set_id == tile_set.id, Tile.number < 30))
    tile_set.generation += 1
    tile_set.tile_count = 370
    session.commit()
    order(tile_set, mirrors=True, shift=0.4)
    mosaic = run(workshop, session)
    kept = plan_file.read(storage.get(mosaic.plan_key))
    assert kept.settings == json.loads(json.dumps(asdict(mosaic.options)))
    assert kept.photo == (mosaic.photo.width, mosaic.photo.height)
    assert kept.plan.assignment.min() >= 30
    again = Order.of(session, mosaic.id)
    numbers = again.supply.stock(workshop).numbers
    plan = kept.in_index(numbers)
    with again.supply.tiles(workshop, plan, numbers) as tiles:
        assert render.preview(plan, tiles) == storage.get(mosaic.preview_key)
    uses = np.unique(kept.plan.assignment, return_counts=True)[1]
    assert (len(uses), uses.max()) == (
        mosaic.receipt["distinct"],
        mosaic.receipt["most_used_times"],
    )


def test_squares_of_it_are_sent_without_decoding(workshop, session, storage, tile_set, order):
    order(tile_set)
    mosaic = run(workshop, session)
    assert mosaic.zoom_bytes == storage.head(mosaic.zoom_key).size
    squares = Squares.from_dict(mosaic.zoom)
    sizes = [(level.width, level.height) for level in squares.levels]
    assert sizes == [(2000, 2000), (1000, 1000), (500, 500)]
    read = partial(storage.range, mosaic.zoom_key)
    square = squares.square(read, squares.index(read, 0), 0, 1, 2)
    with Image.open(io.BytesIO(square)) as near, opened(storage, mosaic.jpeg_key) as whole:
        cut = np.asarray(whole.crop((512, 1024, 1024, 1536)), int)
        assert np.abs(np.asarray(near, int) - cut).mean() < 4


def test_the_receipt_says_how_good_it_is(workshop, session, tile_set, order):
    order(tile_set, penalty=0.05)
    receipt = run(workshop, session).receipt
    assert receipt["cells"] == 1600
    assert receipt["tiles"] == 400
    assert 1 <= receipt["distinct"] <= 400
    assert receipt["most_used_times"] >= 1600 / 400
    assert -1 <= receipt["ssim_worst"] <= receipt["ssim_mean"] <= receipt["ssim_best"] <= 1
    assert 0 < receipt["far_color_error"] < 20
    assert 0.3 < receipt["far_ssim"] <= 1
    assert receipt["nearest_twin"] == 1
    assert 1 <= receipt["effective"] <= receipt["distinct"]


def test_wishes_hold_and_the_receipt_says_so(workshop, session, tile_set, order):
    order(
        tile_set,
        placement="optimal",
        mirrors=True,
        shift=0.4,
        max_uses=6,
        min_distance=2,
        use_all=True,
    )
    receipt = run(workshop, session).receipt
    assert receipt["most_used_times"] <= 6
    assert receipt["nearest_twin"] > 2
    assert receipt["distinct"] == receipt["tiles"] == 400
    assert receipt["mirrored"] > 0
    assert receipt["shift"] == 0.4
    assert receipt["objective"] < 1600
    assert 0 <= receipt["gap"] < 1


@pytest.mark.parametrize(("placement", "known"), [("greedy", False), ("improved", True)])
def test_the_gap_is_there_where_the_placement_knows_it(
    workshop, session, tile_set, order, placement, known
):
    order(tile_set, placement=placement)
    assert (run(workshop, session).receipt["gap"] is not None) == known


def test_unasked_the_matcher_decides(workshop, session, tile_set, order):
    order(tile_set, matcher="classic")
    receipt = run(workshop, session).receipt
    assert (receipt["mirrored"], receipt["shift"], receipt["gap"]) == (0, 0.0, None)


def test_a_wish_that_became_impossible_since_is_said(workshop, session, storage, tile_set, order):
    mosaic = order(tile_set)
    mosaic.max_uses = 2
    session.commit()
    mosaic = run(workshop, session)
    assert (mosaic.job.state, mosaic.job.attempt) == (JobState.FAILED, 1)
    assert mosaic.job.error == (
        "400 tiles at 2 uses cannot cover 1,600 cells: allow 4 uses or use 28 cells across."
    )
    assert objects(storage) == set()


def test_the_tile_used_most_is_named_by_its_number_after_others_were_removed(
    workshop, session, tile_set, order
):
    session.execute(delete(Tile).where(Tile.tile_set_id == tile_set.id, Tile.number != 150))
    tile_set.generation += 1
    tile_set.tile_count = 1
    session.commit()
    order(tile_set)
    assert run(workshop, session).receipt["most_used_tile"] == 150


def test_more_penalty_gives_more_variety(workshop, session, tile_set, order):
    for penalty in (0.0, 0.5):
        order(tile_set, penalty=penalty)
        assert run_next(workshop, Queue.MOSAICS)
    session.expire_all()
    low, high = session.scalars(select(Mosaic).order_by(Mosaic.penalty))
    assert high.receipt["distinct"] > low.receipt["distinct"]


def test_the_bell_is_rung_once_more_for_whatever_waits(workshop, session, tile_set, order, bell):
    order(tile_set)
    bell.rings.clear()
    run(workshop, session)
    assert bell.rings == [Queue.MOSAICS]
    assert not run_next(workshop, Queue.MOSAICS)


def objects(storage):
    return {info.key for info in storage.list("o/") if "/mosaics/" in info.key}


@pytest.fixture
def meanwhile(monkeypatch):
    """Do something at the moment the preview is there and the picture is not."""

    def arrange(action):
        write = render.write_mosaic

        def wrapped(*args, **kwargs):
            monkeypatch.undo()
            action()
            return write(*args, **kwargs)

        monkeypatch.setattr(render, "write_mosaic", wrapped)

    return arrange


def test_cancelling_stops_it_and_leaves_nothing(
    workshop, session, sessions, storage, tile_set, order, owner, meanwhile
):
    asked = order(tile_set)

    def cancel():
        assert any("preview" in key for key in objects(storage))
        with sessions() as other:
            cancel_job(other, owner_id=owner, job_id=asked.job.id)

    meanwhile(cancel)
    mosaic = run(workshop, session)
    assert mosaic.job.state == JobState.CANCELLED
    assert (mosaic.jpeg_key, mosaic.preview_key, mosaic.photo_view_key) == (None, None, None)
    assert objects(storage) == set()


def test_cancelling_in_the_middle_of_placing_stops_it(
    workshop, session, sessions, storage, tile_set, order, owner, monkeypatch
):
    asked = order(tile_set, placement="optimal")
    add_cells, shown = solve.add_cells, []

    def watched(*args):
        with sessions() as other:
            shown.append(job_progress(other, owner, asked.job.id).stage)
            if len(shown) == 2:
                cancel_job(other, owner_id=owner, job_id=asked.job.id)
        add_cells(*args)

    monkeypatch.setattr(solve, "add_cells", watched)
    # Else a job looks at its row every half second, which is as long as all of this takes.
    monkeypatch.setattr(progress, "WRITE_EVERY", 0.0)
    mosaic = run(workshop, session)
    assert mosaic.job.state == JobState.CANCELLED
    assert shown == ["Looking further where tiles run out", "Placing tiles"]
    assert objects(storage) == set()


def test_deleting_it_meanwhile_leaves_nothing(
    workshop, session, sessions, storage, tile_set, order, owner, meanwhile
):
    asked = order(tile_set)

    def delete():
        with sessions() as other:
            delete_mosaic(other, storage, owner_id=owner, mosaic_id=asked.id)

    meanwhile(delete)
    assert run_next(workshop, Queue.MOSAICS)
    assert session.scalars(select(Mosaic)).all() == []
    assert objects(storage) == set()


def test_a_worker_that_stops_lets_go_and_another_finishes(
    workshop, session, storage, tile_set, order, meanwhile
):
    order(tile_set)
    meanwhile(workshop.stopping.set)
    mosaic = run(workshop, session)
    assert (mosaic.job.state, mosaic.job.attempt) == (JobState.QUEUED, 0)
    assert objects(storage) == set()
    workshop.stopping.clear()
    mosaic = run(workshop, session)
    assert mosaic.job.state == JobState.SUCCEEDED
    assert storage.head(mosaic.jpeg_key).size > 0


def test_a_mishap_is_tried_three_times_then_said(
    workshop, session, sessions, tile_set, order, monkeypatch
):
    order(tile_set)
    calls = []

    def break_down(*_args, **_kwargs):
        calls.append(1)
        raise RuntimeError("no space left")

    monkeypatch.setattr(render, "write_mosaic", break_down)
    for attempt in range(3):
        mosaic = run(workshop, session)
        assert mosaic.job.attempt == attempt + 1
        with sessions.begin() as other:
            job = other.scalars(select(Job).where(Job.mosaic_id == mosaic.id)).one()
            job.not_before = job.created_at
    assert len(calls) == 3
    assert mosaic.job.state == JobState.FAILED
    assert "three times" in mosaic.job.error
    assert "no space left" not in mosaic.job.error


def test_a_broken_photo_is_said_and_not_tried_again(workshop, session, storage, tile_set, order):
    mosaic = order(tile_set)
    whole = storage.get(mosaic.photo.key)
    storage.put(mosaic.photo.key, whole[:700])
    mosaic = run(workshop, session)
    assert (mosaic.job.state, mosaic.job.attempt) == (JobState.FAILED, 1)
    assert mosaic.job.error.endswith(".")
    assert "Traceback" not in mosaic.job.error


@pytest.mark.parametrize("what", ["photo", "pack"])
def test_a_vanished_object_is_said(workshop, session, storage, tile_set, order, what):
    mosaic = order(tile_set)
    storage.delete(mosaic.photo.key if what == "photo" else session.scalars(select(Pack.key)).one())
    mosaic = run(workshop, session)
    assert mosaic.job.state == JobState.FAILED
    assert "gone from storage" in mosaic.job.error


def test_a_set_deleted_before_its_turn_is_said(workshop, session, storage, tile_set, order, owner):
    order(tile_set)
    delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)
    mosaic = run(workshop, session)
    assert mosaic.job.state == JobState.FAILED
    assert "“Lake house” was deleted" in mosaic.job.error


def test_a_damaged_index_is_built_again(workshop, session, tile_set, order, tmp_path):
    order(tile_set)
    run_next(workshop, Queue.MOSAICS)
    (index,) = (tmp_path / "tile-cache").glob("index-*")
    for file in index.iterdir():
        file.write_bytes(b"damaged")
    order(tile_set)
    assert run_next(workshop, Queue.MOSAICS)
    session.expire_all()
    states = [m.job.state for m in session.scalars(select(Mosaic))]
    assert states == [JobState.SUCCEEDED, JobState.SUCCEEDED]
