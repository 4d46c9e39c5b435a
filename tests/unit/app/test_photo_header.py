import io
import struct
import zlib

import pytest
from PIL import Image

from app.domain.errors import BadInput, TooBig
from app.services.upload_photo import read_header


def picture(mode="RGB", size=(40, 30), kind="JPEG", **options):
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out


def png_that_says(width, height):
    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_format_and_size_come_from_the_content(kind, content_type):
    header = read_header(picture(kind=kind))
    assert (header.content_type, header.width, header.height) == (content_type, 40, 30)


def test_the_size_is_as_seen():
    exif = Image.Exif()
    exif[0x0112] = 6
    header = read_header(picture(exif=exif))
    assert (header.width, header.height) == (30, 40)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b"only a text, named .jpg", "not a picture we can read"),
        (b"GIF89a" + bytes(40), "not a picture we can read"),
        (b"\xff\xd8\xff\xe0", "not a picture we can read"),
    ],
)
def test_what_is_no_photo_is_said(body, sentence):
    with pytest.raises(BadInput, match=sentence) as caught:
        read_header(io.BytesIO(body))
    assert caught.value.field == "photo"


def test_one_pixel_is_too_small():
    with pytest.raises(BadInput, match="1 x 1 px"):
        read_header(picture(size=(1, 1), kind="PNG"))


@pytest.mark.parametrize("size", [(14_200, 14_100), (60_000, 60_000)])
def test_too_many_pixels_are_counted_before_any_is_decoded(size):
    with pytest.raises(TooBig, match="megapixels; the largest we take is 150") as caught:
        read_header(png_that_says(*size))
    assert caught.value.status == 413
