import json

import numpy as np
import pytest

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


@pytest.mark.parametrize("matcher", ["classic", "exhaustive"])
def test_the_same_mosaic_after_save_and_load(index, photo, tmp_path, matcher):
    index.save(tmp_path)
    before = make_plan(photo, index, Settings(matcher))
    after = make_plan(photo, Index.load(tmp_path), Settings(matcher))
    assert (before.assignment == after.assignment).all()
    assert (before.scores == after.scores).all()


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


@pytest.mark.parametrize("name", ["index.json", "thumbs.npy", "sums.npy"])
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
