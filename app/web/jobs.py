"""News of a job while it runs, and the button that ends it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, stream_with_context, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from app.domain.errors import NotFound
from app.models import Job, Mosaic, Source, TileSet
from app.services import browse
from app.services.cancel_job import cancel_job
from app.services.progress import progress_of
from app.services.try_again import try_again
from app.web.events import Slots, Snapshot, news
from app.web.owner import owner_id
from app.web.parts import database, parts

# Each open stream holds one of the web server's 32 threads; pages and pictures need the rest.
slots = Slots(20)

blueprint = Blueprint("jobs", __name__)


@blueprint.get("/jobs/<uuid:job_id>/events")
def events(job_id: UUID) -> Response:
    """Server-Sent Events until the job is over. Without a free stream: 204, and the page reloads by itself."""
    owner, sessions = owner_id(), parts().sessions
    with sessions() as session:
        browse.job_for(session, owner, job_id)
    if not slots.take():
        return Response(status=204)

    def snapshot() -> Snapshot:
        # A session of its own each time: a stream lives for minutes, and holds no connection while it waits.
        with sessions() as session:
            return _snapshot(session, owner, job_id)

    response = Response(stream_with_context(news(snapshot)), mimetype="text/event-stream")
    response.call_on_close(slots.give_back)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx would hold the events back
    return response


@blueprint.post("/jobs/<uuid:job_id>/cancel")
def cancel(job_id: UUID) -> AnyResponse:
    """End the job and go back to what it was for."""
    return _to_what_it_was_for(cancel_job(database(), owner_id=owner_id(), job_id=job_id))


@blueprint.post("/jobs/<uuid:job_id>/again")
def again(job_id: UUID) -> AnyResponse:
    """Try a job again that failed."""
    job = try_again(database(), parts().doorbell, owner_id=owner_id(), job_id=job_id)
    return _to_what_it_was_for(job)


def _to_what_it_was_for(job: Job) -> AnyResponse:
    if job.takeaway_id:
        mosaic = _taken_from(database(), owner_id(), job.takeaway_id)
        return redirect(url_for("take_away.page", mosaic_id=mosaic.id), 303)
    if job.mosaic_id:
        return redirect(url_for("mosaics.page", mosaic_id=job.mosaic_id), 303)
    tile_set = _tile_set(database(), owner_id(), job)
    return redirect(url_for("tiles.page", tile_set_id=tile_set.id), 303)


def _snapshot(session: Session, owner: UUID, job_id: UUID) -> Snapshot:
    job = browse.job_for(session, owner, job_id)
    progress = progress_of(job)
    if job.takeaway_id:
        mosaic = _taken_from(session, owner, job.takeaway_id)
        part = render_template("take_away/progress.html", progress=progress, mosaic=mosaic)
        return Snapshot({"progress": part}, over=progress.state.is_over)
    if job.mosaic_id is None:
        tile_set = _tile_set(session, owner, job)
        part = render_template("tiles/progress.html", progress=progress, tile_set=tile_set)
        return Snapshot({"progress": part}, over=progress.state.is_over)
    mosaic = browse.mosaic_for(session, owner, job.mosaic_id)
    parts_of_page = {
        "preview": render_template("mosaics/preview.html", mosaic=mosaic),
        "progress": render_template("mosaics/progress.html", progress=progress, mosaic=mosaic),
    }
    return Snapshot(parts_of_page, over=progress.state.is_over)


def _taken_from(session: Session, owner: UUID, takeaway_id: UUID) -> Mosaic:
    takeaway = browse.takeaway_for(session, owner, takeaway_id)
    return browse.mosaic_for(session, owner, takeaway.mosaic_id)


def _tile_set(session: Session, owner: UUID, job: Job) -> TileSet:
    source = session.get(Source, job.source_id) if job.source_id else None
    tile_set_id = source.tile_set_id if source else job.tile_set_id
    if tile_set_id is None:
        raise NotFound("This job has no page of its own.")
    return browse.tile_set_for(session, owner, tile_set_id)
