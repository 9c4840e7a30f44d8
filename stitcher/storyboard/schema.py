"""The storyboard's JSON Schema, from which YAML language servers complete and explain while one types."""

from __future__ import annotations

from typing import Any

from stitcher.storyboard.model import Storyboard

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"

_VARIABLE = {"type": "string", "pattern": r"\$\{[^}]+\}", "description": "A variable, such as ${name}."}


def json_schema() -> dict[str, Any]:
    """The schema as plain values; every key has a description, unknown keys are not allowed.

    Numbers, truth values and fixed words may also be a variable (`${name}`), as the loader takes them.
    """
    schema = Storyboard.model_json_schema(by_alias=True)
    _open_for_variables(schema)
    return {
        "$schema": SCHEMA_ID,
        "$comment": "Made by 'stitcher schema'.",
        **schema,
        "title": "stitcher storyboard",
        "description": "A film as shots, sounds and deliveries; see docs/storyboard.md.",
    }


def _open_for_variables(node: Any) -> None:
    if isinstance(node, list):
        for entry in node:
            _open_for_variables(entry)
        return
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    for key, value in list(node.items()):
        if key == "properties":
            for name, field in value.items():
                _open_for_variables(field)
                value[name] = _with_variable(_without_null(field))
        elif key not in ("default", "examples", "enum", "const"):
            _open_for_variables(value)


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """The field as it may be written: a key that stands there must have a value."""
    field = {key: value for key, value in field.items() if key != "default" or value is not None}
    options = [option for option in field.pop("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        return {**options[0], **field}
    return {**field, "anyOf": options} if options else field


def _with_variable(field: dict[str, Any]) -> dict[str, Any]:
    if field.get("type") not in ("integer", "number") and "enum" not in field:
        return field
    about: dict[str, Any] = {
        key: field.pop(key) for key in ("description", "default", "examples") if key in field
    }
    return {**about, "anyOf": [field, dict(_VARIABLE)]}
