"""A tile set's search index: what matching needs of every tile, saved as files that are mapped into memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.blocks_tree import BlocksTree
from engine.color import Lab
from engine.descriptor import SAMPLE, mean_lab
from engine.errors import EmptyTileSet, IndexUnreadable, IndexVersionError
from engine.features import color_sums
from engine.types import Thumbs

VERSION = 2
_HEAD, _THUMBS, _SUMS = "index.json", "thumbs.npy", "sums.npy"


@dataclass(frozen=True)
class Index:
    """Everything about the tiles that matching looks at.

    thumbs : (n, 5, 5, 3) uint8; tile number i is row i.
    sums : (n, 3) uint16, mean colour times 25.
    saved_tree : the tree by descriptors, where it exists already.
    """

    thumbs: Thumbs
    sums: NDArray[np.uint16]
    saved_tree: BlocksTree | None = None

    def __len__(self) -> int:
        return len(self.thumbs)

    @cached_property
    def color_tree(self) -> cKDTree:
        """KD-tree over `sums`; built when first asked for, in a tenth of a second for 190,000 tiles."""
        return cKDTree(self.sums)

    @cached_property
    def blocks_tree(self) -> BlocksTree:
        """Tree over perceptual descriptors; built when first asked for or saved, in a second for 190,000 tiles."""
        return self.saved_tree or BlocksTree.build(self.thumbs)

    @cached_property
    def colors(self) -> Lab:
        """Mean colours in CIELAB, (n, 3) float32."""
        return mean_lab(self.sums)

    @classmethod
    def build(cls, thumbs: Thumbs) -> Index:
        """Index of tiles 0 to n - 1. Raises EmptyTileSet where there are none."""
        if len(thumbs) == 0:
            raise EmptyTileSet(
                "This tile set has no tiles yet. Add pictures to it first; your photo is kept."
            )
        return cls(np.ascontiguousarray(thumbs), color_sums(thumbs))

    def extended(self, thumbs: Thumbs) -> Index:
        """Index of these tiles after the ones it has; what it knows of those is kept, not computed again.

        The descriptor's basis stays as it was fitted. Only where it was fitted on few tiles all are described anew.
        """
        both = np.concatenate([self.thumbs, thumbs])
        if len(self) < SAMPLE:
            return Index.build(both)
        sums = np.concatenate([self.sums, color_sums(thumbs)])
        return Index(both, sums, self.blocks_tree.extended(thumbs))

    def save(self, folder: Path) -> None:
        """Write the index into a folder of its own. The head comes last: half an index is never taken for one."""
        folder.mkdir(parents=True, exist_ok=True)
        # Removed, not written over: whoever has the old index mapped keeps it whole.
        for name in (_HEAD, _THUMBS, _SUMS):
            (folder / name).unlink(missing_ok=True)
        np.save(folder / _THUMBS, self.thumbs)
        np.save(folder / _SUMS, self.sums)
        self.blocks_tree.save(folder)
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
            tree = BlocksTree.load(folder)
            index = cls(
                np.load(folder / _THUMBS, mmap_mode="r"),
                np.load(folder / _SUMS, mmap_mode="r"),
                tree,
            )
            lengths = {len(index.thumbs), len(index.sums), len(tree.order)}
            complete = lengths == {head["tiles"]}
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            complete = False
        if not complete:
            raise IndexUnreadable(
                "This index is damaged or incomplete. Build it again: the tiles themselves are not affected."
            )
        return index
