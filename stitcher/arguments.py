"""Arguments of the public functions held against their signatures: a wrong one is an `InputError`, no TypeError."""

from __future__ import annotations

import ast
import inspect
import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache, wraps
from numbers import Integral, Real
from typing import ParamSpec, TypeGuard, TypeVar

from stitcher.errors import InputError

_P = ParamSpec("_P")
_R = TypeVar("_R")

_KINDS: Mapping[str, type] = {
    "None": type(None), "bool": bool, "int": Integral, "float": Real, "str": str, "Path": os.PathLike,
    "Iterable": Iterable, "Mapping": Mapping, "Sequence": Sequence, "tuple": Sequence,
}  # fmt: skip
_CLASSES = frozenset((
    "AssembleOptions", "AudioSegment", "Clip", "Executor", "Fraction", "GenerateOptions", "Limits", "Loudness", "Plan",
    "Preset", "RenderOptions", "Storyboard", "TableOptions", "Time", "Timeline", "Timing", "VideoClip", "ndarray",
))  # fmt: skip
"""Judged by their names, so that nothing has to be imported for it."""
_CALLED = frozenset(("Callable", "Listener", "OpenLedger", "Progress"))
_ATTRIBUTES: Mapping[str, Sequence[str]] = {
    "Provider": ("name", "paid", "prepare", "submit", "look", "fetch", "cancel", "account"),
    "threading.Event": ("is_set",),
}
"""Of what is judged by what it can do."""
_SPOKEN = {"ndarray": "numpy array", "AudioSegment": "pydub AudioSegment", "VideoClip": "MoviePy VideoClip"}


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function, which refuses arguments that do not fit its signature with an `InputError` that names them.

    Signature and docstring stay. What is in a list or a mapping is looked at too, and what an iterator gives.
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
            kinds = _alternatives(signature.parameters[name].annotation)
            if _is_iterator(value) and "Iterable" in map(_name, kinds):
                bound.arguments[name] = value = tuple(value)
            _check(f"{function.__name__}(): {name}", value, kinds)
        return function(*bound.args, **bound.kwargs)

    return call


def _is_iterator(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable) and not isinstance(value, Collection)


def _short(signature: inspect.Signature) -> str:
    bare = [one.replace(annotation=inspect.Parameter.empty) for one in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


@cache
def _alternatives(annotation: str) -> tuple[ast.expr, ...]:
    """What an argument may be: the annotation's parts between its bars."""
    return _split(ast.parse(annotation, mode="eval").body)


def _split(node: ast.expr) -> tuple[ast.expr, ...]:
    if isinstance(node, ast.BinOp):
        return *_split(node.left), *_split(node.right)
    return (node,)


def _check(name: str, value: object, kinds: Sequence[ast.expr]) -> None:
    fitting = next((kind for kind in kinds if _fits(value, kind, kinds)), None)
    if fitting is None:
        hint = ""
        if isinstance(value, (str, os.PathLike)) and "Storyboard" in map(_name, kinds):
            hint = f" stitcher.load({str(value)!r}) reads one from its file."
        raise InputError(f"{name} must be {_spoken(kinds)}, and not {_given(value)}.{hint}")
    if isinstance(value, (str, os.PathLike)) and (wrong := _wrong_text(value, "Path" in map(_name, kinds))):
        raise InputError(f"{name} {wrong}: {_cut(str(value))}.")
    for part, inside, allowed in _parts(name, value, fitting):
        _check(part, inside, allowed)


def _parts(name: str, value: object, kind: ast.expr) -> Iterator[tuple[str, object, tuple[ast.expr, ...]]]:
    """What is in a value, by its name, and what it may be."""
    if is_dataclass(value) and type(value).__name__.endswith("Options"):
        for field in fields(value):
            yield f"{name}.{field.name}", getattr(value, field.name), _alternatives(str(field.type))
    if not isinstance(kind, ast.Subscript) or isinstance(value, (str, os.PathLike)):
        return
    of = kind.slice.elts if isinstance(kind.slice, ast.Tuple) else [kind.slice]
    if isinstance(value, Mapping) and _name(kind) == "Mapping":
        for key, inside in value.items():
            yield name.replace("(): ", "(): keys of "), key, _split(of[0])
            yield f"{name}[{key!r}]", inside, _split(of[1])
    elif isinstance(value, Collection) and _name(kind) in ("Sequence", "Iterable", "tuple"):
        for number, inside in enumerate(value):
            yield f"{name}[{number}]", inside, _split(of[0])


def _name(kind: ast.expr) -> str:
    """`Sequence` of `Sequence[str]`, `threading.Event`, `None`."""
    return ast.unparse(kind.value if isinstance(kind, ast.Subscript) else kind)


def _fits(value: object, kind: ast.expr, kinds: Sequence[ast.expr]) -> bool:
    name = _name(kind)
    if name == "Literal":
        return isinstance(value, str) and value in _choices(kind)
    if name in _CLASSES:
        return name in {base.__name__ for base in type(value).__mro__}
    if name in _CALLED:
        return callable(value)
    if name in _ATTRIBUTES:
        return not isinstance(value, type) and all(hasattr(value, one) for one in _ATTRIBUTES[name])
    if name in ("Sequence", "Iterable", "tuple") and isinstance(value, (str, bytes)):
        # A name instead of a list of names would be taken letter by letter.
        return name != "tuple" and "str" in map(_name, kinds)
    if name in ("int", "float") and (isinstance(value, bool) or not _is_finite(value)):
        return False
    return name not in _KINDS or isinstance(value, _KINDS[name])


def _is_finite(value: object) -> bool:
    return not isinstance(value, Real) or isinstance(value, Integral) or math.isfinite(value)


def _choices(kind: ast.expr) -> tuple[object, ...]:
    assert isinstance(kind, ast.Subscript)
    found: object = ast.literal_eval(kind.slice)
    return found if isinstance(found, tuple) else (found,)


def _wrong_text(value: str | os.PathLike[str], is_path: bool) -> str:
    """What no file and no record could be called, if it is that."""
    text = os.fspath(value)
    if isinstance(text, bytes):
        return "must be a path of text and not of bytes"
    if not is_path:
        return "" if _is_encodable(text) else "holds half a character, which is no text"
    if not text:
        return "must name a file or a folder, and is empty"
    if "\0" in text:
        return "holds the character NUL, which no path has"
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return "holds half a character, which no path has"
    return ""


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _given(value: object) -> str:
    if value is None:
        return "None"
    article = "an" if type(value).__name__[0] in "aeiouAEIOU" else "a"
    kind = f"{article} {type(value).__name__}"
    if isinstance(value, (str, bytes, bool, int, float)):
        return f"{_cut(value)}, {kind}"
    return kind


def _cut(value: str | bytes | float) -> str:
    text = ascii(value) if isinstance(value, str) and not _is_encodable(value) else repr(value)
    return text if len(text) <= 80 else f"{text[:60]}…"


def _spoken(kinds: Sequence[ast.expr]) -> str:
    words: list[str] = []
    for kind in kinds:
        if _name(kind) == "Literal":
            words += map(repr, _choices(kind))
        else:
            words.append(_SPOKEN.get(_name(kind), ast.unparse(kind)))
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
