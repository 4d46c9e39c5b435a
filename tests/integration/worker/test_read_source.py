"""Reading uploads into tile sets."""

import io
import zipfile

import numpy as np
import pytest
import skimage.data
from PIL import Image
from sqlalchemy import select

from app.domain.sources import Crop
from app.domain.states import JobState, Queue
from app.models import Job, Pack, Refusal, Source, SourceFile, Tile, TileSet
from app.services.delete_tile_set import delete_tile_set
from worker.jobs import packing
from worker.runner import run_next


def keys(storage):
    return {info.key for info in storage.list("o/")}


def test_a_zip_becomes_numbered_tiles_in_a_pack(tile_set, session, storage, pictures):
    assert tile_set.tile_count == len(pictures) == 400
    assert tile_set.generation == 1
    tiles = session.scalars(select(Tile).order_by(Tile.number)).all()
    assert [tile.number for tile in tiles] == list(range(400))
    assert [tile.name for tile in tiles] == [name for name, _ in pictures]
    pack = session.scalars(select(Pack)).one()
    body = storage.get(pack.key)
    assert len(body) == pack.bytes == sum(tile.length for tile in tiles)
    thumbs = np.load(io.BytesIO(storage.get(pack.thumbs_key)))
    assert thumbs.shape == (400, 5, 5, 3)
    with Image.open(io.BytesIO(body[tiles[7].offset : tiles[7].offset + tiles[7].length])) as tile:
        assert tile.size[0] == tile.size[1]
        mean = np.asarray(tile.convert("RGB")).mean((0, 1))
    assert np.abs(mean - thumbs[7].mean((0, 1))).max() < 4


def test_the_upload_is_gone_once_its_tiles_are_there(tile_set, session, storage):
    assert session.scalars(select(SourceFile)).all() == []
    assert not [key for key in keys(storage) if "/uploads/" in key]
    with Image.open(io.BytesIO(storage.get(tile_set.strip_key))) as strip:
        assert strip.size == (12 * 96, 96)


def test_a_set_may_want_the_subject_instead_of_the_middle(workshop, upload, session, storage):
    """A face on a wide wall: the middle shows wall."""
    wall = np.pad(skimage.data.astronaut(), ((0, 0), (0, 1_500), (0, 0)), constant_values=200)
    out = io.BytesIO()
    Image.fromarray(wall).save(out, "PNG")
    spread = {}
    for crop in Crop:
        tile_set = upload((f"{crop}.png", out.getvalue()))
        tile_set.crop = crop
        session.commit()
        assert run_next(workshop, Queue.LIBRARIES)
        pack = session.scalars(select(Pack).where(Pack.tile_set_id == tile_set.id)).one()
        spread[crop] = np.load(io.BytesIO(storage.get(pack.thumbs_key))).std()
    assert spread[Crop.CENTRE] < 2
    assert spread[Crop.SALIENT] > 40


def test_what_cannot_be_taken_is_listed_with_its_reason(workshop, upload, session, pictures):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("good.jpg", pictures[0][1])
        archive.writestr("notes.jpg", b"a text")
        archive.writestr("../../escape.jpg", pictures[1][1])
    upload(
        ("zero.jpg", b""),
        ("mixed.zip", inner.getvalue()),
        ("cut.jpg", pictures[2][1][:100]),
        ("torn.zip", inner.getvalue()[:-40]),
        ("fine.jpg", pictures[3][1]),
    )
    assert run_next(workshop, Queue.LIBRARIES)
    job = session.scalars(select(Job)).one()
    source = session.scalars(select(Source)).one()
    refused = {r.name: r.reason for r in session.scalars(select(Refusal))}
    assert job.state == JobState.SUCCEEDED
    assert set(refused) >= {"zero.jpg", "notes.jpg", "cut.jpg", "torn.zip"}
    assert all(reason.endswith(".") for reason in refused.values())
    assert source.refused == job.refused == len(refused)
    assert source.taken == job.taken == session.scalars(select(TileSet)).one().tile_count >= 2


def test_a_set_grows_and_old_tiles_keep_their_numbers(
    workshop, tile_set, upload, session, storage, pictures, monkeypatch
):
    monkeypatch.setattr(packing, "PACK_TILES", 16)
    first = session.scalars(select(Pack)).one()
    upload(*[(name, body + b"\0") for name, body in pictures[:40]], tile_set=tile_set)
    assert run_next(workshop, Queue.LIBRARIES)
    session.expire_all()
    assert (tile_set.tile_count, tile_set.generation) == (440, 2)
    packs = session.scalars(select(Pack).order_by(Pack.first_tile)).all()
    assert packs[0].id == first.id
    assert [(p.first_tile, p.tiles) for p in packs] == [(0, 400), (400, 16), (416, 16), (432, 8)]
    numbers = session.scalars(select(Tile.number).order_by(Tile.number)).all()
    assert numbers == list(range(440))


def test_a_set_deleted_while_it_is_read_leaves_nothing(
    workshop, upload, session, storage, owner, pictures, monkeypatch
):
    tile_set = upload(*pictures[:3])
    write_pack = packing.Packer.flush

    def delete_meanwhile(packer):
        write_pack(packer)
        delete_tile_set(session, storage, owner_id=owner, tile_set_id=tile_set.id)

    monkeypatch.setattr(packing.Packer, "flush", delete_meanwhile)
    assert run_next(workshop, Queue.LIBRARIES)
    assert keys(storage) == set()
    assert session.scalars(select(Tile)).all() == []
    assert session.scalars(select(Job)).all() == []


def test_a_worker_that_stops_gives_the_upload_back(
    workshop, upload, session, storage, pictures, monkeypatch
):
    upload(*pictures[:3])
    before = keys(storage)
    write_pack = packing.Packer.flush

    def stop_meanwhile(packer):
        write_pack(packer)
        workshop.stopping.set()

    monkeypatch.setattr(packing.Packer, "flush", stop_meanwhile)
    assert run_next(workshop, Queue.LIBRARIES)
    job = session.scalars(select(Job)).one()
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert keys(storage) == before
    assert not run_next(workshop, Queue.LIBRARIES)
    monkeypatch.undo()
    workshop.stopping.clear()
    assert run_next(workshop, Queue.LIBRARIES)
    session.expire_all()
    assert session.scalars(select(Job)).one().state == JobState.SUCCEEDED


@pytest.mark.parametrize("gone", ["the upload"])
def test_a_vanished_upload_is_said(workshop, upload, session, storage, pictures, gone):
    upload(*pictures[:2])
    storage.delete(session.scalars(select(SourceFile.key)).first())
    assert run_next(workshop, Queue.LIBRARIES)
    job = session.scalars(select(Job)).one()
    assert job.state == JobState.FAILED
    assert "gone from storage" in job.error
