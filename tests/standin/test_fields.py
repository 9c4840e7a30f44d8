"""Which fields each model has: the official SDK's types, the stand-in's refusals and stitcher's model files agree."""

from __future__ import annotations

from typing import Any

import pytest

from stitcher.generation.edit_and_upscale_requests import edit_fields
from stitcher.generation.models import Model, load_models
from stitcher.generation.request import image_fields, take_fields
from stitcher.standin.rules import _RULES, Refusal, check_body
from stitcher.storyboard.load import parse
from stitcher.storyboard.model import Storyboard
from tests.standin.sdk_fields import sdk_fields

SDK = sdk_fields()
MODELS = load_models(environ={})
PLACES = [
    (model, place)
    for model in MODELS.known.values()
    for place in (model.endpoint, model.text_endpoint)
    if place
]


def test_the_stand_in_knows_every_model_of_the_sdk() -> None:
    assert _RULES.keys() == SDK.keys()


@pytest.mark.parametrize(("endpoint", "model"), sorted(SDK), ids=lambda part: part)
def test_the_stand_in_takes_the_fields_the_sdk_has_types_for(endpoint: str, model: str) -> None:
    rule = _RULES[endpoint, model]
    assert (rule.required, rule.optional) == (SDK[endpoint, model].required, SDK[endpoint, model].optional)


@pytest.mark.parametrize(("endpoint", "model"), sorted(SDK), ids=lambda part: part)
def test_the_stand_in_refuses_a_field_the_model_does_not_have(endpoint: str, model: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_body(endpoint, {"model": model, "contentmoderation": {}})
    assert caught.value.status == 400
    assert "unrecognized_keys" in {
        issue.code for issue in caught.value.issues if issue.path == ("contentmoderation",)
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"publicFigureThreshold": "none"}, "auto | low"),
        ({"threshold": "low"}, "Unrecognized key: 'threshold'"),
        ("low", "Expected object"),
    ],
)
def test_the_stand_in_looks_into_the_moderation(given: object, said: str) -> None:
    body = {
        "model": "gen4.5",
        "promptText": "x",
        "ratio": "1280:720",
        "duration": 5,
        "contentModeration": given,
    }
    with pytest.raises(Refusal) as caught:
        check_body("text_to_video", body)
    assert said in caught.value.issues[0].message


TABLES = {
    "seed": "seed",
    "moderation": "contentModeration",
    "prompt": "promptText",
    "ratios": "ratio",
    "duration": "duration",
    "references": "referenceImages",
    "keyframes": "keyframes",
}


@pytest.mark.parametrize(("model", "endpoint"), PLACES, ids=lambda part: getattr(part, "name", part))
def test_a_model_file_has_a_table_for_just_the_fields_the_sdk_has(model: Model, endpoint: str) -> None:
    has = {table for table in TABLES if getattr(model, table) is not None}
    has |= {"duration"} if model.length is not None else set()
    fields = {table for table, field in TABLES.items() if field in SDK[endpoint, model.name].all}
    # An edit takes over the size of what it is made from.
    assert has == fields - ({"ratios"} if model.makes == "edit" else set())
    assert model.output.sound == ("audio" in SDK[endpoint, model.name].all)


def everything(model: Model) -> Storyboard:
    text = f"""\
stitcher: 1
format: {{ratio: "1280:720"}}
defaults: {{moderation: low, seed: 5, duration: 6}}
shots:
  - id: a
    prompt: x
    model: {model.name if model.makes == "video" else "gen4_turbo"}
    start: {{image: {{prompt: y, seed: 3, ratio: "1280:720", model: {model.name}}}}}
    edit: {{prompt: z, seed: 4, model: {model.name}}}
"""
    return parse(text)


@pytest.mark.parametrize(
    "model",
    [model for model in MODELS.known.values() if model.makes in ("video", "image", "edit")],
    ids=lambda model: model.name,
)
def test_nothing_is_put_into_a_request_that_the_sdk_has_no_field_for(model: Model) -> None:
    board = everything(model)
    shot: Any = board.shots[0]
    fields = {
        "video": lambda: take_fields(board, shot, 1, model),
        "image": lambda: image_fields(board, shot, shot.start.image, model),
        "edit": lambda: edit_fields(board, shot, shot.edit, model),
    }[model.makes]()
    assert fields.keys() <= SDK[model.endpoint, model.name].all
