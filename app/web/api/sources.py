"""What is put into tile sets: one body, one source."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from app.domain.scopes import Scope
from app.models import Job, Source
from app.services import browse, listing
from app.services.add_pictures import add_pictures
from app.services.remove_tiles import remove_source, source_in
from app.web.api import show
from app.web.api.bodies import BYTES, FILMS, PICTURES, file_sent
from app.web.api.cursors import PAGED, mark_in, page_of
from app.web.api.operations import ZIP, operation
from app.web.api.schemas import NAME
from app.web.owner import owner_id
from app.web.parts import database, parts
from app.web.rates import allow_upload

TAG = "Sources"
TYPES = (BYTES, ZIP, *PICTURES, *FILMS)


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/sources"),
    scope=Scope.READ,
    tag=TAG,
    says="What was put into a set, newest first",
    query=PAGED,
    gives=(200, "Sources"),
)
def sources(tile_set_id: UUID, asked: dict[str, Any]) -> dict[str, Any]:
    session, after = database(), mark_in(asked.get("cursor"))
    tile_set = browse.tile_set_for(session, owner_id(), tile_set_id)
    found = listing.sources_in(session, tile_set, after, asked["limit"])
    jobs = listing.jobs_of_sources(session, found.rows)
    return page_of(found, lambda row: show.source(row, jobs[row.id]))


@operation(
    *("POST", "/tile-sets/<uuid:tile_set_id>/sources"),
    scope=Scope.TILES,
    tag=TAG,
    says="Add a picture, a zip of pictures, or a film: its bytes are the body",
    more="Up to 2 GB; more, or over a line that breaks, goes as an upload in parts.",
    query={"name": NAME},
    takes=TYPES,
    gives=(202, "Source"),
    once=True,
)
def add_source(tile_set_id: UUID, asked: dict[str, Any]) -> dict[str, Any]:
    allow_upload()
    session, owner = database(), owner_id()
    browse.tile_set_for(session, owner, tile_set_id, mine=True)
    with file_sent(TYPES) as stream:
        source = add_pictures(
            session,
            parts().storage,
            parts().doorbell,
            owner_id=owner,
            tile_set_id=tile_set_id,
            files=[(asked.get("name", "file"), stream)],
            idempotency_key=f"api {uuid4()}",
        )
    return shown_source(source)


@operation(
    *("GET", "/tile-sets/<uuid:tile_set_id>/sources/<uuid:source_id>"),
    scope=Scope.READ,
    tag=TAG,
    says="One source, with the files that were refused and why",
    gives=(200, "SourceWithRefusals"),
)
def source(tile_set_id: UUID, source_id: UUID) -> dict[str, Any]:
    session = database()
    found = source_in(session, browse.tile_set_for(session, owner_id(), tile_set_id), source_id)
    refusals = [show.refusal(row) for row in browse.refusals_of(session, found)]
    return {**shown_source(found), "refusals": refusals}


@operation(
    *("DELETE", "/tile-sets/<uuid:tile_set_id>/sources/<uuid:source_id>"),
    scope=Scope.TILES,
    tag=TAG,
    says="Take all that came with it out of the set",
    gives=(204, None),
    may=(409,),
)
def delete_source(tile_set_id: UUID, source_id: UUID) -> None:
    remove_source(
        database(),
        parts().storage,
        parts().doorbell,
        owner_id=owner_id(),
        tile_set_id=tile_set_id,
        source_id=source_id,
    )


def shown_source(source: Source) -> dict[str, Any]:
    """A source and the job that reads it."""
    jobs: dict[UUID, Job] = listing.jobs_of_sources(database(), [source])
    return show.source(source, jobs[source.id])
