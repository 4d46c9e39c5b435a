"""Objects in a bucket: AWS S3, or any server that speaks its protocol.

We ask for put, get, head, range, list, delete and multipart alone, and sign links to PUT parts; every such server has these.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.storage.base import DEFAULT_TYPE, MissingObject, ObjectInfo, StorageDown
from app.storage.checks import checked, checked_prefix, checked_span
from app.storage.s3_parts import S3Parts
from app.storage.s3_trouble import code, trouble
from app.storage.whole import CHUNK, save

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

# A server on the same network answers in milliseconds; three seconds allow for one lost packet and its repeats.
CONNECT_SECONDS = 3
# Between two bytes of an answer. A busy disk takes seconds to acknowledge a part; twenty is not busy, it is stuck.
READ_SECONDS = 20
# One lost connection, and one more, are made good out of sight, a second or two apart. Past that the caller knows
# better: a page says that storage is away, a job lets go and is tried again later.
ATTEMPTS = 3
# As many as a web process has threads: none waits for another's connection.
CONNECTIONS = 32
# Bodies above this are sent in parts of this. S3 takes at least 5 MiB a part and 10,000 parts: 160 GiB in all.
PART = 16 << 20

# A slow line may take longer for the bytes: what counts is when they were asked for.
GET_SECONDS = 300

PAST_THE_END = {"InvalidRange", "416"}


class S3Storage(S3Parts):
    """Objects in `bucket`, which exists already. Without keys boto3 looks where it always does (a machine's role).

    One for a process: its connections must not be shared with a forked child. `public_url` is the server's address
    as browsers know it; without one, nothing is sent to the bucket but by us.
    """

    def __init__(
        self,
        bucket: str,
        *,
        endpoint_url: str | None = None,
        public_url: str | None = None,
        region: str = "us-east-1",
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        read_seconds: float = READ_SECONDS,
        part_bytes: int = PART,
    ) -> None:
        self._part = part_bytes

        def client(url: str | None) -> S3Client:
            return boto3.session.Session().client(
                "s3",
                endpoint_url=url,
                region_name=region,
                aws_access_key_id=access_key_id,
                aws_secret_access_key=secret_access_key,
                config=_config(read_seconds, own_server=url is not None),
            )

        browsers = client(public_url) if public_url else None
        super().__init__(bucket, client(endpoint_url), browsers)

    def put(self, key: str, body: bytes | BinaryIO, *, content_type: str = DEFAULT_TYPE) -> None:
        checked(key)
        stream = io.BytesIO(body) if isinstance(body, bytes) else body
        first = _next_part(stream, self._part)
        with trouble():
            if len(first) < self._part:
                self._s3.put_object(
                    Bucket=self._bucket, Key=key, Body=first, ContentType=content_type
                )
            else:
                self._put_parts(key, first, stream, content_type)

    def get(self, key: str) -> bytes:
        with trouble(checked(key)):
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        with trouble(checked(key)):
            body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"]
            with io.BufferedReader(_Body(body), CHUNK) as stream:
                yield stream

    def range(self, key: str, start: int, length: int) -> bytes:
        checked_span(start, length)
        # S3 cannot be asked for no bytes, and the answer still has to tell whether the object is there.
        last = start + max(length, 1) - 1
        with trouble(checked(key)):
            try:
                found = self._s3.get_object(
                    Bucket=self._bucket, Key=key, Range=f"bytes={start}-{last}"
                )
            except ClientError as error:
                if code(error) in PAST_THE_END:
                    return b""
                raise
            if found["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.PARTIAL_CONTENT:
                found["Body"].close()
                raise StorageDown("the S3 server sends whole objects when asked for a range")
            return found["Body"].read()[:length]

    def head(self, key: str) -> ObjectInfo:
        with trouble(checked(key)):
            found = self._s3.head_object(Bucket=self._bucket, Key=key)
        return ObjectInfo(key, found["ContentLength"], found["ContentType"], found["LastModified"])

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        return self._listed(checked_prefix(prefix))

    def delete(self, key: str) -> None:
        with suppress(MissingObject), trouble(checked(key)):
            self._s3.delete_object(Bucket=self._bucket, Key=key)

    def download(self, key: str, path: Path) -> None:
        with self.open(key) as source:
            save(source, path)

    def path(self, key: str) -> None:
        checked(key)

    @contextmanager
    def local(self, key: str, folder: Path) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="object-", dir=folder) as own:
            place = Path(own) / "body"
            self.download(key, place)
            yield place

    def get_url(self, key: str, *, content_type: str, disposition: str) -> str | None:
        checked(key)
        if self._browsers is None:
            return None
        wanted = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentType": content_type,
            "ResponseContentDisposition": disposition,
            # Whoever has the link has the object: nothing between the bucket and the browser is to keep it.
            "ResponseCacheControl": "private, no-store",
        }
        return self._browsers.generate_presigned_url(
            "get_object", Params=wanted, ExpiresIn=GET_SECONDS
        )

    def ping(self) -> None:
        with trouble():
            self._s3.head_bucket(Bucket=self._bucket)

    def _listed(self, prefix: str) -> Iterator[ObjectInfo]:
        pages = self._s3.get_paginator("list_objects_v2")
        with trouble():
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield ObjectInfo(found["Key"], found["Size"], None, found["LastModified"])

    def _put_parts(self, key: str, part: bytes, rest: BinaryIO, content_type: str) -> None:
        """Send `part` and what follows it; the object appears when the last part is in, or not at all."""
        upload = self._s3.create_multipart_upload(
            Bucket=self._bucket, Key=key, ContentType=content_type
        )["UploadId"]
        sent: list[CompletedPartTypeDef] = []
        try:
            while part:
                number = len(sent) + 1
                answer = self._s3.upload_part(
                    Bucket=self._bucket, Key=key, UploadId=upload, PartNumber=number, Body=part
                )
                sent.append({"PartNumber": number, "ETag": answer["ETag"]})
                part = _next_part(rest, self._part)
            self._s3.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": sent}
            )
        except BaseException:
            # Parts take room until they are given up; where even that fails, the bucket's own rule removes them.
            with suppress(BotoCoreError, ClientError):
                self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
            raise


class _Body(io.RawIOBase):
    """The body of an answer as a file: botocore's own stream does not know that it is closed."""

    def __init__(self, body: StreamingBody) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        return self._body.readinto(buffer)  # type: ignore[arg-type] # the stubs take it for a file

    def close(self) -> None:
        self._body.close()
        super().close()


def _config(read_seconds: float, *, own_server: bool) -> Config:
    return Config(
        signature_version="s3v4",
        connect_timeout=CONNECT_SECONDS,
        read_timeout=read_seconds,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        max_pool_connections=CONNECTIONS,
        # A bucket is a host name at AWS alone; a server of one's own has one name.
        s3={"addressing_style": "path" if own_server else "auto"},
        # Checksums in trailers came to AWS in 2025, and most other servers refuse them.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def _next_part(stream: BinaryIO, size: int) -> bytes:
    """`size` bytes, however few the stream gives at a time; fewer only at its end."""
    pieces: list[bytes] = []
    missing = size
    while missing and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
