"""What `tessera make` does: photo and tiles to a file, told as it goes."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from app.domain.words import from_best
from cli.make.bar import Bar
from cli.make.library import Library, open_library
from cli.output import ended, format_of
from engine.build import make_plan
from engine.decode import read_photo
from engine.errors import BadSetting, Unreadable
from engine.grid import Grid
from engine.match import PERCEPTUAL, matcher_named
from engine.place.solve import method_named
from engine.quality import Receipt, receipt
from engine.render import canvas_of, write_mosaic
from engine.save import Canvas
from engine.types import Pixels, Plan, Settings
from engine.wishes import Wishes

REFUSALS_SHOWN = 10


def run(args: argparse.Namespace) -> int:
    """Make the mosaic; 0 when it is written. What went wrong is a sentence on standard error."""
    return ended("make", lambda: _make(args))


def _make(args: argparse.Namespace) -> None:
    settings, wishes = _settings(args), _wishes(args)
    _check_paths(args.photo, args.tiles)
    outputs = {format_of(args.output): args.output}
    photo = _photo(args.photo)
    # Before thousands of tiles are read for it.
    grid = Grid.fit(photo.shape[1], photo.shape[0], args.cells_across)
    canvas = canvas_of(grid, outputs, args.tile_px, args.dpi)
    with Bar() as bar:
        library = open_library(args.tiles, cache_folder(), bar.count)
        _tell_tiles(args.tiles, library)
        plan = make_plan(
            photo,
            library.index,
            settings,
            wishes=wishes,
            cells_across=args.cells_across,
            progress=bar,
        )
        figures = receipt(plan, plan.grid.thumbs(photo), library.index)
        write_mosaic(plan, library, outputs, cell_px=args.tile_px, dpi=args.dpi, progress=bar)
    _tell_mosaic(args, plan, canvas, figures)


def _settings(args: argparse.Namespace) -> Settings:
    """Raises BadSetting, here rather than after thousands of tiles were read."""
    matcher = matcher_named(args.matcher)
    method_named(args.placement or matcher.placement)
    return Settings(
        matcher.name,
        args.penalty,
        mirrors=args.mirrors,
        shift=args.shift,
        placement=args.placement,
    )


def _wishes(args: argparse.Namespace) -> Wishes:
    pins: dict[int, int] = {}
    for cell, tile in args.pin:
        if pins.setdefault(cell, tile) != tile:
            raise BadSetting(
                f"Cell {cell:,} has tiles {pins[cell]:,} and {tile:,} pinned to it: leave one of them."
            )
    return Wishes(args.max_uses, args.min_distance, args.use_all, None, frozenset(args.ban), pins)


def cache_folder() -> Path:
    """Where tile sets are kept: the user's cache folder, as the XDG base directory specification has it."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "tessera"


def _check_paths(photo: Path, tiles: Path) -> None:
    if not photo.is_file():
        raise Unreadable(f"There is no photo at {photo}. Check the path.")
    if not tiles.exists():
        raise Unreadable(f"There is no folder or zip of pictures at {tiles}. Check the path.")


def _photo(path: Path) -> Pixels:
    try:
        return read_photo(path)
    except Unreadable as error:
        raise type(error)(f"{path}: {error}") from None


def _tell_tiles(tiles: Path, library: Library) -> None:
    count = f"{len(library.index):,} tiles"
    if library.reused:
        print(f"Reusing the index of {tiles} from an earlier run: {count}.")
    else:
        print(f"Read {tiles}: {count}.")
    if library.refusals:
        print(f"Not taken as tiles ({len(library.refusals):,}):", file=sys.stderr)
    for refusal in library.refusals[:REFUSALS_SHOWN]:
        print(f"  {refusal.name}: {refusal.reason}", file=sys.stderr)
    if len(library.refusals) > REFUSALS_SHOWN:
        print(f"  and {len(library.refusals) - REFUSALS_SHOWN:,} more", file=sys.stderr)


def _tell_mosaic(args: argparse.Namespace, plan: Plan, canvas: Canvas, figures: Receipt) -> None:
    grid = plan.grid
    twin = "" if figures.nearest_twin is None else f", twins {figures.nearest_twin} cells apart"
    print(
        f"{args.output}: {canvas.width:,} x {canvas.height:,} px, "
        f"{grid.cols} x {grid.rows} = {grid.cells:,} cells.\n"
        f"{figures.distinct:,} different tiles, tile {figures.most_used_tile} {figures.most_used_times:,} times{twin}; "
        f"SSIM mean {figures.ssim_mean:.3f}, median {figures.ssim_median:.3f}, "
        f"best {figures.ssim_best:.3f}, worst {figures.ssim_worst:.3f}.\n"
        f"From afar: colour off by {figures.far_color_error:.1f}, SSIM {figures.far_ssim:.3f}."
    )
    if figures.gap is not None:
        evened = ", before evening out neighbours" if args.matcher == PERCEPTUAL.name else ""
        print(f"From the best placement: {from_best(figures.gap)}{evened}.")
