"""What `tessera remote tiles add` does: files into a tile set, in parts where they are large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from cli.remote.bar import Bar
from cli.remote.client import Client
from cli.remote.errors import RemoteError
from cli.remote.make import follow, set_called

# As many as one request names.
NAMED_AT_ONCE = 500


def add(
    client: Client, name: str, paths: list[Path], *, new: bool, say: Callable[[str], None]
) -> None:
    """Send all files at the paths and wait until they are read. Raises RemoteError, OSError."""
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise RemoteError("There is no file at these paths. Name pictures, zips, films or folders.")
    made = client.post("/tile-sets", {"name": name}, key=str(uuid4())) if new else None
    tile_set = made or set_called(client, name)
    upload = client.post(f"/tile-sets/{tile_set['id']}/upload")["id"]
    with Bar() as bar:
        for number, (file, told) in enumerate(_named(client, upload, files)):
            bar("Sending", number / len(files))
            if not told["here"]:
                _send(client, f"/uploads/{upload}/files/{told['number']}", file)
        source = client.post(f"/uploads/{upload}/finish", {})
        follow(client, source["job"]["id"], bar)
    read = client.get(f"/tile-sets/{tile_set['id']}/sources/{source['id']}")
    say(
        f"“{tile_set['name']}”: {read['taken']:,} tiles taken, {read['duplicates']:,} there already, "
        f"{read['refused']:,} refused."
    )
    for refusal in read["refusals"][:10]:
        say(f"  {refusal['name']}: {refusal['reason']}")


def _files(path: Path) -> Iterator[Path]:
    """Hidden ones are left out."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for inner in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
            if inner.is_file() and not hidden:
                yield inner
    else:
        raise RemoteError(f"There is no file or folder {path}. Check the path.")


def _named(client: Client, upload: str, files: list[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each with its number at the server, and whether it is there from an earlier run."""
    for start in range(0, len(files), NAMED_AT_ONCE):
        some = files[start : start + NAMED_AT_ONCE]
        stats = [file.stat() for file in some]
        told = [
            {"path": str(file)[-1000:], "size": stat.st_size, "modified": stat.st_mtime_ns // 10**6}
            for file, stat in zip(some, stats, strict=True)
        ]
        named = client.post(f"/uploads/{upload}/files", {"files": told})
        yield from zip(some, named["files"], strict=True)


def _send(client: Client, path: str, file: Path) -> None:
    with file.open("rb") as stream:
        while parts := client.get(path)["parts"]:
            for part in parts:
                stream.seek(part["start"])
                place = f"{path}/parts/{part['part']}"
                client.put_bytes(place, stream.read(part["length"]))
    client.post(f"{path}/complete")
