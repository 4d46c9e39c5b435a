import numpy as np

from engine.features import color_sums


def test_sums_of_colours_are_whole_however_bright(real_thumbs):
    white = np.full((1, 5, 5, 3), 255, np.uint8)
    thumbs = np.concatenate([real_thumbs, white])
    assert color_sums(thumbs).dtype == np.uint16
    assert (color_sums(thumbs) == thumbs.astype(int).sum(axis=(1, 2))).all()


def test_thumbs_in_a_file_are_summed_as_those_in_memory(real_thumbs, tmp_path):
    np.save(tmp_path / "thumbs.npy", real_thumbs)
    mapped = np.load(tmp_path / "thumbs.npy", mmap_mode="r")
    assert (color_sums(mapped) == color_sums(real_thumbs)).all()
    assert (color_sums(real_thumbs[::2]) == color_sums(real_thumbs)[::2]).all()


def test_no_thumbs_have_no_sums():
    assert color_sums(np.empty((0, 5, 5, 3), np.uint8)).shape == (0, 3)
