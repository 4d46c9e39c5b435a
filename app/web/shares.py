"""Links to a mosaic, as its page lists them: make one, revoke one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from app.domain.lasting import lasting
from app.models import Mosaic, Share
from app.services.share_mosaic import link_of, revoke_share, share_mosaic, shares_of
from app.web.owner import owner_id
from app.web.parts import database

blueprint = Blueprint("shares", __name__)


@dataclass(frozen=True)
class SharedLink:
    """A link with its whole address; None where it cannot be shown any more, though it works."""

    share: Share
    url: str | None


@blueprint.post("/mosaics/<uuid:mosaic_id>/shares")
def make(mosaic_id: UUID) -> Response:
    """Make a link and go to where it is listed."""
    share_mosaic(
        database(),
        owner_id=owner_id(),
        mosaic_id=mosaic_id,
        title=request.form.get("title", ""),
        names_set=bool(request.form.get("names_set")),
        lasts=lasting(request.form.get("days", "")),
        secret=link_secret(),
    )
    return _back(mosaic_id)


@blueprint.post("/shares/<uuid:share_id>/revoke")
def revoke(share_id: UUID) -> Response:
    """End a link and go back."""
    return _back(revoke_share(database(), owner_id=owner_id(), share_id=share_id))


def links_of(mosaic: Mosaic) -> list[SharedLink]:
    """Of a mosaic that the caller has already looked up."""
    shares = shares_of(database(), owner_id(), mosaic)
    return [SharedLink(share, url_of(share)) for share in shares]


def url_of(share: Share) -> str | None:
    """The whole address of a link."""
    link = link_of(share, link_secret())
    return link and url_for("shared.page", link=link, _external=True)


def link_secret() -> str:
    """What links follow from."""
    return str(current_app.secret_key)


def _back(mosaic_id: UUID) -> Response:
    return redirect(url_for("mosaics.page", mosaic_id=mosaic_id, _anchor="share"), 303)
