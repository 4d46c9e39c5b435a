"""Sheets of a print: what each shows of the mosaic and where, its marks, and its boxes. Lengths are points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.print_blocks import Block

# Marks begin a little beyond the bleed, so that none is left on a sheet that is cut a little wrong.
_GAP, _MARK, _REST = 4.0, 18.0, 6.0
_HAIRLINE = 0.25
_LABEL_SIZE = 6

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, as PDF has it."""
Line = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Poster:
    """A mosaic on sheets of one size. They lie on a plane, each `overlap` over the one before; y goes down from the top.

    width, height : of a sheet once it is cut.
    bleed : what is printed beyond that.
    marks : whether it is marked where to cut.
    across, down : sheets.
    left, top : of the mosaic on the plane.
    tile : side of a tile; cell_px : the same in px.
    """

    width: float
    height: float
    bleed: float
    marks: bool
    across: int
    down: int
    overlap: float
    left: float
    top: float
    tile: float
    cell_px: int

    @property
    def scale(self) -> float:
        """Points to a px."""
        return self.tile / self.cell_px

    @property
    def room(self) -> float:
        """Around a sheet, for what is cut off."""
        return self.bleed + (_GAP + _MARK + _REST if self.marks else 0.0)

    @property
    def media(self) -> Box:
        """All that is printed on."""
        return (0.0, 0.0, self.width + 2 * self.room, self.height + 2 * self.room)

    @property
    def trim(self) -> Box:
        """What is left once it is cut."""
        return (self.room, self.room, self.room + self.width, self.room + self.height)

    @property
    def bled(self) -> Box:
        """What the picture may cover."""
        left, bottom, right, top = self.trim
        return (left - self.bleed, bottom - self.bleed, right + self.bleed, top + self.bleed)

    def sheets(self) -> Iterator[Sheet]:
        """Row by row."""
        for row in range(self.down):
            for column in range(self.across):
                yield Sheet(self, column, row)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of them."""

    poster: Poster
    column: int
    row: int

    def place(self, block: Block) -> Box:
        """Where a block lies on this sheet, as left, bottom, width, height."""
        poster = self.poster
        scale = poster.scale
        x = poster.left + block.left * scale - self.column * (poster.width - poster.overlap)
        y = poster.top + block.top * scale - self.row * (poster.height - poster.overlap)
        width, height = block.width * scale, block.height * scale
        return (poster.room + x, poster.room + poster.height - y - height, width, height)

    def shows(self, block: Block) -> bool:
        """Whether any of it is seen here."""
        left, bottom, width, height = self.place(block)
        box = self.poster.bled
        return (
            left < box[2] and left + width > box[0] and bottom < box[3] and bottom + height > box[1]
        )

    def content(self, blocks: Iterable[tuple[str, Block]]) -> bytes:
        """What is drawn, in PDF's words; blocks come with their names, in the order in which they cover one another."""
        left, bottom, right, top = self.poster.bled
        lines = ["q", f"{_n(left)} {_n(bottom)} {_n(right - left)} {_n(top - bottom)} re W n"]
        for name, block in blocks:
            x, y, width, height = self.place(block)
            lines.append(f"q {_n(width)} 0 0 {_n(height)} {_n(x)} {_n(y)} cm {name} Do Q")
        lines.append("Q")
        if self.poster.marks:
            lines += self._marked()
        return "\n".join(lines).encode()

    def _marked(self) -> Iterator[str]:
        yield f"q {_HAIRLINE} w 0 G"
        for x1, y1, x2, y2 in self._cuts():
            yield f"{_n(x1)} {_n(y1)} m {_n(x2)} {_n(y2)} l S"
        if self.poster.across * self.poster.down > 1:
            yield "[1.5 1.5] 0 d"
            for x1, y1, x2, y2 in self._joints():
                yield f"{_n(x1)} {_n(y1)} m {_n(x2)} {_n(y2)} l S"
            yield from self._label()
        yield "Q"

    def _cuts(self) -> Iterator[Line]:
        left, bottom, right, top = self.poster.trim
        for x in (left, right):
            yield from self._upright(x)
        for y in (bottom, top):
            yield from self._level(y)

    def _joints(self) -> Iterator[Line]:
        """Where the next sheets begin."""
        _, bottom, right, _ = self.poster.trim
        over = self.poster.overlap
        if self.column < self.poster.across - 1:
            yield from self._upright(right - over)
        if self.row < self.poster.down - 1:
            yield from self._level(bottom + over)

    def _upright(self, x: float) -> Iterator[Line]:
        box = self.poster.bled
        for y, way in ((box[1], -1), (box[3], 1)):
            yield (x, y + way * _GAP, x, y + way * (_GAP + _MARK))

    def _level(self, y: float) -> Iterator[Line]:
        box = self.poster.bled
        for x, way in ((box[0], -1), (box[2], 1)):
            yield (x + way * _GAP, y, x + way * (_GAP + _MARK), y)

    def _label(self) -> Iterator[str]:
        poster = self.poster
        number = self.row * poster.across + self.column + 1
        says = f"Sheet {number} of {poster.across * poster.down}: row {self.row + 1}, column {self.column + 1}"
        x, y = poster.trim[0] + 2 * _MARK, poster.bled[1] - _GAP - _MARK
        yield f"BT /Label {_LABEL_SIZE} Tf 0 g {_n(x)} {_n(y)} Td ({says}) Tj ET"


def _n(value: float) -> str:
    """A number as PDF writes it: no exponent, a thousandth of a point at most."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
