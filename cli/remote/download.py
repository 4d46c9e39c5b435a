"""A file from the server to the disk: under another name until it is whole, and gone on with where it broke."""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

from cli.remote.client import CHUNK, TRIES, WAIT_SECONDS, Client
from cli.remote.errors import NotReached

Told = Callable[[str, float], None]
STAGE = "Downloading"


def download(client: Client, path: str, output: Path, told: Told) -> int:
    """Write the file. Returns its bytes. Raises RemoteError, OSError; what is there of it stays as `*.part`."""
    part = output.with_name(output.name + ".part")
    part.unlink(missing_ok=True)
    etag, whole = "", 0
    for tried in range(1, TRIES + 1):
        before = _size(part)
        try:
            etag, whole = _more(client, path, part, etag, told)
        except (OSError, HTTPException, NotReached) as error:
            if isinstance(error, OSError) and not isinstance(
                error, (ConnectionError, TimeoutError)
            ):
                raise
            if tried == TRIES:
                raise NotReached(
                    f"The line broke {TRIES} times. What came is in {part}."
                ) from error
        if whole and _size(part) == whole:
            part.replace(output)
            return whole
        client.sleep(WAIT_SECONDS if _size(part) > before else WAIT_SECONDS * tried)
    raise NotReached(f"The line broke {TRIES} times. What came is in {part}.")


def _more(client: Client, path: str, part: Path, etag: str, told: Told) -> tuple[str, int]:
    """Read what is missing. Returns the version of the file and its whole length."""
    have = _size(part)
    headers = {"Range": f"bytes={have}-", "If-Range": etag} if have and etag else {}
    with client.open("GET", path, headers=headers) as answer:
        going_on = answer.status == 206
        have = have if going_on else 0
        whole = have + int(answer.headers.get("Content-Length") or 0)
        with part.open("ab" if going_on else "wb") as file:
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                have += len(chunk)
                told(STAGE, have / whole if whole else 0.0)
        return answer.headers.get("ETag", ""), whole


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
