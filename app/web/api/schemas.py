"""JSON Schemas: what bodies and queries are checked against, what the OpenAPI document says, what tests hold answers to."""

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
from app.domain.scopes import Scope
from app.domain.sources import Crop, SourceKind
from app.domain.states import JobKind, JobState
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
_SOURCE = {
    "id": ID,
    "name": TEXT,
    "kind": one_of(SourceKind),
    "bytes": COUNT,
    **dict.fromkeys(("taken", "refused", "duplicates", "near"), COUNT),
    "job": ref("Job"),
    "created_at": TIME,
}
COMPONENTS: dict[str, Schema] = {
    "Problem": shown(
        "title status detail", type=TEXT, title=TEXT, status=COUNT, detail=TEXT, field=TEXT
    ),
    "Options": shown("", **OPTIONS),
    "Photo": shown(
        id=ID, name=TEXT, content_type=TEXT, bytes=COUNT, width=COUNT, height=COUNT, created_at=TIME
    ),
    "Job": shown(
        id=ID,
        kind=one_of(JobKind),
        state=one_of(JobState),
        stage=TEXT,
        share=between(0, 1),
        seconds_left=maybe(NUMBER),
        **dict.fromkeys(("taken", "refused", "duplicates"), COUNT),
        error=maybe(TEXT),
        mosaic_id=maybe(ID),
        source_id=maybe(ID),
        tile_set_id=maybe(ID),
        photo_id=maybe(ID),
        takeaway_id=maybe(ID),
        created_at=TIME,
    ),
    "TileSet": shown(
        id=ID,
        name=TEXT,
        tiles=COUNT,
        generation=COUNT,
        mine=YES_NO,
        shared=YES_NO,
        sample=YES_NO,
        **CUTTING,
        created_at=TIME,
    ),
    "Source": shown(**_SOURCE),
    "SourceWithRefusals": shown(**_SOURCE, refusals=many(shown(name=TEXT, reason=TEXT))),
    "Tile": shown(
        number=COUNT,
        name=TEXT,
        source_id=ID,
        time_ms=maybe(COUNT),
        family=maybe(COUNT),
        lab=maybe(many(NUMBER, minItems=3, maxItems=3)),
    ),
    "Upload": shown(id=ID),
    "Named": shown(files=many(shown(number=COUNT, here=YES_NO))),
    "Missing": shown(
        bytes=COUNT,
        parts=many(shown(part=COUNT, start=COUNT, length=COUNT, url=TEXT, direct=YES_NO)),
    ),
    "Mosaic": shown(
        id=ID,
        photo_id=ID,
        tile_set_id=maybe(ID),
        tile_set_name=TEXT,
        options=ref("Options"),
        cols=COUNT,
        rows=COUNT,
        jpeg_bytes=maybe(COUNT),
        png_bytes=maybe(COUNT),
        receipt=maybe(ANYTHING),
        job=ref("Job"),
        created_at=TIME,
    ),
    "Tuned": shown(
        figures=ANYTHING,
        picture={"type": "string", "contentEncoding": "base64", "contentMediaType": "image/jpeg"},
    ),
    "Curve": shown(points=many(shown(penalty=NUMBER, likeness=NUMBER, variety=NUMBER))),
    "Version": shown(
        id=ID, mosaic_id=ID, name=TEXT, options=ref("Options"), figures=ANYTHING, created_at=TIME
    ),
    "Takeaway": shown(
        id=ID,
        mosaic_id=ID,
        kind=FILE_KIND,
        cell_px=maybe(COUNT),
        print=maybe(shown("", **PRINT)),
        bytes=maybe(COUNT),
        media=maybe(TEXT),
        job=ref("Job"),
        created_at=TIME,
    ),
    "Share": shown(
        id=ID,
        mosaic_id=ID,
        url=maybe(TEXT),
        title=TEXT,
        names_set=YES_NO,
        created_at=TIME,
        expires_at=maybe(TIME),
    ),
    "Removed": shown(removed=COUNT),
    "Banned": shown(numbers=many(COUNT)),
    "Cell": shown(
        shown=COUNT,
        choices=many(shown(tile=COUNT, score=NUMBER, mirrored=YES_NO, uses=COUNT)),
    ),
    "Me": shown(
        token=shown(name=TEXT, scopes=many(one_of(Scope)), expires_at=maybe(TIME)),
        limits={"type": "object", "additionalProperties": NUMBER},
    ),
}
_LISTED = ("Photo", "TileSet", "Source", "Tile", "Mosaic", "Version", "Takeaway", "Share", "Job")
for _name in _LISTED:
    COMPONENTS[f"{_name}s"] = listed(_name)
