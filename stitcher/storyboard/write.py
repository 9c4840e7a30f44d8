"""Storyboards as YAML text, written from plain values."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

_WIDTH = 4096
"""Lines are never broken: a prompt stays in one piece."""


def storyboard_text(data: Mapping[str, Any]) -> str:
    """A storyboard of its keys and values, which may hold any text: nothing in them is taken for a variable."""
    return dumped(escaped(dict(data)))


def escaped(value: Any) -> Any:
    """A value whose texts mean themselves, with a `${` in them too."""
    match value:
        case str():
            return value.replace("${", "$${")
        case Mapping():
            return {key: escaped(part) for key, part in value.items()}
        case list() | tuple():
            return [escaped(part) for part in value]
        case _:
            return value


def dumped(value: Any) -> str:
    """A value as block YAML."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.default_flow_style = False
    text = io.StringIO()
    yaml.dump(value, text)
    return text.getvalue()
