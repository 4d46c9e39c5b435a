"""Cancel a job: it ends now; whoever runs it finds its token gone and stops."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from app.domain.states import OVER, JobState
from app.models import Job
from app.services.browse import job_for


def cancel_job(session: Session, *, owner_id: UUID, job_id: UUID) -> Job:
    """Commit the cancellation, of its parts, too; what is over stays as it is. Raises NotFound."""
    # Nobody waits for a part alone: whoever cancels one cancels all of it.
    job_id = job_for(session, owner_id, job_id, mine=True).parent_id or job_id
    session.execute(
        update(Job)
        .where((Job.id == job_id) | (Job.parent_id == job_id), Job.state.not_in(OVER))
        .values(
            state=JobState.CANCELLED,
            token=None,
            lease=None,
            finished_at=func.now(),
            error="You cancelled it.",
        )
    )
    session.commit()
    return job_for(session, owner_id, job_id, mine=True)
