import numpy as np
import pytest
from PIL import Image

from engine.save import Raw, save_jpeg, save_png

SAVERS = pytest.mark.parametrize(
    ("save", "stage"), [(save_jpeg, "Writing the JPEG"), (save_png, "Writing the PNG")]
)


@pytest.fixture
def raw(tmp_path):
    """2,000 x 1,500 px, from black on the left to white on the right: enough for libvips to tell how far it is."""
    ramp = np.linspace(0, 255, 2_000).astype(np.uint8)
    file = tmp_path / "pixels"
    np.broadcast_to(ramp[:, np.newaxis], (1_500, 2_000, 3)).tofile(file)
    return Raw(file, 2_000, 1_500)


@SAVERS
def test_progress_is_told_while_rows_are_written(raw, tmp_path, save, stage):
    told = []
    save(raw, tmp_path / "picture", lambda *said: told.append(said))
    shares = [share for _, share in told]
    assert {name for name, _ in told} == {stage}
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert any(0 < share < 1 for share in shares)


@SAVERS
def test_a_cancel_between_rows_ends_the_writing(raw, tmp_path, save, stage):
    def cancel(name, share):
        if 0 < share < 1:
            raise InterruptedError(name)

    with pytest.raises(InterruptedError, match=stage):
        save(raw, tmp_path / "picture", cancel)
    assert list(tmp_path.iterdir()) == [raw.path]


@SAVERS
def test_pixels_and_resolution(raw, tmp_path, save, stage):
    save(raw, tmp_path / "picture", lambda *said: None)
    with Image.open(tmp_path / "picture") as picture:
        pixels = np.asarray(picture).astype(int)
        assert picture.info.get("dpi", (300, 300)) == pytest.approx((300, 300), abs=0.01)
    expected = np.fromfile(raw.path, np.uint8).reshape(1_500, 2_000, 3)
    assert np.abs(pixels - expected).max() <= (3 if save is save_jpeg else 0)
