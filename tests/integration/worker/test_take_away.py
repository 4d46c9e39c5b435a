"""Files of a mosaic, from its plan to storage: each is opened."""

import io
import json

import av
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import delete, select

from app.domain.states import JobState, Queue
from app.domain.takeaways import Wanted
from app.models import Mosaic, Takeaway, Tile
from app.services.cancel_job import cancel_job
from app.services.delete_takeaway import delete_takeaway
from app.services.export_tiles import export_tiles
from app.services.take_away import take_away
from cli.__main__ import main
from engine import animation
from worker import progress
from worker.runner import run_next


@pytest.fixture(autouse=True)
def small_film(monkeypatch):
    monkeypatch.setattr(animation, "LONG_SIDE", 240)


@pytest.fixture
def mosaic(workshop, session, tile_set, order):
    order(tile_set, cells_across=12, mirrors=True, shift=0.3)
    assert run_next(workshop, Queue.MOSAICS)
    session.expire_all()
    return session.scalars(select(Mosaic)).one()


@pytest.fixture
def ask(session, bell, owner, mosaic):
    def send(kind, **texts):
        wanted = Wanted.parse({"kind": kind, **texts})
        return take_away(session, bell, mosaic, owner_id=owner, wanted=wanted)

    return send


@pytest.fixture
def made(ask, workshop, session, storage):
    def make(kind, **texts):
        row = ask(kind, **texts)
        assert run_next(workshop, Queue.MOSAICS)
        session.expire_all()
        assert (row.job.state, row.job.share, row.job.error) == (JobState.SUCCEEDED, 1.0, None)
        assert row.bytes == storage.head(row.key).size
        assert row.key.startswith(f"o/{row.owner_id}/mosaics/{row.mosaic_id}/takeaways/")
        return row, storage.get(row.key)

    return make


def pixels(body):
    with Image.open(io.BytesIO(body)) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_a_mosaic_comes_without_png_and_a_png_is_made_when_it_is_wanted(mosaic, made, storage):
    assert (mosaic.png_key, mosaic.png_bytes) == (None, None)
    row, png = made("png")
    assert (row.media, row.suffix, storage.head(row.key).content_type) == (
        "image/png",
        "png",
        "image/png",
    )
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (600, 600)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.02)
        assert not picture.getexif()
        assert picture.info["icc_profile"]
    # The same mosaic that the JPEG is of.
    assert np.abs(pixels(png) - pixels(storage.get(mosaic.jpeg_key))).mean() < 3


def test_a_tiff_as_large_as_tiles_are(made):
    row, tiff = made("tiff", cell_px="128")
    assert (row.media, row.suffix) == ("image/tiff", "tiff")
    with Image.open(io.BytesIO(tiff)) as picture:
        assert picture.size == (1536, 1536)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.02)
        assert picture.n_frames > 1


def test_a_print_on_sheets_that_overlap(made, mosaic, storage):
    row, body = made(
        "pdf",
        paper="A5",
        across="2",
        bleed="3",
        marks="yes",
        overlap="12",
        dpi="150",
        orientation="portrait",
    )
    assert (row.media, row.suffix) == ("application/pdf", "pdf")
    with pikepdf.open(io.BytesIO(body)) as pdf:
        assert len(pdf.pages) == 4
        trim = [float(side) for side in pdf.pages[0].TrimBox]
        assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx((419.53, 595.28), abs=0.01)
        assert sorted(pdf.docinfo.keys()) == ["/Creator", "/Title"]
    with pypdfium2.PdfDocument(body) as document:
        first = document[0].render(scale=1).to_numpy()
    assert first.std() > 20


def test_a_film_from_one_tile_to_the_whole(made, mosaic, storage):
    row, body = made("film")
    assert (row.media, row.suffix) == ("video/mp4", "mp4")
    with av.open(io.BytesIO(body)) as film:
        assert film.streams.video[0].codec_context.name == "h264"
        assert 6 < film.duration / 1e6 < 9
        last = None
        for frame in film.decode(video=0):
            last = frame
    shown = last.reformat(width=600, height=600, format="rgb24").to_ndarray().astype(int)
    assert np.abs(shown - pixels(storage.get(mosaic.jpeg_key))).mean() < 14


def test_a_plan_draws_the_same_mosaic_from_the_zip_of_its_set(
    made, mosaic, sessions, storage, tmp_path, capsys
):
    """Byte for byte, on a machine that has nothing else."""
    row, plan = made("plan")
    assert (row.media, row.suffix) == ("application/json", "json")
    said = json.loads(plan)
    assert said["format"] == "tessera-plan"
    assert len(said["pictures"]) == len(set(said["tiles"]))
    (tmp_path / "plan.json").write_bytes(plan)
    zipped = b"".join(export_tiles(sessions, storage, mosaic.tile_set_id))
    (tmp_path / "tiles.zip").write_bytes(zipped)
    words = [str(tmp_path / name) for name in ("plan.json", "tiles.zip", "mosaic.jpg")]
    assert main(["render", *words[:2], "-o", words[2]]) == 0
    assert (tmp_path / "mosaic.jpg").read_bytes() == storage.get(mosaic.jpeg_key)
    _, png = made("png")
    assert main(["render", *words[:2], "-o", str(tmp_path / "mosaic.png")]) == 0
    assert (tmp_path / "mosaic.png").read_bytes() == png


def test_nobodys_names_are_in_a_plan(made):
    _, plan = made("plan")
    assert b"astronaut" not in plan
    assert b"chelsea" not in plan


def test_tiles_that_are_gone_are_said(ask, mosaic, workshop, session, storage):
    session.execute(delete(Tile).where(Tile.tile_set_id == mosaic.tile_set_id, Tile.number > 10))
    session.commit()
    before = {info.key for info in storage.list("o/")}
    row = ask("png")
    assert run_next(workshop, Queue.MOSAICS)
    session.expire_all()
    assert row.job.state == JobState.FAILED
    assert "tiles were removed from their tile set since" in row.job.error
    assert row.key is None
    assert {info.key for info in storage.list("o/")} == before


@pytest.mark.parametrize("kind", ["png", "pdf", "film"])
def test_a_cancel_in_the_middle_leaves_nothing(
    ask, workshop, session, sessions, storage, owner, monkeypatch, kind
):
    row = ask(kind)
    before = {info.key for info in storage.list("o/")}
    monkeypatch.setattr(progress, "WRITE_EVERY", 0.0)
    report = progress.job_table.report

    def cancel(inner, job, **values):
        if values["stage"].startswith("Drawing"):
            with sessions() as other:
                cancel_job(other, owner_id=owner, job_id=job.id)
        return report(inner, job, **values)

    monkeypatch.setattr(progress.job_table, "report", cancel)
    assert run_next(workshop, Queue.MOSAICS)
    session.expire_all()
    assert (row.job.state, row.key) == (JobState.CANCELLED, None)
    assert {info.key for info in storage.list("o/")} == before


def test_one_that_is_deleted_while_it_waits_is_never_made(ask, workshop, session, storage, owner):
    row = ask("plan")
    delete_takeaway(session, storage, owner_id=owner, takeaway_id=row.id)
    assert not run_next(workshop, Queue.MOSAICS)
    assert session.scalars(select(Takeaway)).all() == []
