"""Jobs: what is under way, how far it is, and its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.domain.scopes import Scope, scope_of
from app.domain.states import JobKind
from app.services import browse, listing
from app.services.cancel_job import cancel_job
from app.services.try_again import try_again
from app.web.api import show
from app.web.api.cursors import PAGED, mark_in, page_of
from app.web.api.door import need
from app.web.api.operations import operation
from app.web.owner import owner_id
from app.web.parts import database, parts

TAG = "Jobs"
WHICH = "`make` for mosaics, files of them and photos, `tiles` for what is read into a set."


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
    or_scope=Scope.TILES,
    tag=TAG,
    says="End a job; what is over stays as it is",
    more=WHICH,
    gives=(200, "Job"),
)
def end_job(job_id: UUID) -> dict[str, Any]:
    session, ids = database(), _mine(job_id)
    ended = cancel_job(session, **ids)
    session.refresh(ended)
    return show.job(ended)


@operation(
    *("POST", "/jobs/<uuid:job_id>/again"),
    scope=Scope.MAKE,
    or_scope=Scope.TILES,
    tag=TAG,
    says="Try a job again that failed; one that did not stays as it is",
    more=f"Of a job in parts those that failed are done again. {WHICH}",
    gives=(202, "Job"),
)
def try_job_again(job_id: UUID) -> dict[str, Any]:
    session, ids = database(), _mine(job_id)
    again = try_again(session, parts().doorbell, owner_id=ids["owner_id"], job_id=ids["job_id"])
    session.refresh(again)
    return show.job(again)


def _mine(job_id: UUID) -> dict[str, UUID]:
    """Whose job it is comes first, then whether this token is for jobs of its kind."""
    owner = owner_id()
    found = browse.job_for(database(), owner, job_id, mine=True)
    need(scope_of(JobKind(found.kind)))
    return {"owner_id": owner, "job_id": job_id}
