"""What the token may do, and every limit that may be met."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from app.domain import limits
from app.domain.scopes import Scope
from app.services.quotas import quota_of, use_of
from app.web.api import show
from app.web.api.door import token
from app.web.api.operations import operation
from app.web.parts import database

_NAMES = (
    *("PHOTO_MAX_BYTES", "PHOTO_MAX_PIXELS", "UPLOAD_MAX_BYTES", "PART_BYTES", "FILE_MAX_BYTES"),
    *(
        "FILES_MAX",
        "SMALL_MAX_BYTES",
        "BATCH_MAX_BYTES",
        "PENALTY_MIN",
        "PENALTY_MAX",
        "CELLS_ACROSS_MIN",
        "CELLS_ACROSS_MAX",
    ),
    *("CELLS_MAX", "DISTANCE_MAX", "NAME_MAX", "VERSIONS_MAX"),
)


@operation(
    *("GET", "/me"),
    scope=Scope.READ,
    tag="You",
    says="This token, the limits, and how much of them is used",
    gives=(200, "Me"),
)
def me() -> dict[str, Any]:
    row = token()
    told = {"name": row.name, "scopes": row.scopes, "expires_at": show.time(row.expires_at)}
    session = database()
    quota = quota_of(session)
    return {
        "token": told,
        "limits": {name.lower(): getattr(limits, name) for name in _NAMES},
        "used": asdict(use_of(session, row.owner_id)),
        "quota": asdict(quota) if quota else None,
    }
