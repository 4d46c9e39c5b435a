"""Links to a mosaic."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.domain.lasting import lasting
from app.domain.scopes import Scope
from app.models import Share
from app.services import browse
from app.services.share_mosaic import revoke_share, share_mosaic, shares_of
from app.web.api import show
from app.web.api.bodies import text_of
from app.web.api.operations import operation
from app.web.api.schemas import DAYS, NAME, YES_NO, sent
from app.web.owner import owner_id
from app.web.parts import database
from app.web.shares import link_secret, url_of

TAG = "Links"


@operation(
    *("GET", "/mosaics/<uuid:mosaic_id>/shares"),
    scope=Scope.SHARE,
    tag=TAG,
    says="The links to a mosaic of yours that were not revoked, 50 at most",
    gives=(200, "Shares"),
)
def shares(mosaic_id: UUID) -> dict[str, Any]:
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id)
    found = shares_of(database(), owner_id(), mosaic)
    return {"items": [_shown(share) for share in found], "next": None}


@operation(
    *("POST", "/mosaics/<uuid:mosaic_id>/shares"),
    scope=Scope.SHARE,
    tag=TAG,
    says="Make a link: whoever has it sees the mosaic and nothing else of yours",
    more="Without `days` it works until it is revoked; without `title` it has none of yours.",
    body=sent(title=NAME, days=DAYS, names_set=YES_NO),
    # No Idempotency-Key: what is kept of an answer would be the link itself.
    gives=(201, "Share"),
)
def add_share(mosaic_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
    share = share_mosaic(
        database(),
        owner_id=owner_id(),
        mosaic_id=mosaic_id,
        title=body.get("title", ""),
        names_set=body.get("names_set", False),
        lasts=lasting(text_of(body.get("days"))),
        secret=link_secret(),
    )
    return _shown(share)


@operation(
    *("DELETE", "/shares/<uuid:share_id>"),
    scope=Scope.SHARE,
    tag=TAG,
    says="End a link",
    gives=(204, None),
)
def remove_share(share_id: UUID) -> None:
    revoke_share(database(), owner_id=owner_id(), share_id=share_id)


def _shown(share: Share) -> dict[str, Any]:
    return {
        "id": str(share.id),
        "mosaic_id": str(share.mosaic_id),
        "url": url_of(share),
        "title": share.title,
        "names_set": share.names_set,
        "created_at": show.time(share.created_at),
        "expires_at": show.time(share.expires_at),
    }
