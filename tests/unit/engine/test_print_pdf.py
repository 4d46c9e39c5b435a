"""Prints, as two readers see them: pikepdf the structure, PDFium the pixels."""

import io
import resource

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageCms

from engine import print_blocks
from engine.grid import Grid
from engine.print_pages import Poster
from engine.print_pdf import write_pdf
from engine.strips import strips
from engine.types import Plan

CELL_PX = 16
# A px is half a point, and whatever is placed falls on whole px.
ONE = Poster(200, 140, 0, False, 1, 1, 0, 4, 6, 8, CELL_PX)
FOUR = Poster(110, 80, 6, True, 2, 2, 20, 4, 6, 8, CELL_PX)


class Tiles:
    """Twenty tiles, unlike from left to right."""

    def __init__(self):
        small = np.random.default_rng(0).integers(0, 256, (20, 3, 3, 3), dtype=np.uint8)
        self.pictures = [cv2.resize(tile, (32, 32)) for tile in small]

    def jpegs(self, numbers):
        for number in numbers:
            quality = [cv2.IMWRITE_JPEG_QUALITY, 100]
            yield cv2.imencode(".jpg", self.pictures[number], quality)[1].tobytes()


class Dark:
    """Nothing but night."""

    def jpegs(self, numbers):
        night = cv2.imencode(".jpg", np.full((16, 16, 3), 40, np.uint8))[1].tobytes()
        return [night for _ in numbers]


@pytest.fixture(scope="module")
def tiles():
    return Tiles()


@pytest.fixture(scope="module")
def plan():
    cells = 24 * 16
    numbers = np.random.default_rng(1).integers(0, 20, cells).astype(np.int32)
    return Plan(Grid(24, 16, (0, 0, 1, 1)), numbers, np.zeros(cells, np.float32))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Several blocks each way."""
    monkeypatch.setattr(print_blocks, "BLOCK_PX", 96)


@pytest.fixture
def printed(plan, tiles, tmp_path):
    def write(poster, **options):
        file = tmp_path / "print.pdf"
        write_pdf(plan, tiles, file, poster, **options)
        return file

    return write


def pages(file, px_per_point=2):
    """Each page as PDFium draws it."""
    with pypdfium2.PdfDocument(file) as document:
        return [
            np.asarray(page.render(scale=px_per_point, rev_byteorder=True).to_numpy())[..., :3]
            for page in document
        ]


def cut(page, poster, more=0.0):
    """What is left of a page once it is cut, or a bit more."""
    room = round(2 * (poster.room - more))
    return page[room : len(page) - room, room : page.shape[1] - room].astype(int)


def test_one_sheet_shows_the_mosaic_where_it_should_lie(printed, plan, tiles):
    page = cut(pages(printed(ONE))[0], ONE)
    wanted = np.concatenate(list(strips(plan, tiles, CELL_PX))).astype(int)
    assert page.shape == (280, 400, 3)
    assert np.abs(page[12 : 12 + 256, 8 : 8 + 384] - wanted).mean() < 3
    page[12 : 12 + 256, 8 : 8 + 384] = 255
    assert page.min() == 255


@pytest.mark.parametrize("scale", [0.61, 1.4, 2.3])
def test_no_white_shows_between_blocks(plan, tmp_path, scale):
    """At scales where no block begins on a px of the screen."""
    write_pdf(plan, Dark(), tmp_path / "m.pdf", ONE)
    page = pages(tmp_path / "m.pdf", scale)[0].astype(int)
    inside = page[
        round(7 * scale) + 2 : round(133 * scale) - 2, round(5 * scale) + 2 : round(195 * scale) - 2
    ]
    assert inside.max() < 60


def test_sheets_show_the_same_where_they_overlap(printed):
    first, right, below, last = (cut(page, FOUR) for page in pages(printed(FOUR)))
    over = 2 * 20
    assert np.array_equal(first[:, -over:], right[:, :over])
    assert np.array_equal(first[-over:], below[:over])
    assert np.array_equal(below[:, -over:], last[:, :over])
    assert np.array_equal(first[-over:, -over:], last[:over, :over])
    assert first[:, -over:].std() > 20


def test_sheets_together_are_the_picture_on_one(printed):
    together = Poster(200, 140, 6, True, 1, 1, 0, 4, 6, 8, CELL_PX)
    whole = cut(pages(printed(together))[0], together)
    first, right, below, last = (cut(page, FOUR) for page in pages(printed(FOUR)))
    rows = [np.hstack([a, b[:, 40:]]) for a, b in ((first, right), (below, last))]
    assert np.array_equal(np.vstack([rows[0], rows[1][40:]]), whole)


def test_the_boxes_say_where_to_cut_and_the_picture_ends_at_the_bleed(printed):
    with pikepdf.open(printed(FOUR)) as pdf:
        assert len(pdf.pages) == 4
        for page in pdf.pages:
            media, bleed, trim = (
                [float(side) for side in page[box]]
                for box in ("/MediaBox", "/BleedBox", "/TrimBox")
            )
            assert media == [0, 0, 110 + 2 * 34, 80 + 2 * 34]
            assert bleed == [28, 28, 28 + 122, 28 + 92]
            assert trim == [34, 34, 34 + 110, 34 + 80]
    page = pages(printed(FOUR))[0]
    outside = page.copy()
    outside[56:-56, 56:-56] = 255
    # Marks and a label, in black alone: no colour of the mosaic.
    assert outside.min() < 8
    assert np.ptp(outside, axis=2).max() < 8
    # The mosaic goes on beyond the trim at the right, where it does on the next sheet, too.
    assert page[68:-68, -68 + 1 : -56 - 1].std() > 20


def test_a_block_is_in_the_file_once_and_as_it_was_compressed(printed):
    with pikepdf.open(printed(FOUR)) as pdf:
        drawn = [
            {image.objgen: image for image in page.Resources.XObject.values()} for page in pdf.pages
        ]
        images = {key: image for sheet in drawn for key, image in sheet.items()}
        assert len(images) == 4 * 3
        assert sum(map(len, drawn)) > len(images)
        jpegs = [image.read_raw_bytes() for image in images.values()]
        assert (
            sum(
                isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image" for o in pdf.objects
            )
            == 12
        )
        profile = ImageCms.ImageCmsProfile(
            io.BytesIO(next(iter(images.values())).ColorSpace[1].read_bytes())
        )
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    for jpeg in jpegs:
        with Image.open(io.BytesIO(jpeg)) as picture:
            assert picture.format == "JPEG"
            assert not {"exif", "xmp", "icc_profile", "photoshop", "comment"} & set(picture.info)


def test_images_have_the_resolution_that_was_asked_for(printed):
    """16 px in 8 points are 144 dpi."""
    with pypdfium2.PdfDocument(printed(ONE)) as document:
        found = [
            image.get_metadata()
            for image in document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
        ]
    assert {round(meta.horizontal_dpi) for meta in found} == {144}
    assert {round(meta.vertical_dpi) for meta in found} == {144}


def test_it_says_what_it_is_and_nothing_of_anybody(printed):
    file = printed(ONE, title="Mother at the lake")
    with pikepdf.open(file) as pdf:
        said = {key: str(value) for key, value in pdf.docinfo.items()}
        assert "/Metadata" not in pdf.Root
    assert said == {"/Title": "Mother at the lake", "/Creator": "Tessera"}


def test_the_same_plan_gives_the_same_bytes(printed):
    assert printed(FOUR).read_bytes() == printed(FOUR).read_bytes()


def test_a_cancel_leaves_nothing(plan, tiles, tmp_path):
    def cancel(stage, share):
        raise InterruptedError(stage)

    with pytest.raises(InterruptedError):
        write_pdf(plan, tiles, tmp_path / "m.pdf", ONE, progress=cancel)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_an_error_and_leaves_nothing(plan, tiles, tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_pdf(plan, tiles, tmp_path / "m.pdf", FOUR)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
