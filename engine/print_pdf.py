"""A plan as a PDF for print, on one sheet or on many that overlap, at any size in bounded memory.

Every block of the mosaic is in the file once, as the JPEG that it was compressed to; each sheet that shows a part of it
draws the same one. So what two sheets have in common is the same on both, and overlaps cost nothing.

pikepdf keeps what it is given in memory until it writes, but copies what is in another file only while it writes. Bands of
blocks therefore go into small files of their own first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import ImageCms

from engine.print_blocks import Block, bands
from engine.print_pages import Poster, Sheet
from engine.save import FINISHING
from engine.strips import strips
from engine.types import Plan, Progress, TileSource, silent

DRAWING = "Drawing the sheets"
CREATOR = "Tessera"


def write_pdf(
    plan: Plan,
    tiles: TileSource,
    path: Path,
    poster: Poster,
    *,
    title: str = "",
    progress: Progress = silent,
) -> None:
    """Write a mosaic as a PDF in sRGB, with its media, bleed and trim boxes.

    path : appears when the file is complete.
    title : what readers show as the name of the document; nothing else is said of anybody.

    Raises TileUnreadable, and OSError where the file cannot be written.
    """
    with (
        tempfile.TemporaryDirectory(prefix=".print-", dir=path.parent) as folder,
        ExitStack() as held,
    ):
        blocks: list[tuple[Block, Any]] = []
        pdf = Pdf.new()
        profile = pdf.make_indirect(_profile(pdf))
        height = plan.grid.rows * poster.cell_px
        for number, band in enumerate(_bands(plan, tiles, poster)):
            part = held.enter_context(_kept(Path(folder) / f"{number}.pdf", band))
            for block, image in zip(band, part.Root.Blocks, strict=True):
                copied = pdf.copy_foreign(image)
                copied.ColorSpace = Array([Name.ICCBased, profile])
                blocks.append((_without_bytes(block), copied))
            progress(DRAWING, min(1.0, (band[0].top + band[0].height) / height))
        _add_pages(pdf, poster, blocks)
        _describe(pdf, title)
        progress(FINISHING, 0.0)
        fresh = Path(folder) / "print.pdf"
        pdf.save(fresh, deterministic_id=True)
        fresh.replace(path)
        progress(FINISHING, 1.0)


def _bands(plan: Plan, tiles: TileSource, poster: Poster) -> Iterator[list[Block]]:
    return bands(strips(plan, tiles, poster.cell_px), plan.grid.cols * poster.cell_px)


def _without_bytes(block: Block) -> Block:
    return Block(b"", block.left, block.top, block.width, block.height)


def _kept(path: Path, band: list[Block]) -> Pdf:
    """Blocks in a file of their own, opened."""
    with Pdf.new() as part:
        images = [part.make_indirect(_image(part, block)) for block in band]
        part.Root.Blocks = Array(images)
        part.save(path)
    return pikepdf.open(path, access_mode=pikepdf.AccessMode.stream)


def _image(pdf: Pdf, block: Block) -> Stream:
    return Stream(
        pdf,
        block.jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=block.width,
        Height=block.height,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


def _add_pages(pdf: Pdf, poster: Poster, blocks: list[tuple[Block, Any]]) -> None:
    font = pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for sheet in poster.sheets():
        seen = {
            f"/B{i}": (block, image)
            for i, (block, image) in enumerate(blocks)
            if sheet.shows(block)
        }
        page = Dictionary(
            Type=Name.Page,
            MediaBox=_array(poster.media),
            BleedBox=_array(poster.bled),
            TrimBox=_array(poster.trim),
            Resources=Dictionary(
                XObject=Dictionary({name: image for name, (_, image) in seen.items()}),
                Font=Dictionary(Label=font),
            ),
            Contents=Stream(pdf, _content(sheet, seen)),
        )
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _content(sheet: Sheet, seen: dict[str, tuple[Block, Any]]) -> bytes:
    return sheet.content((name, block) for name, (block, _) in seen.items())


def _array(box: tuple[float, float, float, float]) -> Array:
    return Array([round(side, 4) for side in box])


def _describe(pdf: Pdf, title: str) -> None:
    pdf.docinfo.Creator = CREATOR
    if title:
        pdf.docinfo.Title = title
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _profile(pdf: Pdf) -> Stream:
    return Stream(pdf, _srgb(), N=3, Alternate=Name.DeviceRGB)


@cache
def _srgb() -> bytes:
    """The profile, without the time at which it was made, so that one plan gives one file."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    return bytes(profile)
