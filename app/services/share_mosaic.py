"""Links to a mosaic: made, listed, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.errors import BadInput, NotFound
from app.domain.limits import SHARES_MAX
from app.domain.names import checked_name
from app.domain.random_texts import hash_of, text_of
from app.models import Mosaic, Share
from app.services.browse import mosaic_for

NOT_YET = (
    "This mosaic is not finished, so there is nothing to share yet. Come back when it is made."
)
ENOUGH = f"There are {SHARES_MAX} links to this mosaic, as many as we keep. Revoke one that you need no more."


def share_mosaic(
    session: Session,
    *,
    owner_id: UUID,
    mosaic_id: UUID,
    title: str,
    names_set: bool,
    lasts: timedelta | None,
    secret: str,
) -> Share:
    """Commit a link that opens this mosaic to whoever has it. Raises NotFound, BadInput.

    title : empty for none. lasts : None until it is revoked. secret : what links follow from.
    """
    mosaic = mosaic_for(session, owner_id, mosaic_id, mine=True)
    if mosaic.jpeg_key is None:
        raise BadInput(NOT_YET)
    if len(shares_of(session, owner_id, mosaic)) >= SHARES_MAX:
        raise BadInput(ENOUGH, field="title")
    share_id = uuid4()
    share = Share(
        id=share_id,
        owner_id=owner_id,
        mosaic_id=mosaic.id,
        hash=hash_of(_link(share_id, secret)),
        title=checked_name(title, what="link", field="title") if title.strip() else "",
        names_set=names_set,
        expires_at=func.now() + lasts if lasts else None,
    )
    session.add(share)
    session.commit()
    return share


def link_of(share: Share, secret: str) -> str | None:
    """What the address ends with; None where the secret was changed since, though the link goes on working."""
    link = _link(share.id, secret)
    return link if hash_of(link) == share.hash else None


def shares_of(session: Session, owner_id: UUID, mosaic: Mosaic) -> Sequence[Share]:
    """The links to a mosaic that the caller has already looked up, newest first, without those that were revoked."""
    mine = (Share.owner_id == owner_id, Share.mosaic_id == mosaic.id, Share.revoked_at.is_(None))
    return session.scalars(
        select(Share).where(*mine).order_by(Share.created_at.desc(), Share.id)
    ).all()


def revoke_share(session: Session, *, owner_id: UUID, share_id: UUID) -> UUID:
    """It opens nothing any more, from now on. Returns the id of its mosaic. Raises NotFound."""
    found = session.scalar(select(Share).where(Share.id == share_id, Share.owner_id == owner_id))
    if found is None:
        raise NotFound("There is no such link here. It may belong to another session.")
    if found.revoked_at is None:
        found.revoked_at = func.now()
    session.commit()
    return found.mosaic_id


def _link(share_id: UUID, secret: str) -> str:
    return text_of("share", share_id, secret=secret)
