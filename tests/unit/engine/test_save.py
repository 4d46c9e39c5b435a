import io
import resource
import threading

import numpy as np
import pytest
from PIL import Image, ImageCms

from engine import save
from engine.save import Canvas, Files, Format

EVERY = pytest.mark.parametrize("form", Format)
FIRST = {
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "png": b"\x89PNG",
    "tiff": b"II\x2a\x00",
    "zoom": b"II\x2b\x00",
}


@pytest.fixture(scope="module")
def pixels():
    """900 x 700 px, from black on the left to white on the right."""
    ramp = np.linspace(0, 255, 900).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(ramp[:, np.newaxis], (700, 900, 3)))


@pytest.fixture
def noise():
    return np.random.default_rng(0).integers(0, 256, (1200, 1200, 3), dtype=np.uint8)


def write(pixels, outputs, progress=lambda *said: None, **canvas):
    with Files(outputs, Canvas(pixels.shape[1], pixels.shape[0], **canvas)) as files:
        for top in range(0, len(pixels), 90):
            files.write(pixels[top : top + 90])
        files.finish(progress)


def leave_early(rows, outputs):
    with Files(outputs, Canvas(900, 700)) as files:
        for row in rows:
            files.write(row[np.newaxis])
        raise InterruptedError


@EVERY
def test_each_format_has_the_pixels_the_profile_and_the_resolution(pixels, tmp_path, form):
    file = tmp_path / "picture"
    write(pixels, {form: file}, dpi=250)
    assert file.read_bytes().startswith(FIRST[form])
    with Image.open(file) as picture:
        assert picture.mode == "RGB"
        assert not picture.getexif() or form in {"tiff", "zoom"}  # of whose format these tags are
        assert picture.info["dpi"] == pytest.approx((250, 250), abs=0.02)
        profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        shown = np.asarray(picture)[:700, :900].astype(int)
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert np.abs(shown - pixels).max() <= {"png": 0, "tiff": 0, "jpeg": 3, "zoom": 6}[form]


def test_a_tiff_is_tiled_and_has_a_pyramid(pixels, tmp_path):
    write(pixels, {Format.TIFF: tmp_path / "m.tif"})
    sizes = []
    with Image.open(tmp_path / "m.tif") as picture:
        for page in range(picture.n_frames):
            picture.seek(page)
            sizes.append(picture.size)
            assert (picture.tag_v2[322], picture.tag_v2[323]) == (256, 256)
    assert sizes == [(900, 700), (450, 350), (225, 175)]


def test_a_tiff_of_jpeg_is_smaller(noise, tmp_path):
    write(noise, {Format.TIFF: tmp_path / "exact.tif"})
    write(noise, {Format.TIFF: tmp_path / "jpeg.tif"}, tiff="jpeg")
    with Image.open(tmp_path / "jpeg.tif") as picture:
        assert picture.info["compression"] == "jpeg"
    sizes = [(tmp_path / f"{name}.tif").stat().st_size for name in ("jpeg", "exact")]
    assert sizes[0] < 0.7 * sizes[1]


@pytest.mark.parametrize(("most", "first"), [(4 * 900 * 700, b"II\x2a"), (10**6, b"II\x2b")])
def test_a_tiff_that_may_pass_4_gb_is_a_big_one(pixels, tmp_path, monkeypatch, most, first):
    monkeypatch.setattr(save, "_TIFF_MAX_BYTES", most)
    write(pixels, {Format.TIFF: tmp_path / "m.tif"})
    assert (tmp_path / "m.tif").read_bytes().startswith(first)


def test_several_at_once_are_what_each_is_alone(pixels, tmp_path):
    write(pixels, {form: tmp_path / f"all.{form}" for form in Format})
    for form in Format:
        write(pixels, {form: tmp_path / "alone"})
        assert (tmp_path / "alone").read_bytes() == (tmp_path / f"all.{form}").read_bytes()


def test_files_appear_together_when_all_are_complete(pixels, tmp_path):
    outputs = {form: tmp_path / form for form in Format}
    seen = []

    def look(stage, share):
        seen.append(
            (share, sorted(path.name for path in tmp_path.iterdir() if path in outputs.values()))
        )

    write(pixels, outputs, look)
    assert all(names == [] for _, names in seen)
    assert seen[-1][0] == 1.0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(Format)


@EVERY
@pytest.mark.parametrize("rows", [0, 1, 90, 700])
def test_what_is_not_finished_leaves_the_file_of_before(pixels, tmp_path, form, rows):
    file = tmp_path / "picture"
    file.write_bytes(b"the one of before")
    with pytest.raises(InterruptedError):
        leave_early(pixels[:rows], {form: file})
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == b"the one of before"
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("writes")]


def test_a_cancel_is_heard_after_the_last_row(pixels, tmp_path):
    def cancel(stage, share):
        raise InterruptedError(stage)

    with pytest.raises(InterruptedError, match="Finishing the files"):
        write(pixels, {Format.TIFF: tmp_path / "m.tif"}, cancel)
    assert list(tmp_path.iterdir()) == []


@EVERY
def test_a_full_disk_is_said_and_leaves_nothing(noise, tmp_path, form):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"^m\.pic could not be written: "):
            write(noise, {form: tmp_path / "m.pic"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_opened_stops_the_others(noise, tmp_path):
    good, bad = tmp_path / "good.jpg", tmp_path / "gone" / "bad.png"
    with pytest.raises(OSError, match=r"bad\.png could not be written"):
        write(np.tile(noise, (3, 1, 1)), {Format.JPEG: good, Format.PNG: bad})
    assert list(tmp_path.iterdir()) == []
