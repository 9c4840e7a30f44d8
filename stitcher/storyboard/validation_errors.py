"""pydantic's validation errors as sentences a person can act on, each an issue with its location."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stitcher.errors import InputError, Issue
from stitcher.storyboard.base import ISSUES, StoryboardModel
from stitcher.storyboard.hints import key_hint, model_in, value_hint, written_keys
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.overlay import KINDS
from stitcher.storyboard.values import shown_value


def validation_issues(error: ValidationError) -> Iterator[Issue]:
    """Every problem pydantic found in a whole storyboard."""
    for details in error.errors(include_url=False):
        steps = tuple(details["loc"])
        location = tuple(step for step in steps if step not in KINDS)
        if details["type"] == ISSUES:
            for key, message in details.get("ctx", {}).get("issues", ()):
                yield Issue.at((*location, key) if key else location, _sentence(message), on_key=bool(key))
        elif details["type"] == "extra_forbidden":
            yield Issue.at(location, _unknown_key(steps), on_key=True)
        elif details["type"] == "missing":
            # Where the key is missing, the place found for this is that of the mapping around it.
            yield Issue.at(location, f"{_owner(steps[:-1])} needs {_written(steps)}.")
        elif details["type"] == "too_short" and details["input"]:
            continue  # there are entries, each complained about on its own
        else:
            key = _key(location)
            subject = f"{key!r}: " if key is not None else ""
            yield Issue.at(location, subject + _sentence(_reason(details, steps)))


def as_input_error(error: ValidationError) -> InputError:
    """Every problem pydantic found in what was given from outside of any file, in one paragraph."""
    return InputError(" ".join(issue.message for issue in validation_issues(error)))


def _written(steps: tuple[str | int, ...]) -> str:
    """A missing key, with its value where there is but one."""
    key = steps[-1]
    model = model_at(steps[:-1])
    for name, field in model.model_fields.items() if model is not None else ():
        values = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
        if key == (field.alias or name) and len(values) == 1:
            return repr(f"{key}: {values[0]}")
    return repr(key)


def model_at(location: tuple[str | int, ...]) -> type[StoryboardModel] | None:
    """The model of the mapping at `location`, as validation says it, `None` where there is none."""
    model: type[StoryboardModel] | None = Storyboard
    for step in location:
        if isinstance(step, int):
            continue
        if step in KINDS:
            model = KINDS[step]
            continue
        if model is None:
            return None
        field = next(
            (field for name, field in model.model_fields.items() if step == (field.alias or name)),
            None,
        )
        model = model_in(field.annotation) if field is not None else None
    return model


def _owner(location: tuple[str | int, ...]) -> str:
    match location:
        case (*_, "<picture>"):
            return "a picture that lies over a shot"
        case ():
            return "a storyboard"
        case ("shots", int()):
            return "a shot"
        case ("sound", int()):
            return "a sound"
        case ("accept", int()):
            return "an acceptance"
        case ("deliver", int()):
            return "a delivery"
        case _:
            return repr(_key(location) or "this")


def _unknown_key(location: tuple[str | int, ...]) -> str:
    key = str(location[-1])
    model = model_at(location[:-1])
    owner = _owner(location[:-1])
    if model is None:
        return f"{key!r} is not known here."
    if hint := key_hint(model, key):
        return f"{owner} has no {key!r}: {hint}"
    return f"{owner} has no {key!r}; it may have {', '.join(written_keys(model))}."


_REASONS = {
    "string_type": "must be text, not {value}: put it in quotes",
    "tuple_type": "must be a list (each entry with '- '), not {value}",
    "list_type": "must be a list (each entry with '- '), not {value}",
    "too_short": "must have at least one entry",
    "too_long": "may have {max_length} entries at most, and has {actual_length}",
    "greater_than_equal": "must be {ge} or more, not {value}",
    "less_than_equal": "must be {le} or less, not {value}",
    "greater_than": "must be more than {gt}, not {value}",
    "less_than": "must be less than {lt}, not {value}",
    "string_too_short": "must not be empty",
    "string_too_long": "may have {max_length} characters at most",
}
"""By pydantic's type of error."""


def _reason(details: ErrorDetails, location: tuple[str | int, ...]) -> str:
    value, shown = details["input"], shown_value(details["input"])
    context: Mapping[str, Any] = details.get("ctx", {})
    match details["type"]:
        case "value_error":
            return str(context.get("error", details["msg"])) + value_hint(_key(location), value)
        case "literal_error" if location == ("stitcher",):
            return f"this stitcher reads storyboards of version 1, not {shown}"
        case "literal_error":
            expected = str(context.get("expected", "")).replace("'", "")
            options = tuple(expected.replace(" or ", ", ").split(", "))
            return f"must be {expected}, not {shown}{value_hint(_key(location), value, options)}"
        case "model_type" | "model_attributes_type" | "dict_type":
            model = model_at(location)
            keys = f" with {', '.join(written_keys(model)[:6])}" if model is not None else ""
            return f"must be a mapping{keys}, not {shown}{value_hint(_key(location), value)}"
        case "too_short" | "too_long" as kind if isinstance(value, str):
            # What is text by a validator of its own is measured as any row of things is.
            return _REASONS[f"string_{kind}"].format(**context)
        case kind if kind in _REASONS:
            numbers = {name: _number(number) for name, number in context.items()}
            return _REASONS[kind].format(value=shown, **numbers)
        case _:
            message = details["msg"]
            return message[:1].lower() + message[1:]


def _key(location: tuple[str | int, ...]) -> str | None:
    return next((step for step in reversed(location) if isinstance(step, str) and step not in KINDS), None)


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
