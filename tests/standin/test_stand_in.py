"""What the stand-in refuses, bills and records, asked over plain HTTP."""

from __future__ import annotations

import base64
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from stitcher.media.frames import frame
from stitcher.media.probe import probe
from stitcher.media.strict_decode import strict_decode
from stitcher.standin import Fault, MediaRequest, StandIn
from stitcher.standin.animated_media import make_moving
from stitcher.standin.media import make_media, plan_media, store
from stitcher.standin.pricing import InputMedia, charged_for_failure, published_price
from tests.standin_kit import KEY, Clock, stand_in

WEB = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False)
HEADERS = {"Authorization": f"Bearer {KEY}", "X-Runway-Version": "2024-11-06"}
TURBO: dict[str, Any] = {
    "model": "gen4_turbo",
    "promptImage": "https://example.com/a.png",
    "ratio": "1280:720",
    "duration": 5,
}
GEN45 = TURBO | {"model": "gen4.5", "promptText": "x"}
IMAGE = {"model": "gen4_image", "promptText": "x", "ratio": "1920:1080"}


def png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 40, 60)).save(buffer, "PNG")
    return buffer.getvalue()


def uri(content: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def post(server: StandIn, body: object, endpoint: str = "image_to_video", **headers: str) -> httpx.Response:
    return WEB.post(f"{server.url}/v1/{endpoint}", json=body, headers=HEADERS | headers)


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown model": ("image_to_video", TURBO | {"model": "gen3a_turbo"}, "model"),
    "model of another endpoint": ("text_to_video", TURBO, "model"),
    "ratio 9:9": ("image_to_video", TURBO | {"ratio": "9:9"}, "ratio"),
    "duration 99": ("image_to_video", TURBO | {"duration": 99}, "duration"),
    "missing ratio": ("image_to_video", {k: v for k, v in TURBO.items() if k != "ratio"}, "ratio"),
    "unknown key": ("image_to_video", TURBO | {"motion": 3}, "motion"),
    "prompt of 1001 units": ("image_to_video", TURBO | {"promptText": "a" * 1001}, "promptText"),
    "emoji count double": ("image_to_video", TURBO | {"promptText": "🌊" * 501}, "promptText"),
    "seed above 32 bits": ("image_to_video", TURBO | {"seed": 2**32}, "seed"),
    "last frame on gen4": (
        "image_to_video",
        TURBO | {"promptImage": [{"uri": "https://example.com/a.png", "position": "last"}]},
        "promptImage.0.position",
    ),
    "data URI too long": (
        "image_to_video",
        TURBO | {"promptImage": "data:image/png;base64," + "A" * 5_242_860},
        "promptImage",
    ),
    "GIF": ("image_to_video", TURBO | {"promptImage": "data:image/gif;base64,R0lGODlh"}, "promptImage"),
    "http address": ("image_to_video", TURBO | {"promptImage": "http://example.com/a.png"}, "promptImage"),
    "bare IP address": ("image_to_video", TURBO | {"promptImage": "https://localhost"}, "promptImage"),
    "too narrow": ("image_to_video", TURBO | {"promptImage": uri(png(90, 200))}, "promptImage"),
    "21:9 on gen4.5": ("image_to_video", GEN45 | {"promptImage": uri(png(1584, 672))}, "promptImage"),
    "four references": (
        "text_to_image",
        IMAGE | {"referenceImages": [{"uri": "https://example.com/a.png"}] * 4},
        "referenceImages",
    ),
    "no reference for turbo": (
        "text_to_image",
        IMAGE | {"model": "gen4_image_turbo", "referenceImages": []},
        "referenceImages",
    ),
    "bad tag": (
        "text_to_image",
        IMAGE | {"referenceImages": [{"uri": "https://example.com/a.png", "tag": "9x"}]},
        "referenceImages.0.tag",
    ),
    "resolution 8k": (
        "video_upscale",
        {
            "model": "magnific_video_upscaler_creative",
            "videoUri": "https://example.com/a.mp4",
            "resolution": "8k",
        },
        "resolution",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_service_refuses_is_refused_free_of_charge(name: str, server: StandIn) -> None:
    endpoint, body, place = REFUSED[name]
    answer = post(server, body, endpoint)
    said = answer.json()
    assert answer.status_code == 400
    assert {"error", "issues", "docUrl"} <= said.keys()
    assert place in [".".join(map(str, issue["path"])) for issue in said["issues"]]
    assert server.books.charged == 0
    assert [create.task_id for create in server.books.creates] == [None]


def test_21_to_9_is_taken_by_gen4_turbo(server: StandIn) -> None:
    assert post(server, TURBO | {"ratio": "1584:672", "promptImage": uri(png(1584, 672))}).status_code == 200


def test_a_request_without_a_version_is_refused(server: StandIn) -> None:
    answer = WEB.post(f"{server.url}/v1/image_to_video", json=TURBO, headers={"Authorization": "Bearer x"})
    assert answer.status_code == 400
    assert "X-Runway-Version" in answer.json()["error"]


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic x"])
def test_a_request_with_another_key_is_refused(authorization: str, gen4_clip: Path) -> None:
    with stand_in(gen4_clip, key=KEY) as server:
        assert post(server, TURBO, Authorization=authorization).status_code == 401
        assert post(server, TURBO).status_code == 200


def test_too_few_credits_are_a_400_in_the_services_words(gen4_clip: Path) -> None:
    with stand_in(gen4_clip, credits_bought=30) as server:
        assert post(server, TURBO).status_code == 200
        answer = post(server, TURBO)
        assert answer.status_code == 400
        assert answer.json()["error"] == "You do not have enough credits to run this task."
        assert server.books.balance == 5


def test_the_daily_cap_is_a_429_for_that_model_alone(gen4_clip: Path) -> None:
    with stand_in(gen4_clip, daily={"video": 1}) as server:
        assert [post(server, body).status_code for body in (TURBO, TURBO, GEN45)] == [200, 429, 200]


def test_a_path_before_v1_is_ignored(server: StandIn) -> None:
    assert WEB.get(f"{server.url}/runway/v1/organization", headers=HEADERS).status_code == 200


def test_each_look_gives_another_address_and_old_ones_can_die(server: StandIn) -> None:
    place = f"{server.url}/v1/tasks/{post(server, TURBO).json()['id']}"
    while WEB.get(place, headers=HEADERS).json()["status"] != "SUCCEEDED":
        pass
    first, second = (WEB.get(place, headers=HEADERS).json()["output"][0] for _ in range(2))
    assert first != second
    server.expire_addresses()
    assert WEB.get(first).status_code == 403
    assert WEB.get(WEB.get(place, headers=HEADERS).json()["output"][0]).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        ({}, 200, None),
        ({"Range": "bytes=100-"}, 206, "bytes 100-{last}/{size}"),
        ({"Range": "bytes=0-9"}, 206, "bytes 0-9/{size}"),
        ({"Range": "bytes=100-", "If-Range": '"another"'}, 200, None),
        ({"Range": "bytes=99999999-"}, 416, "bytes */{size}"),
    ],
    ids=["whole", "from", "first ten", "other file", "past the end"],
)
def test_ranges_are_served(
    asked: Mapping[str, str], status: int, said: str | None, server: StandIn, gen4_clip: Path
) -> None:
    place = f"{server.url}/v1/tasks/{post(server, TURBO).json()['id']}"
    while (task := WEB.get(place, headers=HEADERS).json())["status"] != "SUCCEEDED":
        pass
    answer = WEB.get(task["output"][0], headers=dict(asked))
    size = gen4_clip.stat().st_size
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == (said and said.format(last=size - 1, size=size))


def test_the_key_at_the_storage_is_recorded_as_a_leak(server: StandIn) -> None:
    task_id = post(server, TURBO).json()["id"]
    while (task := WEB.get(f"{server.url}/v1/tasks/{task_id}", headers=HEADERS).json())[
        "status"
    ] != "SUCCEEDED":
        pass
    WEB.get(task["output"][0], headers=HEADERS)
    assert server.books.leaks == ("files",)


def test_an_upload_placeholder_works_once(server: StandIn) -> None:
    said = WEB.post(
        f"{server.url}/v1/uploads", json={"filename": "a.png", "type": "ephemeral"}, headers=HEADERS
    ).json()
    form = {"data": said["fields"], "files": {"file": ("a.png", os.urandom(600), "image/png")}}
    assert [WEB.post(said["uploadUrl"], **form).status_code for _ in range(2)] == [204, 403]


def test_cancelling_gives_back_only_what_has_not_begun(gen4_clip: Path) -> None:
    clock = Clock()
    with stand_in(gen4_clip, clock=clock, pending_s=2.0, running_s=20.0, concurrent={"video": 1}) as server:
        running, waiting = (post(server, TURBO).json()["id"] for _ in range(2))
        clock.now += 5
        for task_id in (running, waiting):
            assert WEB.delete(f"{server.url}/v1/tasks/{task_id}", headers=HEADERS).status_code == 204
        assert [task.charged for task in server.books.tasks] == [25, 0]


def test_slots_are_taken_in_order_as_they_come_free(gen4_clip: Path) -> None:
    clock = Clock()
    with stand_in(gen4_clip, clock=clock, pending_s=0.0, running_s=10.0, concurrent={"video": 2}) as server:
        for _ in range(5):
            post(server, TURBO)
            clock.now += 1
        clock.now += 100
        starts = [task.started for task in server.books.tasks]
        assert [start - 1000 for start in starts if start is not None] == [0, 1, 10, 11, 20]


def test_a_long_throttling_lets_others_pass(gen4_clip: Path) -> None:
    clock = Clock()
    with stand_in(gen4_clip, clock=clock, pending_s=0.0, running_s=10.0, concurrent={"video": 1}) as server:
        server.script("task", Fault.throttled(60), None)
        held, other = (post(server, TURBO).json()["id"] for _ in range(2))
        clock.now += 30
        words = [server.books.word(server.books.find(task_id))[0] for task_id in (held, other)]
        assert words == ["THROTTLED", "SUCCEEDED"]
        clock.now += 41
        assert server.books.word(server.books.find(held))[0] == "SUCCEEDED"


def test_books_tell_one_body_sent_twice_from_two_bodies(server: StandIn) -> None:
    for body in (TURBO, TURBO, TURBO | {"seed": 1}):
        post(server, body)
    assert sorted(server.books.booked.values()) == [1, 2]
    assert server.books.charged == 75


@pytest.mark.parametrize(
    ("code", "charged"),
    [
        ("SAFETY.INPUT.TEXT", 25),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", 25),
        ("INTERNAL.BAD_OUTPUT.CODE01", 0),
        ("ASSET.INVALID", 0),
        ("THIRD_PARTY.UNAVAILABLE", 0),
        (None, 0),
    ],
)
def test_failures_are_charged_as_published(code: str | None, charged: int) -> None:
    assert charged_for_failure(code, 25) == charged


@pytest.mark.parametrize(
    ("endpoint", "body", "facts", "price"),
    [
        ("image_to_video", {"model": "gen4_turbo", "duration": 10}, InputMedia(), 50),
        ("image_to_video", {"model": "gen4.5", "duration": 5}, InputMedia(), 60),
        ("image_to_video", {"model": "gen4.5", "duration": 5, "outputFormat": "prores"}, InputMedia(), 85),
        ("image_to_video", {"model": "gen4.5", "duration": 5, "outputFormat": "hdr10"}, InputMedia(), 160),
        ("video_to_video", {"model": "aleph2"}, InputMedia(seconds=Fraction(1)), 56),
        (
            "video_upscale",
            {"model": "magnific_video_upscaler_creative", "resolution": "4k"},
            InputMedia(frames=720),
            864,
        ),
        (
            "video_upscale",
            {"model": "magnific_video_upscaler_creative", "resolution": "1k"},
            InputMedia(frames=90),
            63,
        ),
        ("video_upscale", {"model": "magnific_video_upscaler_creative"}, InputMedia(frames=90), 81),
        ("text_to_image", {"model": "gen4_image", "ratio": "1280:720"}, InputMedia(), 5),
        ("text_to_image", {"model": "gen4_image_turbo", "ratio": "1920:1080"}, InputMedia(), 2),
    ],
    ids=lambda value: value["model"] if isinstance(value, dict) else None,
)
def test_prices_are_the_published_ones(
    endpoint: str, body: dict[str, object], facts: InputMedia, price: int
) -> None:
    assert published_price(endpoint, body, facts) == price


@pytest.mark.parametrize(("body", "sound"), [({}, True), ({"audio": True}, True), ({"audio": False}, False)])
def test_takes_have_sound_where_the_models_have_it_and_are_as_long_as_before(
    body: dict[str, Any], sound: bool, tmp_path: Path
) -> None:
    asked = {"model": "veo3.1", "promptText": "He speaks.", "ratio": "1280:720", "duration": 4} | body
    made = planned(tmp_path, "text_to_video", asked, {})
    for path in (make_media(made), make_moving(made)):
        clip = probe(path)
        assert (bool(clip.audio), clip.video.frames) == (sound, made.frames)


def planned(tmp_path: Path, endpoint: str, body: dict[str, object], inputs: dict[str, Path]) -> MediaRequest:
    return plan_media(endpoint, body, "video", inputs, tmp_path, "made", shrink=8)


def test_a_take_has_the_traits_of_a_real_one(tmp_path: Path) -> None:
    picture = Image.effect_noise((1280, 720), 60).resize((160, 90)).convert("RGB").resize((1280, 720))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    start = store(buffer.getvalue(), tmp_path)
    path = make_media(planned(tmp_path, "image_to_video", TURBO, {"promptImage": start}))
    clip = probe(path)
    video = clip.video
    assert (video.frames, video.rate, video.codec, video.profile) == (121, Fraction(24), "h264", "High")
    assert (video.pixel_format, video.colour.untagged, clip.audio) == ("yuv420p", True, ())
    assert video.time_base == Fraction(1, 12288)
    content = path.read_bytes()
    assert content.index(b"mdat") < content.index(b"moov")
    assert strict_decode(path, clip.container) == 121
    shown = Image.fromarray(frame(clip, 0)).convert("L").resize((16, 9))
    wanted = picture.convert("L").resize((16, 9))
    assert np.abs(np.asarray(shown, np.int16) - np.asarray(wanted, np.int16)).max() <= 12


@pytest.mark.parametrize(("seconds", "frames"), [(2, 49), (5, 121), (10, 242)])
def test_a_take_has_as_many_frames_as_real_ones(tmp_path: Path, seconds: int, frames: int) -> None:
    assert planned(tmp_path, "image_to_video", TURBO | {"duration": seconds}, {}).frames == frames


def test_an_upscale_keeps_the_frames_and_grows_the_picture(tmp_path: Path, gen4_clip: Path) -> None:
    source = store(gen4_clip.read_bytes(), tmp_path)
    body: dict[str, object] = {"model": "magnific_video_upscaler_creative", "resolution": "2k"}
    clip = probe(make_media(planned(tmp_path, "video_upscale", body, {"videoUri": source})))
    assert (clip.video.frames, clip.video.width, clip.video.height) == (121, 320, 180)


def test_a_full_size_upscale_lands_on_the_16_pixel_grid(tmp_path: Path, gen4_clip: Path) -> None:
    source = store(gen4_clip.read_bytes(), tmp_path)
    body: dict[str, object] = {"model": "magnific_video_upscaler_creative", "resolution": "1k"}
    plan = plan_media("video_upscale", body, "video", {"videoUri": source}, tmp_path, "made")
    assert (plan.width, plan.height) == (1920, 1072)


def test_the_module_prints_where_it_listens_and_ends_on_ctrl_c() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "stitcher.standin", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            assert WEB.get(f"{url}/v1/organization", headers=HEADERS).status_code == 200
        finally:
            process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_task_runs_until_its_media_are_there(gen4_clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stitcher.standin.server._PATIENCE_S", 0.05)
    gate = threading.Event()

    def make(request: MediaRequest) -> Path:
        gate.wait(20)
        request.target.write_bytes(b"media")
        return request.target

    with stand_in(gen4_clip, make=make) as server:
        place = f"{server.url}/v1/tasks/{post(server, TURBO).json()['id']}"
        deadline = time.monotonic() + 20
        while (task := WEB.get(place, headers=HEADERS).json()).get("progress") != 0.99:
            assert time.monotonic() < deadline
        assert task["status"] == "RUNNING"
        gate.set()
        while (task := WEB.get(place, headers=HEADERS).json())["status"] != "SUCCEEDED":
            assert time.monotonic() < deadline
        assert WEB.get(task["output"][0]).content == b"media"


def test_media_that_cannot_be_made_fail_the_task_free_of_charge(gen4_clip: Path) -> None:
    def make(request: MediaRequest) -> Path:
        raise OSError("no pencil")

    with stand_in(gen4_clip, make=make) as server:
        place = f"{server.url}/v1/tasks/{post(server, TURBO).json()['id']}"
        while (task := WEB.get(place, headers=HEADERS).json())["status"] in ("PENDING", "RUNNING"):
            pass
        assert (task["status"], task["cost"]) == ("FAILED", {"credits": 0})
        assert "no pencil" in task["failure"]
