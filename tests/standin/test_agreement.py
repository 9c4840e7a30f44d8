"""The stand-in's rules and prices and stitcher's own are written apart; here they are held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from stitcher.generation.models import Model, load_models
from stitcher.generation.prices import Amount, price
from stitcher.generation.prompt_checks import utf16_length
from stitcher.standin.pricing import InputMedia, published_price
from stitcher.standin.rules import Refusal, check_aspect, check_body

MODELS = load_models(environ={})
IMAGE, VIDEO = "https://example.com/a.png", "https://example.com/a.mp4"


def base(model: Model, endpoint: str) -> dict[str, Any]:
    body: dict[str, Any] = {"model": model.name}
    if model.prompt is not None:
        body["promptText"] = "x"
    if model.duration is not None:
        body["duration"] = model.duration.choices[0]
    if model.ratios is not None:
        body["ratio"] = model.ratios.choices(from_text=endpoint == model.text_endpoint)[0]
    match endpoint:
        case "image_to_video":
            body["promptImage"] = [{"uri": IMAGE, "position": "first"}]
        case "video_to_video" | "video_upscale":
            body["videoUri"] = VIDEO
        case "character_performance":
            body |= {
                "character": {"type": "image", "uri": IMAGE},
                "reference": {"type": "video", "uri": VIDEO},
            }
        case _:
            body |= sound_base(model, endpoint)
    if model.references is not None and model.references.min:
        body["referenceImages"] = [{"uri": IMAGE, "tag": "hero"}] * model.references.min
    for name, values in model.options.items():
        if isinstance(values, tuple):
            body[name] = values[0]
    return body


def sound_base(model: Model, endpoint: str) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if model.voices is not None:
        body["voice"] = {"type": "runway-preset", "presetId": model.voices.allowed[0]}
    if endpoint == "video_to_audio":
        body |= {"videoUri": VIDEO, "duration": 5.04, **model.fixed}
    if endpoint in ("voice_isolation", "voice_dubbing"):
        body["audioUri"] = "https://example.com/a.wav"
    if model.languages is not None and model.languages.allowed:
        body[model.languages.field] = model.languages.allowed[0]
    return body


def sound_variants(model: Model, endpoint: str, body: dict[str, Any]) -> Iterator[Any]:
    for seconds in (model.length.min, model.length.max) if model.length else ():
        if seconds is not None:
            length = body | {"duration": float(seconds)}
            yield pytest.param(model, endpoint, length, id=f"{model.name}-{endpoint}-{seconds}s")
    for name in model.voices.allowed if model.voices else ():
        words = {"promptText": name * 40, "voice": {"type": "runway-preset", "presetId": name}}
        yield pytest.param(model, endpoint, body | words, id=f"{model.name}-{name}")
    if model.languages is not None:
        for code in model.languages.allowed:
            told = body | {model.languages.field: code}
            yield pytest.param(model, endpoint, told, id=f"{model.name}-{code}")


def variants() -> Iterator[Any]:
    for model in MODELS.known.values():
        for endpoint in filter(None, (model.endpoint, model.text_endpoint)):
            body = base(model, endpoint)
            yield pytest.param(model, endpoint, body, id=f"{model.name}-{endpoint}")
            for seconds in model.duration.choices[1:] if model.duration else ():
                yield pytest.param(
                    model, endpoint, body | {"duration": seconds}, id=f"{model.name}-{endpoint}-{seconds}s"
                )
            ratios = model.ratios.choices(from_text=endpoint == model.text_endpoint) if model.ratios else ()
            for ratio in ratios[1:]:
                yield pytest.param(
                    model, endpoint, body | {"ratio": ratio}, id=f"{model.name}-{endpoint}-{ratio}"
                )
            yield from sound_variants(model, endpoint, body)
            for resolution in model.resolutions:
                yield pytest.param(
                    model, endpoint, body | {"resolution": resolution}, id=f"{model.name}-{resolution}"
                )


@pytest.mark.parametrize(("model", "endpoint", "body"), list(variants()))
def test_what_stitcher_may_ask_for_the_service_takes_at_the_same_price(
    model: Model, endpoint: str, body: dict[str, Any]
) -> None:
    check_body(endpoint, body)
    facts = InputMedia(frames=121, seconds=Fraction(121, 24))
    seconds: Fraction | None = Fraction(str(body["duration"])) if "duration" in body else facts.seconds
    if endpoint == "sound_effect" and "duration" not in body:
        seconds = None
    sides = [int(side) for side in str(body.get("ratio", "1280:720")).split(":")]
    characters = utf16_length(str(body.get("promptText", "")))
    amount = Amount(seconds=seconds, frames=121, pixels=sides[0] * sides[1], characters=characters)
    ours = price(model.price, body, amount)
    theirs = published_price(endpoint, body, facts)
    assert ours.credits == theirs
    assert theirs <= ours.ceiling


@pytest.mark.parametrize(
    "name", [model.name for model in MODELS.known.values() if model.duration is not None]
)
def test_lengths_stitcher_refuses_the_service_refuses_too(name: str) -> None:
    model = MODELS.get(name)
    assert model.duration is not None
    body = base(model, model.endpoint)
    for seconds in set(range(13)) - set(model.duration.choices):
        with pytest.raises(Refusal):
            check_body(model.endpoint, body | {"duration": seconds})


@pytest.mark.parametrize(
    "name",
    [model.name for model in MODELS.known.values() if model.prompt is not None and model.prompt.max_utf16],
)
def test_prompts_are_bounded_alike(name: str) -> None:
    model = MODELS.get(name)
    assert model.prompt is not None
    assert model.prompt.max_utf16 is not None
    longest = base(model, model.endpoint) | {"promptText": "x" * model.prompt.max_utf16}
    check_body(model.endpoint, longest)
    with pytest.raises(Refusal):
        check_body(model.endpoint, longest | {"promptText": "x" * (model.prompt.max_utf16 + 1)})


@pytest.mark.parametrize(
    "name", [model.name for model in MODELS.known.values() if model.endpoint == "image_to_video"]
)
def test_shapes_of_start_images_are_bounded_alike(name: str) -> None:
    start = MODELS.get(name).start_image
    assert start is not None
    body: dict[str, object] = {"model": name}
    for bound, outside in ((start.min_aspect, -1), (start.max_aspect, 1)):
        width, height = int(bound * 1000), 1000
        check_aspect("image_to_video", body, width, height)
        with pytest.raises(Refusal, match="aspect"):
            check_aspect("image_to_video", body, width + outside, height)


@pytest.mark.parametrize("name", sorted(MODELS.retired))
def test_retired_models_are_refused(name: str) -> None:
    for endpoint in ("image_to_video", "text_to_video", "video_to_video", "video_upscale"):
        with pytest.raises(Refusal):
            check_body(endpoint, {"model": name})
