"""Thousands of small files as a few zips, so that storage holds a few objects and all workers read them at once."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from app.domain.films import SUFFIXES
from cli.tiles.places import Found
from engine.limits import FILE_MAX_BYTES

# Well below what one zip may hold, and what a temporary folder has room for.
BUNDLE_FILES = 100_000
BUNDLE_BYTES = 4 * 2**30
# These go as they are: their own kind of reader takes them apart.
APART = (".zip", *SUFFIXES)


def in_bundles(files: Iterable[Found]) -> Iterator[list[Found]]:
    """Files that go together: pictures by the thousand, everything else by itself."""
    bundle: list[Found] = []
    size = 0
    for file in files:
        if is_apart(file):
            yield [file]
            continue
        if bundle and (len(bundle) == BUNDLE_FILES or size + file.bytes > BUNDLE_BYTES):
            yield bundle
            bundle, size = [], 0
        bundle.append(file)
        size += file.bytes
    if bundle:
        yield bundle


def is_apart(file: Found) -> bool:
    """A zip, a film, or more than a picture has."""
    return file.name.lower().endswith(APART) or file.bytes > FILE_MAX_BYTES


@contextmanager
def as_one_file(bundle: list[Found]) -> Iterator[BinaryIO]:
    """The only file of a bundle, or a zip of them all; gone afterwards. Pictures do not shrink: nothing is packed."""
    with tempfile.TemporaryFile() as stream:
        if is_apart(bundle[0]):
            bundle[0].copy(stream)
        else:
            with zipfile.ZipFile(stream, "w") as archive:
                for file in bundle:
                    # A time of its own would be today's, and names of any bytes must not stop the others.
                    name = file.name.encode(errors="replace").decode()
                    with archive.open(zipfile.ZipInfo(name), "w", force_zip64=False) as member:
                        file.copy(member)  # type: ignore[arg-type] # it can be written to, and no more is asked
        stream.seek(0)
        yield stream
