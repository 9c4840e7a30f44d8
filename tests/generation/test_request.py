"""Requests: exactly what the service takes, and hashes that mean what they say."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from stitcher.generation.edit_and_upscale_requests import (
    edit_request,
    plan_pieces,
    upscale_price,
    upscale_request,
)
from stitcher.generation.models import Models
from stitcher.generation.prices import Price
from stitcher.generation.provider import Expected
from stitcher.generation.request import Slot, TakeRequest, image_ratio, image_request, take_request
from stitcher.generation.start_crop import Crop, StartFrame
from stitcher.storyboard.model import StartImage
from stitcher.timebase import FrameRange
from tests.generation.boards import make_board, make_clip, make_start, make_still

HARBOUR = "  - {id: harbour, start: stills/harbour.png, prompt: Slow dolly in, duration: 10, seed: 7}\n"


def request_for(
    models: Models, shots: str = HARBOUR, number: int = 1, start: StartFrame | None = None
) -> TakeRequest:
    board = make_board(shots)
    shot = board.shots[0]
    model = models.get(shot.model or board.defaults.model, "video")
    return take_request(board, shot, number, model, start or make_start())


def wire(request: TakeRequest) -> dict[str, object]:
    addressed = request.submission.with_addresses(
        {asset.sha256: f"data:{asset.sha256[:4]}" for asset in request.assets}
    )
    return json.loads(json.dumps(addressed.wire()))


def test_a_take_is_asked_for_in_the_services_words(models: Models) -> None:
    request = request_for(models)
    assert request.endpoint == "image_to_video"
    assert wire(request) == {
        "model": "gen4_turbo",
        "promptImage": [{"uri": "data:aaaa", "position": "first"}],
        "promptText": "Slow dolly in",
        "ratio": "1280:720",
        "duration": 10,
        "seed": 7,
    }
    assert (request.price, request.expected.frames, request.expected.size) == (
        Price(50, 50),
        242,
        (1280, 720),
    )
    assert request.label == "shot harbour take 1"


def test_what_the_storyboard_leaves_out_is_left_to_the_service(models: Models) -> None:
    request = request_for(models, "  - {id: harbour, start: stills/harbour.png}\n")
    assert set(wire(request)) == {"model", "promptImage", "ratio", "duration"}


def test_a_shot_without_a_start_is_made_from_text(models: Models) -> None:
    board = make_board("  - {id: sea, prompt: The open sea, model: gen4.5}\n")
    request = take_request(board, board.shots[0], 1, models.get("gen4.5"), None)
    assert request.endpoint == "text_to_video"
    assert request.assets == ()


def test_further_takes_get_further_seeds(models: Models) -> None:
    assert [wire(request_for(models, number=number))["seed"] for number in (1, 2, 3)] == [7, 8, 9]


def test_seeds_wrap_at_their_end(models: Models) -> None:
    shots = "  - {id: harbour, start: stills/harbour.png, seed: 4294967295}\n"
    assert wire(request_for(models, shots, 2))["seed"] == 0


def test_a_lower_moderation_is_asked_for_by_name(models: Models) -> None:
    request = request_for(models, "  - {id: harbour, start: stills/harbour.png, moderation: low}\n")
    assert wire(request)["contentModeration"] == {"publicFigureThreshold": "low"}


@pytest.mark.parametrize(("sound", "audio", "ceiling"), [("keep", True, 320), ("mute", False, 160)])
def test_sound_is_bought_only_where_it_is_kept(models: Models, sound: str, audio: bool, ceiling: int) -> None:
    shots = f"  - {{id: harbour, start: a.png, model: veo3.1, duration: 8, sound: {sound}}}\n"
    request = request_for(models, shots)
    assert wire(request)["audio"] is audio
    assert request.ceiling_credits == ceiling


def test_a_model_that_lands_on_a_picture_gets_both_ends(models: Models) -> None:
    board = make_board("  - {id: harbour, start: a.png, model: veo3.1, duration: 8}\n")
    last = make_start(make_still("end.png", sha256="dd" * 32))
    request = take_request(board, board.shots[0], 1, models.get("veo3.1"), make_start(), last=last)
    assert wire(request)["promptImage"] == [
        {"uri": "data:aaaa", "position": "first"},
        {"uri": "data:dddd", "position": "last"},
    ]


def test_an_animatic_take_is_the_same_request_for_nothing(models: Models) -> None:
    board = make_board(HARBOUR)
    request = take_request(
        board, board.shots[0], 1, models.get("gen4_turbo"), make_start(), provider="animatic"
    )
    assert request.ceiling_credits == 0
    assert request.sha256 == request_for(models).sha256


# Hashes.


def test_the_hash_is_of_what_the_file_holds_and_not_where_it_is(models: Models) -> None:
    moved = make_start(make_still("elsewhere/copy.png"))
    assert request_for(models, start=moved).sha256 == request_for(models).sha256
    other = make_start(make_still(sha256="ee" * 32))
    assert request_for(models, start=other).sha256 != request_for(models).sha256


def test_an_address_is_no_part_of_the_request(models: Models) -> None:
    request = request_for(models)
    sent = request.submission.with_addresses({"aa" * 32: "runway://upload-1"})
    assert sent.sha256 == request.sha256
    assert "runway://" not in request.canonical


@pytest.mark.parametrize(
    "change",
    [
        ("dolly", "pan"),
        ("duration: 10", "duration: 5"),
        ("seed: 7", "seed: 8"),
        ("id:", "model: gen4.5, id:"),
    ],
    ids=["prompt", "duration", "seed", "model"],
)
def test_everything_asked_for_is_in_both_hashes(models: Models, change: tuple[str, str]) -> None:
    one, two = request_for(models), request_for(models, HARBOUR.replace(*change))
    assert one.sha256 != two.sha256
    assert one.wish_sha256 != two.wish_sha256


def test_the_wish_survives_an_encoder_that_writes_other_bytes(models: Models) -> None:
    still = make_still(size=(1000, 1000))
    box = Crop(4, 221, 992, 558)
    one = request_for(models, start=make_start(still, crop=box, sent="b1" * 32))
    two = request_for(models, start=make_start(still, crop=box, sent="b2" * 32))
    assert one.sha256 != two.sha256
    assert one.wish_sha256 == two.wish_sha256
    moved = request_for(models, start=make_start(still, crop=Crop(0, 0, 992, 558), sent="b1" * 32))
    assert moved.wish_sha256 != one.wish_sha256


def test_a_request_cannot_be_altered(models: Models) -> None:
    with pytest.raises(TypeError):
        request_for(models).submission.body["seed"] = 8  # type: ignore[index]  # that is what is tested


# Start images.

IMAGE = """  - id: harbour
    start: {image: {prompt: "@keeper at the door", references: [{file: k.png, tag: keeper}], seed: 3}}
"""


def test_a_start_image_is_asked_for_with_its_references(models: Models) -> None:
    board = make_board(IMAGE)
    asked = board.shots[0].start.image  # type: ignore[union-attr]  # the board above has one
    assert asked is not None
    request = image_request(
        board, board.shots[0], asked, models.get("gen4_image"), {"keeper": make_still("k.png")}
    )
    assert request.endpoint == "text_to_image"
    assert wire(request) == {
        "model": "gen4_image",
        "promptText": "@keeper at the door",
        "ratio": "1280:720",
        "referenceImages": [{"uri": "data:aaaa", "tag": "keeper"}],
        "seed": 3,
    }
    assert (request.ceiling_credits, request.purpose, request.expected.kind) == (5, "start-image", "image")


@pytest.mark.parametrize(
    ("target", "ratio"),
    [
        ((1280, 720), "1280:720"),
        ((720, 1280), "720:1280"),
        ((1104, 832), "1168:880"),
        ((832, 1104), "1080:1440"),
        ((960, 960), "1024:1024"),
        ((1584, 672), "1808:768"),
        ((1920, 1080), "1920:1080"),
    ],
)
def test_a_start_image_is_made_in_the_nearest_shape_that_covers_the_film(
    models: Models, target: tuple[int, int], ratio: str
) -> None:
    assert image_ratio(StartImage(prompt="x"), target, models.get("gen4_image")) == ratio


# Edits and upscales.

EDIT = """  - id: harbour
    clip: footage/harbour.mp4
    edit:
      prompt: Make it night
      keyframes:
        - {file: night.png, at: 12f, start: 0s, end: 4s}
"""


def test_an_edit_is_asked_for_with_its_key_frames(models: Models) -> None:
    board = make_board(EDIT)
    request = edit_request(
        board,
        Slot("harbour", 2, "edit"),
        models.get("aleph2"),
        make_clip(),
        (make_still("night.png"),),
        source_take=1,
    )
    assert request.endpoint == "video_to_video"
    assert wire(request) == {
        "model": "aleph2",
        "promptText": "Make it night",
        "videoUri": "data:cccc",
        "keyframes": [{"uri": "data:aaaa", "seconds": 0.5, "range": {"start_seconds": 0, "end_seconds": 4}}],
    }
    assert request.price == Price(142, 168)
    assert (request.take, request.source_take, request.expected.frames) == (2, 1, 121)


UPSCALE = "  - {id: harbour, clip: a.mp4, upscale: {by: runway, to: 2160p, creativity: 0, smart_grain: 5}}\n"


def test_an_upscale_is_asked_for_piece_by_piece(models: Models) -> None:
    asked = make_board(UPSCALE).shots[0].upscale
    assert asked is not None
    model = models.get("magnific_video_upscaler_creative")
    request = upscale_request(
        Slot("harbour", 3, "upscale", variant="2160p", piece=1),
        asked,
        model,
        make_clip(frames=720),
        size=(3840, 2160),
    )
    assert wire(request) == {
        "model": "magnific_video_upscaler_creative",
        "videoUri": "data:cccc",
        "resolution": "4k",
        "creativity": 0,
        "smartGrain": 5,
    }
    assert (request.ceiling_credits, request.piece, request.variant, request.take) == (864, 1, "2160p", 3)
    assert request.expected == Expected("video", 720, (3840, 2160), frame_for_frame=True, any_scale=True)


@pytest.mark.parametrize(
    ("frames", "rate", "lengths"),
    [
        (121, 24, [121]),
        (720, 24, [720]),
        (721, 24, [360, 361]),
        (1441, 24, [480, 480, 481]),
        (301, 10, [150, 151]),
        (0, 24, []),
    ],
    ids=["a take", "just 30 s", "six chained takes", "two minutes", "30 s rule", "nothing"],
)
def test_pieces_keep_both_limits_and_cover_every_frame(
    models: Models, frames: int, rate: int, lengths: list[int]
) -> None:
    limits = models.get("magnific_video_upscaler_creative").input_video
    pieces = plan_pieces(frames, Fraction(rate), limits)
    assert [len(piece) for piece in pieces] == lengths
    assert [piece.start for piece in pieces[1:]] == [piece.stop for piece in pieces[:-1]]
    if frames:
        assert FrameRange(pieces[0].start, pieces[-1].stop) == FrameRange(0, frames)


def test_pieces_are_rounded_up_one_by_one(models: Models) -> None:
    asked = make_board(UPSCALE).shots[0].upscale
    assert asked is not None
    model = models.get("magnific_video_upscaler_creative")
    assert upscale_price(asked, model, 721, Fraction(24)).ceiling == 432 + 434
