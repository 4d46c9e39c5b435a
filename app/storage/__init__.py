"""Where bytes live: on a disk or in a bucket, behind one Protocol."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from app.domain.errors import BadSetting
from app.storage.base import Storage
from app.storage.disk import DiskStorage


def storage_from(
    url: str,
    *,
    endpoint_url: str | None = None,
    public_url: str | None = None,
    region: str = "us-east-1",
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
) -> Storage:
    """Open the store that STORAGE_URL names. Raises BadSetting for an address that names none."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return DiskStorage(_folder(parts))
    if bool(access_key_id) != bool(secret_access_key):
        raise BadSetting(
            "S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together: set both, or neither"
        )
    from app.storage.s3 import S3Storage  # noqa: PLC0415 - boto3 takes time and memory; a disk needs none of it

    return S3Storage(
        _bucket(parts),
        endpoint_url=endpoint_url,
        public_url=public_url,
        region=region,
        access_key_id=access_key_id,
        secret_access_key=secret_access_key,
    )


def _folder(parts: SplitResult) -> Path:
    if parts.netloc or not parts.path.startswith("/"):
        raise BadSetting(
            "STORAGE_URL for a folder has three slashes and the whole path: file:///srv/tessera"
        )
    return Path(unquote(parts.path))


def _bucket(parts: SplitResult) -> str:
    if parts.scheme != "s3" or not parts.netloc or parts.path.strip("/"):
        raise BadSetting("STORAGE_URL for a bucket is its name alone: s3://tessera")
    return parts.netloc
