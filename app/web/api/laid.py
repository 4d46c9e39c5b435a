"""Before and behind a mosaic: how photo and set would fit, what lies in a cell, and whose pictures they are."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.domain import limits
from app.domain.errors import NotFound
from app.domain.scopes import Scope
from app.models import Mosaic
from app.services import browse
from app.services.credits import credits_of
from app.services.fit import fit_of, is_being_looked_at, laid_fit_of
from app.services.walk_in import NO_CELL, cell_of
from app.web.api.bodies import options_in
from app.web.api.operations import operation
from app.web.api.schemas import ID, OPTIONS, YES_NO, sent
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_count
from app.web.words import title_of

TAG = "Mosaics"
SIDE = f"int(max={limits.CELLS_MAX - 1})"


@operation(
    *("POST", "/fit"),
    scope=Scope.READ,
    tag=TAG,
    says="How a photo and a set fit, before a mosaic is made of them; nothing is stored",
    more="How often the busiest tile would be laid (`most_used`, and as a rule from `at_least` to `at_most`; null where nothing "
    "is known), guessed from colours, and the colours that the photo needs more of than the set has. With `count`, a worker "
    "lays the mosaic in memory, in seconds: then the number is exact, and `distinct` says how many different tiles there "
    "are. While `waiting`, a worker is about to know more of the colours.",
    body=sent(
        "photo_id tile_set_id",
        photo_id=ID,
        tile_set_id=ID,
        options=sent(**OPTIONS),
        count=YES_NO,
    ),
    gives=(200, "Fit"),
)
def how_it_fits(body: dict[str, Any]) -> dict[str, Any]:
    session = database()
    photo_id, tile_set_id = UUID(body["photo_id"]), UUID(body["tile_set_id"])
    # Asked first: what a worker finds out in between is in the answer.
    waiting = is_being_looked_at(session, photo_id, tile_set_id)
    asked = {"owner_id": owner_id(), "photo_id": photo_id, "tile_set_id": tile_set_id}
    options = options_in(body.get("options", {}))
    if body.get("count"):
        allow_count()
        found = laid_fit_of(session, parts().tuner, **asked, options=options)
    else:
        found = fit_of(session, **asked, options=options)
    return {
        "cells": found.cells,
        "tiles": found.tiles,
        "most_used": found.uses and found.uses.about,
        "at_least": found.uses and found.uses.least,
        "at_most": found.uses and found.uses.most,
        "distinct": found.uses and found.uses.distinct,
        "gaps": [asdict(gap) for gap in found.gaps],
        "waiting": waiting,
    }


@operation(
    *("GET", f"/mosaics/<uuid:mosaic_id>/cells/<{SIDE}:column>/<{SIDE}:row>"),
    scope=Scope.READ,
    tag=TAG,
    says="What lies in a cell of a finished mosaic: its tile, how well it matches, and where else it lies",
    more="Columns and rows count from 0. `better_than` is the share of cells that match worse. Of a tile that was removed "
    "since, nobody knows the file any more.",
    gives=(200, "Laid"),
)
def laid(mosaic_id: UUID, column: int, row: int) -> dict[str, Any]:
    mosaic = _mosaic(mosaic_id)
    if column >= mosaic.cols:
        raise NotFound(NO_CELL)
    cell = row * mosaic.cols + column
    view = cell_of(database(), parts().storage, mosaic, owner_id=owner_id(), cell=cell)
    page = view.tile
    return {
        "column": column,
        "row": row,
        "tile": view.number,
        "score": view.score,
        "better_than": view.better_than,
        "mirrored": view.mirrored,
        "places": [{"column": at % mosaic.cols, "row": at // mosaic.cols} for at in view.places],
        "name": page.tile.name if page else None,
        "source_id": str(page.source.id) if page else None,
        "source_name": page.source.name if page else None,
        "time_ms": page.tile.time_ms if page else None,
    }


@operation(
    *("GET", "/mosaics/<uuid:mosaic_id>/credits"),
    scope=Scope.READ,
    tag=TAG,
    says="Whose pictures a mosaic is made of, the most used first",
    more="`tiles` are different ones, `uses` the cells they cover; `gone` are cells whose tile was removed from its set since.",
    gives=(200, "Credits"),
)
def mosaic_credits(mosaic_id: UUID) -> dict[str, Any]:
    mosaic, owner = _mosaic(mosaic_id), owner_id()
    title = title_of(mosaic.photo.name)
    given = credits_of(database(), parts().storage, mosaic, owner_id=owner, title=title)
    return {
        "title": given.title,
        "tile_set_name": given.tile_set,
        "cells": given.cells,
        "sources": [
            {"name": one.source, "film": one.film or None, "tiles": one.tiles, "uses": one.uses}
            for one in given.rows
        ],
        "gone": given.gone,
        "thanks": list(given.thanks),
    }


def _mosaic(mosaic_id: UUID) -> Mosaic:
    return browse.mosaic_for(database(), owner_id(), mosaic_id)
