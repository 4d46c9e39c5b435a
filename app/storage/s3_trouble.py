"""boto3's errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from app.storage.base import MissingObject, StorageDown

MISSING = {"NoSuchKey", "NoSuchUpload", "NotFound", "404"}


@contextmanager
def trouble(key: str | None = None) -> Iterator[None]:
    """Raise StorageDown; with a key, what is not there is a missing object.

    To HEAD an object in a bucket that does not exist looks the same; `ping` tells the two apart.
    """
    try:
        yield
    except ClientError as error:
        if key is not None and code(error) in MISSING:
            raise MissingObject(key) from error
        raise StorageDown(f"the S3 server says {code(error)}") from error
    except BotoCoreError as error:
        raise StorageDown(f"the S3 server does not answer: {type(error).__name__}") from error


def code(error: ClientError) -> str:
    """What S3 calls it."""
    return error.response.get("Error", {}).get("Code", "")
