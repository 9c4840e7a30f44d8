"""Variables: `${name}` substituted in the texts of a storyboard, and the files its value comes from.

Variables are put in after the YAML was read, so that a value can never add keys or lines. `$${` writes `${`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from stitcher.errors import InputError, StoryboardError
from stitcher.storyboard.source_map import ListNode, MapNode, Node, ScalarNode
from stitcher.storyboard.suggest import did_you_mean
from stitcher.storyboard.values import FromVariable
from stitcher.storyboard.yaml_reader import parse_document, read_document

MAX_TEXT = 100_000
"""Characters a text may have once its variables are in."""

_REFERENCE = re.compile(r"\$(\$?)\{([^{}]*)(\}?)")
_NAME = re.compile(r"[^\W\d][\w.-]*")


def check_variable_name(name: str) -> str:
    """The name itself; raises `InputError` for one that `${…}` could not refer to."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot name a variable: use letters, digits, '_', '-' and '.', starting with a letter."
        )
    if name == "env" or name.startswith("env."):
        raise InputError(f"the variable {name!r} cannot be set: names with 'env.' stand for the environment.")
    return name


def substitute(text: str, variables: Mapping[str, str], environment: Mapping[str, str]) -> str:
    """`text` with its variables put in; a `FromVariable` when there were any.

    Raises `ValueError` with a sentence for the first variable that is unknown or badly written.
    """
    if "${" not in text:
        return text
    any_variable = False

    def value(match: re.Match[str]) -> str:
        nonlocal any_variable
        escaped, name, closed = match[1], match[2].strip(), match[3]
        if escaped:
            return match[0][1:]
        if not closed:
            raise ValueError(
                "a '${' is never closed: write '${name}', or '$${' for the characters themselves"
            )
        any_variable = True
        if name.startswith("env."):
            variable = name[4:]
            if variable not in environment:
                hint = did_you_mean(variable, environment)
                raise ValueError(f"the environment has no variable {variable!r}{hint}")
            return environment[variable]
        if name not in variables:
            hint = did_you_mean(name, variables) or ": set it with --set or in a file given with --vars"
            raise ValueError(f"the variable {name!r} is not set{hint}")
        return variables[name]

    result = _REFERENCE.sub(value, text)
    if len(result) > MAX_TEXT:
        raise ValueError(f"is longer than {MAX_TEXT} characters once its variables are in")
    return FromVariable(result) if any_variable else result


def names_in(text: str) -> Iterator[str]:
    """The variables that a text asks for, without those of the environment."""
    for escaped, name, closed in _REFERENCE.findall(text) if "${" in text else ():
        if closed and not escaped and not name.strip().startswith("env."):
            yield name.strip()


def load_variables(path: Path) -> dict[str, str]:
    """Variables from a `.toml`, `.json`, `.yaml` or `.yml` file; tables become dotted names.

    Raises `InputError` naming the file for what cannot be a variable (lists, bad names) and for broken files.
    """
    text = read_document(path, "the file of variables")
    try:
        match path.suffix.lower():
            case ".toml":
                data: object = tomllib.loads(text)
            case ".json":
                data = json.loads(text)
            case ".yaml" | ".yml":
                source_map, issues = parse_document(text, path)
                if issues:
                    raise StoryboardError(issues)
                data = plain(source_map.root)
            case _:
                raise InputError(f"{str(path)!r}: variables come from .toml, .json, .yaml or .yml files.")
    except (ValueError, RecursionError) as exc:
        raise InputError(f"{str(path)!r} is not {path.suffix[1:].upper()}: {exc}.") from exc
    if data is None:
        data = {}
    if not isinstance(data, Mapping):
        raise InputError(
            f"{str(path)!r}: a file of variables holds names and values, not {type(data).__name__}."
        )
    try:
        return flattened(data)
    except InputError as exc:
        raise InputError(f"{str(path)!r}: {exc}") from exc


def flattened(data: Mapping[object, object]) -> dict[str, str]:
    """Variables of names and values that were read; tables become dotted names.

    Raises `InputError` for what cannot be a variable (lists, nothing at all, bad names).
    """
    variables: dict[str, str] = {}
    _flatten(data, "", variables, depth=0)
    return variables


def plain(node: Node) -> object:
    """What a node holds, every scalar as its text; `None` for one that was left out."""
    match node:
        case MapNode():
            return {key: plain(value) for key, (_, value) in node.entries.items()}
        case ListNode():
            return [plain(item) for item in node.items]
        case ScalarNode():
            return None if node.plain and node.text == "" else node.text
        case _:
            return None


def _flatten(data: Mapping[object, object], prefix: str, into: dict[str, str], depth: int) -> None:
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and depth < 8:
            _flatten(value, f"{name}.", into=into, depth=depth + 1)
            continue
        if isinstance(value, (list, Mapping)) or value is None:
            raise InputError(f"the variable {name!r} must be a text, a number or true or false.")
        check_variable_name(name)
        into[name] = ("true" if value else "false") if isinstance(value, bool) else str(value)
