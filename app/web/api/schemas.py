"""JSON Schemas: what bodies and queries are checked against; `components.py` has what comes back."""

from __future__ import annotations

from typing import Any

from app.domain import limits
from app.domain.lasting import DAYS_MAX
from app.domain.numbers import TILE_NUMBER_MAX
from app.domain.options import MATCHERS, PLACEMENTS
from app.domain.papers import CUSTOM, PAPERS
from app.domain.print_options import (
    DPI_MAX,
    DPI_MIN,
    FITS,
    LENGTH_MAX,
    ORIENTATIONS,
    SHEETS_MAX,
    UNITS,
)
from app.domain.sources import Crop
from app.domain.takeaways import SIZES, TakeawayKind

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "string", "format": "uuid"}
TIME: Schema = {"type": "string", "format": "date-time"}
YES_NO: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ANYTHING: Schema = {"type": "object"}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": limits.NAME_MAX}
DAYS: Schema = {"type": ["integer", "null"], "minimum": 1, "maximum": DAYS_MAX}


def whole(least: int, most: int) -> Schema:
    """A whole number between two others."""
    return {"type": "integer", "minimum": least, "maximum": most}


def between(least: float, most: float) -> Schema:
    """A number between two others."""
    return {"type": "number", "minimum": least, "maximum": most}


def one_of(names: Any) -> Schema:
    """One of some words."""
    return {"type": "string", "enum": [str(name) for name in names]}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    more = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **more, "type": [schema["type"], "null"]}


def many(schema: Schema, **more: int) -> Schema:
    """A list."""
    return {"type": "array", "items": schema, **more}


def ref(name: str) -> Schema:
    """Of what COMPONENTS has."""
    return {"$ref": f"#/components/schemas/{name}"}


def sent(required: str = "", /, **properties: Schema) -> Schema:
    """A body: these fields and no other, the `required` ones always."""
    return shown(required, **properties) | {"additionalProperties": False}


def shown(required: str | None = None, /, **properties: Schema) -> Schema:
    """An answer: these fields, all of them where nothing else is said; more may come one day."""
    names = list(properties) if required is None else required.split()
    found: Schema = {"type": "object", "properties": properties}
    return found | ({"required": names} if names else {})


def listed(name: str) -> Schema:
    """A page of a list."""
    return shown(items=many(ref(name)), next=maybe(TEXT))


OPTIONS: dict[str, Schema] = {
    "penalty": between(limits.PENALTY_MIN, limits.PENALTY_MAX),
    "matcher": one_of(MATCHERS),
    "cells_across": maybe(whole(limits.CELLS_ACROSS_MIN, limits.CELLS_ACROSS_MAX)),
    "placement": maybe(one_of(PLACEMENTS)),
    "mirrors": maybe(YES_NO),
    "shift": maybe(whole(0, 100)),
    "max_uses": maybe(whole(1, limits.CELLS_MAX)),
    "min_distance": whole(0, limits.DISTANCE_MAX),
    "use_all": YES_NO,
    "families": YES_NO,
    "bans": many(whole(0, TILE_NUMBER_MAX), maxItems=limits.BANS_MAX),
    "pins": many(
        sent(
            "column row tile",
            column=whole(0, limits.CELLS_ACROSS_MAX - 1),
            row=whole(0, limits.CELLS_MAX - 1),
            tile=whole(0, TILE_NUMBER_MAX),
        ),
        maxItems=limits.PINS_MAX,
    ),
}
CUTTING: dict[str, Schema] = {
    "crop": one_of(Crop),
    "frames_per_second": between(limits.FRAMES_PER_SECOND_MIN, limits.FRAMES_PER_SECOND_MAX),
    "squares": whole(1, limits.SQUARES_MAX),
    "skip_dull": YES_NO,
}
FILE_KIND: Schema = one_of(TakeawayKind)
FILE_TILE_PX: Schema = {"type": "integer", "enum": [int(px) for px in SIZES]}
_LENGTH = maybe(between(0, LENGTH_MAX))
PRINT: dict[str, Schema] = {
    "paper": one_of([*PAPERS, CUSTOM]),
    "unit": one_of(UNITS),
    "orientation": one_of(ORIENTATIONS),
    "fit": one_of(FITS),
    "dpi": whole(DPI_MIN, DPI_MAX),
    "marks": YES_NO,
    "across": whole(1, SHEETS_MAX),
    "down": maybe(whole(1, SHEETS_MAX)),
    **dict.fromkeys(("width", "height", "border", "bleed", "overlap"), _LENGTH),
}
