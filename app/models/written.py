"""Values that are kept as the text that a form sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator


class Written(TypeDecorator[Any]):
    """A column of text: `write` makes it, `read` takes it apart. Short, and read by no query."""

    impl = String
    cache_ok = True

    def __init__(self, read: Callable[[str], Any], write: Callable[[Any], str]) -> None:
        super().__init__()
        self.read = read
        self.write = write

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's own contract
        """To the database."""
        return None if value is None else self.write(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """From the database."""
        return None if value is None else self.read(value)
