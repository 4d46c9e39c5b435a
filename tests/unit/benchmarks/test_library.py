import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.library import PHOTOS, SOURCES, Enlarged, cuts, grow, photo, thumbs_from


@pytest.fixture(scope="module")
def few():
    return cuts(60)


def rows(thumbs):
    return {thumb.tobytes() for thumb in thumbs}


def test_no_photograph_is_made_of_itself(few):
    assert set(PHOTOS) & set(SOURCES) == set()
    assert (cuts(60) == few).all()
    assert len(rows(few)) == 60


def test_a_library_grows_from_the_tiles_it_has(few, tmp_path):
    grow(few, 1000, tmp_path / "large.npy")
    large = np.load(tmp_path / "large.npy")
    assert large.shape == (1000, 5, 5, 3)
    assert rows(large[:60]) == rows(few)
    assert len(rows(large)) == 1000
    # As dark, bright and rich in contrast as those it grew from.
    assert abs(large.mean() - few.mean()) < 10
    assert 0.7 < large.std(axis=(1, 2, 3)).mean() / few.std(axis=(1, 2, 3)).mean() < 1.3


def test_a_smaller_library_is_a_part(few, tmp_path):
    grow(few, 20, tmp_path / "small.npy")
    small = rows(np.load(tmp_path / "small.npy"))
    assert len(small) == 20
    assert small < rows(few)


def test_the_same_library_grows_again(few, tmp_path):
    for name in ("one.npy", "other.npy"):
        grow(few, 500, tmp_path / name)
    assert (tmp_path / "one.npy").read_bytes() == (tmp_path / "other.npy").read_bytes()


def test_thumbs_come_from_a_file_a_folder_or_nowhere(few, tmp_path):
    np.savez(tmp_path / "thumbs.npz", thumbs=few)
    assert (thumbs_from(str(tmp_path / "thumbs.npz")) == few).all()
    folder = tmp_path / "pictures"
    folder.mkdir()
    Image.fromarray(photo("coffee", 60)).save(folder / "coffee.png")
    (folder / "letter.txt").write_text("no picture")
    assert thumbs_from(str(folder)).shape == (1, 5, 5, 3)
    assert len(thumbs_from("")) == 20_000


def test_an_enlarged_tile_is_a_jpeg_that_looks_like_its_thumb(few):
    for number, jpeg in zip([3, 17], Enlarged(few).jpegs(np.array([3, 17])), strict=True):
        picture = Image.open(io.BytesIO(jpeg))
        assert (picture.format, picture.size) == ("JPEG", (128, 128))
        small = np.asarray(picture.resize((5, 5), Image.Resampling.BOX))
        assert np.abs(small.astype(int) - few[number]).mean() < 12
