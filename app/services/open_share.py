"""What a link opens."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.random_texts import hash_of
from app.models import Mosaic, Share

# The same whether it was revoked, expired or never was: nobody learns which.
GONE = "This link opens nothing. It may have ended, or be incomplete. Whoever gave it to you can make a new one."


def open_share(session: Session, link: str) -> tuple[Share, Mosaic]:
    """The share and its mosaic, for everybody who has the link. Raises NotFound."""
    row = session.execute(
        select(Share, Mosaic)
        .join(Mosaic, Mosaic.id == Share.mosaic_id)
        .where(
            Share.hash == hash_of(link),
            Share.revoked_at.is_(None),
            or_(Share.expires_at.is_(None), Share.expires_at > func.now()),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(GONE)
    return row[0], row[1]
