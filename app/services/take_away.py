"""Have a file made of a finished mosaic. The same wish twice is one file."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.domain.errors import BadInput
from app.domain.limits import TAKEAWAYS_MAX
from app.domain.print_layout import lay_out
from app.domain.print_options import PrintOptions
from app.domain.states import QUEUE_OF, JobKind, JobState
from app.domain.takeaways import TakeawayKind, Wanted
from app.models import Job, Mosaic, Takeaway
from app.queue import Doorbell
from app.services.browse import takeaways_of
from app.services.owners import ensure_owner
from app.services.quotas import take_room

ENOUGH = (
    f"Of one mosaic we keep {TAKEAWAYS_MAX} downloads, and there are as many. "
    "Delete one that you have saved; then ask again."
)
NOT_FINISHED = (
    "This mosaic is not finished, so nothing can be made of it yet. Its page shows how far it is."
)
NO_PLAN = (
    "This mosaic was made before plans were kept, so it cannot be drawn again. Make it again with the same settings: "
    "the new one has all formats, and this one stays."
)
NO_TILES = (
    "The tile set “{name}” was deleted, and without its tiles this mosaic cannot be drawn again. "
    "Its JPEG stays as it is."
)
_IN_VAIN = (JobState.FAILED, JobState.CANCELLED)


def why_not(mosaic: Mosaic) -> str:
    """Why nothing can be made of a mosaic, in a sentence; empty where it can."""
    if mosaic.jpeg_key is None:
        return NOT_FINISHED
    if mosaic.plan_key is None:
        return NO_PLAN
    return "" if mosaic.tile_set_id else NO_TILES.format(name=mosaic.tile_set_name)


def known_takeaway(
    session: Session, mosaic: Mosaic, *, owner_id: UUID, wanted: Wanted
) -> Takeaway | None:
    """The file that the same wish gave before, or that is being made: to be shown it again costs nothing."""
    return _known(session, owner_id, _key(mosaic, wanted))


def take_away(
    session: Session, doorbell: Doorbell, mosaic: Mosaic, *, owner_id: UUID, wanted: Wanted
) -> Takeaway:
    """Queue a file of a mosaic that the caller has already looked up, and commit. What is there or under way is given again.

    Raises BadInput where it cannot be drawn, where nothing would be left of the paper, or where there are as many as we
    keep; TooMany where the owner has as many jobs waiting as may be.
    """
    if reason := why_not(mosaic):
        raise BadInput(reason)
    if wanted.kind is TakeawayKind.PDF:
        lay_out(PrintOptions.parse(wanted.options), mosaic.cols, mosaic.rows)
    key = _key(mosaic, wanted)
    if known := _known(session, owner_id, key):
        return known
    _forget_in_vain(session, owner_id, key)
    if len(takeaways_of(session, owner_id, mosaic)) >= TAKEAWAYS_MAX:
        raise BadInput(ENOUGH)
    ensure_owner(session, owner_id)
    take_room(session, owner_id, jobs=1)
    takeaway = Takeaway(
        id=uuid4(),
        owner_id=owner_id,
        mosaic_id=mosaic.id,
        kind=wanted.kind,
        options=wanted.options,
    )
    kind = JobKind.TAKE_AWAY
    takeaway.job = Job(owner_id=owner_id, kind=kind, queue=QUEUE_OF[kind], idempotency_key=key)
    session.add(takeaway)
    try:
        session.commit()
    except IntegrityError:  # the same form, sent twice at once: the other one won
        session.rollback()
        if known := _known(session, owner_id, key):
            return known
        raise
    doorbell.ring(QUEUE_OF[kind])
    return takeaway


def _known(session: Session, owner_id: UUID, key: str) -> Takeaway | None:
    ours = (Job.owner_id == owner_id, Job.idempotency_key == key, Job.state.not_in(_IN_VAIN))
    found: Takeaway | None = session.scalar(
        select(Takeaway).join(Job, Job.takeaway_id == Takeaway.id).where(*ours)
    )
    return found


def _forget_in_vain(session: Session, owner_id: UUID, key: str) -> None:
    """What came to nothing makes room for another attempt."""
    ours = (Job.owner_id == owner_id, Job.idempotency_key == key, Job.state.in_(_IN_VAIN))
    gone = delete(Takeaway).where(Takeaway.id.in_(select(Job.takeaway_id).where(*ours)))
    session.execute(gone.execution_options(synchronize_session=False))


def _key(mosaic: Mosaic, wanted: Wanted) -> str:
    said = f"{mosaic.plan_key}\0{wanted.known_by}"
    return "take " + hashlib.blake2b(said.encode(), digest_size=24).hexdigest()
