"""What a page has to know of a zoom file to send single squares of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from engine.grid import Grid
from engine.render import CELL_PX
from engine.zoom import Zoom


def squares_of(path: Path, grid: Grid) -> dict[str, Any]:
    """As a column of the mosaic's row keeps it; `app.domain.squares` reads it."""
    with path.open("rb") as file:

        def read(start: int, length: int) -> bytes:
            return os.pread(file.fileno(), length, start)

        return Zoom.of_file(read, grid.cols * CELL_PX, grid.rows * CELL_PX).as_dict()
