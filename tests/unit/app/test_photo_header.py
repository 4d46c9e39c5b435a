import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.domain.errors import BadInput, TooBig
from app.services.upload_photo import read_header
from engine import pictures


def picture(mode="RGB", size=(40, 30), kind="JPEG", **options):
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out


HEIF = picture(kind="HEIF").getvalue()


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
    ("kind", "content_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("HEIF", "image/heic"),
        ("AVIF", "image/avif"),
    ],
)
def test_format_and_size_come_from_the_content(kind, content_type):
    header = read_header(picture(kind=kind))
    assert (header.content_type, header.width, header.height) == (content_type, 40, 30)


@pytest.mark.parametrize("kind", ["JPEG", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_as_seen(kind, orientation):
    """As the engine reads it, which decodes."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = picture(kind=kind, exif=exif.tobytes())
    header = read_header(stream)
    assert (header.width, header.height) == pictures.photo(stream.getvalue())[0]


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_header_cut_off_anywhere_is_said(kind):
    body = picture(kind=kind).getvalue()
    for length in range(12, 200):
        with pytest.raises(BadInput, match="not a picture we can read"):
            read_header(io.BytesIO(body[:length]))


@given(st.data())
def test_a_damaged_header_is_a_size_or_said(data):
    body = bytearray(HEIF)
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(12, 400))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BadInput, TooBig):
        assert read_header(io.BytesIO(bytes(body))).width > 0


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b"only a text, named .jpg", "not a picture we can read"),
        (b"BM" + bytes(40), "not a picture we can read"),
        (bytes(4) + b"ftypheic" + bytes(40), "not a picture we can read"),
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
