"""Jobs: what is under way, how far it is, and its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.domain.scopes import Scope
from app.services import browse, listing
from app.services.cancel_job import cancel_job
from app.web.api import show
from app.web.api.cursors import PAGED, mark_in, page_of
from app.web.api.operations import operation
from app.web.owner import owner_id
from app.web.parts import database

TAG = "Jobs"


@operation(
    *("GET", "/jobs"),
    scope=Scope.READ,
    tag=TAG,
    says="What is under way, newest first",
    query=PAGED,
    gives=(200, "Jobs"),
)
def jobs(asked: dict[str, Any]) -> dict[str, Any]:
    after = mark_in(asked.get("cursor"))
    return page_of(listing.jobs_of(database(), owner_id(), after, asked["limit"]), show.job)


@operation(
    *("GET", "/jobs/<uuid:job_id>"),
    scope=Scope.READ,
    tag=TAG,
    says="One job: stage, share done, seconds left where they can be guessed",
    more="Ask once a second at most; it is over when `state` is succeeded, failed or cancelled.",
    gives=(200, "Job"),
)
def job(job_id: UUID) -> dict[str, Any]:
    return show.job(browse.job_for(database(), owner_id(), job_id))


@operation(
    *("POST", "/jobs/<uuid:job_id>/cancel"),
    scope=Scope.MAKE,
    tag=TAG,
    says="End a job; what is over stays as it is",
    gives=(200, "Job"),
)
def end_job(job_id: UUID) -> dict[str, Any]:
    session = database()
    ended = cancel_job(session, owner_id=owner_id(), job_id=job_id)
    session.refresh(ended)
    return show.job(ended)
