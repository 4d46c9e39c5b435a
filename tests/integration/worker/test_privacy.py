"""What cameras write into pictures and films stays with the files that were uploaded."""

import io
import struct
import zipfile

import pytest
import skimage.data
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select

from app.domain.options import MosaicOptions
from app.domain.states import Queue
from app.models import Mosaic, Photo, SourceFile, Still, Tile
from app.services.export_tiles import export_tiles
from app.services.film_frame import ask_for_frame
from app.services.make_mosaic import make_mosaic
from app.services.upload_photo import upload_photo
from tests.unit.engine.films import make_film, shot
from worker.runner import run_next

SECRET = b"46.8523N 9.5315E, at home"
WORDS = SECRET.decode()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + SECRET + b"</x:xmpmeta>"
GPS, DESCRIPTION, MAKE, USER_COMMENT = 0x8825, 0x010E, 0x010F, 0x9286


def exif():
    tags = Image.Exif()
    tags[DESCRIPTION] = tags[MAKE] = WORDS
    tags[0x0112] = 6
    place = tags.get_ifd(GPS)
    place[1], place[2] = "N", (46.0, 51.0, 8.28)
    place[0x001B] = SECRET  # how it was found
    return tags


def iptc(jpeg):
    """The same in the block that newspapers use (Photoshop's, APP13), behind the first marker."""
    caption = b"\x1c\x02\x78" + struct.pack(">H", len(SECRET)) + SECRET
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(caption)) + caption
    body = b"Photoshop 3.0\0" + block + b"\0" * (len(block) % 2)
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def kept(pixels):
    """A picture of a tile's size, upright, with the secret beside it: its coefficients become the tile."""
    out, tags = io.BytesIO(), Image.Exif()
    tags[DESCRIPTION] = WORDS
    Image.fromarray(pixels).save(out, "JPEG", quality=80, comment=SECRET, exif=tags)
    return out.getvalue()


def told(form, pixels):
    """A picture with the secret in all the places that its format has."""
    out, options = io.BytesIO(), {"exif": exif()}
    if form == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"].add_text("Comment", WORDS, zip=False)
    else:
        options["xmp"] = XMP
    if form == "JPEG":
        options["comment"] = SECRET
    Image.fromarray(pixels).save(out, form, **options)
    return iptc(out.getvalue()) if form == "JPEG" else out.getvalue()


@pytest.fixture(scope="module")
def uploads(tmp_path_factory):
    """Pictures of each format, and a film."""
    cat = skimage.data.chelsea()
    files = [
        (f"{form}-{n}.{form.lower()}", told(form, cat[n : n + 120, n : n + 120]))
        for form in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
        for n in (0, 60, 120)
    ]
    files += [(f"kept-{n}.jpg", kept(cat[n : n + 100, 200:300])) for n in (0, 60, 120)]
    film = make_film(
        tmp_path_factory.mktemp("films") / "lake.mkv",
        (shot(i // 5) for i in range(20)),
        rate=5,
        setup=lambda stream: stream.metadata.update(title=WORDS, location=WORDS),
    )
    return [*files, ("lake.mkv", film.read_bytes())]


def test_every_upload_tells_the_secret(uploads):
    """Or the test below would prove nothing."""
    assert [name for name, data in uploads if SECRET not in data] == []


def test_no_object_and_no_export_tells_it(
    uploads, upload, run_all, workshop, session, sessions, storage, bell, owner
):
    tile_set = upload(*uploads)
    run_all()
    photo = upload_photo(
        session,
        storage,
        owner_id=owner,
        name="astronaut.jpg",
        stream=io.BytesIO(told("JPEG", skimage.data.astronaut()[::4, ::4])),
    )
    make_mosaic(
        session,
        bell,
        owner_id=owner,
        photo_id=photo.id,
        tile_set_id=tile_set.id,
        options=MosaicOptions(),
        idempotency_key="once",
    )
    filmed = session.scalars(select(Tile.number).where(Tile.time_ms.is_not(None))).first()
    ask_for_frame(session, bell, owner_id=owner, tile_set_id=tile_set.id, number=filmed)
    for queue in Queue:
        while run_next(workshop, queue):
            pass
    session.expire_all()
    assert session.scalars(select(Mosaic)).one().jpeg_key
    assert session.scalars(select(Still)).one().key
    originals = {*session.scalars(select(Photo.key)), *session.scalars(select(SourceFile.key))}
    made = [info.key for info in storage.list("o/") if info.key not in originals]
    assert len(made) >= 6
    assert [key for key in made if SECRET in storage.get(key)] == []
    taken = b"".join(export_tiles(sessions, storage, tile_set.id))
    with zipfile.ZipFile(io.BytesIO(taken)) as archive:
        assert len(archive.namelist()) > 15
    assert SECRET not in taken
    scans = [data[data.rfind(b"\xff\xda") :] for name, data in uploads if name.startswith("kept")]
    assert [scan in taken for scan in scans] == [True] * 3
