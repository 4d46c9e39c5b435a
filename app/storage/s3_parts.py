"""Objects that come in parts, in a bucket: S3's own multipart uploads, whose parts a browser may send by itself."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, TypedDict

from app.storage.base import DEFAULT_TYPE, Begun, Coming, CutShort, MissingObject
from app.storage.checks import checked
from app.storage.s3_trouble import trouble
from app.storage.whole import CHUNK, Exactly

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A part of 16 MB at 0.05 MB/s takes five minutes; an hour is for a laptop that slept in between.
LINK_SECONDS = 3600


class _Attempt(TypedDict):
    Bucket: str
    Key: str
    UploadId: str


class S3Parts:
    """The half of S3Storage that takes objects in parts. `browsers` signs links to the address that browsers reach."""

    def __init__(self, bucket: str, s3: S3Client, browsers: S3Client | None) -> None:
        self._bucket = bucket
        self._s3 = s3
        self._browsers = browsers

    def begin(self, key: str) -> str:
        with trouble():
            return self._s3.create_multipart_upload(
                Bucket=self._bucket, Key=checked(key), ContentType=DEFAULT_TYPE
            )["UploadId"]

    def part_url(self, coming: Coming, number: int) -> str | None:
        if self._browsers is None:
            return None
        # The length is signed too: nobody can send more than was agreed.
        wanted = {
            **self._attempt(coming),
            "PartNumber": number,
            "ContentLength": coming.length_of(number),
        }
        return self._browsers.generate_presigned_url(
            "upload_part", Params=wanted, ExpiresIn=LINK_SECONDS
        )

    def put_part(self, coming: Coming, number: int, body: BinaryIO) -> None:
        """By way of a file: what is signed has to be read twice, and memory is for one piece at a time."""
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(Exactly(body, coming.length_of(number)), file, CHUNK)
            file.seek(0)
            with trouble(coming.key):
                self._s3.upload_part(**self._attempt(coming), PartNumber=number, Body=file)

    def parts(self, coming: Coming) -> set[int]:
        return set(self._etags(coming))

    def join(self, coming: Coming) -> None:
        etags = self._etags(coming)
        if missing := set(coming.parts) - set(etags):
            raise CutShort(f"{len(missing)} parts of {coming.key} are missing")
        with trouble(coming.key):
            self._s3.complete_multipart_upload(
                **self._attempt(coming),
                MultipartUpload={
                    "Parts": [
                        {"PartNumber": number, "ETag": etags[number]} for number in coming.parts
                    ]
                },
            )

    def abandon(self, coming: Coming) -> None:
        try:
            with trouble(coming.key):
                self._s3.abort_multipart_upload(**self._attempt(coming))
        except MissingObject:
            return

    def begun(self) -> Iterator[Begun]:
        pages = self._s3.get_paginator("list_multipart_uploads")
        with trouble():
            for page in pages.paginate(Bucket=self._bucket):
                for found in page.get("Uploads", []):
                    yield Begun(found["Key"], found["UploadId"], found["Initiated"])

    def _etags(self, coming: Coming) -> dict[int, str]:
        """By number, of the parts that have the length they should."""
        pages = self._s3.get_paginator("list_parts")
        with trouble(coming.key):
            return {
                part["PartNumber"]: part["ETag"]
                for page in pages.paginate(**self._attempt(coming))
                for part in page.get("Parts", [])
                if part["PartNumber"] in coming.parts
                and part["Size"] == coming.length_of(part["PartNumber"])
            }

    def _attempt(self, coming: Coming) -> _Attempt:
        return {"Bucket": self._bucket, "Key": checked(coming.key), "UploadId": coming.token}
