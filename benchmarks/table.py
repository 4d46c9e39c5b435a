"""Figures as a table for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Row = list[object]


def table(figures: dict[str, Any]) -> Iterator[str]:
    """Lines of text; numbers under each other, and beside them what they should reach with 190,000 tiles on 2 cores."""
    yield f"{figures['tiles']:,} tiles, {figures['cells']:,} cells, {figures['cores']} cores"
    yield from _aligned("beside the slow references", list(_speed(figures)))
    yield from _aligned("placement", list(_placement(figures)))
    yield from _aligned("memory", list(_memory(figures)))
    yield from _aligned("quality", list(_quality(figures["quality"])))
    if figures["scale"]:
        yield from _aligned("scale", list(_scale(figures["scale"])))


def _speed(f: dict[str, Any]) -> Iterator[Row]:
    yield ["", "seconds", "reference", "times faster", "wanted", "same tile"]
    for name, wanted in (("exhaustive", 240), ("classic", 400)):
        cells, equal = f[f"{name}_identical"]
        ours, theirs = f[f"{name}_seconds"], f[f"{name}_reference_seconds"]
        yield [name, ours, theirs, f[f"{name}_speedup"], wanted, f"{equal} of {cells}"]
    over = f["exhaustive_over_matmul"]
    yield ["bare product", f["matmul_seconds"], "", f"exhaustive takes {over} x", "1.5"]
    finding = f"{f['perceptual_find_seconds']} to find"
    yield ["perceptual", f["perceptual_seconds"], "", finding, "1.5 s"]


def _placement(f: dict[str, Any]) -> Iterator[Row]:
    yield ["", "", "wanted"]
    for method, milliseconds in f["replace_ms"].items():
        yield [f"again, {method}, ms", milliseconds, 50]
    yield ["optimal, slowest, s", f["optimal_seconds"], 15]
    for penalty, photos in f["improved_gap_percent"].items():
        for photo, gap in photos.items():
            said = f["improved_gap_said_percent"][penalty][photo]
            yield [f"gap, p = {penalty}, {photo}, %", gap, 1, f"it says {said}"]


def _memory(f: dict[str, Any]) -> Iterator[Row]:
    yield ["", "MB", "wanted"]
    yield [
        "a mosaic of 50 px a cell",
        f["peak_mb"],
        600,
        f"{f['peak_own_mb']} without mapped files",
    ]


def _quality(photos: dict[str, Any]) -> Iterator[Row]:
    yield ["", "", "p", "cell SSIM", "far colour error", "far SSIM", "distinct"]
    for photo, matchers in photos.items():
        for number, (name, values) in enumerate(matchers.items()):
            yield ["" if number else photo, name.split(",")[0], *values.values()]


def _scale(rows: list[dict[str, Any]]) -> Iterator[Row]:
    names = list(rows[0])
    yield [name.replace("_", " ") for name in names]
    for row in rows:
        yield [f"{row['tiles']:,}", *list(row.values())[1:]]


def _aligned(title: str, rows: list[Row]) -> Iterator[str]:
    yield ""
    yield title
    texts = [[str(value) for value in row] for row in rows]
    columns = range(max(map(len, texts)))
    widths = [max(len(row[i]) for row in texts if i < len(row)) for i in columns]
    for row in texts:
        yield "  " + "  ".join(
            text.ljust(width) if number == 0 else text.rjust(width)
            for number, (text, width) in enumerate(zip(row, widths, strict=False))
        )
