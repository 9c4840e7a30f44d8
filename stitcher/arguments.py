"""Arguments of the public functions held against their signatures: a wrong one is an `InputError`, no TypeError."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import wraps
from numbers import Integral, Real
from typing import ParamSpec, TypeVar

from stitcher.errors import InputError

_P = ParamSpec("_P")
_R = TypeVar("_R")

_KINDS: Mapping[str, type] = {
    "None": type(None), "bool": bool, "int": Integral, "float": Real, "str": str, "Path": os.PathLike,
    "Iterable": Iterable, "Mapping": Mapping, "Sequence": Sequence,
}  # fmt: skip
_CLASSES = frozenset((
    "AssembleOptions", "AudioSegment", "Clip", "Fraction", "GenerateOptions", "Limits", "Loudness", "Plan", "Preset",
    "RenderOptions", "Storyboard", "Time", "Timeline", "VideoClip", "ndarray",
))  # fmt: skip
"""Judged by their names, so that nothing has to be imported for it."""


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function, which refuses arguments that do not fit its signature with an `InputError` that names them.

    Signature and docstring stay. Protocols and aliases are left to the function.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def call(*positional: _P.args, **named: _P.kwargs) -> _R:
        try:
            bound = signature.bind(*positional, **named)
        except TypeError as exc:
            raise InputError(
                f"{function.__name__}(): {exc}. It is {function.__name__}{_short(signature)}."
            ) from None
        for name, value in bound.arguments.items():
            _check(f"{function.__name__}(): {name}", value, str(signature.parameters[name].annotation))
        return function(*positional, **named)

    return call


def _short(signature: inspect.Signature) -> str:
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


def _check(name: str, value: object, annotation: str) -> None:
    # A bar within brackets belongs to what is in the sequence.
    kinds = re.split(r" \| (?![^\[]*\])", annotation)
    if not any(_fits(value, kind.partition("[")[0], kinds) for kind in kinds):
        hint = ""
        if isinstance(value, (str, os.PathLike)) and "Storyboard" in kinds:
            hint = f" stitcher.load({str(value)!r}) reads one from its file."
        given = f"{str(value)!r}, a str" if isinstance(value, str) else f"a {type(value).__name__}"
        raise InputError(f"{name} must be {_spoken(kinds)}, and not {given}.{hint}")
    if is_dataclass(value) and type(value).__name__.endswith("Options"):
        for field in fields(value):
            _check(f"{name}.{field.name}", getattr(value, field.name), str(field.type))


def _fits(value: object, kind: str, kinds: Sequence[str]) -> bool:
    if kind in _CLASSES:
        return kind in {base.__name__ for base in type(value).__mro__}
    if kind == "Callable":
        return callable(value)
    if kind in ("Sequence", "Iterable") and isinstance(value, (str, bytes)):
        # A name instead of a list of names would be taken letter by letter.
        return "str" in kinds
    return kind not in _KINDS or isinstance(value, _KINDS[kind])


_SPOKEN = {"ndarray": "numpy array", "AudioSegment": "pydub AudioSegment", "VideoClip": "MoviePy VideoClip"}


def _spoken(kinds: Sequence[str]) -> str:
    *others, last = (_SPOKEN.get(kind.partition("[")[0], kind) for kind in kinds)
    return f"{', '.join(others)} or {last}" if others else last
