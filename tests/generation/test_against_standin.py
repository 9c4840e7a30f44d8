"""Requests, refusals and prices held against the stand-in, which was written apart from them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stitcher.generation.edit_and_upscale_requests import edit_request, upscale_request
from stitcher.generation.models import Models
from stitcher.generation.preflight import ProbedFiles, preflight
from stitcher.generation.request import Slot, TakeRequest, image_request, take_request
from stitcher.generation.start_crop import StartFrame, plan_crop
from stitcher.standin.pricing import InputMedia, published_price
from stitcher.standin.rules import Refusal, check_aspect, check_body
from stitcher.storyboard.model import Storyboard
from tests.generation.boards import make_board, make_clip, make_still

RATIOS = (
    "1280:720",
    "720:1280",
    "1104:832",
    "832:1104",
    "960:960",
    "1584:672",
    "1920:1080",
    "1080:1920",
    "640:360",
)
MODELS = ("gen4_turbo", "gen4.5", "veo3.1", "veo3.1_fast")


def body_of(request: TakeRequest) -> dict[str, object]:
    """The body as it travels, files as short data URIs."""
    addresses = {asset.sha256: f"data:{asset.media_type};base64,AAAA" for asset in request.assets}
    body = json.loads(json.dumps(request.submission.with_addresses(addresses).wire()))
    assert isinstance(body, dict)
    return body


def served(request: TakeRequest, sent_size: tuple[int, int] | None = None) -> bool:
    """Whether the stand-in takes the request."""
    try:
        check_body(request.endpoint, body_of(request))
        if sent_size is not None:
            check_aspect(request.endpoint, body_of(request), *sent_size)
    except Refusal:
        return False
    return True


def billed(request: TakeRequest, facts: InputMedia | None = None) -> int:
    return published_price(request.endpoint, body_of(request), facts or InputMedia())


def board_of(
    model: str, ratio: str, seconds: int, prompt: str | None, seed: int | None, *, start: bool
) -> Storyboard:
    parts = ["id: a", f"model: {model}", f"duration: {seconds}"]
    parts += ["start: s.png"] if start else []
    parts += [f"prompt: {json.dumps(prompt, ensure_ascii=False)}"] if prompt is not None else []
    parts += [f"seed: {seed}"] if seed is not None else []
    return make_board(f"  - {{{', '.join(parts)}}}\n", f'format: {{ratio: "{ratio}"}}')


@settings(max_examples=150, deadline=None)
@given(
    model=st.sampled_from(MODELS),
    ratio=st.sampled_from(RATIOS),
    seconds=st.integers(1, 12),
    prompt=st.sampled_from(["x", "x" * 1000, "x" * 1001, "🎬" * 500, "🎬" * 501]),
    seed=st.sampled_from([None, 0, 4_294_967_295]),
    size=st.sampled_from([(1280, 720), (1000, 1000), (1584, 672), (300, 900)]),
    start=st.booleans(),
)
def test_what_preflight_passes_is_served_and_what_it_refuses_is_not(
    models: Models,
    model: str,
    ratio: str,
    seconds: int,
    prompt: str,
    seed: int | None,
    size: tuple[int, int],
    start: bool,
) -> None:
    board = board_of(model, ratio, seconds, prompt, seed, start=start)
    still = make_still("s.png", size)
    found = preflight(board, models, ProbedFiles({Path("/project/s.png"): still}))
    width, _, height = ratio.partition(":")
    frame, sent = None, None
    if start:
        crop = plan_crop(*size, (int(width), int(height)))
        sent = (crop.width, crop.height) if crop else size
        frame = StartFrame(make_still("cut.png", sent), still.sha256, crop)
    request = take_request(board, board.shots[0], 1, models.get(model), frame)
    no_start = model == "gen4_turbo" and not start
    assert (not found.issues) == (served(request, sent) and not no_start), found.issues
    if not found.issues:
        assert billed(request) == request.price.credits == request.ceiling_credits


@pytest.mark.parametrize("model", ["gen4_image", "gen4_image_turbo"])
@pytest.mark.parametrize("ratio", ["1280:720", "1104:832", "832:1104", "960:960", "1584:672", "1920:1080"])
def test_start_images_are_served_at_the_price_told(models: Models, model: str, ratio: str) -> None:
    image = f"{{prompt: '@kay', model: {model}, references: [{{file: s.png, tag: kay}}], seed: 4}}"
    board = make_board(f"  - {{id: a, start: {{image: {image}}}}}\n", f'format: {{ratio: "{ratio}"}}')
    start = board.shots[0].start
    assert start is not None
    assert start.image is not None
    request = image_request(
        board, board.shots[0], start.image, models.get(model), {"kay": make_still("s.png")}
    )
    assert served(request)
    assert billed(request) == request.ceiling_credits


@pytest.mark.parametrize("frames", [48, 121, 240, 719])
def test_edits_are_served_and_never_dearer_than_their_ceiling(models: Models, frames: int) -> None:
    keys = "keyframes: [{file: s.png, at: 1s, start: 0s, end: 2s}]"
    board = make_board(f"  - {{id: a, clip: c.mp4, edit: {{prompt: night, seed: 3, {keys}}}}}\n")
    clip = make_clip("c.mp4", frames=frames)
    request = edit_request(
        board, Slot("a", 1, "edit"), models.get("aleph2"), clip, (make_still("s.png"),), source_take=None
    )
    assert served(request)
    seconds = Fraction(frames, 24)
    assert billed(request, InputMedia(frames=frames, seconds=seconds)) == request.price.credits
    assert request.price.credits <= request.ceiling_credits


@pytest.mark.parametrize("to", ["720p", "1080p", "1440p", "2160p"])
@pytest.mark.parametrize("frames", [1, 121, 720])
def test_upscales_are_served_at_the_price_told(models: Models, to: str, frames: int) -> None:
    upscale = f"{{by: runway, to: {to}, creativity: 10, sharpen: 5, smart_grain: 0, flavor: natural}}"
    asked = make_board(f"  - {{id: a, clip: c.mp4, upscale: {upscale}}}\n").shots[0].upscale
    assert asked is not None
    model = models.get("magnific_video_upscaler_creative")
    request = upscale_request(
        Slot("a", 1, "upscale", variant=to),
        asked,
        model,
        make_clip("c.mp4", frames=frames),
        size=(1920, 1080),
    )
    assert served(request)
    assert billed(request, InputMedia(frames=frames)) == request.ceiling_credits
