"""A tile set's search index: what matching needs of every tile, saved as files that are mapped into memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.errors import EmptyTileSet, IndexUnreadable, IndexVersionError
from engine.features import color_sums
from engine.types import Thumbs

VERSION = 1
_HEAD, _THUMBS, _SUMS = "index.json", "thumbs.npy", "sums.npy"


@dataclass(frozen=True)
class Index:
    """Everything about the tiles that matching looks at.

    thumbs : (n, 5, 5, 3) uint8; tile number i is row i.
    sums : (n, 3) uint16, mean colour times 25.
    """

    thumbs: Thumbs
    sums: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.thumbs)

    @cached_property
    def color_tree(self) -> cKDTree:
        """KD-tree over `sums`; built when first asked for, in a tenth of a second for 190,000 tiles."""
        return cKDTree(self.sums)

    @classmethod
    def build(cls, thumbs: Thumbs) -> Index:
        """Index of tiles 0 to n - 1. Raises EmptyTileSet where there are none."""
        if len(thumbs) == 0:
            raise EmptyTileSet(
                "This tile set has no tiles yet. Add pictures to it first; your photo is kept."
            )
        return cls(np.ascontiguousarray(thumbs), color_sums(thumbs))

    def save(self, folder: Path) -> None:
        """Write the index into a folder of its own. The head comes last: half an index is never taken for one."""
        folder.mkdir(parents=True, exist_ok=True)
        # Removed, not written over: whoever has the old index mapped keeps it whole.
        for name in (_HEAD, _THUMBS, _SUMS):
            (folder / name).unlink(missing_ok=True)
        np.save(folder / _THUMBS, self.thumbs)
        np.save(folder / _SUMS, self.sums)
        (folder / _HEAD).write_text(json.dumps({"version": VERSION, "tiles": len(self)}))

    @classmethod
    def load(cls, folder: Path) -> Index:
        """Map a saved index into memory. Raises IndexVersionError, and IndexUnreadable where it is damaged."""
        try:
            head = json.loads((folder / _HEAD).read_text())
            if head["version"] != VERSION:
                raise IndexVersionError(
                    f"This index was written by another version of Tessera (format {head['version']}; this one reads "
                    f"{VERSION}). Build the index again: the tiles themselves are not affected."
                )
            index = cls(
                np.load(folder / _THUMBS, mmap_mode="r"), np.load(folder / _SUMS, mmap_mode="r")
            )
            complete = len(index.thumbs) == len(index.sums) == head["tiles"]
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            complete = False
        if not complete:
            raise IndexUnreadable(
                "This index is damaged or incomplete. Build it again: the tiles themselves are not affected."
            )
        return index
