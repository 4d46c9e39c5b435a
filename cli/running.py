"""A Tessera that runs already, as commands find it: by the environment, or by the word that `tessera up` left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

# Where `tessera up` leaves word of the services that it runs.
ENVIRONMENT = Path("secrets", "environment.json")


def environment_of(outside: Mapping[str, str], var: Path) -> Mapping[str, str]:
    """The environment that names the services, else the one of the stack in `var`, where there is one."""
    place = var / ENVIRONMENT
    if outside.get("DATABASE_URL") or not place.is_file():
        return outside
    known: dict[str, str] = json.loads(place.read_text())
    return known | dict(outside)
