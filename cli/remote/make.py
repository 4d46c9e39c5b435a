"""What `tessera remote make` does: photo up, mosaic made there, picture down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from cli.remote.bar import Bar
from cli.remote.client import Client
from cli.remote.download import download
from cli.remote.errors import Refused, RemoteError

ASK_EVERY_SECONDS = 0.5
# As long as a slow server takes to answer, a few seconds; the person waits for the prompt.
CANCEL_TRIES = 20
KINDS = {".jpg": "jpg", ".jpeg": "jpg", ".png": "png"}
OVER = {"succeeded", "failed", "cancelled"}
CANCELLED = "what was being made there is cancelled."
ENDED = {
    "succeeded": "it was finished there already, and stays.",
    "failed": "it had failed there already.",
}
UNKNOWN = "the server is still busy with being asked; look there whether a mosaic is being made."


@dataclass(frozen=True)
class Wanted:
    """options : those that were said, as the API has them; everything else is automatic."""

    photo: Path
    tile_set: str
    output: Path
    options: dict[str, Any]


def make(client: Client, wanted: Wanted) -> str:
    """The mosaic at `wanted.output`. Returns a line about it. Raises RemoteError, OSError.

    Interrupted while it is made there, it is cancelled there: the KeyboardInterrupt says what became of it.
    """
    check(wanted)
    tile_set = set_called(client, wanted.tile_set)
    with Bar() as bar:
        bar("Sending the photo", 0.0)
        photo = send_photo(client, wanted.photo)
        asked = {"photo_id": photo["id"], "tile_set_id": tile_set["id"], "options": wanted.options}
        key = str(uuid4())
        try:
            mosaic = client.post("/mosaics", asked, key=key)
            follow(client, mosaic["job"]["id"], bar)
        except KeyboardInterrupt as stop:
            raise KeyboardInterrupt(cancel(client, asked, key)) from stop
        where = file_of(client, mosaic["id"], KINDS[wanted.output.suffix.lower()], bar)
        size = download(client, where, wanted.output, bar)
    return _told(wanted.output, size, client.get(f"/mosaics/{mosaic['id']}"))


def check(wanted: Wanted) -> None:
    """Before anything is sent. Raises RemoteError."""
    if not wanted.photo.is_file():
        raise RemoteError(f"There is no photo at {wanted.photo}. Check the path.")
    if wanted.output.suffix.lower() not in KINDS:
        raise RemoteError(f"{wanted.output} is no .jpg or .png; name the output as one of them.")
    if not wanted.output.absolute().parent.is_dir():
        raise RemoteError(f"The folder {wanted.output.parent} is not there. Make it first.")


def set_called(client: Client, name: str) -> dict[str, Any]:
    """By its name or its id. Raises RemoteError where there is none, or more than one."""
    try:
        found: dict[str, Any] = client.get(f"/tile-sets/{UUID(name)}")
        return found
    except ValueError:
        pass
    sets = list(_all(client, "/tile-sets"))
    called = [one for one in sets if one["name"] == name] or [
        one for one in sets if one["name"].casefold() == name.casefold()
    ]
    if len(called) == 1:
        return called[0]
    if called:
        ids = ", ".join(one["id"] for one in called)
        raise RemoteError(
            f"{len(called)} tile sets are called “{name}”. Name one by its id: {ids}."
        )
    there = ", ".join(f"“{one['name']}”" for one in sets[:10]) or "none"
    raise RemoteError(f"There is no tile set called “{name}” there. There are: {there}.")


def send_photo(client: Client, photo: Path) -> dict[str, Any]:
    """Its row at the server."""
    with photo.open("rb") as stream:
        found: dict[str, Any] = client.ask(
            "POST",
            "/photos",
            stream,
            kind="application/octet-stream",
            key=str(uuid4()),
            query={"name": photo.name[-80:]},
        )
    return found


def follow(client: Client, job_id: str, bar: Bar) -> None:
    """Until the job is over. Raises RemoteError where it did not succeed."""
    while True:
        job = client.get(f"/jobs/{job_id}")
        bar(job["stage"], job["share"], job["seconds_left"])
        if job["state"] in OVER:
            break
        time.sleep(ASK_EVERY_SECONDS)
    if job["state"] == "cancelled":
        raise RemoteError("It was cancelled there before it was finished.")
    if job["state"] == "failed":
        raise RemoteError(job["error"] or "It could not be made; the server says no more.")


def file_of(client: Client, mosaic_id: str, kind: str, bar: Bar) -> str:
    """Where the picture is; what does not come with a mosaic is made there first. Raises RemoteError."""
    if kind == "jpg":
        return f"/mosaics/{mosaic_id}/files/jpg"
    taken = client.post(f"/mosaics/{mosaic_id}/takeaways", {"kind": kind}, key=str(uuid4()))
    follow(client, taken["job"]["id"], bar)
    return f"/takeaways/{taken['id']}/file"


def cancel(client: Client, asked: dict[str, Any], key: str) -> str:
    """Also what was asked for and not answered yet: the same key brings the same mosaic. Returns what became of it.

    Raises RemoteError.
    """
    for _ in range(CANCEL_TRIES):
        try:
            mosaic = client.post("/mosaics", asked, key=key)
            ended = client.post(f"/mosaics/{mosaic['id']}/cancel")
        except Refused as error:
            if error.status != 409:  # still being answered
                raise
            time.sleep(ASK_EVERY_SECONDS)
        else:
            return ENDED.get(ended["job"]["state"], CANCELLED)
    return UNKNOWN


def _all(client: Client, path: str) -> Iterator[dict[str, Any]]:
    cursor: dict[str, object] = {}
    while True:
        page = client.get(path, limit=500, **cursor)
        yield from page["items"]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


def _told(output: Path, size: int, mosaic: dict[str, Any]) -> str:
    figures = mosaic["receipt"] or {}
    line = f"{output}: {size / 1e6:,.1f} MB, {mosaic['cols']} x {mosaic['rows']} tiles"
    if "distinct" in figures:
        line += f", {figures['distinct']:,} different, likeness {figures['ssim_mean']:.3f}"
    return line + "."
