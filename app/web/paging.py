"""Long walls, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for


@dataclass(frozen=True)
class Pages:
    """The page asked for, held within what there is; `first` to `end` are the positions on it."""

    number: int
    last: int
    first: int
    end: int
    endpoint: str
    values: dict[str, Any]

    @classmethod
    def of(cls, total: int, *, per_page: int, endpoint: str, **values: Any) -> Pages:
        """Read `page` from the address; anything else than a number is the first."""
        last = max(1, -(-total // per_page))
        number = min(max(1, request.args.get("page", 1, type=int)), last)
        first = (number - 1) * per_page
        return cls(number, last, first, min(total, first + per_page), endpoint, values)

    def url(self, number: int) -> str:
        """Address of another page."""
        return url_for(self.endpoint, page=number, **self.values)
