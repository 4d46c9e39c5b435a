"""The page of those who run Tessera: queues, workers, what failed, what is stored. Nobody else sees that it is there."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.domain.errors import NotFound
from app.models import Job
from app.services import look_after
from app.services.be_seen import workers_seen
from app.services.try_again import try_again
from app.web.owner import current_account
from app.web.parts import database, parts

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.before_request
def operators_alone() -> None:
    """To others there is nothing at these addresses."""
    account = current_account()
    if account is None or not account.operator:
        raise NotFound("There is nothing at this address.")


@blueprint.get("/")
def page() -> str:
    """All of it on one page."""
    session = database()
    workers = workers_seen(session)
    served = {queue for worker in workers for queue in worker.queues}
    return render_template(
        "admin.html",
        queues=look_after.queues(session),
        workers=workers,
        served=served,
        failed=look_after.failed_jobs(session),
        objects=look_after.figure(session, "objects"),
        object_bytes=look_after.figure(session, "object_bytes"),
        orphans=look_after.figure(session, "orphans"),
    )


@blueprint.post("/jobs/<uuid:job_id>/again")
def again(job_id: UUID) -> Response:
    """Whoever it belongs to, it is tried once more."""
    session = database()
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound("This job is gone: what it was for has been deleted.")
    try_again(session, parts().doorbell, owner_id=job.owner_id, job_id=job_id, by_operator=True)
    return redirect(url_for("admin.page"), 303)
