"""What the API answers with, by name: for the OpenAPI document, and for the tests that hold answers to it."""

from __future__ import annotations

from app.domain.scopes import Scope
from app.domain.sources import SourceKind
from app.domain.states import JobKind, JobState
from app.web.api.schemas import (
    ANYTHING,
    COUNT,
    CUTTING,
    FILE_KIND,
    ID,
    NUMBER,
    OPTIONS,
    PRINT,
    TEXT,
    TIME,
    YES_NO,
    Schema,
    between,
    listed,
    many,
    maybe,
    one_of,
    ref,
    shown,
)

_USE = {"bytes": COUNT, "tiles": COUNT, "jobs": COUNT}
_NAMED_COLOR = shown(name=TEXT, tiles=COUNT)
_PLACE = {"column": COUNT, "row": COUNT}
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
    "Upload": shown(id=ID, here=COUNT, here_bytes=COUNT, waiting=COUNT, waiting_names=many(TEXT)),
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
    "Fit": shown(
        cells=COUNT,
        tiles=COUNT,
        most_used=maybe(COUNT),
        at_least=maybe(COUNT),
        at_most=maybe(COUNT),
        distinct=maybe(COUNT),
        gaps=many(shown(name=TEXT, cells=COUNT, tiles=COUNT, missing=COUNT)),
        waiting=YES_NO,
    ),
    "Colors": shown(
        counted=YES_NO, says=TEXT, colors=many(_NAMED_COLOR), lacking=many(_NAMED_COLOR)
    ),
    "Credits": shown(
        title=TEXT,
        tile_set_name=TEXT,
        cells=COUNT,
        sources=many(shown(name=TEXT, film=maybe(TEXT), tiles=COUNT, uses=COUNT)),
        gone=COUNT,
        thanks=many(TEXT),
    ),
    "Laid": shown(
        **_PLACE,
        tile=COUNT,
        score=NUMBER,
        better_than=between(0, 1),
        mirrored=YES_NO,
        places=many(shown(**_PLACE)),
        name=maybe(TEXT),
        source_id=maybe(ID),
        source_name=maybe(TEXT),
        time_ms=maybe(COUNT),
    ),
    "Layout": shown(
        says=TEXT,
        warning=maybe(TEXT),
        sheets=COUNT,
        across=COUNT,
        down=COUNT,
        sheet_mm=many(NUMBER, minItems=2, maxItems=2),
        mosaic_mm=many(NUMBER, minItems=2, maxItems=2),
        tile_mm=NUMBER,
        dpi=NUMBER,
        cut_off=between(0, 1),
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
        used=shown(**_USE),
        quota=maybe(shown(**_USE)),
    ),
}
_LISTED = ("Photo", "TileSet", "Source", "Tile", "Mosaic", "Version", "Takeaway", "Share", "Job")
for _name in _LISTED:
    COMPONENTS[f"{_name}s"] = listed(_name)
