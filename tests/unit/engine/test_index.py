import json

import numpy as np
import pytest

import engine.descriptor
import engine.index
from engine.build import make_plan
from engine.errors import EmptyTileSet, IndexUnreadable, IndexVersionError
from engine.index import VERSION, Index
from engine.types import Settings


def test_sums_are_means_times_25(index, real_thumbs):
    assert (index.sums == real_thumbs.astype(int).sum(axis=(1, 2))).all()
    assert len(index) == len(real_thumbs)


def test_an_empty_tile_set_is_named():
    with pytest.raises(EmptyTileSet, match=r"no tiles yet\. Add pictures"):
        Index.build(np.empty((0, 5, 5, 3), np.uint8))


def test_the_same_after_save_and_load(index, tmp_path):
    index.save(tmp_path / "index")
    loaded = Index.load(tmp_path / "index")
    assert isinstance(loaded.thumbs, np.memmap)
    assert (loaded.thumbs == index.thumbs).all()
    assert (loaded.sums == index.sums).all()


@pytest.mark.parametrize("matcher", ["perceptual", "classic", "exhaustive"])
def test_the_same_mosaic_after_save_and_load(index, photo, tmp_path, matcher):
    index.save(tmp_path)
    before = make_plan(photo, index, Settings(matcher))
    after = make_plan(photo, Index.load(tmp_path), Settings(matcher))
    assert (before.assignment == after.assignment).all()
    assert (before.scores == after.scores).all()


@pytest.mark.parametrize("matcher", ["perceptual", "classic", "exhaustive"])
def test_an_extended_index_gives_the_same_mosaic_after_save_and_load(
    real_thumbs, photo, tmp_path, monkeypatch, matcher
):
    monkeypatch.setattr(engine.index, "SAMPLE", 900)
    old = Index.build(real_thumbs[:1000])
    extended = old.extended(real_thumbs[1000:])
    assert (extended.thumbs == real_thumbs).all()
    assert (extended.sums == Index.build(real_thumbs).sums).all()
    extended.save(tmp_path)
    plans = [make_plan(photo, i, Settings(matcher)) for i in (extended, Index.load(tmp_path))]
    assert (plans[0].assignment == plans[1].assignment).all()
    assert (plans[0].scores == plans[1].scores).all()


def test_tiles_are_not_described_again_when_an_index_is_extended(real_thumbs, monkeypatch):
    monkeypatch.setattr(engine.index, "SAMPLE", 900)
    old = Index.build(real_thumbs[:1000])
    assert len(old.blocks_tree.order) == 1000
    described = []
    real = engine.descriptor.describe
    monkeypatch.setattr(
        engine.descriptor, "describe", lambda thumbs: described.append(len(thumbs)) or real(thumbs)
    )
    assert len(old.extended(real_thumbs[1000:]).blocks_tree.order) == len(real_thumbs)
    assert sum(described) == len(real_thumbs) - 1000


def test_a_loaded_index_is_extended(real_thumbs, tmp_path, monkeypatch):
    monkeypatch.setattr(engine.index, "SAMPLE", 900)
    Index.build(real_thumbs[:1000]).save(tmp_path)
    extended = Index.load(tmp_path).extended(real_thumbs[1000:])
    again = Index.build(real_thumbs[:1000]).extended(real_thumbs[1000:])
    assert (extended.blocks_tree.order == again.blocks_tree.order).all()


def test_few_tiles_extended_are_as_if_built_at_once(real_thumbs):
    extended = Index.build(real_thumbs[:1]).extended(real_thumbs[1:])
    assert (extended.blocks_tree.points == Index.build(real_thumbs).blocks_tree.points).all()


def test_saving_over_an_index_leaves_the_old_one_to_who_has_it_open(index, real_thumbs, tmp_path):
    index.save(tmp_path)
    before = Index.load(tmp_path)
    Index.build(real_thumbs[:10]).save(tmp_path)
    assert len(Index.load(tmp_path)) == 10
    assert (before.thumbs == real_thumbs).all()


def test_another_version_is_named(index, tmp_path):
    index.save(tmp_path)
    (tmp_path / "index.json").write_text(json.dumps({"version": 99, "tiles": len(index)}))
    with pytest.raises(IndexVersionError, match=rf"format 99; this one reads {VERSION}\)\. Build"):
        Index.load(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["index.json", "thumbs.npy", "sums.npy", "basis.npy", "order.npy", "points.npy", "boxes.npy"],
)
@pytest.mark.parametrize("damage", ["gone", "empty", "half", "noise"])
def test_a_damaged_index_is_named(index, tmp_path, name, damage):
    index.save(tmp_path)
    file = tmp_path / name
    whole = file.read_bytes()
    file.write_bytes({"empty": b"", "half": whole[: len(whole) // 2]}.get(damage, b"[1, 2]"))
    if damage == "gone":
        file.unlink()
    with pytest.raises(IndexUnreadable, match="damaged or incomplete"):
        Index.load(tmp_path)


def test_parts_of_two_indexes_are_no_index(index, real_thumbs, tmp_path):
    index.save(tmp_path)
    np.save(tmp_path / "sums.npy", index.sums[:-1])
    with pytest.raises(IndexUnreadable):
        Index.load(tmp_path)
