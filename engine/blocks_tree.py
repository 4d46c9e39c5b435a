"""A tree of blocks: tiles in blocks of 128 that lie near each other, each block with the box around its points.

It is a KD-tree cut off at 128 tiles. A search visits a fixed number of the nearest boxes: the tiles in them are compared
without a branch, which costs less than walking down to each of them, and all visited is every tile compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.blocks import run_blocks
from engine.blocks_order import laid, ordered, take_out
from engine.blocks_search import BLOCK, GROUP, search
from engine.descriptor import DIMS, LENGTH, Basis, Points
from engine.types import Progress, Thumbs, Tiles, silent

_FILES = ("basis", "order", "points", "boxes")
_T = TypeVar("_T", bound=np.generic)


@dataclass(frozen=True)
class BlocksTree:
    """The tiles of a library by their descriptors.

    basis : what compresses descriptors.
    order : (tiles,) int32, the tile at each place; block number b holds places 128 b to 128 b + 127.
    points : (blocks, 16, 128) float32; places without a tile are far from everything.
    boxes : (2, 16, blocks) float32, the least and the greatest of each block's points.
    """

    basis: Basis
    order: Tiles
    points: Points
    boxes: Points

    @cached_property
    def groups(self) -> Points:
        """Boxes around 32 blocks each, (2, 16, groups)."""
        starts = np.arange(0, self.boxes.shape[2], GROUP)
        low = np.minimum.reduceat(self.boxes[0], starts, axis=1)
        high = np.maximum.reduceat(self.boxes[1], starts, axis=1)
        return _frozen(np.stack([low, high]))

    @classmethod
    def build(cls, thumbs: Thumbs) -> BlocksTree:
        """The tree of (n, 5, 5, 3) thumbs, n >= 1."""
        basis = Basis.fit(thumbs)
        return cls._of(basis, basis.points(thumbs))

    def extended(self, thumbs: Thumbs) -> BlocksTree:
        """The tree with these thumbs after the tiles it has, which are not described again: the basis stays."""
        count = len(self.order)
        points = np.empty((count + len(thumbs), DIMS), np.float32)
        take_out(np.asarray(self.points), np.asarray(self.order), points)
        points[count:] = self.basis.points(thumbs)
        return self._of(self.basis, points)

    @classmethod
    def _of(cls, basis: Basis, points: Points) -> BlocksTree:
        order = ordered(points)
        blocks, boxes = laid(points, order)
        return cls(basis, _frozen(order), _frozen(blocks), _frozen(boxes))

    def save(self, folder: Path) -> None:
        """Write the tree's files into a folder."""
        for name in _FILES:
            values = self.basis.rows if name == "basis" else getattr(self, name)
            (folder / f"{name}.npy").unlink(missing_ok=True)
            np.save(folder / f"{name}.npy", values)

    @classmethod
    def load(cls, folder: Path) -> BlocksTree:
        """Map saved files into memory. Raises OSError, EOFError or ValueError where they are damaged."""
        basis, order, points, boxes = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in _FILES
        )
        blocks = -(-len(order) // BLOCK)
        shapes = (basis.shape, points.shape, boxes.shape)
        if shapes != ((DIMS + 1, LENGTH), (blocks, DIMS, BLOCK), (2, DIMS, blocks)):
            raise ValueError(shapes)
        return cls(Basis(basis), order, points, boxes)

    def nearest(
        self, queries: Points, k: int, *, visits: int, stage: str, progress: Progress = silent
    ) -> Tiles:
        """The k tiles nearest to each query among those of the `visits` nearest blocks, in no order.

        queries : (cells, 16) float32. k : at most the tiles there are. Returns (cells, k) int32.
        """
        blocks = len(self.points)
        # The last block may hold a single tile.
        visits = min(blocks, max(visits, -(-k // BLOCK) + 1))
        tiles = np.empty((len(queries), k), np.int32)

        def work(start: int, stop: int) -> None:
            search(
                queries[start:stop],
                np.asarray(self.groups),
                np.asarray(self.boxes),
                np.asarray(self.points),
                np.asarray(self.order),
                visits,
                tiles[start:stop],
            )

        run_blocks(work, len(queries), 256, stage=stage, progress=progress)
        return tiles


def _frozen(values: NDArray[_T]) -> NDArray[_T]:
    """Contiguous and read-only, as mapped files are: kernels are compiled once for both."""
    out = np.ascontiguousarray(values)
    out.flags.writeable = False
    return out
