"""Signed links to send one part of a file to us: for an hour, and for exactly as many bytes as were agreed."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, request, url_for
from itsdangerous import BadSignature, TimestampSigner

from app.domain.errors import NotAllowed
from app.storage.base import Coming

# As long as a bucket's own links (s3_parts.py).
LINK_SECONDS = 3600
STALE = "This link to send a part of a file has expired, or was made for another. Reload the page and go on."


def part_link(upload_id: UUID, number: int, coming: Coming, part: int) -> str:
    """An address on this site."""
    return url_for(
        "uploads.take",
        upload_id=upload_id,
        number=number,
        part=part,
        signature=_signer().sign(_what(coming, part)).decode().removeprefix(_what(coming, part)),
    )


def check_link(coming: Coming, part: int) -> None:
    """Raise NotAllowed unless this request came by a link of ours for this part."""
    signature = request.args.get("signature", "")
    try:
        _signer().unsign(_what(coming, part) + signature, max_age=LINK_SECONDS)
    except BadSignature as error:
        raise NotAllowed(STALE) from error


def _what(coming: Coming, part: int) -> str:
    return f"{coming.token}/{part}/{coming.length_of(part)}"


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.secret_key or "", salt="part of an upload")
