"""What `tessera render` does: a plan and a zip of tiles to a file."""

from __future__ import annotations

import argparse
import zipfile
from contextlib import ExitStack
from pathlib import Path

from app.services.export_tiles import file_name
from cli.output import ended, format_of
from engine import plan_to_take
from engine.limits import FILE_MAX_BYTES
from engine.plan_to_take import NumberedTiles
from engine.render import write_mosaic


def run(args: argparse.Namespace) -> int:
    """Draw the mosaic; 0 when it is written. What went wrong is a sentence on standard error."""
    return ended("render", lambda: _render(args), zipfile.BadZipFile)


def _render(args: argparse.Namespace) -> None:
    form = format_of(args.output)
    wanted = plan_to_take.read(args.plan.read_bytes())
    cell_px = args.tile_px or wanted.cell_px
    with ExitStack() as stack:
        tiles = wanted.tiles(_source(args.tiles, stack))
        write_mosaic(wanted.plan, tiles, {form: args.output}, cell_px=cell_px, dpi=wanted.dpi)
    grid = wanted.plan.grid
    print(
        f"{args.output}: {grid.cols * cell_px:,} x {grid.rows * cell_px:,} px, "
        f"{len(wanted.numbers):,} different tiles from “{wanted.tile_set}”."
    )


def _source(tiles: Path, stack: ExitStack) -> NumberedTiles:
    if tiles.is_dir():
        return _Folder(tiles)
    return _Zip(stack.enter_context(zipfile.ZipFile(tiles)))


class _Folder:
    """A zip that was unpacked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def jpeg(self, number: int) -> bytes | None:
        place = self._folder / file_name(number)
        return place.read_bytes() if place.is_file() else None


class _Zip:
    """The zip of a set, as it was taken away."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def jpeg(self, number: int) -> bytes | None:
        try:
            member = self._archive.getinfo(file_name(number))
        except KeyError:
            return None
        return self._archive.read(member) if member.file_size <= FILE_MAX_BYTES else None
