"""Rows as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.films import FilmCut
from app.domain.options import MosaicOptions
from app.domain.papers import POINTS
from app.domain.print_layout import PrintLayout, in_words, warning
from app.domain.print_options import PrintOptions
from app.domain.takeaways import TakeawayKind
from app.models import Job, Mosaic, Photo, Refusal, Source, Takeaway, Tile, TileSet, Version
from app.services import browse
from app.services.progress import progress_of

Shown = dict[str, Any]


def time(moment: datetime | None) -> str | None:
    """As RFC 3339 has it."""
    return moment.isoformat() if moment else None


def photo(row: Photo) -> Shown:
    """A photo, without its bytes."""
    names = ("name", "content_type", "bytes", "width", "height")
    return _plain(row, *names)


def job(row: Job) -> Shown:
    """A job and how far it is."""
    progress = progress_of(row)
    subjects = {
        name: _id(getattr(row, name))
        for name in ("mosaic_id", "source_id", "tile_set_id", "photo_id", "takeaway_id")
    }
    left = progress.seconds_left
    return {
        **_plain(row, "kind", "state", "stage", "taken", "refused", "duplicates", "error"),
        "share": min(1.0, max(0.0, row.share)),
        "seconds_left": None if left is None else round(left, 1),
        **subjects,
    }


def tile_set(row: TileSet, owner: UUID) -> Shown:
    """A set and how what is added to it is cut."""
    return {
        **_plain(row, "name", "generation", "shared", "sample", "crop"),
        "tiles": row.tile_count,
        "mine": browse.is_mine(row, owner),
        **asdict(FilmCut.of(row.films)),
    }


def source(row: Source, its_job: Job) -> Shown:
    """What was added at once."""
    names = ("name", "kind", "bytes", "taken", "refused", "duplicates", "near")
    return {**_plain(row, *names), "job": job(its_job)}


def refusal(row: Refusal) -> Shown:
    """A file that was not taken."""
    return {"name": row.name, "reason": row.reason}


def tile(row: Tile) -> Shown:
    """A tile, without its bytes."""
    parts = (row.lab_l, row.lab_a, row.lab_b)
    lab = None if None in parts else [part / 10 for part in parts if part is not None]
    names = ("number", "name", "time_ms", "family")
    return {name: getattr(row, name) for name in names} | {
        "source_id": str(row.source_id),
        "lab": lab,
    }


def mosaic(row: Mosaic) -> Shown:
    """A mosaic, what was asked for, and what came of it."""
    names = ("tile_set_name", "cols", "rows", "jpeg_bytes", "png_bytes", "receipt")
    return {
        **_plain(row, *names),
        "photo_id": str(row.photo_id),
        "tile_set_id": _id(row.tile_set_id),
        "options": options(row.options),
        "job": job(row.job),
    }


def version(row: Version) -> Shown:
    """A kept tuning."""
    return {
        **_plain(row, "name", "figures"),
        "mosaic_id": str(row.mosaic_id),
        "options": options(row.options),
    }


def takeaway(row: Takeaway) -> Shown:
    """A file made of a mosaic, without its bytes."""
    on_paper = row.kind == TakeawayKind.PDF
    return {
        **_plain(row, "kind", "bytes", "media"),
        "mosaic_id": str(row.mosaic_id),
        "cell_px": row.options.get("cell_px"),
        "print": PrintOptions.parse(row.options).as_json() if on_paper else None,
        "job": job(row.job),
    }


def layout(options: PrintOptions, sheets: PrintLayout) -> Shown:
    """Where a mosaic would lie on paper."""
    return {
        "says": in_words(options, sheets),
        "warning": warning(options, sheets) or None,
        "sheets": sheets.sheets,
        "across": sheets.across,
        "down": sheets.down,
        "sheet_mm": _mm(sheets.width, sheets.height),
        "mosaic_mm": _mm(*sheets.shown),
        "tile_mm": _mm(sheets.tile)[0],
        "dpi": round(sheets.dpi, 1),
        "cut_off": round(sheets.cut_off, 4),
    }


def options(chosen: MosaicOptions) -> Shown:
    """As the API takes them: the shift in percent, as in the form."""
    shift = chosen.shift
    return asdict(chosen) | {
        "shift": None if shift is None else round(100 * shift),
        "bans": list(chosen.bans),
        "pins": [
            {"column": pin.cell.col, "row": pin.cell.row, "tile": pin.tile} for pin in chosen.pins
        ],
    }


def _plain(row: Any, *names: str) -> Shown:
    return {
        "id": str(row.id),
        "created_at": time(row.created_at),
        **{name: getattr(row, name) for name in names},
    }


def _mm(*lengths: float) -> list[float]:
    return [round(length / POINTS["mm"], 1) for length in lengths]


def _id(row_id: UUID | None) -> str | None:
    return str(row_id) if row_id else None
