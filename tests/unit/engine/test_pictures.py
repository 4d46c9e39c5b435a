"""Bytes to pixels, in process; that a child does it is another file's matter."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from engine import pictures
from engine.errors import TooLarge, Unreadable
from engine.tile import cut

ORIENTATIONS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: np.rot90,
}


def read(data):
    (width, height), strips = pictures.photo(data)
    return np.frombuffer(b"".join(strips), np.uint8).reshape(height, width, 3)


def tile(data, tile_px, place=None):
    return cut(pictures.square(data, tile_px, place))


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags.tobytes()


def swapped_profile():
    """sRGB in which what the device calls red is blue, and the other way round."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    entries = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, blue = entries[b"rXYZ"], entries[b"bXYZ"]
    profile[red + 4 : red + 8], profile[blue + 4 : blue + 8] = (
        profile[blue + 4 : blue + 8],
        profile[red + 4 : red + 8],
    )
    return bytes(profile)


def png(width, height, rows=b""):
    """A PNG of one bit grey whose header says this size, whatever its rows are."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_pixels_come_as_they_are(encoded, corners, form):
    assert (
        read(encoded(corners, form, **({"lossless": True} if form == "WEBP" else {}))) == corners
    ).all()


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_a_photo_stands_upright(encoded, corners, form, orientation):
    turned = read(encoded(corners, form, exif=exif(orientation), quality=95))
    expected = ORIENTATIONS[orientation](corners)
    assert turned.shape == expected.shape
    assert np.abs(turned.astype(int) - expected).mean() < 5


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_tile_stands_upright(encoded, orientation):
    square = np.zeros((100, 100, 3), np.uint8)
    square[:50], square[:, :50, 1] = 200, 90
    jpeg, thumb, _ = tile(encoded(square, exif=exif(orientation), quality=95), 64)
    expected = ORIENTATIONS[orientation](square)
    assert np.abs(read(jpeg).astype(int)[8::48, 8::48] - expected[12::75, 12::75]).max() < 12
    middle = np.frombuffer(thumb, np.uint8).reshape(5, 5, 3).astype(int)[::4, ::4]
    assert np.abs(middle - expected[10::80, 10::80]).max() < 12


@pytest.mark.parametrize("broken", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0and no more"])
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # Pillow's, which the child has nobody to tell
def test_damaged_exif_leaves_the_picture_as_it_lies(encoded, corners, form, broken):
    assert read(encoded(corners, form, exif=broken)).shape == (60, 40, 3)


def test_a_profile_is_converted_to_srgb(encoded, corners):
    pixels = read(encoded(corners, "PNG", icc_profile=swapped_profile()))
    assert np.abs(pixels.astype(int) - corners[:, :, ::-1]).max() <= 3
    _, thumb, _ = tile(encoded(corners, "PNG", icc_profile=swapped_profile()), 64)
    assert (
        np.abs(
            np.frombuffer(thumb, np.uint8).reshape(5, 5, 3)[0, 0].astype(int) - (0, 0, 255)
        ).max()
        <= 3
    )


@pytest.mark.parametrize("form", ["HEIF", "AVIF"])
def test_a_phones_profile_is_converted_to_srgb(encoded, corners, form):
    data = encoded(corners, form, icc_profile=swapped_profile(), quality=95)
    assert np.abs(read(data).astype(int) - corners[:, :, ::-1]).mean() < 6


@pytest.mark.parametrize("profile", [b"no profile", b"\0" * 200])
def test_a_damaged_profile_is_passed_over(encoded, corners, profile):
    assert (read(encoded(corners, "PNG", icc_profile=profile)) == corners).all()


def test_a_profile_for_other_pixels_is_passed_over(encoded, corners):
    cmyk = Image.fromarray(corners).convert("CMYK")
    plain, odd = (
        read(encoded(cmyk, quality=95, **options))
        for options in ({}, {"icc_profile": swapped_profile()})
    )
    assert (plain == odd).all()


def test_cmyk(encoded, corners):
    pixels = read(encoded(Image.fromarray(corners).convert("CMYK"), quality=95))
    assert np.abs(pixels.astype(int) - corners).mean() < 5


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_every_mode_of_png_becomes_rgb(encoded, mode):
    grey = Image.linear_gradient("L").resize((64, 64)).convert(mode)
    pixels = read(encoded(grey, "PNG")).astype(int)
    assert pixels.shape == (64, 64, 3)
    assert pixels[2].mean() < 30
    assert pixels[-3].mean() > 225


def test_sixteen_bits_of_grey_are_scaled_not_clipped(encoded):
    levels = np.array([[0, 0x0FFF, 0x7FFF, 0xFFFF]], np.uint16)
    assert read(encoded(Image.fromarray(levels), "PNG"))[0, :, 0].tolist() == [0, 15, 127, 255]


def test_sixteen_bits_of_colour():
    rows = b"".join(
        b"\0" + struct.pack(">6H", 0xFFFF, 0x7FFF, 0, 0, 0x1000, 0xFFFF) for _ in range(2)
    )
    data = bytearray(png(2, 2, rows))
    data[24:26] = 16, 2  # bit depth and colour type in the header
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    assert read(bytes(data))[0].tolist() == [[255, 127, 0], [0, 16, 255]]


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_transparent_parts_lie_on_white(encoded, form):
    pixels = np.zeros((20, 20, 4), np.uint8)
    pixels[:, 10:] = (200, 0, 0, 255)
    pixels[:10, :10] = (0, 0, 0, 128)
    out = read(encoded(pixels, form, **({"lossless": True} if form == "WEBP" else {})))
    assert out[15, 5].tolist() == [255, 255, 255]
    assert out[5, 15].tolist() == [200, 0, 0]
    assert abs(int(out[5, 5, 0]) - 127) <= 1


def test_a_transparent_colour_of_a_palette_lies_on_white(encoded):
    picture = Image.new("P", (10, 10), 1)
    picture.putpalette([0, 0, 0, 200, 0, 0])
    assert read(encoded(picture, "PNG", transparency=1))[0, 0].tolist() == [255, 255, 255]


def test_a_transparent_tile_lies_on_white(encoded):
    pixels = np.zeros((300, 300, 4), np.uint8)
    jpeg, thumb, _ = tile(encoded(pixels, "PNG"), 64)
    assert set(thumb) == {255}
    assert read(jpeg).min() > 250


@pytest.mark.parametrize("form", ["WEBP", "PNG", "GIF", "AVIF", "HEIF"])
def test_an_animation_gives_its_first_frame(encoded, form):
    frames = [Image.new("RGB", (30, 30), colour) for colour in ((200, 0, 0), (0, 200, 0))]
    data = encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=40)
    assert np.abs(read(data)[15, 15].astype(int) - (200, 0, 0)).max() < 8


def test_a_phones_jpeg_of_two_pictures_gives_the_first(encoded):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ((0, 0, 200), (0, 200, 0))]
    data = encoded(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert np.abs(read(data)[15, 15].astype(int) - (0, 0, 200)).max() < 8


def test_a_tile_is_the_largest_square_in_the_middle(encoded, corners):
    wide = np.full((100, 300, 3), 255, np.uint8)
    wide[:, 100:200] = (0, 0, 200)
    jpeg, thumb, _ = tile(encoded(wide, "PNG"), 128)
    assert read(jpeg).shape == (100, 100, 3)
    assert np.frombuffer(thumb, np.uint8).reshape(25, 3).tolist() == [[0, 0, 200]] * 25


@pytest.mark.parametrize(
    ("size", "side"), [((5, 5), 5), ((90, 60), 60), ((128, 200), 128), ((2000, 1500), 128)]
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF"])
def test_tiles_are_made_smaller_never_larger(encoded, size, side, form):
    jpeg, _, _ = tile(encoded(Image.new("RGB", size, "teal"), form), 128)
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert picture.size == (side, side)
        assert picture.format == "JPEG"


def test_a_thumb_is_the_mean_of_its_fifth(encoded, astronaut):
    _, thumb, _ = tile(encoded(astronaut, "PNG"), 128)
    square = np.asarray(Image.fromarray(astronaut).resize((5, 5), Image.Resampling.BOX))
    assert np.abs(np.frombuffer(thumb, np.uint8).reshape(5, 5, 3).astype(int) - square).max() <= 4


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "HEIF", "AVIF"])
def test_no_metadata_comes_through(encoded, corners, form):
    data = encoded(corners, form, exif=exif(6), icc_profile=swapped_profile(), xmp=b"<x/>")
    jpeg, _, _ = tile(data, 64)
    with Image.open(io.BytesIO(jpeg)) as picture:
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "file is empty"),
        (b"Dear photo, this is a letter.", "not a picture, whatever its name says; JPEG"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04 and so on", "is a zip"),
        (b"II*\x00" + bytes(30), "is a TIFF or a raw photo"),
        (b"BM" + bytes(30), "is a BMP; JPEG, PNG, WebP, GIF, HEIC and AVIF pictures are read"),
        (b"GIF89a" + bytes(3), "damaged or cut off"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(30), "damaged or cut off"),
        (b"\x00\x00\x00\x18ftypavif" + bytes(30), "damaged or cut off"),
        (
            b"\x00\x00\x00\x18ftypisom" + bytes(30),
            "is a film, or a damaged picture. Add a film by itself",
        ),
        (b"\x89PNG\r\n\x1a\n", "damaged or cut off"),
    ],
)
@pytest.mark.parametrize("reader", [read, lambda data: tile(data, 64)], ids=["photo", "tile"])
def test_what_is_no_picture_is_named(reader, data, words):
    with pytest.raises(Unreadable, match=words):
        reader(data)


@pytest.mark.parametrize(
    ("reader", "most"),
    [(read, 150), (lambda data: tile(data, 64), 50)],
    ids=["photo", "tile"],
)
def test_pixels_are_counted_before_anything_is_decoded(reader, most):
    """The header alone says 200 megapixels; there is not one row behind it."""
    with pytest.raises(TooLarge, match=f"more than {most} megapixels"):
        reader(png(20_000, 10_000))


@pytest.mark.parametrize("form", ["GIF", "HEIF", "AVIF"])
def test_pixels_are_counted_before_a_decoder_of_another_kind_runs(encoded, monkeypatch, form):
    data = encoded(Image.new("RGB", (64, 64), "teal"), form)
    monkeypatch.setattr(pictures, "TILE_MAX_PIXELS", 4_000)
    monkeypatch.setattr(ImageFile.ImageFile, "load", pytest.fail)
    with pytest.raises(TooLarge, match="megapixels"):
        tile(data, 64)


@pytest.mark.parametrize("form", ["GIF", "HEIF", "AVIF", "WEBP"])
def test_a_picture_of_any_kind_cut_off_is_named(encoded, astronaut, form):
    data = encoded(astronaut, form)
    with pytest.raises((Unreadable, OSError, ValueError, SyntaxError)):
        tile(data[: len(data) // 2], 64)


def test_a_chosen_square_is_upright(encoded, corners):
    """Turned by a quarter, blue is at the top left; the chooser sees it there."""
    seen = []

    def place(picture):
        seen.append(picture.size)
        return (0, 0, 20, 20)

    jpeg, _, _ = tile(encoded(corners, exif=exif(6), quality=95), 40, place)
    assert seen == [(60, 40)]
    assert np.abs(read(jpeg)[10, 10].astype(int) - (0, 0, 255)).max() < 20


def test_a_tile_may_have_fewer_pixels_than_a_photo():
    data = png(10_000, 6_000)
    with pytest.raises(TooLarge, match="more than 50 megapixels"):
        tile(data, 64)


def test_a_real_picture_of_200_megapixels_is_refused():
    with pytest.raises(TooLarge, match="more than 150 megapixels"):
        read(png(20_000, 10_000, bytes(10_000 * 2_501)))


@pytest.mark.parametrize("size", [(1, 1), (4, 400)])
def test_a_tile_needs_as_many_pixels_as_a_thumb(encoded, size):
    with pytest.raises(
        Unreadable, match=rf"is {size[0]} x {size[1]} px; a tile needs at least 5 x 5"
    ):
        tile(encoded(Image.new("RGB", size), "PNG"), 64)


def test_a_photo_of_one_pixel_is_a_photo(encoded):
    assert read(encoded(Image.new("RGB", (1, 1), "white"), "PNG")).tolist() == [[[255, 255, 255]]]


def test_a_large_photo_is_converted_in_strips(encoded, astronaut, monkeypatch):
    whole = read(encoded(astronaut, "PNG"))
    monkeypatch.setattr(pictures, "_STRIP_PX", 7_000)
    assert (read(encoded(astronaut, "PNG")) == whole).all()
    assert (whole == astronaut).all()
