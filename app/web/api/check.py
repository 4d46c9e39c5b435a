"""What was sent, held against its schema. The first thing that is wrong is said in a sentence that names it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from app.domain.errors import BadInput
from app.web.api.schemas import Schema
from app.web.fields import uuid_in

JSON = "application/json"
QUOTED = 40


def json_body(schema: Schema) -> dict[str, Any]:
    """The body. Raises UnsupportedMediaType, BadRequest (no JSON), BadInput."""
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    try:
        body = json.loads(request.get_data(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    checked(body, schema, "The body")
    found: dict[str, Any] = body
    return found


def query(parameters: Mapping[str, Schema]) -> dict[str, Any]:
    """Those parameters that were given, as what their schemas say they are. Raises BadInput."""
    found: dict[str, Any] = {}
    for name, schema in parameters.items():
        if name in request.args:
            found[name] = _meant(request.args[name], schema)
            checked(found[name], schema, name)
        elif "default" in schema:
            found[name] = schema["default"]
    return found


def checked(value: Any, schema: Schema, what: str) -> None:
    """Raises BadInput where the value is not as the schema says."""
    types = schema.get("type", [])
    kinds = [types] if isinstance(types, str) else types
    if value is None and "null" in kinds:
        return
    if not any(_IS[kind](value) for kind in kinds):
        raise _wrong(value, schema, what)
    if "enum" in schema and value not in schema["enum"]:
        raise _wrong(value, schema, what)
    if isinstance(value, dict):
        _fields(value, schema, what)
    elif isinstance(value, list):
        _items(value, schema, what)
    elif not _fits(value, schema):
        raise _wrong(value, schema, what)


def _fields(value: dict[str, Any], schema: Schema, what: str) -> None:
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            raise BadInput(f"“{name}” is missing. {what} needs it.", field=name)
    for name, inner in value.items():
        if name not in properties:
            known = ", ".join(properties) or "none"
            raise BadInput(f"There is no field “{name[:QUOTED]}” here. There are: {known}.")
        checked(inner, properties[name], name)


def _items(value: list[Any], schema: Schema, what: str) -> None:
    least, most = schema.get("minItems", 0), schema.get("maxItems", float("inf"))
    if not least <= len(value) <= most:
        raise BadInput(
            f"{what} is a list of {least:,} to {most:,} items; these are {len(value):,}.",
            field=what,
        )
    for inner in value:
        checked(inner, schema["items"], what)


def _fits(value: Any, schema: Schema) -> bool:
    if isinstance(value, str):
        return (
            schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
            and (schema.get("format") != "uuid" or uuid_in(value) is not None)
            and re.search(schema.get("pattern", ""), value) is not None
        )
    if isinstance(value, bool):
        return True
    least, most = schema.get("minimum", value), schema.get("maximum", value)
    return bool(least <= value <= most)


def _wrong(value: Any, schema: Schema, what: str) -> BadInput:
    said = json.dumps(value)[:QUOTED]
    field = None if what == "The body" else what
    return BadInput(f"{what} is {_says(schema)}; {said} is not.", field=field)


def _says(schema: Schema) -> str:
    """In words: `a whole number from 4 to 300, or null`."""
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if "enum" in schema:
        names = [json.dumps(name) for name in schema["enum"]]
        return f"one of {', '.join(names)}"
    said = " or ".join(_CALLED[kind] for kind in kinds if kind != "null")
    if schema.get("format") == "uuid":
        said = "an id"
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        said += f" from {least:,} to {most:,}"
    if "maxLength" in schema:
        said += f" of {schema.get('minLength', 0)} to {schema['maxLength']} characters"
    return said + (", or null" if "null" in kinds else "")


def _meant(text: str, schema: Schema) -> Any:
    """A text from an address as a number, where a number is meant."""
    if schema["type"] == "integer" and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if schema["type"] == "boolean" and text in {"true", "false"}:
        return text == "true"
    return text


def _no_number(text: str) -> float:
    raise ValueError(text)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_CALLED = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_IS: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and value == value // 1,
    "number": _is_number,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
