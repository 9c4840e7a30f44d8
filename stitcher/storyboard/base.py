"""The pydantic base model of every mapping in a storyboard: frozen, unknown keys refused, shorthands."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

ISSUES = "storyboard_issues"
"""Type of the pydantic error that carries several issues, each with its key."""


class StoryboardModel(BaseModel):
    """A mapping in a storyboard. Values are frozen; keys nobody knows are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        allow_inf_nan=False,
        # Validators are made when the first storyboard is read, in one go instead of part by part.
        defer_build=True,
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema with each field's docstring as its description.

        pydantic can do so itself, but at every import, and reading the sources takes longer than all the rest.
        """
        described = handler(schema)
        properties = handler.resolve_ref_schema(described).get("properties", {})
        texts = {name: text for base in reversed(cls.__mro__) for name, text in _field_texts(base).items()}
        for name, field in cls.model_fields.items():
            written = properties.get(field.alias or name)
            if written is not None and name in texts:
                written["description"] = texts[name]
        return described


def _field_texts(owner: type) -> dict[str, str]:
    """The docstrings under a model's own fields."""
    if owner is StoryboardModel or not issubclass(owner, StoryboardModel):
        return {}
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    texts = {}
    for field, below in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            docstring = below.value if isinstance(below, ast.Expr) else None
            if isinstance(docstring, ast.Constant) and isinstance(docstring.value, str):
                texts[field.target.id] = inspect.cleandoc(docstring.value)
    return texts


def raise_issues(issues: Sequence[tuple[str, str]]) -> None:
    """Raise every `(key, sentence)` as one pydantic error, if there are any; an empty key means the mapping itself."""
    if issues:
        raise PydanticCustomError(ISSUES, "{summary}", {"summary": issues[0][1], "issues": tuple(issues)})


class Shorthand:
    """Annotation: a plain text stands for a mapping, which `expand` makes of it.

    In JSON Schema the field becomes "a string or the mapping". `also` are further types that stand for one.
    """

    def __init__(
        self, expand: Callable[[Any], object], *, also: tuple[type, ...] = (), **string_schema: Any
    ) -> None:
        self.expand = expand
        self.types = (str, *also)
        self.string_schema = {"type": "string", **string_schema}

    def _before(self, value: object) -> object:
        return self.expand(value) if isinstance(value, self.types) else value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._before, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"anyOf": [self.string_schema, handler(schema)]}


def paths_in(value: object) -> Iterator[Path]:
    """Every file that is named in a part of a storyboard, however deep."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, BaseModel):
        for name in value.model_fields_set:
            yield from paths_in(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from paths_in(one)
    elif isinstance(value, dict):
        yield from paths_in(tuple(value.values()))
