"""Passwords and keys that the stack makes up for itself and keeps."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_file(folder: Path, name: str) -> Path:
    """The file that holds the secret of this name, readable by its owner alone; made when missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)
