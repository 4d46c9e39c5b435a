"""What commands that write a mosaic share: as which kind of file, and how they end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from engine.errors import EngineError, Unreadable
from engine.save import Format

FORMATS = {
    ".jpg": Format.JPEG,
    ".jpeg": Format.JPEG,
    ".png": Format.PNG,
    ".tif": Format.TIFF,
    ".tiff": Format.TIFF,
}


def format_of(output: Path) -> Format:
    """By its name. Raises Unreadable where it cannot be written, before anything is worked out for it."""
    form = FORMATS.get(output.suffix.lower())
    if form is None:
        raise Unreadable(f"{output} is no .jpg, .png or .tif; name the output as one of them.")
    if not output.absolute().parent.is_dir():
        raise Unreadable(f"The folder {output.parent} is not there. Make it first.")
    return form


def ended(command: str, work: Callable[[], None], *also: type[Exception]) -> int:
    """Do it; 0 when the mosaic is written. What went wrong is a sentence on standard error."""
    known: tuple[type[Exception], ...] = (EngineError, OSError, *also)
    try:
        work()
    except known as error:
        print(f"tessera {command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. No mosaic was written.", file=sys.stderr)
        return 130
    return 0
