"""The gallery, one mosaic, and its deletion."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.lasting import LASTS
from app.domain.states import JobState
from app.models import Mosaic
from app.services import browse
from app.services.delete_mosaic import delete_mosaic
from app.services.progress import progress_of
from app.web.crop import Crop
from app.web.fields import new_form_key
from app.web.owner import owner_id
from app.web.paging import Pages
from app.web.parts import database, parts
from app.web.shares import links_of

PER_PAGE = 24

blueprint = Blueprint("mosaics", __name__)


@dataclass(frozen=True)
class Card:
    """A mosaic on the wall, and what stands on it while there is no picture."""

    mosaic: Mosaic

    @property
    def state(self) -> JobState:
        """Its job's."""
        return JobState(self.mosaic.job.state)

    @property
    def says(self) -> str:
        """Where the picture would be."""
        progress = progress_of(self.mosaic.job)
        return {
            JobState.QUEUED: "Waiting for its turn",
            JobState.RUNNING: f"Being made, {progress.percent} %",
            JobState.SPLIT: f"Being made, {progress.percent} %",
            JobState.FAILED: "Could not be made",
            JobState.CANCELLED: "Cancelled",
        }.get(self.state, "Made")


@blueprint.get("/mosaics")
def gallery() -> str:
    """The owner's own, newest first."""
    session, owner = database(), owner_id()
    total = browse.count_mosaics_of(session, owner)
    pages = Pages.of(total, per_page=PER_PAGE, endpoint="mosaics.gallery")
    mosaics = browse.mosaics_of(session, owner, limit=PER_PAGE, offset=pages.first)
    return render_template(
        "mosaics/gallery.html",
        cards=[Card(mosaic) for mosaic in mosaics],
        total=total,
        pages=pages,
        example=None if mosaics else browse.example_mosaic(session),
    )


@blueprint.get("/mosaics/<uuid:mosaic_id>")
def page(mosaic_id: UUID) -> str:
    """While it is made: how far it is. Then: the picture."""
    owner = owner_id()
    mosaic = browse.mosaic_for(database(), owner, mosaic_id)
    return render_template(
        "mosaics/page.html",
        mosaic=mosaic,
        progress=progress_of(mosaic.job),
        receipt=mosaic.receipt,
        crop=Crop.of(mosaic),
        mine=mosaic.owner_id == owner,
        links=links_of(mosaic),
        lasts=LASTS,
        form_key=new_form_key(),
    )


@blueprint.get("/mosaics/<uuid:mosaic_id>/delete")
def delete_page(mosaic_id: UUID) -> str:
    """Ask first."""
    mosaic = browse.mosaic_for(database(), owner_id(), mosaic_id, mine=True)
    has_picture = mosaic.preview_key is not None
    return render_template(
        "confirm.html",
        question="Delete this mosaic?",
        consequence="The mosaic, its downloads, and its photo unless another mosaic uses it, are removed for good. "
        "The tile set stays.",
        verb="Delete it",
        picture={
            "src": url_for(
                "pictures.preview" if has_picture else "pictures.photo", mosaic_id=mosaic.id
            ),
            "width": mosaic.cols,
            "height": mosaic.rows,
        },
        back=url_for("mosaics.page", mosaic_id=mosaic.id),
    )


@blueprint.post("/mosaics/<uuid:mosaic_id>/delete")
def delete(mosaic_id: UUID) -> Response:
    """Delete and go to the gallery."""
    delete_mosaic(database(), parts().storage, owner_id=owner_id(), mosaic_id=mosaic_id)
    return redirect(url_for("mosaics.gallery"), 303)
